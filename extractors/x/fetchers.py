"""What only X needs to be fetched: conversations by search, timelines that end, direct messages."""

from dataclasses import replace
from datetime import datetime

from extractors import errors
from extractors.fetching import fetchers, pager, polling
from extractors.fetching.context import Context
from extractors.fetching.deferred import Spec
from extractors.fetching.fetchers import (
    FINISHED,
    OUT_OF_REACH,
    Fetcher,
    follow,
    settle,
    still_due,
    walk_all,
)
from extractors.fetching.streams import POLL, Stream, Target
from extractors.state import gaps
from extractors.x import reach, references, streams
from extractors.x.dialect import DIALECT
from extractors.x.streams import NETWORK
from rapport.config import Client as ClientConfig
from rapport.window import Window


def _each_account(context: Context, config: ClientConfig, spec: Spec) -> str:
    return fetchers.walk_accounts(context, config, spec, then=_fill)


def _fill(context: Context, config: ClientConfig, stream: Stream, target: Target) -> None:
    if stream.reach is not None:
        reach.fill(context, config, stream, target)


def _conversations(context: Context, config: ClientConfig, spec: Spec) -> str:
    settle(context)
    follow(context)
    window = context.window
    stream, reached = reach.search(config, window, context.settings.now())
    if reached is None or reached.start > window.start:
        lost = Window(window.start, reached.start if reached else window.end)
        context.on_progress(f"{config.id} conversations: {lost} lies before {reach.SEVEN_DAYS}")
        why = f"older than {reach.SEVEN_DAYS}"
        gaps.record(context.state, NETWORK, config.id, stream.name, gaps.WHOLE_STREAM, lost, why)
    if reached is None:
        return OUT_OF_REACH
    limit = stream.query_limit or 0
    targets, since = spec.get("targets") or [], spec.get("since") or {}
    walk_all(
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
        walk_all(context, stream, streams.conversation_targets(conversation_ids, limit), rest)
    gaps.close(context.state, NETWORK, config.id, stream.name, gaps.WHOLE_STREAM, reached)
    return FINISHED


def _poll(context: Context, config: ClientConfig, spec: Spec) -> str:
    follow(context)
    stream, now = streams.CONVERSATIONS_POLLED, context.settings.now()
    until = datetime.fromisoformat(spec["until"])
    dues = still_due(context, config, spec, now)
    # In the order of where they begin, so that those of one query begin at about the same time.
    for target in streams.conversation_targets(
        [due.conversation_id for due in dues], stream.query_limit or 0
    ):
        asked = [
            due for due in dues if f"conversation_id:{due.conversation_id}" in target.label.split(" OR ")
        ]
        begun = min(due.since for due in asked).replace(microsecond=0)
        pager.walk(context, stream, target, Window(begun, until))
        polling.polled(context.state, NETWORK, config.id, asked, until, now)
    return FINISHED


def _direct_messages(context: Context, config: ClientConfig, spec: Spec) -> str:
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
    return walk_all(context, stream, [everything])


FETCHERS: dict[str, Fetcher] = {
    **fetchers.of_streams(DIALECT),
    **{stream.name: _each_account for stream in DIALECT.streams.values() if stream.each == "account"},
    streams.DIRECT_MESSAGES.name: _direct_messages,
    streams.CONVERSATIONS_RECENT.name: _conversations,
    POLL: _poll,
}
