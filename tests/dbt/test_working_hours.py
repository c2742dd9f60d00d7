"""Answers and waits by a client's hours: as a clock says that is looked at every minute."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.dbt import brute_force, brute_force_reports
from tests.dbt.brute_force_hours import Judged, WorkingClock
from tests.dbt.conftest import Built
from tests.dbt.homes import Home, Page
from tests.dbt.looks import Look

# What a client without hours has in none of its rows.
_ANSWERED = [
    "answered_within_working_day_count", "working_day_due_count", "answered_within_working_day_share",
]  # fmt: skip
BY_HOURS = {
    "rpt_answers": ["answer_working_hours", "is_answered_within_working_day", "is_final_by_working_day"],
    "rpt_waiting": ["waiting_working_hours"],
    "rpt_clients": ["longest_waiting_working_hours", *_ANSWERED],
    "rpt_engagement_summary": _ANSWERED,
    "rpt_manageability": _ANSWERED,
}


@pytest.fixture(scope="module")
def as_of(built: Built) -> datetime:
    return max(post.created_at for post in built.posts if post.is_captured) + timedelta(seconds=1)


@pytest.fixture(scope="module")
def clock(built: Built, as_of: datetime) -> WorkingClock:
    first = min(post.created_at for post in built.posts).replace(second=0, microsecond=0)
    return WorkingClock(built.settings.config.clients[0], first, as_of + timedelta(minutes=1))


@pytest.fixture(scope="module")
def judged(built: Built, clock: WorkingClock, as_of: datetime) -> dict[str, Judged]:
    acts = brute_force.addresses(built.posts, brute_force.place(built.posts))
    found = brute_force_reports.answers(acts, as_of)
    return {post_id: Judged(address, clock) for post_id, address in found.items()}


def test_every_address_has_its_working_time(built: Built, judged: dict[str, Judged]) -> None:
    rows = built.connection.sql(
        "select post_id, round(answer_working_hours * 3600), is_answered_within_working_day, "
        "is_final_by_working_day from reports.rpt_answers"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == {post_id: one.row for post_id, one in judged.items()}
    # what is in time by one and late by the other, both ways, and what is final by one only
    kinds = Counter((one.address.is_prompt, one.is_prompt) for one in judged.values())
    assert min(kinds[key] for key in ((True, True), (True, False), (False, True), (False, False))) > 3
    assert any(one.address.is_final and not one.is_final for one in judged.values())
    # answered out of hours, and after as much as a working day
    assert any(one.waited == timedelta() for one in judged.values())
    assert any(one.address.answer and one.address.is_unanswered and one.is_prompt for one in judged.values())


def test_weeks_and_accounts_count_them(built: Built, judged: dict[str, Judged]) -> None:
    for table, key in (
        ("rpt_engagement_summary", lambda one: one.address.week),
        ("rpt_manageability", lambda one: (one.address.week, one.address.account)),
    ):
        account = "" if table == "rpt_engagement_summary" else ", account_id"
        rows = built.connection.sql(
            f"select (week_start_date - date '1970-01-05') // 7{account}, answered_within_working_day_count, "
            f"working_day_due_count, answered_within_working_day_share from reports.{table}"
        ).fetchall()
        prompt = Counter(key(one) for one in judged.values() if one.is_prompt)
        due = Counter(key(one) for one in judged.values() if one.is_final)
        found = {(row[0], row[1]) if account else row[0]: row[-3:] for row in rows}
        assert found == {
            week: (prompt[week], due[week], prompt[week] / due[week] if due[week] else None) for week in found
        }
        assert prompt.keys() | due.keys() <= found.keys()


def test_who_waits_has_waited_so_long_by_the_hours(
    built: Built, judged: dict[str, Judged], clock: WorkingClock, as_of: datetime
) -> None:
    rows = built.connection.sql(
        "select post_id, round(waiting_working_hours * 3600) from reports.rpt_waiting"
    ).fetchall()
    expected = {
        post_id: clock.worked(judged[post_id].address.act.occurred_at, as_of).total_seconds()
        for post_id, _ in rows
    }
    assert dict(rows) == expected and len({*expected.values()}) > 3
    [row] = built.connection.sql(
        "select longest_waiting_working_hours, clients.answered_within_working_day_count, "
        "clients.working_day_due_count, summary.answered_within_working_day_count, summary.working_day_due_count "
        "from reports.rpt_clients as clients "
        "inner join reports.rpt_engagement_summary as summary using (client_id, week_start_date)"
    ).fetchall()
    assert row[0] == max(expected.values()) / 3600
    assert row[1:3] == row[3:]


# A client that has no hours, and some in New York: each gets other hours in the next build.
OPEN = """
[[clients]]
id = "open"
name = "Open"
accounts = ["2"]
"""
YORK = """
[[clients]]
id = "{client}"
name = "York"
accounts = ["{us}"]
time_zone = "America/New_York"
{hours}
"""
NINE_TO_FIVE = '[clients.hours]\nholidays = "US"\n'
WITHOUT_FRIDAY = NINE_TO_FIVE + "closed = [2025-11-28]\n"
THREE_DAYS = NINE_TO_FIVE + 'days = ["wed", "thu", "fri"]\n'
LATE = '[clients.hours]\nfrom = "16:00"\nto = "17:00"\n'


@dataclass(frozen=True)
class York:
    """A client in New York with the hours that it has first, and then; what its two answers and its wait are then."""

    us: str
    first: str
    then: str
    answers: list[tuple[float | None, bool | None, bool | None]]
    waiting: float | None


# All in one home, as a build costs the same for one and for four.
YORKS = {
    # Friday is free as well, so the answer came before a second day had begun
    "york": York("1", NINE_TO_FIVE, WITHOUT_FRIDAY, [(0.5, True, True), (None, False, True)], 8.0),
    "days": York("3", WITHOUT_FRIDAY, THREE_DAYS, [(1.5, True, True), (None, False, False)], 0.0),
    "none": York("4", THREE_DAYS, "", [(None, None, None), (None, None, None)], None),
    "late": York("5", "", LATE, [(1.5, False, True), (None, False, True)], 1.0),
}


def config(hours: Callable[[York], str]) -> str:
    return OPEN + "".join(
        YORK.format(client=client, us=york.us, hours=hours(york)) for client, york in YORKS.items()
    )


# The Wednesday before Thanksgiving 2025, 16:30 in New York: half an hour of that day is left; Friday is a working day.
ASKED_AT = datetime(2025, 11, 26, 21, 30, tzinfo=UTC)
ENDS_AT = datetime(2025, 12, 2, 12, tzinfo=UTC)


def _post(post_id: str, author: str, at: datetime, about: str, parent: str | None = None) -> Look:
    payload = {
        "id": post_id, "author_id": author, "text": f"@h{about} well?", "conversation_id": parent or post_id,
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "in_reply_to_user_id": about,
    }  # fmt: skip
    if parent:
        payload["referenced_tweets"] = [{"type": "replied_to", "id": parent}]
    return Look("post", payload, at)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Somebody asked all clients before a holiday; each answered on Friday at 15:00 UTC, after 41.5 hours; on Saturday
    somebody else asks, and is not answered."""
    first = config(lambda york: york.first)
    home = Home(tmp_path_factory.mktemp("hours") / "home", first, has_outcomes=False)
    pages = []
    for client, us in (("open", "2"), *((client, york.us) for client, york in YORKS.items())):
        answered_at, again_at = ASKED_AT + timedelta(hours=41.5), ASKED_AT + timedelta(days=3)
        looks = [
            _post(f"1{us}", "500", ASKED_AT, us), _post(f"2{us}", us, answered_at, "500", f"1{us}"),
            _post(f"3{us}", "501", again_at, us),
        ]  # fmt: skip
        pages.append(Page("mentions", client, ENDS_AT, (ASKED_AT - timedelta(days=3), ENDS_AT), looks))
    home.load(pages)
    home.build()
    return home


