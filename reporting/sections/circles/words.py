"""Whom we met, and from where, in words. Pure."""

from collections.abc import Sequence

from reporting.sections.circles.record import NewCircle
from reporting.words import count, of_how_many


def circles(weeks: Sequence[NewCircle]) -> str:
    """Whom we met over the weeks shown, through others or not, and from where."""
    met = sum(week.new_count for week in weeks)
    if not met:
        return "We had a first exchange with nobody."
    alone = sum(week.new_without_shared_count for week in weeks)
    placed = sum(week.new_with_place_count for week in weeks)
    elsewhere = sum(week.new_from_new_place_count for week in weeks)
    text = (
        f"We had a first exchange with {count(met, 'person', 'people')}; {of_how_many(alone, met)} came to us"
        " through nobody whom we knew"
    )
    if not placed:
        return f"{text}. Where they are they do not say."
    return f"{text}. Of the {placed:,} who say where they are, {elsewhere:,} named a place new to us."
