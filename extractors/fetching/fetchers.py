"""Fetchers that any network may use: which walks a stream is made of, and what is done with what they bring.

A fetcher gets the spec of a plan and returns the status of the fetch. A network's own stand in
extractors/<network>/fetchers.py, and use what is here.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from extractors import errors
from extractors.fetching import accounts, pager, polling, references
from extractors.fetching.context import Context
from extractors.fetching.deferred import Spec
from extractors.fetching.dialect import Dialect, Progress, Reading
from extractors.fetching.streams import MISSING, POLL, PROFILES, Stream, Target, each_of
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state.store import State
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.errors import WarehouseBusy
from rapport.window import Window

Fetcher = Callable[[Context, ClientConfig, Spec], str]
Walks = Callable[[Context, Stream, list[Target]], str]
FINISHED = "finished"
OUT_OF_REACH = "out of reach"
# Each round climbs at least one level (two where the parent's parent comes along).
_MISSING_ROUNDS = 30
_WAREHOUSE_WAIT_SECONDS = 120.0
_sleep = time.sleep


def profiles(context: Context, config: ClientConfig, spec: Spec) -> str:
    """The profiles of everybody whom rapport.toml names on the network."""
    network, dialect = context.network, context.dialect
    wanted = accounts.everyone(network, config)
    ids = dialect.in_order({account.account_id for account in wanted if account.account_id})
    context.on_page = lambda reading: accounts.remember(context.state, network, reading)
    targets = dialect.profile_targets(accounts.handles(wanted), ids, config.budget)
    return walk_all(context, dialect.stream(PROFILES), targets)


def each_account(context: Context, config: ClientConfig, spec: Spec) -> str:
    """What each account of ours wrote, or was named in."""
    return walk_accounts(context, config, spec)


def walk_accounts(
    context: Context,
    config: ClientConfig,
    spec: Spec,
    then: Callable[[Context, ClientConfig, Stream, Target], None] | None = None,
) -> str:
    """A walk for each account of ours, and `then` what the network does after it."""
    stream = context.dialect.stream(spec["stream"])
    settle(context)
    follow(context)
    for target in each_of(accounts.resolve(context, config)):
        if not stream.is_windowed:
            target = replace(target, down_to=context.window.start - stream.overlap)
        pager.walk(context, stream, target)
        if then is not None:
            then(context, config, stream, target)
    return FINISHED


def each_post(context: Context, config: ClientConfig, spec: Spec) -> str:
    """What the spec's posts were answered with: quotes, or who reposted or liked them."""
    return walk_all(context, context.dialect.stream(spec["stream"]), each_of(spec.get("targets") or []))


def each_thread(context: Context, config: ClientConfig, spec: Spec) -> str:
    """The spec's conversations, where a network shows a conversation as a whole, by the id of its first post."""
    settle(context)
    follow(context)
    return walk_all(context, context.dialect.stream(spec["stream"]), newest_first(context, spec))


def newest_first(context: Context, spec: Spec) -> list[Target]:
    """A walk for each of the spec's conversations, those first in which something was said last: what ends the walks
    early leaves out the oldest talk."""
    known = context.state.active_conversations(
        context.network, context.client_id, context.dialect.network.began_at, context.settings.now()
    )
    place = {conversation_id: number for number, conversation_id in enumerate(known)}
    ids = spec.get("targets") or []
    return each_of(sorted(ids, key=lambda conversation_id: place.get(conversation_id, len(known))))


def poll_threads(context: Context, config: ClientConfig, spec: Spec) -> str:
    """The spec's conversations that are still due, where a network shows a conversation as a whole."""
    follow(context)
    stream, now = context.dialect.stream(context.dialect.network.replies_stream), context.settings.now()
    until = datetime.fromisoformat(spec["until"])
    for due in still_due(context, config, spec, now):
        begun = due.since.replace(microsecond=0)
        (target,) = each_of([due.conversation_id])
        pager.walk(context, stream, target, Window(begun, until))
        polling.polled(context.state, context.network, config.id, [due], until, now)
    return FINISHED


def still_due(context: Context, config: ClientConfig, spec: Spec, now: datetime) -> list[polling.Due]:
    """The spec's conversations but those of another poll that came first: this one has waited for it."""
    dues = [
        polling.Due(conversation_id, datetime.fromisoformat(since), datetime.fromisoformat(activity))
        for conversation_id, since, activity in spec["targets"]
    ]
    ids = [due.conversation_id for due in dues]
    still = polling.still_due(context.state, context.network, config.id, ids, now)
    return [due for due in dues if due.conversation_id in still]


