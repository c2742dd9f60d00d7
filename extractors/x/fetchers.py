"""Which walks a stream is made of, and what is done with what they bring."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from extractors import errors
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state import gaps
from extractors.state.store import State
from extractors.x import accounts, fields, pager, polling, reach, references, streams
from extractors.x.pager import Context
from extractors.x.streams import NETWORK, Stream, Target
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.errors import WarehouseBusy
from rapport.window import Window

# Each round climbs at least one level (two where X includes the parent's parent).
_MISSING_ROUNDS = 30
_WAREHOUSE_WAIT_SECONDS = 120.0
POLL = "poll"  # the spec of a poll; what it brings lands in stream `conversations`

Progress = Callable[[str], None]
_sleep = time.sleep


def ask_profiles(context: Context) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A paid look-up of profiles that is not landed, for resolving handles."""

    def ask(parameters: dict[str, Any]) -> dict[str, Any]:
        stream = streams.PROFILES
        return pager.pay(context, stream, None, {**stream.parameters, **parameters}).value

    return ask


def _profiles(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    wanted = accounts.everyone(config)
    handles = accounts.handles(wanted)
    ids = sorted({account.account_id for account in wanted if account.account_id}, key=int)
    context.on_page = lambda body: accounts.remember(context.state, body)
    size = streams.lookup_size(streams.PROFILES, config.budget)
    targets = streams.lookup_targets(handles, "usernames", size) + streams.lookup_targets(ids, "ids", size)
    return _walk_all(context, streams.PROFILES, targets)


def _each_account(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    stream = streams.BY_NAME[spec["stream"]]
    _settle(context)
    _follow(context)
    ids = accounts.resolve(context.state, config, ask_profiles(context))
    for target in streams.account_targets(ids):
        pager.walk(context, stream, target)
        if stream.reach is not None:
            reach.fill(context, config, stream, target)
    return "finished"


def _conversations(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    _settle(context)
    _follow(context)
    window = context.window
    stream, reached = reach.search(config, window, context.settings.now())
    if reached is None or reached.start > window.start:
        lost = Window(window.start, reached.start if reached else window.end)
        context.on_progress(f"{config.id} conversations: {lost} lies before {reach.SEVEN_DAYS}")
        why = f"older than {reach.SEVEN_DAYS}"
        gaps.record(context.state, NETWORK, config.id, stream.name, gaps.WHOLE_STREAM, lost, why)
    if reached is None:
        return "out of reach"
    limit = stream.query_limit or 0
    targets, since = spec.get("targets") or [], spec.get("since") or {}
    _walk_all(
        context,
        stream,
        streams.conversation_targets(
            [conversation_id for conversation_id in targets if conversation_id not in since], limit
        ),
        reached,
    )
    # Polls have brought the beginning of the window for these: only the rest is asked for.
    later: dict[str, list[str]] = {}
    for conversation_id in targets:
        if conversation_id in since:
            later.setdefault(since[conversation_id], []).append(conversation_id)
    for start, conversation_ids in sorted(later.items()):
        rest = Window(max(datetime.fromisoformat(start), reached.start), reached.end)
        _walk_all(context, stream, streams.conversation_targets(conversation_ids, limit), rest)
    gaps.close(context.state, NETWORK, config.id, stream.name, gaps.WHOLE_STREAM, reached)
    return "finished"


def _poll(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    _follow(context)
    stream, now = streams.CONVERSATIONS_POLLED, context.settings.now()
    until = datetime.fromisoformat(spec["until"])
    dues = [
        polling.Due(conversation_id, datetime.fromisoformat(since), datetime.fromisoformat(activity))
        for conversation_id, since, activity in spec["targets"]
    ]
    # Another poll may have come first: this one has waited for it.
    still = polling.still_due(context.state, config.id, [due.conversation_id for due in dues], now)
    dues = [due for due in dues if due.conversation_id in still]
    # In the order of where they begin, so that those of one query begin at about the same time.
    for target in streams.conversation_targets(
        [due.conversation_id for due in dues], stream.query_limit or 0
    ):
        asked = [
            due for due in dues if f"conversation_id:{due.conversation_id}" in target.label.split(" OR ")
        ]
        begun = min(due.since for due in asked).replace(microsecond=0)
        pager.walk(context, stream, target, Window(begun, until))
        polling.polled(context.state, config.id, asked, until, now)
    return "finished"


def _follow(context: Context) -> None:
    context.on_page = lambda body: context.state.remember_conversations(
        NETWORK, context.client_id, references.activity(body)
    )


def _each_post(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    return _walk_all(
        context, streams.BY_NAME[spec["stream"]], streams.post_targets(spec.get("targets") or [])
    )


def _direct_messages(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    if config.direct_messages is None:
        raise errors.ExtractionError(
            f"{config.id} has given no consent to fetch direct messages",
            "write [clients.direct_messages] with its consent into rapport.toml, or leave them out",
        )
    # The endpoint knows no window: it gives all of the last 30 days. What the last run brought is not read again.
    stream, everything = streams.DIRECT_MESSAGES, Target("all")
    newest = context.state.watermark(NETWORK, config.id, stream.name, everything.label)
    if newest is not None:
        everything = replace(
            everything,
            parameters=(("max_results", streams.NEW_MESSAGES_PAGE),),
            down_to=references.moment_of(newest) - stream.overlap,
        )
    return _walk_all(context, stream, [everything])


def _missing(context: Context, config: ClientConfig, spec: dict[str, Any]) -> str:
    found = collected(context.settings, config.id, context.run_id)
    size = streams.lookup_size(streams.MISSING, config.budget)
    asked: set[str] = set()
    gone: dict[str, str] = {}

    def take_in(body: dict[str, Any]) -> None:
        found.add(body)
        for error in fields.objects(body.get("errors")):
            # Errors about other things ride along too (trap 7): only an answer about an id asked for counts.
            if error.get("parameter") == "ids" and error.get("resource_id"):
                gone[str(error["resource_id"])] = str(error.get("title") or "not shown")
        context.state.remember_gone(NETWORK, gone)

    context.on_page = take_in
    for number in range(1, _MISSING_ROUNDS + 1):
        wanted = worth_asking(context.settings, context.state, found.missing() - asked, context.on_progress)
        if not wanted:
            return "finished"
        context.on_progress(f"{config.id} missing: round {number}, looking up {len(wanted)} posts")
        asked.update(wanted)
        _walk_all(context, streams.MISSING, streams.lookup_targets(references.in_order(wanted), size=size))
    left = len(found.missing() - asked)
    if left:
        context.on_progress(
            f"{config.id} missing: {left} parents are further up than {_MISSING_ROUNDS} rounds reach"
        )
    return "finished"


_EACH = {"account": _each_account, "post": _each_post}
FETCHERS: dict[str, Callable[[Context, ClientConfig, dict[str, Any]], str]] = {
    **{name: _EACH[stream.each] for name, stream in streams.BY_NAME.items() if stream.each},
    streams.PROFILES.name: _profiles,
    streams.DIRECT_MESSAGES.name: _direct_messages,
    streams.CONVERSATIONS_RECENT.name: _conversations,
    streams.MISSING.name: _missing,
    POLL: _poll,
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


def _settle(context: Context) -> None:
    """Waits until the window's end is old enough for X to answer for it; it is minutes ahead at most."""
    wait = (context.window.end + streams.SETTLE_TIME - context.settings.now()).total_seconds()
    if wait > 0:
        context.on_progress(f"the window ends just now; waiting {wait:.0f} s until X answers for it")
        _sleep(wait)


def collected(settings: Settings, client_id: str, run_id: str) -> references.References:
    """What a run has landed for the client, by what it refers to."""
    found = references.References()
    for page in landing_files.run_pages(settings.landing_dir, NETWORK, streams.WITH_POSTS, run_id, client_id):
        found.add(page.body)
    return found


def worth_asking(settings: Settings, state: State, ids: set[str], on_progress: Progress) -> set[str]:
    """Those of the ids that are neither remembered as gone nor in the warehouse already."""
    ids = ids - state.gone(NETWORK, ids)
    try:
        return ids - raw_store.known_post_ids(settings, NETWORK, ids, wait_seconds=_WAREHOUSE_WAIT_SECONDS)
    except WarehouseBusy:
        on_progress("the warehouse is busy; looking up posts that it may already hold")
        return ids
