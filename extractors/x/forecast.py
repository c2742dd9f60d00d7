"""What a window would cost, before it is spent: from what the last weeks have cost, asking nobody.

Rates are those of the walks and the ledger of the last four weeks. A stream without history has no rate: its
cost is given as a range, from nothing to what its endpoint can return at most, or as unknown; on request X counts.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from extractors.fetching import accounts
from extractors.fetching.requests_ahead import HISTORY, Range, pages_per_day
from extractors.fetching.streams import Stream
from extractors.state import budget
from extractors.state.store import State, open_state
from extractors.state.tables import ledger
from extractors.x import counts, streams
from extractors.x.client import Client
from extractors.x.dialect import DIALECT
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.networks import X
from rapport.window import Window

_TIMELINES = (streams.OWN_POSTS, streams.MENTIONS)


@dataclass(frozen=True)
class StreamForecast:
    """What one stream of a client may need for the window."""

    stream: str
    requests: Range
    posts: Range
    users: Range
    usd: Range
    basis: str


@dataclass(frozen=True)
class ClientForecast:
    """A client's streams, and what its budget still leaves (infinite without one)."""

    client_id: str
    streams: list[StreamForecast]
    left: budget.Left

    @property
    def usd(self) -> Range:
        """All streams together."""
        highs = [stream.usd.high for stream in self.streams]
        high = sum(usd for usd in highs if usd is not None) if None not in highs else None
        return Range(sum(stream.usd.low for stream in self.streams), high)

    @property
    def verdict(self) -> str:
        """How that compares with what is left, in words."""
        usd, left = self.usd, self.left.usd
        if left == float("inf"):
            return "no budget is set: nothing would stop it"
        if usd.high is not None and usd.high <= left:
            return f"fits into the ${left:.2f} left"
        if usd.low > left:
            return f"more than the ${left:.2f} left: it would stop, and go on when there is budget again"
        return (
            f"may not fit into the ${left:.2f} left: it would then stop, and go on when there is budget again"
        )


def forecast(
    settings: Settings, window: Window, client_id: str | None = None, is_counting: bool = False
) -> list[ClientForecast]:
    """What fetching the window would cost each client.

    Makes no request, unless `is_counting`: then X counts the posts of accounts without history, for $0.005 a question
    and mostly two a client. Raises BudgetReached and ExtractionError.
    """
    chosen = settings.config.clients if client_id is None else [settings.config.client(client_id)]
    found = []
    with open_state(settings) as state:
        for config in (config for config in chosen if accounts.everyone(X.name, config)):
            wanted = _streams_of(settings, config)
            left = budget.Purse(state.engine, X, config.id, config.budget, state.now).left()
            forecasts = [_of_stream(state, config, stream, window) for stream in wanted]
            if is_counting:
                forecasts = _counted(settings, state, config, window, forecasts)
            found.append(ClientForecast(config.id, forecasts, left))
    return found


def _counted(
    settings: Settings, state: State, config: ClientConfig, window: Window, known: list[StreamForecast]
) -> list[StreamForecast]:
    """With the forecast of a timeline without history replaced by what X counts."""
    days = (window.end - window.start) / timedelta(days=1)
    found = []
    with Client(settings) as client:
        for estimate in known:
            stream = next((timeline for timeline in _TIMELINES if timeline.name == estimate.stream), None)
            has_history = stream is None or _pages_per_day(state, config.id, estimate.stream)
            rate = None if has_history or stream is None else counts.per_day(state, client, config, stream)
            if rate is None or stream is None:
                found.append(estimate)
                continue
            posts = rate * days
            found.append(
                StreamForecast(
                    stream.name,
                    Range(max(posts / 100, 1), max(posts / 100, len(accounts.ours(X.name, config)))),
                    Range(posts, 3 * posts),
                    Range(0, 3 * posts),
                    Range(posts * X.price_usd["post"], posts * stream.worst_usd),
                    f"counted by X over {counts.DAYS} days, without reposts",
                )
            )
    return found


def _streams_of(settings: Settings, config: ClientConfig) -> list[Stream]:
    wanted = DIALECT.wanted(settings, config)
    return [stream for stream in wanted if config.nods_per_run or not stream.is_nod]


def _of_stream(state: State, config: ClientConfig, stream: Stream, window: Window) -> StreamForecast:
    days = (window.end - window.start) / timedelta(days=1)
    if stream.name == streams.PROFILES.name:
        # Asked for once a run, whatever the window.
        count = float(len(accounts.everyone(X.name, config)))
        exact = Range(-(-count // streams.LOOKUP_SIZE), -(-count // streams.LOOKUP_SIZE) + 1)
        users = Range(count, count)
        price = count * X.price_usd["user"]
        return StreamForecast(stream.name, exact, Range(0, 0), users, Range(price, price), "rapport.toml")
    rates = _pages_per_day(state, config.id, stream.name)
    page = _per_page(state, config.id, stream.name)
    if rates and page:
        pages = Range(min(rates) * days, max(rates) * days)
        requests = Range(max(pages.low, 1), max(pages.high or 0, 1))

        def times(each: float) -> Range:
            return Range(pages.low * each, (pages.high or 0) * each)

        basis = f"{len(rates)} windows of the last 4 weeks"
        return StreamForecast(stream.name, requests, times(page[0]), times(page[1]), times(page[2]), basis)
    if _pages_per_day(state, config.id, streams.OWN_POSTS.name) and stream.reach is None:
        none = Range(0, 0)
        return StreamForecast(stream.name, none, none, none, none, "not needed in the last 4 weeks")
    nothing = Range(0, None)
    if stream.reach is not None:
        most = float(stream.reach * len(accounts.ours(X.name, config)))
        price = most * stream.worst_usd
        return StreamForecast(
            stream.name,
            Range(len(accounts.ours(X.name, config)), most / 100),
            Range(0, 3 * most),
            Range(0, 3 * most),
            Range(0, price),
            "no history; at most what X shows",
        )
    if stream.is_nod:
        most = 100.0 * config.nods_per_run
        usd = Range(0, most * stream.worst_usd)
        return StreamForecast(
            stream.name,
            Range(0, config.nods_per_run),
            Range(0, 0),
            Range(0, most),
            usd,
            "no history; a page for each post",
        )
    return StreamForecast(stream.name, nothing, nothing, nothing, nothing, "no history")


def _pages_per_day(state: State, client_id: str, stream: str) -> list[float]:
    return pages_per_day(state, X.name, client_id, stream)


def _per_page(state: State, client_id: str, stream: str) -> tuple[float, float, float] | None:
    """(posts, users, US dollars) of a call, on the average of those made lately."""
    columns = [sa.func.avg(column) for column in (ledger.c.post_count, ledger.c.user_count, ledger.c.usd)]
    query = sa.select(*columns).where(
        (ledger.c.network == X.name)
        & (ledger.c.client_id == client_id)
        & (ledger.c.stream == stream)
        & (ledger.c.spent_at >= state.now() - HISTORY)
        & ~budget.IS_AT_WORST
    )
    with state.engine.connect() as connection:
        row = connection.execute(query).one()
    return None if row[0] is None else (float(row[0]), float(row[1]), float(row[2]))
