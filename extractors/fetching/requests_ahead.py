"""How many requests a window takes, from what the last weeks have taken, asking nobody.

Where reading is free, requests are all that there is to know ahead: a network answers so many of them at a time.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from extractors.fetching import accounts
from extractors.fetching.registry import extractor
from extractors.fetching.streams import PROFILES
from extractors.state.store import State, open_state
from extractors.state.tables import walks
from rapport.config import Settings
from rapport.window import Window

HISTORY = timedelta(weeks=4)
_POLL_RUNS = "poll__%"


@dataclass(frozen=True)
class Range:
    """From the least to the most; `high` None: nobody knows."""

    low: float
    high: float | None

    def words(self, decimals: int = 0) -> str:
        """ "12", "3 to 40", "unknown"."""
        if self.high is None:
            return f"{self.low:,.{decimals}f} or more" if self.low else "unknown"
        low, high = f"{self.low:,.{decimals}f}", f"{self.high:,.{decimals}f}"
        return low if low == high else f"{low} to {high}"


@dataclass(frozen=True)
class Requests:
    """What one stream of a client may take, and how that is known."""

    stream: str
    count: Range
    basis: str


def requests_ahead(
    network: str, settings: Settings, window: Window, client_id: str | None = None
) -> dict[str, list[Requests]]:
    """Client → the requests of each of its streams on that network, for the window. Asks nobody."""
    chosen = settings.config.clients if client_id is None else [settings.config.client(client_id)]
    dialect = extractor(network).dialect
    days = (window.end - window.start) / timedelta(days=1)
    found: dict[str, list[Requests]] = {}
    with open_state(settings) as state:
        for config in (config for config in chosen if accounts.everyone(network, config)):
            found[config.id] = []
            for stream in dialect.wanted(settings, config):
                if stream.name == PROFILES:
                    handles = accounts.handles(accounts.everyone(network, config))
                    count = float(len(dialect.profile_targets(handles, [], None)))
                    request = Requests(stream.name, Range(count, count), "rapport.toml")
                elif rates := pages_per_day(state, network, config.id, stream.name):
                    span = Range(max(min(rates) * days, 1), max(max(rates) * days, 1))
                    request = Requests(stream.name, span, f"{len(rates)} windows of the last 4 weeks")
                elif stream.each == "account":
                    least = float(len(accounts.ours(network, config)))
                    request = Requests(stream.name, Range(least, None), "no history; one for each account")
                else:
                    request = Requests(stream.name, Range(0, None), "no history")
                found[config.id].append(request)
    return found


def pages_per_day(state: State, network: str, client_id: str, stream: str) -> list[float]:
    """Pages a day, of each window that was fetched lately. Polls are no windows."""
    query = (
        sa.select(
            walks.c.run_id, walks.c.window_start_at, walks.c.window_end_at, sa.func.sum(walks.c.page_count)
        )
        .where(
            (walks.c.network == network)
            & (walks.c.client_id == client_id)
            & (walks.c.stream == stream)
            & (walks.c.updated_at >= state.now() - HISTORY)
            & walks.c.run_id.not_like(_POLL_RUNS)
        )
        .group_by(walks.c.run_id, walks.c.window_start_at, walks.c.window_end_at)
    )
    with state.engine.connect() as connection:
        rows = connection.execute(query).all()
    return [float(row[3]) / max((row[2] - row[1]) / timedelta(days=1), 1 / 24) for row in rows]
