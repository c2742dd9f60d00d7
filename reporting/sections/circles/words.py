"""Whom we met, and from where, in words. Pure."""

from collections.abc import Sequence

from reporting.language import _, ngettext, npgettext
from reporting.sections.circles.record import NewCircle
from reporting.words import share


def circles(weeks: Sequence[NewCircle]) -> str:
    """Whom we met over the weeks shown, through others or not, and from where."""
    met = sum(week.new_count for week in weeks)
    if not met:
        return _("We had a first exchange with nobody.")
    alone = sum(week.new_without_shared_count for week in weeks)
    placed = sum(week.new_with_place_count for week in weeks)
    elsewhere = sum(week.new_from_new_place_count for week in weeks)
    text = ngettext(
        "We had a first exchange with %(people)s; %(share)s came to us through nobody whom we knew.",
        "We had a first exchange with %(people)s; %(share)s came to us through nobody whom we knew.",
        alone,
        people=npgettext("with", "%(num)s person", "%(num)s people", met),
        share=share(alone, met),
    )
    if not placed:
        where = _("Where they are they do not say.")
    else:
        says = ngettext("%(num)s person says where they are.", "%(num)s people say where they are.", placed)
        new = ngettext(
            "%(num)s of them named a place new to us.", "%(num)s of them named a place new to us.", elsewhere
        )
        where = f"{says} {new}"
    return f"{text} {where}"
