"""How far back each endpoint reaches, and what takes over where it ends: search, the archive, or a gap.

Timelines show the newest posts only (3,200 of an account, 800 mentions of it) and say nothing where they
end; recent search shows 7 days; the archive everything, to those who have access.
"""

from datetime import datetime, timedelta

from extractors.fetching import accounts, pager
from extractors.fetching.context import Context
from extractors.fetching.streams import OVERLAP, Target
from extractors.fetching.streams import Stream as AnyStream
from extractors.fetching.vocabulary import objects
from extractors.state import gaps
from extractors.x import streams
from extractors.x.streams import NETWORK, Stream
from rapport.config import Client as ClientConfig
from rapport.window import Window

SEVEN_DAYS = "the 7 days that recent search reaches"
# So near the reach, a timeline may have ended because of it: posts deleted since still count against it.
_NEAR = 0.95
# A walk whose window ended this short a time ago has the whole reach for itself.
_FRESH = timedelta(days=2)
# From a window's own rate of posts follows how many came since; a guess, so well below the reach is near it.
_EXPECTED_NEAR = 0.8


def search(config: ClientConfig, window: Window, now: datetime) -> tuple[Stream, Window | None]:
    """The search that reaches the window, and how much of it (None: nothing)."""
    # With margin: the reach moves on while the walks take their time.
    # Whole hours, so that a retry has the same window and takes up the walks where they stopped.
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    begins = this_hour - streams.RECENT_REACH + timedelta(hours=1, minutes=1) + OVERLAP
    if window.start >= begins:
        return streams.CONVERSATIONS_RECENT, window
    if config.access == "archive":
        return streams.CONVERSATIONS_ARCHIVE, window
    if window.end <= begins:
        return streams.CONVERSATIONS_RECENT, None
    return streams.CONVERSATIONS_RECENT, Window(begins, window.end)


def fill(context: Context, config: ClientConfig, stream: AnyStream, target: Target) -> None:
    """After the walk of a timeline: fetches by search what lay beyond its reach, and records what remains.

    Search finds no reposts: those of ours beyond the reach stay unknown. Does nothing the second time.
    """
    key = pager.walk_key(context, stream, target, context.window)
    # Not "was anything left to walk": an attempt may have been killed between the walk and this.
    if not context.state.is_reach_checked(key):
        _fill(context, config, stream, target)
        context.state.note_reach_checked(key)


def _fill(context: Context, config: ClientConfig, stream: AnyStream, target: Target) -> None:
    window = context.window
    ends = _unreached_until(context, stream, target)
    if ends is None:
        gaps.close(context.state, NETWORK, config.id, stream.name, target.label, window)
        return
    beyond = Window(window.start, ends)
    by_search, reached = search(config, beyond, context.settings.now())
    query = _query(context, config, stream, target) if reached is not None else None
    lost: Window | None = beyond
    found: Window | None = None
    if reached is not None and query is not None:
        lost = Window(beyond.start, reached.start) if reached.start > beyond.start else None
        found = Window(reached.start, window.end)
        context.on_progress(
            f"{config.id} {stream.name}: the timeline ends at {ends:%Y-%m-%d}; searching {reached}"
        )
        # Known by the account's id: the query may name its handle.
        searched = Target(target.label, parameters=(("query", query),))
        pager.walk(context, streams.searching(stream, by_search), searched, reached)
    if lost is not None:
        why = f"beyond the newest {stream.reach:,} that X shows"
        context.on_progress(f"{config.id} {stream.name}: {lost} of {target.label} lies {why}")
        gaps.record(context.state, NETWORK, config.id, stream.name, target.label, lost, why)
        found = found or (Window(ends, window.end) if ends < window.end else None)
    if found is not None:
        gaps.close(context.state, NETWORK, config.id, stream.name, target.label, found)


def _unreached_until(context: Context, stream: AnyStream, target: Target) -> datetime | None:
    """Up to where the window lies beyond the timeline's reach; None if all of it was shown."""
    window, reach = context.window, stream.reach or 0
    moments = [
        datetime.fromisoformat(str(item["created_at"]))
        for reading in pager.readings(context, stream, target)
        for item in reading.own
        if item.get("created_at")
    ]
    if len(moments) < _NEAR * reach:
        since = context.settings.now() - window.end
        if since <= _FRESH:
            return None
        if moments:
            span = max(window.end - min(moments), timedelta(hours=1))
            if len(moments) * (1 + since / span) < _EXPECTED_NEAR * reach:
                return None
    # Reading a few posts settles it: is anything older than the window shown? And, if the window came out empty, does
    # the timeline show even a smallest page of posts?
    if _shown(context, stream, target, end_time=window.start):
        return None
    if not moments and not _shown(context, stream, target, at_least=(stream.page_sizes or (5, 5))[0]):
        return None
    return min(moments).replace(microsecond=0) if moments else window.end


def _shown(
    context: Context, stream: AnyStream, target: Target, end_time: datetime | None = None, at_least: int = 1
) -> bool:
    """Whether the timeline shows at least so many posts, before `end_time` if given. Costs a few post reads."""
    least = (stream.page_sizes or (5, 5))[0]
    parameters = {"max_results": least, **({"end_time": end_time} if end_time else {})}
    body = pager.pay(context, stream, target, parameters).value
    return len(objects(body.get("data"))) >= at_least


def _query(context: Context, config: ClientConfig, stream: AnyStream, target: Target) -> str | None:
    """What finds the same posts by search; None where X no longer shows the account."""
    if stream.name == streams.OWN_POSTS.name:
        return f"from:{target.label}"
    known = accounts.known_ids(context.state, NETWORK, accounts.ours(NETWORK, config))
    named = (reference.handle for reference, account_id in known.items() if account_id == target.label)
    handle = next((handle.lower() for handle in named if handle), None)
    if handle is None:  # rapport.toml gives the id
        parameters = {**streams.PROFILES.parameters, "ids": [target.label]}
        answer = pager.pay(context, streams.PROFILES, Target("ids"), parameters)
        shown = objects(answer.value.get("data"))
        handle = next((str(user["username"]) for user in shown if user.get("username")), None)
    return f"@{handle}" if handle else None
