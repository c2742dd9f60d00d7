"""The script's truth in the form in which tables have it, for what compares the two."""

from datetime import date, datetime, timedelta

from emulator.model import WEEKS
from emulator.truth import truth_of
from emulator.world import build_world
from rapport.networks import X, qualified


def carried(weeks: dict[date, str], until: datetime | date) -> dict[date, str]:
    """Somebody's stage in every week from the first known one on, to the Monday `until`.

    The ledger has rows where something happened; between them the last stage carries.
    """
    end = until.date() if isinstance(until, datetime) else until
    first, stage, found = min(weeks), "", {}
    for number in range(WEEKS):
        week = end - timedelta(weeks=WEEKS - number)
        if week >= first:
            stage = found[week] = weeks.get(week, stage)
    return found


def canonical(until: date) -> dict[str, str]:
    """Every version's id of an edited post, as tables have it → the one id it has in the truth."""
    world = build_world(until)
    chains = truth_of(world, world.until).edit_chains
    return {qualified(X.name, one): qualified(X.name, chain[0]) for chain in chains for one in chain}
