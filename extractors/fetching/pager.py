"""One pager for every stream: from the newest page to the last, each page on disk before the cursor moves.

Only an absent token of the next page ends a walk; a page may be short or empty in the middle. A walk that was
interrupted goes on from its cursor, and takes up a page that was landed but not yet recorded; so at most the page in
flight is asked for twice.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from extractors import errors
from extractors.fetching.context import Context
from extractors.fetching.dialect import Answer, Reading, returned
from extractors.fetching.streams import Stream, Target
from extractors.fetching.trail import MOST_PASSES, Trail
from extractors.landing import landing_files, pages
from extractors.state import gaps
from extractors.state.budget import Kind
from extractors.state.store import Walk
from rapport.networks import Network
from rapport.window import Window

log = logging.getLogger("rapport.extract")


def walk(context: Context, stream: Stream, target: Target, window: Window | None = None) -> None:
    """Lands every page of one target, and adds to context.totals. A finished walk is not walked again.

    `window` bounds a windowed stream (default: the context's). Raises ExtractionError that says where, and
    BudgetReached with the cursor kept: the same call goes on from there.
    """
    window = window or context.window
    key = walk_key(context, stream, target, window)
    known = context.state.walk(key)
    progress = known or Walk(key, "running", 0, 0, 0.0, None, None)
    trail = Trail(context.dialect.network.label)
    try:
        if not progress.is_finished:
            for number in range(1, progress.page_count + 1):
                page = landing_files.read(
                    context.settings.landing_dir, _page_key(context, stream, target, key, number)
                )
                _follow(trail, context, page, number)
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
            except errors.RequestRefused as problem:
                if not _walked_instead(context, stream, target, window, problem):
                    raise
                return
    except errors.ExtractionError as problem:
        landed = f"{progress.page_count} pages, {progress.object_count} objects of this walk"
        raise problem.at(stream.name, target.label[:80], window, progress.page_count + 1, landed) from None
    totals = context.totals
    totals.walks += 1
    totals.pages += progress.page_count
    totals.objects += progress.object_count
    totals.estimated_cost_usd += progress.estimated_cost_usd


def _walked_instead(
    context: Context, stream: Stream, target: Target, window: Window, problem: errors.RequestRefused
) -> bool:
    """Walks another way after a refusal, if the network has one. What that does not reach is a gap."""
    way = context.dialect.instead(problem, stream, target, window, context.settings.now())
    if way is None:
        return False
    if way.lost is not None:
        gaps.record(
            context.state, context.network, context.client_id, stream.name, target.label, way.lost, way.why
        )
        context.on_progress(
            f"{context.client_id} {stream.name}: {way.lost} of {target.label[:80]} is a gap: {way.why}"
        )
    if way.window is not None:
        walk(context, way.stream, way.target, way.window)
    return True


def readings(
    context: Context, stream: Stream, target: Target, window: Window | None = None
) -> Iterator[Reading]:
    """What the pages say that a walk has landed, newest first."""
    for page in landed(context, stream, target, window):
        yield context.dialect.read(page.envelope, page.body)


def landed(
    context: Context, stream: Stream, target: Target, window: Window | None = None
) -> Iterator[landing_files.LandedPage]:
    """The pages that a walk has landed, newest first."""
    key = walk_key(context, stream, target, window or context.window)
    known = context.state.walk(key)
    for number in range(1, (known.page_count if known else 0) + 1):
        page_key = _page_key(context, stream, target, key, number)
        yield landing_files.read(context.settings.landing_dir, page_key)


def walk_key(context: Context, stream: Stream, target: Target, window: Window) -> str:
    """What makes a walk the same walk: client, stream, run, target and window."""
    bounds = f"{window.start.isoformat()}/{window.end.isoformat()}"
    return "|".join(
        [
            context.network,
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
        reading = _follow(trail, context, landing_files.read(landing_dir, page_key), number)
    else:
        parameters = context.dialect.request(stream, target, window, progress.next_token, trail.below)
        answer = pay(context, stream, target, parameters)
        envelope = _envelope(context, stream, target, window, progress.next_token, number, answer)
        reading = context.dialect.read(envelope, answer.value)
        below = context.dialect.below(answer.parameters)
        trail.follow(reading, number, progress.next_token, below)
        if progress.object_count == 0:  # pages at the beginning may be empty
            context.dialect.check(stream, answer.value)
        _watch_version(context, stream, answer)
    counts = count_objects(reading, stream)
    cost = list_price_usd(context.dialect.network, counts)
    if not is_landed:
        envelope |= _read_off(reading, sum(counts.values()), cost)
        pages.land(context.state, landing_dir, page_key, envelope, answer.body, answer.value)
    context.on_page(reading)
    is_back = _reaches(reading, target.down_to)
    token = reading.next_token if stream.token_parameter and not is_back else None
    after = Walk(
        walk_key=progress.walk_key,
        status="running" if token else "finished",
        page_count=number,
        object_count=progress.object_count + len(reading.own),
        estimated_cost_usd=progress.estimated_cost_usd + cost,
        next_token=token,
        newest_id=_newest_id(reading) if number == 1 else progress.newest_id,
    )
    _record(context, stream, target, window, after)
    if number % 10 == 0:
        context.on_progress(
            f"{context.client_id} {stream.name}: {number} pages, {after.object_count} objects "
            f"of {target.label[:40]}"
        )
    return after


def _newest_id(reading: Reading) -> str | None:
    """The page's newest id; where the network does not name it, that of its first object."""
    return reading.newest_id or _text(next((item.get("id") for item in reading.own), None))


def _reaches(reading: Reading, down_to: datetime | None) -> bool:
    """Whether the page's oldest object is older than that: pages go from newest to oldest."""
    back_at = reading.is_back_at if down_to is not None else None
    return down_to is not None and back_at is not None and back_at < down_to


def _follow(trail: Trail, context: Context, page: landing_files.LandedPage, number: int) -> Reading:
    envelope = page.envelope
    reading = context.dialect.read(envelope, page.body)
    below = context.dialect.below(envelope.get("parameters") or {})
    trail.follow(reading, number, envelope.get("page_token"), below)
    return reading


def _watch_version(context: Context, stream: Stream, answer: Answer) -> None:
    version = context.dialect.version(answer)
    before = context.state.note_api_version(context.network, stream.endpoint, version) if version else None
    if before is not None:
        label = context.dialect.network.label
        message = f"{label} answers {stream.endpoint} with API version {version}, before it was {before}"
        log.warning("%s: see what changed, docs/runbook.md tells how", message)
        context.on_progress(message)


def pay(context: Context, stream: Stream, target: Target, parameters: dict[str, Any]) -> Answer:
    """One call that is paid for: reserved at its worst before, settled with what was returned after.

    With little money left it asks for a smaller page. Raises BudgetReached before anything is asked. Where reading is
    free, nothing is booked. Whatever the price, the request is one of those that the run may make.
    """
    dialect = context.dialect
    if context.allowance is not None:
        context.allowance.take(context.client_id)
    if not dialect.network.price_usd:
        return context.client.page(stream, target, parameters)
    least, most = dialect.result_bounds(stream, parameters)
    reservation = context.purse.reserve(stream.name, stream.worst_usd, least, most)
    try:
        answer = context.client.page(stream, target, dialect.sized(parameters, reservation.size))
    except errors.ExtractionError as problem:
        context.purse.release(reservation, may_be_billed=problem.may_be_billed)
        raise  # whatever else ends this, as a kill, leaves the reservation: the network may have answered
    reading = dialect.read({"data_kind": stream.kind, **answer.facts}, answer.value)
    context.totals.billed_usd += context.purse.settle(reservation, returned(reading, stream.kind))
    return answer


def count_objects(reading: Reading, stream: Stream) -> dict[Kind, int]:
    """How many objects a page holds, what came along counted, each once, by kind."""
    return {kind: len(ids) for kind, ids in returned(reading, stream.kind).items()}


def list_price_usd(network: Network, counts: Mapping[Kind, int]) -> float:
    """The list price of so many returned objects, those that came along counted; the ledger knows what the day's
    de-duplication takes off."""
    return sum(count * network.price_usd.get(kind, 0.0) for kind, count in counts.items())


def _record(
    context: Context,
    stream: Stream,
    target: Target,
    window: Window,
    after: Walk,
) -> None:
    watermark = {
        "network": context.network,
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
            "network": context.network,
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
    return landing_files.page_key(context.network, stream.name, context.run_id, name)


def _envelope(
    context: Context,
    stream: Stream,
    target: Target,
    window: Window,
    token: str | None,
    number: int,
    answer: Answer,
) -> dict[str, Any]:
    """What is known of a page before its objects are."""
    return {
        "network": context.network,
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
        **({"down_to": target.down_to.isoformat()} if target.down_to else {}),
        "requested_at": answer.requested_at.isoformat(),
        "fetched_at": answer.fetched_at.isoformat(),
        "status_code": answer.status_code,
        "rate_limit": context.dialect.rate_limit(answer),
        "api_version": context.dialect.version(answer),
        "page_token": token,
        **answer.facts,
    }


def _read_off(reading: Reading, object_count: int, cost: float) -> dict[str, Any]:
    """What its objects, and what the network says of them, add to a page's envelope."""
    return {
        "next_token": reading.next_token,
        "newest_id": reading.newest_id,
        "oldest_id": reading.oldest_id,
        "result_count": len(reading.own) if reading.result_count is None else reading.result_count,
        "object_count": object_count,
        "estimated_cost_usd": cost,
    }


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None
