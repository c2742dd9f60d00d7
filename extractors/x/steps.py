"""What the DAGs and the command line call: plan a wave, fetch what it names. In and out are JSON-able.

Three waves a run: accounts (profiles, own posts, mentions), threads (conversations and quotes of what the
first wave landed), and missing parents and roots. Each wave reads the landing files of the one before.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors import errors, landing, raw_store
from extractors.state import State, open_state
from extractors.x import accounts, fields, pager, references, streams
from extractors.x.client import Client
from extractors.x.pager import NETWORK, Context
from extractors.x.streams import Stream, Target
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.errors import RapportError, WarehouseBusy
from rapport.window import Window

log = logging.getLogger("rapport.extract")

# A conversation silent for this long is asked for again only when a mention or post of ours revives it.
ACTIVE_FOR = timedelta(days=14)
# A window that ends later than this is not a matter of clocks: it lies in the future.
_LONGEST_SETTLING = timedelta(minutes=2)
# Each round climbs at least one level (two where X includes the parent's parent).
_MISSING_ROUNDS = 30
_WAREHOUSE_WAIT_SECONDS = 120.0

Progress = Callable[[str], None]
_sleep = time.sleep


def plan_accounts(settings: Settings, client_id: str | None = None) -> list[dict[str, Any]]:
    """Wave 1: one spec {client_id, stream} for each client and each of profiles, own_posts, mentions.

    Handles not seen before are resolved here, once, rather than in each of the parallel fetches.
    """
    chosen = _clients(settings, client_id)
    if not chosen:
        return []
    with open_state(settings) as state, Client(settings) as client:
        for config in chosen:
            accounts.resolve(state, client, config)
    return [{"client_id": config.id, "stream": stream} for config in chosen for stream in streams.FIRST_WAVE]


def plan_threads(
    settings: Settings, window: Window, run_id: str, client_id: str | None = None
) -> list[dict[str, Any]]:
    """Wave 2: conversations to search and posts whose quotes to ask for, from what wave 1 landed.

    Conversations are those of the run's own posts and mentions, and those known to have been active in the
    14 days before the window's end. Quotes: our posts with quote_count > 0. No targets, no spec.
    """
    specs: list[dict[str, Any]] = []
    with open_state(settings) as state:
        for config in _clients(settings, client_id):
            ours = set(accounts.known_ids(state, accounts.ours(config)).values())
            conversations: set[str] = set()
            quoted: set[str] = set()
            wave = [streams.OWN_POSTS.name, streams.MENTIONS.name]
            for page in landing.run_pages(settings.landing_dir, NETWORK, wave, run_id, config.id):
                conversations.update(references.activity(page.body))
                for post in fields.objects(page.body.get("data")) + fields.included(
                    page.body, "tweets", "posts"
                ):
                    if str(post.get("author_id")) in ours:
                        # Answers to an earlier version of an edited post carry that version's conversation id.
                        conversations.update(references.earlier_versions(post))
                        if _quote_count(post) > 0:
                            quoted.add(str(post.get("id")))
            conversations.update(state.active_conversations(config.id, window.end - ACTIVE_FOR, window.end))
            for stream, targets in (
                (streams.CONVERSATIONS_RECENT.name, conversations),
                (streams.QUOTES.name, quoted),
            ):
                if targets:
                    specs.append(
                        {"client_id": config.id, "stream": stream, "targets": references.in_order(targets)}
                    )
    return specs


def plan_missing(
    settings: Settings, window: Window, run_id: str, client_id: str | None = None
) -> list[dict[str, Any]]:
    """Wave 3: one spec {client_id, stream: missing} for each client whose landing refers to posts not there."""
    specs: list[dict[str, Any]] = []
    with open_state(settings) as state:
        for config in _clients(settings, client_id):
            collected = _collected(settings, config.id, run_id)
            if _worth_asking(settings, state, collected.missing(), log.info):
                specs.append({"client_id": config.id, "stream": streams.MISSING.name})
    return specs


def fetch(
    settings: Settings, spec: dict[str, Any], window: Window, run_id: str, on_progress: Progress = log.info
) -> dict[str, Any]:
    """Fetches one spec of a plan for the window, page by page into landing files.

    Returns {client_id, stream, walks, pages, objects, estimated_cost_usd, status}; status is `finished`, or
    `out of reach` when the network shows nothing of the window to this access. Pages and objects include
    those that an earlier, interrupted attempt of the same run landed. Raises ExtractionError.
    """
    config = settings.config.client(spec["client_id"])
    name = spec["stream"]
    if name not in _FETCHERS:
        raise RapportError(f"there is no stream '{name}'", f"the streams are: {', '.join(_FETCHERS)}")
    with open_state(settings) as state, Client(settings, on_progress) as client:
        context = Context(settings, state, client, config.id, run_id, window, on_progress)
        on_progress(f"{config.id} {name}: fetching {window}")
        status = _FETCHERS[name](context, config, spec)
        totals = context.totals
    cost = round(totals.estimated_cost_usd, 6)
    on_progress(
        f"{config.id} {name}: {status}, {totals.pages} pages, {totals.objects} objects, about ${cost:.2f}"
    )
    return {
        "client_id": config.id,
        "stream": name,
        "walks": totals.walks,
        "pages": totals.pages,
        "objects": totals.objects,
        "estimated_cost_usd": cost,
        "status": status,
    }


def _profiles(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    wanted = accounts.everyone(config)
    handles = sorted({handle for one in wanted if (handle := accounts.handle_of(one))})
    ids = sorted({one for one in wanted if accounts.handle_of(one) is None}, key=int)
    context.on_page = lambda body: accounts.remember(context.state, body)
    targets = streams.lookup_targets(handles, "usernames") + streams.lookup_targets(ids, "ids")
    return _walk_all(context, streams.PROFILES, targets)


def _own_posts(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    return _timelines(context, config, streams.OWN_POSTS)


def _mentions(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    return _timelines(context, config, streams.MENTIONS)


def _timelines(context: Context, config: ClientConfig, stream: Stream) -> str:
    _settle(context)
    context.on_page = lambda body: context.state.remember_conversations(
        context.client_id, references.activity(body)
    )
    ids = accounts.resolve(context.state, context.client, config)
    return _walk_all(context, stream, streams.account_targets(ids))


def _conversations(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    _settle(context)
    context.on_page = lambda body: context.state.remember_conversations(
        context.client_id, references.activity(body)
    )
    stream, window = _search(context, config)
    if stream is None or window is None:
        return "out of reach"
    limit = stream.query_limit or 0
    return _walk_all(context, stream, streams.conversation_targets(spec.get("targets") or [], limit), window)


def _quotes(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    return _walk_all(context, streams.QUOTES, streams.post_targets(spec.get("targets") or []))


def _missing(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    collected = _collected(context.settings, config.id, context.run_id)
    asked: set[str] = set()
    gone: dict[str, str] = {}

    def take_in(body: dict[str, Any]) -> None:
        collected.add(body)
        for error in fields.objects(body.get("errors")):
            # Errors about other things ride along too (trap 7): only an answer about an id asked for counts.
            if error.get("parameter") == "ids" and error.get("resource_id"):
                gone[str(error["resource_id"])] = str(error.get("title") or "not shown")
        context.state.remember_gone(NETWORK, gone)

    context.on_page = take_in
    for number in range(1, _MISSING_ROUNDS + 1):
        wanted = _worth_asking(
            context.settings, context.state, collected.missing() - asked, context.on_progress
        )
        if not wanted:
            return "finished"
        context.on_progress(f"{config.id} missing: round {number}, looking up {len(wanted)} posts")
        asked.update(wanted)
        _walk_all(context, streams.MISSING, streams.lookup_targets(references.in_order(wanted)))
    left = len(collected.missing() - asked)
    if left:
        context.on_progress(
            f"{config.id} missing: {left} parents are further up than {_MISSING_ROUNDS} rounds reach"
        )
    return "finished"


_FETCHERS: dict[str, Callable[[Context, ClientConfig, dict[str, Any]], str]] = {
    streams.PROFILES.name: _profiles,
    streams.OWN_POSTS.name: _own_posts,
    streams.MENTIONS.name: _mentions,
    streams.CONVERSATIONS_RECENT.name: _conversations,
    streams.QUOTES.name: _quotes,
    streams.MISSING.name: _missing,
}


def _walk_all(context: Context, stream: Stream, targets: list[Target], window: Window | None = None) -> str:
    for number, target in enumerate(targets, start=1):
        pager.walk(context, stream, target, window)
        if number % 10 == 0:
            totals = context.totals
            context.on_progress(
                f"{context.client_id} {stream.name}: {number} of {len(targets)} walks, "
                f"{totals.pages} pages, {totals.objects} objects"
            )
    return "finished"


def _search(context: Context, config: ClientConfig) -> tuple[Stream | None, Window | None]:
    """The search that reaches the window, and how much of the window it reaches."""
    window = context.window
    # With margin: the reach moves on while the walks take their time.
    # Whole hours, so that a retry has the same window and takes up the walks where they stopped.
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    reach = now - streams.RECENT_REACH + timedelta(hours=1, minutes=1)
    if window.start >= reach:
        return streams.CONVERSATIONS_RECENT, window
    if config.access == "archive":
        return streams.CONVERSATIONS_ARCHIVE, window
    if window.end <= reach:
        context.on_progress(
            f"{config.id} conversations: {window} lies before the 7 days that recent search reaches"
        )
        return None, None
    context.on_progress(
        f"{config.id} conversations: recent search reaches back to {reach:%Y-%m-%d %H:%M} UTC only"
    )
    return streams.CONVERSATIONS_RECENT, Window(reach, window.end)


def _settle(context: Context) -> None:
    """Waits until the window's end is old enough for X to answer for it."""
    wait = (context.window.end + streams.SETTLE_TIME - datetime.now(UTC)).total_seconds()
    if wait > (_LONGEST_SETTLING + streams.SETTLE_TIME).total_seconds():
        raise errors.ExtractionError(
            f"the window {context.window} ends in the future",
            "give an end that has passed; the rest comes with the next run",
        )
    if wait > 0:
        context.on_progress(f"the window ends just now; waiting {wait:.0f} s until X answers for it")
        _sleep(wait)


def _collected(settings: Settings, client_id: str, run_id: str) -> references.References:
    collected = references.References()
    for page in landing.run_pages(settings.landing_dir, NETWORK, streams.WITH_POSTS, run_id, client_id):
        collected.add(page.body)
    return collected


def _worth_asking(settings: Settings, state: State, ids: set[str], on_progress: Progress) -> set[str]:
    """Those of the ids that are neither remembered as gone nor in the warehouse already."""
    ids = ids - state.gone(NETWORK, ids)
    try:
        return ids - raw_store.known_post_ids(settings, NETWORK, ids, wait_seconds=_WAREHOUSE_WAIT_SECONDS)
    except WarehouseBusy:
        on_progress("the warehouse is busy; looking up posts that it may already hold")
        return ids


def _clients(settings: Settings, client_id: str | None) -> list[ClientConfig]:
    return settings.config.clients if client_id is None else [settings.config.client(client_id)]


def _quote_count(post: dict[str, Any]) -> int:
    metrics = post.get("public_metrics")
    count = metrics.get("quote_count") if isinstance(metrics, dict) else None
    return count if isinstance(count, int) else 0
