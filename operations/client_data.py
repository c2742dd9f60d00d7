"""How far the published data of each client reaches, for `rapport status`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import duckdb

from extractors.fetching import accounts
from rapport.config import Settings
from rapport.networks import NETWORKS

# A window may end after it was fetched. A stream that could not be fetched at all has no window.
_REACHED = """
select
    client_id, network, stream,
    case when last_window_end_at is not null then least(last_window_end_at, last_fetched_at) end
from reports.rpt_coverage
"""


@dataclass(frozen=True)
class ClientData:
    """How far the published data of one client reaches: up to the last moment that all its streams were asked for.

    None where nothing of it was fetched from a network (its data comes from files, or it is new), or where a stream
    that every run fetches was `never_fetched` ("mentions of X"). `unasked`: what people call the networks on which
    rapport.toml names accounts of the client's, and from which nothing was fetched, though from others it was.
    """

    client_id: str
    reaches_at: datetime | None
    age_hours: float | None
    never_fetched: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()


def reaches(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[ClientData]:
    """The oldest of what each stream that every run asks for has reached."""
    try:
        rows = connection.execute(_REACHED).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):  # a file of an earlier version of Rapport
        rows = []
    now, last_day = settings.now(), settings.config.schedule.last_day
    if last_day is not None:
        now = min(now, datetime.combine(last_day + timedelta(days=1), time.min, UTC))
    for client in settings.config.clients:
        reached = {(network, stream): at for client_id, network, stream, at in rows if client_id == client.id}
        # A network that was asked for nothing of the client's: all that there is of it comes from files.
        asked = [
            network
            for network in NETWORKS.values()
            if any(name == network.name and stream not in network.house_streams for name, stream in reached)
        ]
        expected = {
            f"{stream} of {network.label}": reached.get((network.name, stream))
            for network in asked
            for stream in network.expected_streams
        }
        never = tuple(words for words, at in expected.items() if at is None)
        named = [network for name, network in NETWORKS.items() if accounts.ours(name, client)]
        unasked = tuple(network.label for network in named if asked and network not in asked)
        known = [at for at in expected.values() if at is not None]
        at = min(known) if known and not never else None
        age_hours = max((now - at).total_seconds() / 3600, 0) if at else None
        yield ClientData(client.id, at, age_hours, never, unasked)