def _of(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        return connection.execute(query).fetchall()


ANSWERS = (
    "select post_id, is_answered_within_day, answer_working_hours, is_answered_within_working_day, "
    "is_final_by_working_day from reports.rpt_answers where client_id = '{}' order by post_id"
)
WAITING = "select waiting_working_hours from reports.rpt_waiting where client_id = '{}'"


def test_other_hours_change_what_follows_from_them_in_the_next_build(home: Home, tmp_path: Path) -> None:
    home = home.copy(tmp_path / "home")
    # half an hour on Wednesday, one on Friday; from Monday 9:00 to Tuesday 7:00 the client worked a day
    assert _of(home, ANSWERS.format("york")) == [
        ("11", False, 1.5, True, True),
        ("31", False, None, False, True),
    ]
    assert _of(home, WAITING.format("york")) == [(8.0,)] and _of(home, WAITING.format("open")) == [(None,)]
    before = {client: _of(home, ANSWERS.format(client)) for client in YORKS}
    home.config = config(lambda york: york.then)
    result = home.build()
    assert result.is_new and not result.is_full_refresh
    for client, york in YORKS.items():
        answers = _of(home, ANSWERS.format(client))
        assert [row[2:] for row in answers] == york.answers, client
        assert _of(home, WAITING.format(client)) == [(york.waiting,)], client
        assert answers != before[client], client
    assert home.differences() == []


def test_a_client_without_hours_has_no_figures_by_them(home: Home) -> None:
    for table, columns in BY_HOURS.items():
        query = f"select count(*), {', '.join(f'count({column})' for column in columns)} from reports.{table}"
        [(row_count, *counts)] = _of(home, f"{query} where client_id = 'open'")
        assert row_count and not any(counts), table
        [(_, *counts)] = _of(home, f"{query} where client_id = 'york'")
        assert all(counts), table
    assert _of(home, "select distinct client_id from intermediate.int_clients__working_time order by all") == [
        ("days",), ("none",), ("york",)
    ]  # fmt: skip
