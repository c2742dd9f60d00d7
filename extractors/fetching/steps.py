"""What the DAGs and the command line call, for one network: plan a wave, fetch what it names. All is JSON-able.

Three waves a run: accounts (profiles, own posts, mentions, direct messages), threads (conversations, quotes,
reposters and likers of what the first wave landed), and missing parents and roots. Each wave reads the
landing files of the one before. What the budget stopped in an earlier run is taken up with the next.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from extractors.errors import ExtractionError
from extractors.fetching import accounts, deferred, fetchers, polling, references
from extractors.fetching.allowance import Allowance
from extractors.fetching.context import Context
from extractors.fetching.deferred import Spec
from extractors.fetching.dialect import Dialect, Objects, Progress
from extractors.fetching.registry import extractor
from extractors.fetching.streams import MISSING, POLL, PROFILES, Stream
from extractors.fetching.vocabulary import metric
from extractors.landing import landing_files
from extractors.state import fetch_locks, gaps
from extractors.state.budget import BudgetReached
from extractors.state.store import State, open_state
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.errors import RapportError
from rapport.window import Window

log = logging.getLogger("rapport.extract")

BUDGET_REACHED = "budget reached"
_WAVES = (1, 2, 3)


def plan_accounts(
    network: str,
    settings: Settings,
    client_id: str | None = None,
    run_id: str = "",
    on_progress: Progress = log.info,
    allowance: Allowance | None = None,
) -> list[Spec]:
    """Wave 1: one spec {client_id, stream} for each client and each of its streams, as profiles and own_posts.

    Handles not seen before are resolved here, once, rather than in each of the parallel fetches. Where that fails for
    one of several clients, its streams are planned all the same: they fail for the same reason, and no other's do.
    Before them stand the specs that earlier runs left for want of budget (with `run_id`, the run that takes them up).
    """
    specs: list[Spec] = []
    chosen = _clients(network, settings, client_id)
    if not chosen:
        return []
    of_network = extractor(network)
    dialect = of_network.dialect
    now = settings.now()
    window = Window(now - timedelta(days=1), now)
    with open_state(settings) as state, of_network.open_client(settings, log.info) as client:
        for config in chosen:
            context = Context(
                settings, state, client, config.id, run_id, window, on_progress, allowance=allowance
            )
            try:
                with fetch_locks.alone(state, network, config.id, PROFILES, run_id, on_progress):
                    accounts.resolve(context, config)
            except BudgetReached as reached:
                on_progress(str(reached))
                continue
            except ExtractionError as problem:
                if problem.recovery == "stop" or len(chosen) == 1:
                    raise
                on_progress(f"accounts of {config.id}: left to its streams, as it failed: {problem.words}")
            if run_id:
                every = [name for wave in _WAVES for name in dialect.names_of(wave)]
                earlier = deferred.take_up(state, network, config.id, every, run_id)
                specs += [spec for spec in earlier if spec["stream"] in dialect.names_of(1)]
            specs += [
                {"client_id": config.id, "stream": stream.name}
                for stream in dialect.wanted(settings, config, wave=1)
                if accounts.ours(network, config) or stream.name == PROFILES
            ]
    return specs


def held_back(network: str, planned: Iterable[Spec], fetched: Iterable[Mapping[str, Any]]) -> set[str]:
    """Clients whose later waves would be planned from too little: of the specs planned for them, not all were fetched.

    `fetched`: what `fetch` has returned. What needs a secret that is optional holds nobody back.
    """
    streams = extractor(network).dialect.streams
    left = Counter((spec["client_id"], spec["stream"]) for spec in planned)
    left -= Counter((result["client_id"], result["stream"]) for result in fetched)
    return {client_id for client_id, name in left if not (name in streams and streams[name].needs_user)}


def plan_threads(
    network: str,
    settings: Settings,
    window: Window,
    run_id: str,
    client_id: str | None = None,
    without: Collection[str] = (),
) -> list[Spec]:
    """Wave 2: conversations to ask for, posts whose quotes, reposters and likers to ask for.

    Conversations are those of the run's own posts and mentions, and those known to have been active in the
    last days before the window's end (polling.close_after_days); what polls have brought is left out. The
    others: our posts with a count above zero. No targets, no spec. Nothing for the clients `without`.
    """
    dialect = extractor(network).dialect
    specs: list[Spec] = []
    with open_state(settings) as state:
        for config in _clients(network, settings, client_id, without):
            left = deferred.take_up(state, network, config.id, dialect.names_of(2), run_id)
            for old_window, old_run in deferred.taken_up(state, network, config.id, run_id):
                planned = _threads(dialect, settings, state, config, old_window, old_run)
                mine = [spec for spec in left if spec["run_id"] == old_run]
                specs += [deferred.belonging_to(spec, old_window, old_run) for spec in _united(mine, planned)]
            specs += _threads(dialect, settings, state, config, window, run_id)
    return specs


def plan_missing(
    network: str,
    settings: Settings,
    window: Window,
    run_id: str,
    client_id: str | None = None,
    without: Collection[str] = (),
) -> list[Spec]:
    """Wave 3: one spec {client_id, stream: missing} for each client whose landing refers to posts not there."""
    dialect = extractor(network).dialect
    specs: list[Spec] = []
    with open_state(settings) as state:
        for config in _clients(network, settings, client_id, without):
            runs = [*deferred.taken_up(state, network, config.id, run_id), (window, run_id)]
            for one_window, one_run in runs:
                missing = fetchers.collected(settings, dialect, config.id, one_run).missing()
                if fetchers.worth_asking(settings, state, network, missing, log.info):
                    spec = {"client_id": config.id, "stream": MISSING}
                    specs.append(
                        spec if one_run == run_id else deferred.belonging_to(spec, one_window, one_run)
                    )
    return specs


def plan_polls(network: str, settings: Settings, client_id: str | None = None) -> list[Spec]:
    """One spec {client_id, stream: poll} for each client with conversations that are due to be looked at."""
    now = settings.now()
    dialect = extractor(network).dialect
    until = (now - dialect.settle_time).replace(second=0, microsecond=0)
    reach = dialect.network.began_at
    if dialect.search_reach is not None:  # with margin: it moves on while the polls take their time
        reach = now - dialect.search_reach + timedelta(minutes=30)
    close_after = timedelta(days=settings.config.polling.close_after_days)
    specs: list[Spec] = []
    with open_state(settings) as state:
        for config in _clients(network, settings, client_id):
            dues = [
                due
                for due in polling.due(state, network, config.id, now, close_after, reach)
                if due.since < until
            ]
            if dues:
                targets = [
                    [due.conversation_id, due.since.isoformat(), due.activity_at.isoformat()] for due in dues
                ]
                specs.append(
                    {
                        "client_id": config.id,
                        "stream": POLL,
                        "until": until.isoformat(),
                        "targets": targets,
                    }
                )
    return specs


def fetch(
    network: str,
    settings: Settings,
    spec: Spec,
    window: Window,
    run_id: str,
    on_progress: Progress = log.info,
    allowance: Allowance | None = None,
) -> dict[str, Any]:
    """Fetches one spec of a plan for the window, page by page into landing files.

    Returns {client_id, stream, walks, pages, objects, estimated_cost_usd, billed_usd, status}. status is
    `finished`; `out of reach` when the network shows nothing of the window to this access; `budget reached`
    when the client's budget ended it, or the `allowance` of requests: what landed stays, a later run goes on from
    there. Counts and estimated_cost_usd (list prices) include what an interrupted attempt of the same run landed;
    billed_usd is what this attempt spent. Waits while another process fetches the same stream of the client.
    Raises ExtractionError.
    """
    config = settings.config.client(spec["client_id"])
    name = spec["stream"]
    of_network = extractor(network)
    if name not in of_network.fetchers:
        known = ", ".join(of_network.fetchers)
        raise RapportError(f"there is no stream '{name}'", f"the streams are: {known}")
    window, run_id = deferred.origin(spec, window, run_id)
    window.require_over(settings.now())
    with open_state(settings) as state, of_network.open_client(settings, on_progress) as client:
        context = Context(
            settings, state, client, config.id, run_id, window, on_progress, allowance=allowance
        )
        on_progress(f"{config.id} {name}: fetching {window}")
        try:
            with fetch_locks.alone(state, network, config.id, name, run_id, on_progress):
                status = of_network.fetchers[name](context, config, spec)
        except BudgetReached as reached:
            status = BUDGET_REACHED
            on_progress(str(reached))
            # A poll that was not made is simply still due.
            if name != POLL:
                deferred.remember(state, network, spec, window, run_id)
        else:
            if name != POLL:
                deferred.forget(state, network, spec, window, run_id)
        totals = context.totals
    cost, billed = round(totals.estimated_cost_usd, 6), round(totals.billed_usd, 6)
    spent = f", about ${billed:.2f} now" if of_network.dialect.network.price_usd else ""
    on_progress(f"{config.id} {name}: {status}, {totals.pages} pages, {totals.objects} objects{spent}")
    return {
        "client_id": config.id,
        "stream": name,
        "walks": totals.walks,
        "pages": totals.pages,
        "objects": totals.objects,
        "estimated_cost_usd": cost,
        "billed_usd": billed,
        "status": status,
    }


def _threads(
    dialect: Dialect, settings: Settings, state: State, config: ClientConfig, window: Window, run_id: str
) -> list[Spec]:
    network = dialect.network
    ours = set(accounts.known_ids(state, network.name, accounts.ours(network.name, config)).values())
    conversations: set[str] = set()
    of_posts = [stream for stream in dialect.wanted(settings, config, wave=2) if stream.metric]
    counted: dict[str, dict[str, dict[str, Any]]] = {stream.name: {} for stream in of_posts}
    timelines = [
        stream.name for stream in dialect.streams.values() if stream.wave == 1 and stream.kind == "post"
    ]
    for page in landing_files.run_pages(settings.landing_dir, network.name, timelines, run_id, config.id):
        reading = dialect.read(page.envelope, page.body)
        conversations.update(references.activity(reading))
        conversations.update(dialect.unplaced(reading))
        own = {str(post.get("id")) for post in reading.own}
        for post in (*reading.own, *reading.posts):
            if str(post.get("author_id")) not in ours or not post.get("id"):
                continue
            # Answers to an earlier version of an edited post carry that version's conversation id.
            conversations.update(references.earlier_versions(post))
            post_id = str(post.get("id"))
            for stream in of_posts if not references.is_repost(post) else ():
                # Nods are asked of the window's own posts, while they are new.
                is_asked = post_id in own or not stream.is_nod
                if is_asked and stream.metric and metric(post, stream.metric) > 0:
                    counted[stream.name][post_id] = post
    active_for = timedelta(days=settings.config.polling.close_after_days)
    conversations.update(
        state.active_conversations(network.name, config.id, window.end - active_for, window.end)
    )
    since = _already_polled(state, network.name, config.id, conversations, window)
    conversations -= {conversation_id for conversation_id, start in since.items() if start >= window.end}
    targets = {network.replies_stream: dialect.in_order(conversations)}
    for stream in of_posts:
        posts = counted[stream.name]
        ordered = dialect.newest_first(posts.values())
        targets[stream.name] = (
            _newest(dialect, state, config, stream, ordered, window)
            if stream.is_nod
            else [str(post["id"]) for post in ordered]
        )
    specs: list[Spec] = [
        {"client_id": config.id, "stream": name, "targets": ids} for name, ids in targets.items() if ids
    ]
    later = {
        conversation_id: start.isoformat()
        for conversation_id, start in since.items()
        if conversation_id in conversations
    }
    for spec in specs:
        if later and spec["stream"] == network.replies_stream:
            spec["since"] = later
    return specs


def _already_polled(
    state: State, network: str, client_id: str, conversations: set[str], window: Window
) -> dict[str, datetime]:
    """Conversation id → where the window begins for it, after what polls have brought of it already."""
    begins: dict[str, datetime] = {}
    for conversation_id, (start, end) in polling.covered(state, network, client_id, conversations).items():
        if start <= window.start < end:
            # Whole hours: conversations that begin together share a query.
            hour = (end - polling.OVERLAP).replace(minute=0, second=0, microsecond=0)
            if end >= window.end:
                begins[conversation_id] = window.end
            elif hour > window.start:
                begins[conversation_id] = hour
    return begins


def _newest(
    dialect: Dialect, state: State, config: ClientConfig, stream: Stream, ordered: Objects, window: Window
) -> list[str]:
    """The newest of them, as many as a run may ask for. The time of the others is a gap, unless nods are turned off."""
    network = dialect.network.name
    chosen, left = ordered[: config.nods_per_run], ordered[config.nods_per_run :]
    gaps.close(state, network, config.id, stream.name, gaps.WHOLE_STREAM, window, gaps.TOO_MANY)
    if left and config.nods_per_run:
        log.info(
            f"{config.id} {stream.name}: {len(left)} older posts are not asked for "
            f"(nods_per_run = {config.nods_per_run})"
        )
        # To the second, as windows are; the overlap before the window belongs to the one before.
        written = dialect.moment_of(left[0])
        newest = written.replace(microsecond=0) + timedelta(seconds=1) if written else window.end
        if newest > window.start:
            lost = Window(window.start, min(newest, window.end))
            gaps.record(state, network, config.id, stream.name, gaps.WHOLE_STREAM, lost, gaps.TOO_MANY)
    return [str(post["id"]) for post in chosen]


def _united(left: list[Spec], planned: list[Spec]) -> list[Spec]:
    """Specs of one run, those that were left first in the order they had, so that their walks go on."""
    by_stream = {spec["stream"]: dict(spec) for spec in left}
    for spec in planned:
        known = by_stream.setdefault(spec["stream"], spec)
        if known is not spec:
            known["targets"] = list(dict.fromkeys([*known.get("targets", []), *spec["targets"]]))
    return list(by_stream.values())


def _clients(
    network: str, settings: Settings, client_id: str | None, without: Collection[str] = ()
) -> list[ClientConfig]:
    """Clients with accounts on the network, whoever's they are."""
    chosen = settings.config.clients if client_id is None else [settings.config.client(client_id)]
    return [config for config in chosen if accounts.everyone(network, config) and config.id not in without]
