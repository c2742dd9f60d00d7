"""Money: never more than the cap, whoever spends at once; what was returned today is not paid for again."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from extractors.state import budget
from extractors.state.budget import RESERVED_FOR, BudgetReached, Left, Purse
from extractors.state.store import State, open_state
from extractors.state.tables import billed, ledger, reservations
from rapport.config import Settings
from rapport.config_clients import Budget
from rapport.networks import X
from tests.clock import Clock
from tests.invented_network import Y
from tests.paths import ROOT

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def settings(settings_on_either: Settings) -> Settings:
    return settings_on_either


@pytest.fixture
def state(settings: Settings) -> Iterator[State]:
    with open_state(settings) as opened:
        with opened.engine.begin() as connection:
            for table in (ledger, reservations, billed):
                connection.execute(table.delete())
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def purse_of(state: State, clock: Clock) -> Callable[..., Purse]:
    def make(client_id: str = "acme", day: float = 1.0, month: float = 3.0) -> Purse:
        budget = Budget(usd_per_day=day, usd_per_month=month)
        return Purse(state.engine, X, client_id, budget, clock, patience_seconds=0.0)

    return make


def users(*numbers: int) -> dict[Any, set[str]]:
    return {"user": {str(number) for number in numbers}}


@pytest.mark.slow
def test_eight_processes_never_spend_more_than_the_cap(state: State, settings: Settings) -> None:
    cap = 25.0
    command = [sys.executable, "-m", "tests.extractors.state.spender", str(settings.home), settings.state_url]
    started = [
        subprocess.Popen(
            [*command, str(seed), str(cap)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(8)
    ]
    for process in started:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    done = [json.loads(process.communicate(timeout=1200)[0]) for process in started]
    assert [process.returncode for process in started] == [0] * 8
    with state.engine.connect() as connection:
        rows = connection.execute(ledger.select()).all()
        assert connection.execute(reservations.select()).all() == []
    spent = sum(row.usd for row in rows)
    assert spent <= cap + 1e-6
    # They stopped because a page of the least size might not have fitted any more, not long before.
    assert spent > cap - 5 * 0.045 - 1e-6
    assert spent == pytest.approx(sum(result["usd"] for result in done))
    assert len(rows) == sum(result["calls"] for result in done) > 40
    assert sum(result["calls"] > 0 for result in done) >= 4


def test_the_worst_case_is_held_and_the_rest_given_back(purse_of: Callable[..., Purse]) -> None:
    purse = purse_of()
    held = purse.reserve("mentions", 0.01, 5, 60)
    assert (held.size, purse.left()) == (60, Left(pytest.approx(0.4), pytest.approx(2.4)))
    assert purse.settle(held, users(1, 2)) == pytest.approx(0.02)
    assert purse.left().day_usd == pytest.approx(0.98)
    failed = purse.reserve("mentions", 0.01, 5, 60)
    purse.release(failed)
    assert purse.left().day_usd == pytest.approx(0.98)


def test_with_little_left_the_page_shrinks_then_it_stops(
    purse_of: Callable[..., Purse], clock: Clock
) -> None:
    purse = purse_of()
    purse.settle(purse.reserve("mentions", 0.01, 5, 90), users(*range(90)))
    assert purse.reserve("mentions", 0.01, 5, 100).size == 10
    with pytest.raises(BudgetReached, match="acme: budget reached") as caught:
        purse.reserve("mentions", 0.01, 5, 100)
    assert "2026-05-05" in str(caught.value)


def test_the_day_ends_the_month_does_not(purse_of: Callable[..., Purse], clock: Clock) -> None:
    purse = purse_of()
    for day in range(3):
        clock.at = NOON + timedelta(days=day)
        purse.settle(purse.reserve("mentions", 0.01, 100, 100), users(*range(100)))
        with pytest.raises(BudgetReached):
            purse.reserve("mentions", 0.01, 1, 1)
    clock.at = NOON + timedelta(days=3)
    with pytest.raises(BudgetReached, match="this month's") as caught:
        purse.reserve("mentions", 0.01, 1, 1)
    assert "2026-06-01" in str(caught.value)
    clock.at = datetime(2026, 6, 1, tzinfo=UTC)
    assert purse.reserve("mentions", 0.01, 1, 1).size == 1


def test_one_client_does_not_drain_another(purse_of: Callable[..., Purse]) -> None:
    purse_of("acme").settle(purse_of("acme").reserve("mentions", 0.01, 100, 100), users(*range(100)))
    with pytest.raises(BudgetReached):
        purse_of("acme").reserve("mentions", 0.01, 1, 1)
    assert purse_of("other").left().day_usd == pytest.approx(1.0)


def test_the_same_thing_twice_a_day_is_paid_for_once(
    purse_of: Callable[..., Purse], clock: Clock, state: State
) -> None:
    purse, other = purse_of(), purse_of("other")
    assert purse.settle(purse.reserve("quotes", 0.01, 1, 2), users(1, 2)) == pytest.approx(0.02)
    assert purse.settle(purse.reserve("quotes", 0.01, 1, 2), users(2, 3)) == pytest.approx(0.01)
    # X bills the app, not the client: whoever came first has paid.
    assert other.settle(other.reserve("quotes", 0.01, 1, 2), users(1, 4)) == pytest.approx(0.01)
    # An id of another kind is another thing.
    assert purse.settle(purse.reserve("quotes", 0.01, 1, 2), {"post": {"1"}}) == pytest.approx(0.005)
    clock.at = NOON + timedelta(days=1)
    assert purse.settle(purse.reserve("quotes", 0.01, 1, 2), users(1)) == pytest.approx(0.01)
    with state.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(billed)).scalar() == 1


def test_each_network_bills_its_own_and_the_budget_is_for_all(
    purse_of: Callable[..., Purse], clock: Clock, state: State
) -> None:
    dear = replace(Y, price_usd={"user": 0.4})
    purse = purse_of()
    elsewhere = Purse(state.engine, dear, "acme", Budget(usd_per_day=1.0, usd_per_month=3.0), clock)
    # The same ids: other accounts.
    assert purse.settle(purse.reserve("profiles", 0.01, 1, 2), users(1, 2)) == pytest.approx(0.02)
    assert elsewhere.settle(elsewhere.reserve("profiles", 0.4, 1, 2), users(1, 2)) == pytest.approx(0.8)
    assert purse.left().day_usd == elsewhere.left().day_usd == pytest.approx(0.18)
    free = Purse(state.engine, Y, "acme", None, clock)
    assert free.settle(free.reserve("profiles", 0.0, 1, 9), {**users(9), "post": {"1"}}) == 0.0
    assert budget.billed_posts_by_day(state.engine, "y", NOON) == {"2026-05-04": 1}
    assert budget.billed_posts_by_day(state.engine, "x", NOON) == {"2026-05-04": 0}


def test_what_a_killed_process_held_is_booked_at_its_worst(
    purse_of: Callable[..., Purse], clock: Clock, state: State
) -> None:
    purse = purse_of()
    purse.reserve("mentions", 0.01, 60, 60)
    assert purse.left() == Left(pytest.approx(0.4), pytest.approx(2.4))
    clock.at += RESERVED_FOR
    assert purse.left() == Left(pytest.approx(0.4), pytest.approx(2.4))
    assert state.spent_usd("acme") == pytest.approx(0.6)
    [call] = budget.lost(state.engine, "x", clock())
    assert (call.stream, call.spent_at, call.usd) == ("mentions", NOON, pytest.approx(0.6))
    with pytest.raises(BudgetReached, match=r"\$0.600 of this month's are booked for calls .*\n.* reconcile"):
        purse.reserve("mentions", 0.01, 50, 100)
    # The next day has its own money, the month has not.
    clock.at = NOON + timedelta(days=1)
    assert purse.left() == Left(pytest.approx(1.0), pytest.approx(2.4))
    # X has said what it billed: twice the same changes nothing.
    for _ in range(2):
        budget.take_off(state.engine, call, 3, 0.03)
    assert budget.lost(state.engine, "x", clock()) == []
    assert budget.billed_posts_by_day(state.engine, "x", NOON - timedelta(days=1)) == {"2026-05-04": 3}
    assert purse.left().month_usd == pytest.approx(2.97)


def test_booked_before_anybody_else_spends(
    state: State, purse_of: Callable[..., Purse], clock: Clock
) -> None:
    """Nobody has looked since, and the books are right all the same."""
    purse_of().reserve("mentions", 0.01, 60, 60)
    assert state.spent_usd("acme") == pytest.approx(0.6)
    clock.at += RESERVED_FOR
    assert state.spent_usd("acme") == pytest.approx(0.6)
    assert state.spent_usd("other") == 0.0
    with state.engine.connect() as connection:
        assert budget.spent_usd(connection, "acme", NOON) == pytest.approx(0.6)
        assert budget.spent_usd(connection, "acme", NOON + timedelta(minutes=1)) == 0.0


def test_a_call_that_was_only_slow_is_booked_at_what_it_cost(
    purse_of: Callable[..., Purse], clock: Clock, state: State
) -> None:
    purse = purse_of()
    slow = purse.reserve("mentions", 0.01, 60, 60)
    clock.at += RESERVED_FOR
    assert purse.left().day_usd == pytest.approx(0.4)
    assert purse.settle(slow, users(1)) == pytest.approx(0.01)
    assert (purse.left().day_usd, state.spent_usd("acme")) == (pytest.approx(0.99), pytest.approx(0.01))
    assert budget.lost(state.engine, "x", clock()) == []


def test_a_failed_call_that_may_be_billed_is_booked_at_once(
    purse_of: Callable[..., Purse], clock: Clock, state: State
) -> None:
    purse = purse_of()
    purse.release(purse.reserve("mentions", 0.01, 60, 60), may_be_billed=True)
    assert purse.left().day_usd == pytest.approx(0.4)
    assert [call.spent_at for call in budget.lost(state.engine, "x", clock())] == [NOON]
    # Nobody waits for it: it is not held by a call that will be settled.
    assert purse.reserve("mentions", 0.01, 5, 60).size == 40


def test_without_a_budget_everything_is_written_down(state: State, clock: Clock) -> None:
    purse = Purse(state.engine, X, "free", None, clock)
    held = purse.reserve("own_posts", 0.045, 5, 100)
    assert held.size == 100
    purse.settle(held, {"post": {"1"}, "user": {"1"}})
    assert state.spent_usd("free") == pytest.approx(0.015)
