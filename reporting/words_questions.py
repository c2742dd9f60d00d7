"""What stands behind the week, in words: content, readership and the rest. Pure, like `words`."""

from collections.abc import Sequence

from reporting.records_questions import ContentGroup, Questions, ReaderWeek
from reporting.words import count, of_how_many


def content(questions: Questions) -> str:
    """How many of our posts started a conversation."""
    groups = questions.content_forms
    sparking = sum(one.sparking_post_count for one in groups)
    real = sum(one.real_conversation_count for one in groups)
    if not questions.content_post_count:
        return "We wrote nothing."
    text = f"Of {count(questions.content_post_count, 'post')} of ours, "
    if not sparking:
        return f"{text}none started a real conversation."
    return f"{text}{sparking:,} started {count(real, 'real conversation')}."


def sparking(group: ContentGroup) -> str:
    """ "3 of 12 (25%)": how many posts of a form or topic started a real conversation."""
    return of_how_many(group.sparking_post_count, group.post_count)


def report_reader_week(weeks: Sequence[ReaderWeek]) -> ReaderWeek | None:
    """The last complete week, else the one that runs, else none."""
    candidates = [week for week in weeks if week.is_complete_week] or list(weeks)
    return candidates[-1] if candidates else None


def readership(weeks: Sequence[ReaderWeek]) -> str:
    """How many people keep coming back to our posts, and who joined and left."""
    week = report_reader_week(weeks)
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
