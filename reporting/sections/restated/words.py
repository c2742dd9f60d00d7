"""What became of numbers that were published before, in words. Pure."""

from itertools import groupby

from rapport.networks import label_of
from reporting.definitions import Definitions
from reporting.sections.restated.record import Restated, Restatement
from reporting.words import count, span, within


def restated(data: Restated) -> str:
    """ "3 numbers of earlier weeks changed within the last week; the newest weeks first, 2 of them here."."""
    total, shown = data.total_count, data.shown
    if not total and data.settled:
        return "No number that was published as final has changed."
    if not total:
        return "Nothing: the numbers of earlier weeks are what they were."
    text = f"{count(total, 'number', 'numbers')} of earlier weeks changed within the last week"
    if total > len(shown):
        text += f"; the newest weeks first, {len(shown):,} of them here"
    if any(restatement.is_redefined for restatement in shown):
        text += ". Definitions changed as well, and may be why"
    return f"{text}."


def settled(data: Restated, definitions: Definitions) -> str:
    """ "The answers of 16–22 November 2026 were published as not final. They are final now: unanswered 4 → 3." """
    texts = []
    for week, moves in groupby(data.settled, key=lambda move: move.week_start_date):
        said = "; ".join(
            f"{number(move, definitions)} {value(move, move.value_before)} → {value(move, move.value_after)}"
            for move in moves
        )
        texts.append(f"The answers of {span(week)} were published as not final. They are final now: {said}.")
    return " ".join(texts)


def number(restatement: Restatement, definitions: Definitions) -> str:
    """ "real conversation", "exchange (Bluesky)", "answered within a day share (account 123)": as people say it."""
    name = restatement.column_name.removesuffix("_count").replace("_", " ")
    if "within day" in name:
        name = name.replace("within day", f"within {within(definitions['prompt_answer_hours'].value)}")
    if restatement.account_id:
        return f"{name} (account {restatement.account_id})"
    return f"{name} ({label_of(restatement.network)})" if restatement.network else name


def value(restatement: Restatement, number: float | None) -> str:
    """A count as a count, a share in percent, anything else with two digits."""
    if number is None:
        return "none"
    if restatement.column_name.endswith("_share"):
        return f"{100 * number:.0f}%"
    return f"{int(number):,}" if number == int(number) else f"{number:,.2f}"
