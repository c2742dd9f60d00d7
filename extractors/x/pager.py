"""One pager for every stream: from the newest page to the last, each page on disk before the cursor moves.

Only an absent next_token ends a walk; a page may be short or empty in the middle. A walk that was interrupted
goes on from its cursor, and takes up a page that was landed but not yet recorded; so at most the page in
flight is asked for twice.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from extractors import errors
from extractors.landing import landing_files, pages
from extractors.state import gaps
from extractors.state.budget import Kind, Purse
from extractors.state.store import State, Walk
from extractors.x import fields, references, streams
from extractors.x.client import Answer, Client
from extractors.x.streams import NETWORK, Stream, Target
from extractors.x.trail import MOST_PASSES, Trail, next_token
from rapport.config import Settings
from rapport.networks import X
from rapport.window import Window

log = logging.getLogger("rapport.extract")


@dataclass
class Totals:
    """What the walks of one fetch came to, pages of earlier attempts included."""

    walks: int = 0
    pages: int = 0
    objects: int = 0
    estimated_cost_usd: float = 0.0
    billed_usd: float = 0.0


@dataclass
class Context:
    """What all walks of one fetch share. `on_page` sees every page's body before the cursor moves past it.

    `purse` is the client's money.
    """

    settings: Settings
    state: State
    client: Client
    client_id: str
    run_id: str
    window: Window
    on_progress: Callable[[str], None]
    on_page: Callable[[dict[str, Any]], None] = lambda body: None
    totals: Totals = field(default_factory=Totals)
    purse: Purse = field(init=False)

    def __post_init__(self) -> None:
        budgets = {client.id: client.budget for client in self.settings.config.clients}
        budget = budgets.get(self.client_id)
        self.purse = Purse(self.state.engine, X, self.client_id, budget, self.settings.now)


def walk(context: Context, stream: Stream, target: Target, window: Window | None = None) -> None:
    """Lands every page of one target, and adds to context.totals. A finished walk is not walked again.

    `window` bounds a windowed stream (default: the context's). Raises ExtractionError that says where, and
    BudgetReached with the cursor kept: the same call goes on from there.
    """
    window = window or context.window
    key = walk_key(context, stream, target, window)
    known = context.state.walk(key)
    progress = known or Walk(key, "running", 0, 0, 0.0, None, None)
    trail = Trail()
    try:
        if not progress.is_finished:
            for number in range(1, progress.page_count + 1):
                page = landing_files.read(
                    context.settings.landing_dir, _page_key(context, stream, target, key, number)
                )
                _follow(trail, page, number)
        while not progress.is_finished:
            try:
                progress = _next_page(context, stream, target, window, progress, trail)
            except errors.TokenExpired as problem:
                if trail.passes >= MOST_PASSES:
                    raise
                trail.begin_anew(is_windowed=stream.is_windowed)
                progress = replace(progress, next_token=None)
                begins = f"below {trail.below}" if trail.below else "from the newest"
                context.on_progress(f"{context.client_id} {stream.name}: {problem.words}; going on {begins}")
            except errors.SinceIdStale as problem:
                _walk_by_time(context, stream, target, window, problem)
                return
    except errors.ExtractionError as problem:
        landed = f"{progress.page_count} pages, {progress.object_count} objects of this walk"
        raise problem.at(stream.name, target.label[:80], window, progress.page_count + 1, landed) from None
    totals = context.totals
    totals.walks += 1
    totals.pages += progress.page_count
    totals.objects += progress.object_count
    totals.estimated_cost_usd += progress.estimated_cost_usd


def _walk_by_time(
    context: Context, stream: Stream, target: Target, window: Window, problem: errors.SinceIdStale
) -> None:
    """The same walk from where the endpoint begins to reach; what lies between there and the id is a gap."""
    since_id = dict(target.parameters)["since_id"]
    # With margin: the reach moves on while the walk takes its time.
    begins = (problem.reach_at or context.settings.now() - streams.RECENT_REACH) + timedelta(minutes=1)
    lost_from = references.moment_of(since_id)
    if lost_from < begins:
        why = f"older than what {stream.endpoint} reaches by since_id"
        lost = Window(lost_from, min(begins, window.end))
        gaps.record(context.state, NETWORK, context.client_id, stream.name, target.label, lost, why)
        context.on_progress(
            f"{context.client_id} {stream.name}: {lost} of {target.label[:80]} is a gap: {why}"
        )
    if begins >= window.end:
        return
    parameters = tuple(pair for pair in target.parameters if pair[0] != "since_id")
    by_time = replace(stream, overlap=timedelta(0))  # nothing further back is shown
    walk(context, by_time, replace(target, parameters=parameters), Window(begins, window.end))


def bodies(
    context: Context, stream: Stream, target: Target, window: Window | None = None
) -> Iterator[dict[str, Any]]:
    """The pages that a walk has landed, newest first."""
    key = walk_key(context, stream, target, window or context.window)
    known = context.state.walk(key)
    for number in range(1, (known.page_count if known else 0) + 1):
        page_key = _page_key(context, stream, target, key, number)
        yield landing_files.read(context.settings.landing_dir, page_key).body


def walk_key(context: Context, stream: Stream, target: Target, window: Window) -> str:
    """What makes a walk the same walk: client, stream, run, target and window."""
    bounds = f"{window.start.isoformat()}/{window.end.isoformat()}"
    return "|".join(
        [
            NETWORK,
            context.client_id,
            stream.name,
            context.run_id,
            bounds,
            landing_files.short_hash(target.label),
            stream.endpoint,
        ]
    )


def _next_page(
    context: Context, stream: Stream, target: Target, window: Window, progress: Walk, trail: Trail
) -> Walk:
    number = progress.page_count + 1
    page_key = _page_key(context, stream, target, progress.walk_key, number)
    landing_dir = context.settings.landing_dir
    is_landed = landing_files.exists(landing_dir, page_key)
    if is_landed:  # by an attempt that ended before its cursor moved
        page = landing_files.read(landing_dir, page_key)
        body = page.body
        _follow(trail, page, number)
    else:
        answer = _ask(context, stream, target, window, progress.next_token, trail.below)
        body = answer.value
        trail.follow(body, number, progress.next_token, answer.parameters)
        if progress.object_count == 0:  # pages at the beginning may be empty
            _check_fields(stream, body)
        _watch_version(context, stream, answer)
    counts = count_objects(body, stream.kind)
    cost = streams.list_price_usd(counts)
    if not is_landed:
        envelope = _envelope(
            context, stream, target, window, progress.next_token, number, answer, sum(counts.values()), cost
        )
        pages.land(context.state, landing_dir, page_key, envelope, answer.body, body)
    context.on_page(body)
    token = next_token(body) if stream.token_parameter and not _reaches(body, target.down_to) else None
    after = Walk(
        walk_key=progress.walk_key,
        status="running" if token else "finished",
        page_count=number,
        object_count=progress.object_count + len(fields.objects(body.get("data"))),
        estimated_cost_usd=progress.estimated_cost_usd + cost,
        next_token=token,
        newest_id=_newest_id(body) if number == 1 else progress.newest_id,
    )
    _record(context, stream, target, window, after)
    if number % 10 == 0:
        context.on_progress(
            f"{context.client_id} {stream.name}: {number} pages, {after.object_count} objects "
            f"of {target.label[:40]}"
        )
    return after


def _newest_id(body: dict[str, Any]) -> str | None:
    """The page's newest id; where `meta` does not name it (direct messages), that of its first object."""
    meta = body.get("meta")
    newest = meta.get("newest_id") if isinstance(meta, dict) else None
    return _text(newest or next((item.get("id") for item in fields.objects(body.get("data"))), None))


def _reaches(body: dict[str, Any], down_to: datetime | None) -> bool:
    """Whether the page's oldest object is older than that: pages go from newest to oldest."""
    if down_to is None:
        return False
    moments = [
        datetime.fromisoformat(str(item["created_at"]))
        for item in fields.objects(body.get("data"))
        if item.get("created_at")
    ]
    return bool(moments) and min(moments) < down_to


def _follow(trail: Trail, page: landing_files.LandedPage, number: int) -> None:
    envelope = page.envelope
    trail.follow(page.body, number, envelope.get("page_token"), envelope.get("parameters") or {})


def _watch_version(context: Context, stream: Stream, answer: Answer) -> None:
    version = answer.headers.get("api-version")
    before = context.state.note_api_version(NETWORK, stream.endpoint, version) if version else None
    if before is not None:
        message = f"X answers {stream.endpoint} with API version {version}, before it was {before}"
        log.warning("%s: see what changed, docs/runbook.md tells how", message)
        context.on_progress(message)


def _ask(
    context: Context, stream: Stream, target: Target, window: Window, token: str | None, below: str | None
) -> Answer:
    parameters = {**stream.parameters, **dict(target.parameters)}
    if stream.is_windowed:
        # Of each pair X takes one: a time or an id.
        if "since_id" not in parameters:
            parameters["start_time"] = window.start - stream.overlap
        if below is not None:
            parameters["until_id"] = below
        else:
            parameters["end_time"] = window.end
    if token is not None and stream.token_parameter:
        parameters[stream.token_parameter] = token
    return pay(context, stream, target.path_id, parameters)


def pay(context: Context, stream: Stream, path_id: str | None, parameters: dict[str, Any]) -> Answer:
    """One call that is paid for: reserved at its worst before, settled with what was returned after.

    With little money left it asks for a smaller page. Raises BudgetReached before anything is asked.
    """
    wanted = parameters.get("max_results")
    if wanted is None:
        most = least = len(parameters.get("ids") or parameters.get("usernames") or [1])
    else:
        most, least = wanted, min(wanted, (stream.page_sizes or (1, 1))[0])
    reservation = context.purse.reserve(stream.name, stream.worst_usd, least, most)
    if wanted is not None:
        parameters = {**parameters, "max_results": reservation.size}
    try:
        answer = context.client.ask(stream.method, path_id, parameters, as_user=stream.needs_user)
    except errors.ExtractionError as problem:
        context.purse.release(reservation, may_be_billed=problem.may_be_billed)
        raise  # whatever else ends this, as a kill, leaves the reservation: X may have answered
    context.totals.billed_usd += context.purse.settle(reservation, _returned(answer.value, stream.kind))
    return answer


def _check_fields(stream: Stream, body: dict[str, Any]) -> None:
    missing = fields.missing_fields(body, stream.kind, stream.has_includes)
    if missing:
        raise errors.FieldsMissing(
            f"{stream.endpoint} left out fields that everything downstream depends on: {', '.join(missing)}",
            "X drops unknown field names silently: compare extractors/x/fields.py with X's documentation",
        )


def _returned(body: dict[str, Any], kind: Kind) -> dict[Kind, set[str]]:
    """Ids of what a page holds, `includes` counted, by kind."""
    found: dict[Kind, set[str]] = {
        "post": {str(post.get("id")) for post in fields.included(body, "tweets", "posts")},
        "user": {str(user.get("id")) for user in fields.included(body, "users")},
    }
    own = {str(item.get("id")) for item in fields.objects(body.get("data"))}
    return {**found, kind: found.get(kind, set()) | own}


def count_objects(body: dict[str, Any], kind: fields.ObjectKind) -> dict[Kind, int]:
    """How many objects a page holds, `includes` counted, each once, by kind."""
    return {kind: len(ids) for kind, ids in _returned(body, kind).items()}


def _record(
    context: Context,
    stream: Stream,
    target: Target,
    window: Window,
    after: Walk,
) -> None:
    watermark = {
        "network": NETWORK,
        "client_id": context.client_id,
        "stream": stream.name,
        "target": target.label,
        "newest_id": after.newest_id,
        "run_id": context.run_id,
    }
    leads_on = stream.is_windowed or stream.remembers
    has_watermark = after.is_finished and after.newest_id is not None and leads_on
    context.state.advance(
        {
            **{name: getattr(after, name) for name in Walk.__dataclass_fields__},
            "network": NETWORK,
            "client_id": context.client_id,
            "stream": stream.name,
            "run_id": context.run_id,
            "target": target.label,
            "window_start_at": window.start,
            "window_end_at": window.end,
        },
        watermark if has_watermark else None,
    )


def _page_key(context: Context, stream: Stream, target: Target, key: str, number: int) -> str:
    label = landing_files.safe_name(target.label, 24)
    name = f"{context.client_id}-{label}-{landing_files.short_hash(key)}-{number:05d}"
    return landing_files.page_key(NETWORK, stream.name, context.run_id, name)


def _envelope(
    context: Context,
    stream: Stream,
    target: Target,
    window: Window,
    token: str | None,
    number: int,
    answer: Answer,
    object_count: int,
    cost: float,
) -> dict[str, Any]:
    meta = answer.value.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    return {
        "network": NETWORK,
        "client_id": context.client_id,
        "stream": stream.name,
        "run_id": context.run_id,
        "target": target.label,
        "page_number": number,
        "source": "api",
        "data_kind": stream.kind,
        "endpoint": answer.endpoint,
        "parameters": answer.parameters,
        "window_start_at": window.start.isoformat(),
        "window_end_at": window.end.isoformat(),
        "requested_at": answer.requested_at.isoformat(),
        "fetched_at": answer.fetched_at.isoformat(),
        "status_code": answer.status_code,
        "rate_limit": {
            name: answer.headers.get(f"x-rate-limit-{name}") for name in ("limit", "remaining", "reset")
        },
        "api_version": answer.headers.get("api-version"),
        "page_token": token,
        "next_token": next_token(answer.value),
        "newest_id": _text(meta.get("newest_id")),
        "oldest_id": _text(meta.get("oldest_id")),
        "result_count": meta["result_count"]
        if isinstance(meta.get("result_count"), int)
        else len(fields.objects(answer.value.get("data"))),
        "object_count": object_count,
        "estimated_cost_usd": cost,
    }


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None