def missing(context: Context, config: ClientConfig, spec: Spec, walks: Walks | None = None) -> str:
    """Posts that the run refers to and does not have, and those that they refer to, round after round.

    `walks`: what walks the targets of a round; by default walk_all.
    """
    dialect, network = context.dialect, context.network
    found = collected(context.settings, dialect, config.id, context.run_id)
    asked: set[str] = set()
    gone: dict[str, str] = {}

    def take_in(reading: Reading) -> None:
        found.add(reading)
        for error in reading.errors:
            # Errors about other things ride along too: only an answer about an id asked for counts.
            if dialect.is_about_asked(error) and error.get("resource_id"):
                gone[str(error["resource_id"])] = str(error.get("title") or "not shown")
        context.state.remember_gone(network, gone)

    context.on_page = take_in
    for number in range(1, _MISSING_ROUNDS + 1):
        new = found.missing() - asked
        wanted = worth_asking(context.settings, context.state, network, new, context.on_progress)
        if not wanted:
            return FINISHED
        context.on_progress(f"{config.id} missing: round {number}, looking up {len(wanted)} posts")
        asked.update(wanted)
        targets = dialect.post_targets(dialect.in_order(wanted), config.budget)
        (walks or walk_all)(context, dialect.stream(MISSING), targets)
    left = len(found.missing() - asked)
    if left:
        context.on_progress(
            f"{config.id} missing: {left} parents are further up than {_MISSING_ROUNDS} rounds reach"
        )
    return FINISHED


def of_streams(dialect: Dialect) -> dict[str, Fetcher]:
    """The fetchers above for the streams of a network that shows conversations as a whole, by the streams' names.

    A network replaces those that it does in another way.
    """
    by_kind: dict[str | None, Fetcher] = {"account": each_account, "post": each_post}
    by_name: dict[str, Fetcher] = {
        PROFILES: profiles,
        MISSING: missing,
        dialect.network.replies_stream: each_thread,
    }
    found = {
        stream.name: by_kind[stream.each] if stream.each else by_name[stream.name]
        for stream in dialect.streams.values()
        if stream.each or stream.name in by_name
    }
    return found | {POLL: poll_threads}


def walk_all(context: Context, stream: Stream, targets: list[Target], window: Window | None = None) -> str:
    """A walk for each target, one after the other."""
    for number, target in enumerate(targets, start=1):
        pager.walk(context, stream, target, window)
        if number % 10 == 0:
            totals = context.totals
            context.on_progress(
                f"{context.client_id} {stream.name}: {number} of {len(targets)} walks, "
                f"{totals.pages} pages, {totals.objects} objects"
            )
    return FINISHED


def walk_each_login(context: Context, stream: Stream, targets: list[Target]) -> None:
    """A walk for each of our accounts, as that account: what fails for one keeps nothing from the others.

    The first error is raised at the end.
    """
    failed: errors.ExtractionError | None = None
    for target in targets:
        try:
            pager.walk(context, stream, target)
        except errors.ExtractionError as problem:
            context.on_progress(
                f"{context.client_id} {stream.name}: nothing of {target.path_id}: {problem.words}"
            )
            failed = failed or problem
    if failed:
        raise failed


def follow(context: Context) -> None:
    """Lets every page tell which conversations were active, and when last."""
    context.on_page = lambda reading: context.state.remember_conversations(
        context.network, context.client_id, references.activity(reading)
    )


def settle(context: Context) -> None:
    """Waits until the window's end is old enough for the network to answer for it; it is minutes ahead at most."""
    dialect = context.dialect
    wait = (context.window.end + dialect.settle_time - context.settings.now()).total_seconds()
    if wait > 0:
        label = dialect.network.label
        context.on_progress(f"the window ends just now; waiting {wait:.0f} s until {label} answers for it")
        _sleep(wait)


def collected(settings: Settings, dialect: Dialect, client_id: str, run_id: str) -> references.References:
    """What a run has landed for the client, by what it refers to."""
    found = references.References()
    network, streams = dialect.network.name, dialect.with_posts()
    for page in landing_files.run_pages(settings.landing_dir, network, streams, run_id, client_id):
        found.add(dialect.read(page.envelope, page.body))
    return found


def worth_asking(
    settings: Settings, state: State, network: str, ids: set[str], on_progress: Progress
) -> set[str]:
    """Those of the ids that are neither remembered as gone nor in the warehouse already."""
    ids = ids - state.gone(network, ids)
    try:
        return ids - raw_store.known_post_ids(settings, network, ids, wait_seconds=_WAREHOUSE_WAIT_SECONDS)
    except WarehouseBusy:
        on_progress("the warehouse is busy; looking up posts that it may already hold")
        return ids
