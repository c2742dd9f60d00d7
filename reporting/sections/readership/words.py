"""Who keeps coming back to our posts, in words. Pure."""

from collections.abc import Sequence

from reporting.language import _, ngettext
from reporting.sections.readership.record import ReaderWeek
from reporting.weeks import report_week


def readership(weeks: Sequence[ReaderWeek]) -> str:
    """How many people keep coming back to our posts, and who joined and left."""
    week = report_week(weeks)
    if week is None or not (week.reader_count or week.left_count or week.acting_person_count):
        return _("Nobody did anything with our posts this week, and nobody has kept coming back to them.")
    if week.reader_count:
        text = ngettext(
            "%(num)s person keeps coming back to our posts",
            "%(num)s people keep coming back to our posts",
            week.reader_count,
        )
    else:
        text = _("Nobody keeps coming back to our posts")
    moved = []
    if joined := week.joined_count:
        moved.append(ngettext("%(num)s joined this week", "%(num)s joined this week", joined))
    if left := week.left_count:
        moved.append(ngettext("%(num)s left this week", "%(num)s left this week", left))
    text = _("%(readers)s: %(moved)s.", readers=text, moved=", ".join(moved)) if moved else f"{text}."
    if not week.acting_person_count:
        return text
    acting = ngettext(
        "%(num)s person did something with them this week.",
        "%(num)s people did something with them this week.",
        week.acting_person_count,
    )
    return f"{text} {acting}"
