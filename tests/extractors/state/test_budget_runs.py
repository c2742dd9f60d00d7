"""Runs that the budget stops and later ones take up: what is lost is nothing, and no day costs more than its cap."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from emulator.world import build_world
from extractors.fetching import steps
from extractors.raw import raw_store
from extractors.state import gaps
from extractors.state.store import open_state
from extractors.state.tables import ledger
from extractors.x import forecast, reconcile
from rapport.config import Settings
from rapport.config_clients import Budget
from rapport.window import Window
from tests.clock import NOW, UNTIL, Clock
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.x.test_emulator import settings_in

CAP = 1.2
CAPPED, OTHER = "lichtung", "kupferhof"


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulated]:
    with emulating(build_world(UNTIL.date())) as served:
        yield served


def last_weeks(emulated: Emulated, weeks: int) -> Window:
    return Window(emulated.world.until - timedelta(weeks=weeks), emulated.world.until)


def with_budgets(settings: Settings, caps: dict[str, float]) -> Settings:
    clients = [
        client.model_copy(
            update={
                "budget": Budget(usd_per_day=caps[client.id], usd_per_month=1000)
                if client.id in caps
                else None,
                "nods_per_run": 3,
            }
        )
        for client in settings.config.clients
    ]
    return replace(settings, config=settings.config.model_copy(update={"clients": clients}))


def run(settings: Settings, window: Window, run_id: str) -> list[dict[str, Any]]:
    """All three waves as Airflow runs them."""
    results = []
    for wave in (
        lambda: steps.plan_accounts("x", settings, None, run_id, lambda message: None),
        lambda: steps.plan_threads("x", settings, window, run_id),
        lambda: steps.plan_missing("x", settings, window, run_id),
    ):
        results += [steps.fetch("x", settings, spec, window, run_id, lambda message: None) for spec in wave()]
    return results


def posts_of(settings: Settings, client_id: str) -> dict[str, set[str]]:
    """Stream → ids of the posts it brought the client."""
    raw_store.load(settings, lambda message: None)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        rows = connection.execute(
            "select stream, list(distinct post_id) from raw.posts join raw.pages using (page_key) "
            "where client_id = ? and section = 'data' group by stream",
            [client_id],
        ).fetchall()
    return {stream: set(ids) for stream, ids in rows}


@pytest.fixture
def today() -> Clock:
    return Clock()


@pytest.fixture
def day_by_day(emulated: Emulated, today: Clock) -> Iterator[Emulated]:
    """The same world, served by a clock that is moved."""
    with emulating(emulated.world, today) as served:
        yield served


def test_a_capped_run_stops_cleanly_and_later_ones_bring_the_rest(
    emulated: Emulated, day_by_day: Emulated, today: Clock, tmp_path: Path
) -> None:
    window = last_weeks(emulated, 6)
    free = with_budgets(settings_in(tmp_path / "free", emulated.url), {})
    run(free, window, "whole")
    expected = posts_of(free, CAPPED)
    with open_state(free) as state:
        whole_price = state.spent_usd(CAPPED)
    assert whole_price > 1.5 * CAP

    capped = with_budgets(settings_in(tmp_path / "capped", day_by_day.url), {CAPPED: CAP})
    capped = replace(capped, now=today)
    results = run(capped, window, "day 0")
    stopped = {result["stream"] for result in results if result["status"] == steps.BUDGET_REACHED}
    assert stopped
    assert {result["client_id"] for result in results if result["status"] == steps.BUDGET_REACHED} == {CAPPED}
    # The other client has its own money, and all of its window.
    assert posts_of(capped, OTHER) == posts_of(free, OTHER)
    with open_state(capped) as state:
        open_gaps = gaps.everything(state)
    reasons = {(gap.stream, gap.why) for gap in open_gaps if gap.why != gaps.TOO_MANY}
    assert reasons == {(stream, gaps.BUDGET) for stream in stopped}
    with duckdb.connect(str(capped.warehouse_path), read_only=True) as connection:
        assert connection.execute("select count(*) from raw.gaps").fetchall() == [(len(open_gaps),)]
    assert posts_of(capped, CAPPED) != expected

    # The same run on the same day again: nothing more is spent on what landed, and still not above the cap.
    run(capped, window, "day 0")
    # Later days: an empty window of their own, and what the first one left.
    for day in range(1, 12):
        later = Window(today.at, today.at + timedelta(minutes=1))
        today.at += timedelta(days=1)
        statuses = {result["status"] for result in run(capped, later, f"day {day}")}
        if statuses == {"finished"}:
            break
    else:
        pytest.fail("the runs never came to an end")
    assert day > 1
    got = posts_of(capped, CAPPED)
    assert {stream: expected[stream] - got.get(stream, set()) for stream in expected} == {
        stream: set() for stream in expected
    }
    with open_state(capped) as state:
        assert [gap for gap in gaps.everything(state) if gap.why != gaps.TOO_MANY] == []
        with state.engine.connect() as connection:
            rows = connection.execute(ledger.select().where(ledger.c.client_id == CAPPED)).all()
    by_day: dict[Any, float] = {}
    for row in rows:
        by_day[row.spent_at.date()] = by_day.get(row.spent_at.date(), 0.0) + row.usd
    assert len(by_day) > 2
    assert max(by_day.values()) <= CAP + 1e-6
    # Whoever wrote on several days is paid for on each, and so are the profiles of every later run: that is what
    # a cap costs. Pages that landed are not among it.
    assert sum(by_day.values()) < 4 * whole_price
    asked = [
        request for request in day_by_day.requests if "/tweets" in request[0] or "/mentions" in request[0]
    ]
    assert len(set(asked)) == len(asked)


def test_a_plan_says_what_a_window_would_cost(emulated: Emulated, tmp_path: Path) -> None:
    settings = with_budgets(settings_in(tmp_path, emulated.url), {"lichtung": 500.0, "kupferhof": 0.6})
    window = last_weeks(emulated, 1)
    before = len(emulated.asked())
    unknown = {
        client_forecast.client_id: client_forecast for client_forecast in forecast.forecast(settings, window)
    }
    assert len(emulated.asked()) == before
    assert unknown["lichtung"].usd.high is None
    assert "may not fit" in unknown["kupferhof"].verdict or "more than" in unknown["kupferhof"].verdict
    first = Window(window.start - timedelta(weeks=1), window.start)
    run(settings, first, "history")
    (known,) = forecast.forecast(settings, window, "lichtung")
    with open_state(settings) as state:
        already = state.spent_usd("lichtung")
    run(settings, window, "the window")
    with open_state(settings) as state:
        cost = state.spent_usd("lichtung") - already
    assert known.usd.high is not None
    # A week is much like the one before; of the same day, so what came with both was billed once.
    assert cost / 3 < known.usd.high < cost * 3
    assert known.verdict.startswith("fits into")


@pytest.mark.clock
def test_a_plan_without_history_may_let_x_count(emulated: Emulated, tmp_path: Path) -> None:
    settings = with_budgets(settings_in(tmp_path, emulated.url), {"lichtung": 500.0, "kupferhof": 0.6})
    (found,) = forecast.forecast(settings, last_weeks(emulated, 1), "lichtung", is_counting=True)
    (counted,) = [stream for stream in found.streams if stream.stream == "own_posts"]
    since = NOW - timedelta(days=7)
    true = sum(
        post.author.handle in emulated.world.client("lichtung").us
        and post.at >= since
        and not (post.is_gone or post.reposted)
        and post.history[-1] == post.post_id
        for post in emulated.world.posts.values()
    )
    assert counted.posts.low == pytest.approx(true, abs=1) and true > 5
    assert counted.usd.low == pytest.approx(0.005 * counted.posts.low)
    assert [query["granularity"] for query in emulated.asked("/2/tweets/counts/recent")] == ["day"] * 2
    with open_state(settings) as state:
        # The question itself is paid for, each time.
        assert state.spent_usd("lichtung") == pytest.approx(0.01)
        forecast.forecast(settings, last_weeks(emulated, 1), "lichtung", is_counting=True)
        assert state.spent_usd("lichtung") == pytest.approx(0.02)


@pytest.mark.clock
def test_the_ledger_agrees_with_what_the_network_counts(emulated: Emulated, tmp_path: Path) -> None:
    with emulating(emulated.world) as fresh:
        settings = with_budgets(settings_in(tmp_path, fresh.url), {})
        run(settings, last_weeks(emulated, 1), "a week")
        today = reconcile.reconcile(settings)[-1]
        assert today.ledger_posts == today.network_posts > 50
        reconcile.check([today])
        # Another program with the same app, and a state store that was lost: too much, or nothing, on our side.
        with open_state(settings) as state, state.engine.begin() as connection:
            connection.execute(sa.update(ledger).values(billed_post_count=500))
        with pytest.raises(reconcile.Drifted, match="another program use the same app"):
            reconcile.check(reconcile.reconcile(settings))
        assert not reconcile.Day("2026-11-23", 2000, 2090).is_drifting
        assert reconcile.Day("2026-11-23", 2000, 2110).is_drifting
