"""What became of numbers that were published before, in words. Pure."""

from itertools import groupby

from rapport.networks import label_of
from reporting.definitions import Definitions
from reporting.language import _, ngettext, pgettext
from reporting.lists.narrowing import address, week_of
from reporting.sections.restated.columns import column_words
from reporting.sections.restated.record import Count, Restated, Restatement
from reporting.words import number as written
from reporting.words import percent, share_first, span


def restated(data: Restated) -> str:
    """ "3 numbers of earlier weeks changed within the last week; the newest weeks first, 2 of them here."."""
    total, shown = data.total_count, data.shown
    if not total and data.settled:
        return _("No number that was published as final has changed.")
    if not total:
        return _("Nothing: the numbers of earlier weeks are what they were.")
    if total > len(shown):
        text = ngettext(
            "%(num)s number of earlier weeks changed within the last week; the newest weeks first, %(shown)s of them"
            " here.",
            "%(num)s numbers of earlier weeks changed within the last week; the newest weeks first, %(shown)s of them"
            " here.",
            total,
            shown=len(shown),
        )
    else:
        text = ngettext(
            "%(num)s number of earlier weeks changed within the last week.",
            "%(num)s numbers of earlier weeks changed within the last week.",
            total,
        )
    if not any(restatement.is_redefined for restatement in shown):
        return text
    redefined = _("Definitions changed as well, and may be why.")
    return f"{text} {redefined}"


def settled(data: Restated, definitions: Definitions) -> list[tuple[str, str]]:
    """ "The answers of 16–22 November 2026 were published as not final. They are final now: unanswered 4 → 3.", and
    where that week stands."""
    texts = []
    for week, moves in groupby(data.settled, key=lambda move: move.week_start_date):
        changes = pgettext("between parts of a sentence", "; ").join(
            f"{number(move, definitions)} {before(move)} → {after(move)}" for move in moves
        )
        text = _(
            "The answers of %(week)s were published as not final. They are final now: %(changes)s.",
            week=span(week),
            changes=changes,
        )
        texts.append((text, address("weeks", week=f"{week:%G-W%V}")))
    return texts


def number(restatement: Restatement, definitions: Definitions) -> str:
    """ "real conversation", "exchange (Bluesky)", "answered within a day share (account 123)": as people say it."""
    name = column_words(restatement.column_name, definitions)
    if restatement.account_id:
        return _("%(number)s (account %(id)s)", number=name, id=restatement.account_id)
    return f"{name} ({label_of(restatement.network)})" if restatement.network else name


def at(restatement: Restatement) -> str:
    """Where the number stands among those of its week; '' where no list shows it, or there is none any more."""
    if restatement.value_after is None:
        return ""
    on = (
        {"network": restatement.network}
        if restatement.network and not restatement.account_id
        else dict[str, str]()
    )
    return week_of(restatement.table_name, restatement.column_name, restatement.week_start_date, **on)


def before(restatement: Restatement) -> str:
    """A count as a count, a share in percent and of how many, anything else with two digits."""
    return _value(restatement, restatement.value_before, restatement.counted_before)


def after(restatement: Restatement) -> str:
    """The same of what it is now."""
    return _value(restatement, restatement.value_after, restatement.counted_after)


def _value(restatement: Restatement, number: float | None, counted: Count) -> str:
    if number is None:
        return _("none")
    if restatement.column_name.endswith("_share"):
        return share_first(*counted) if counted else percent(number)
    return written(number) if number == int(number) else written(number, 2, is_padded=True)
