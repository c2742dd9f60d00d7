"""Who keeps coming back to our posts, in words. Pure."""

from collections.abc import Sequence

from reporting.sections.readership.record import ReaderWeek
from reporting.weeks import report_week
from reporting.words import count


def readership(weeks: Sequence[ReaderWeek]) -> str:
    """How many people keep coming back to our posts, and who joined and left."""
    week = report_week(weeks)
    if week is None or not (week.reader_count or week.left_count or week.acting_person_count):
        return "Nobody did anything with our posts this week, and nobody has kept coming back to them."
    readers = count(week.reader_count, "person", "people") if week.reader_count else "Nobody"
    text = f"{readers} {'keep' if week.reader_count > 1 else 'keeps'} coming back to our posts"
    moved = [
        f"{number:,} {word} this week"
        for number, word in ((week.joined_count, "joined"), (week.left_count, "left"))
        if number
    ]
    if moved:
        text += f": {', '.join(moved)}"
    acting = count(week.acting_person_count, "person", "people")
    return f"{text}. {acting} did something with them this week." if week.acting_person_count else f"{text}."
