"""Spoilt objects through import, load, build and check: nothing of them stops it, and each is in a mart or refused.

A home from before the door, with such rows in its raw tables, is healed by its next build.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.files import holding, importer, lists
from modelling import dbt
from quality import gate
from rapport.config import Settings, load_settings
from tests.mutations import Maker, id_at

START = datetime(2026, 9, 1, tzinfo=UTC)
CONFIG = """
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["101"]
team = ["@h102"]

[[clients.stakeholders]]
handle = "@h201"
why = "talks with us"
"""


@dataclass
class Home:
    settings: Settings
    maker: Maker

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(query).fetchall()

    def bring_in(self, name: str, pages: list[dict[str, Any]]) -> dict[str, Any]:
        path = self.settings.home / name
        path.write_text("\n".join(map(json.dumps, pages)) + "\n", encoding="utf-8")
        return importer.import_files(self.settings, [path])

    def build_and_check(self) -> dbt.BuildResult:
        lists.sync(self.settings)
        result = dbt.build(self.settings, lambda line: None)
        gate.check(self.settings, lambda line: None)
        return result

    def spoilt_pages(self, count: int) -> list[dict[str, Any]]:
        maker, chance = self.maker, self.maker.chance
        return [
            {
                "data": [maker.post()]
                + [maker.spoiled(maker.post(), chance.choice([1, 1, 2, 4])) for _ in range(7)],
                "includes": {"users": [maker.user(), *(maker.spoiled(maker.user()) for _ in range(4))]},
            }
            for _ in range(count)
        ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("anything")
    (folder / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    return Home(load_settings(folder), Maker(20261129, START))


def test_no_object_stops_a_full_or_a_daily_build(home: Home) -> None:
    for name, count, is_full in (
        ("first.jsonl", 60, True),
        ("second.jsonl", 40, False),
        ("third.jsonl", 40, False),
    ):
        refused = home.bring_in(name, home.spoilt_pages(count))["refused_objects"]
        assert refused > 50
        assert home.build_and_check().is_full_refresh is is_full
    # most objects of these files are refused: who imports is told, and nothing is blocked
    [(let_in, kept_out)] = home.rows(
        "select (select count(*) from raw.posts), (select count(*) from raw.rejects where object_kind = 'post')"
    )
    assert kept_out > let_in > 20
    assert home.rows("select distinct stream, refused_count, refused_share from quality.load_profile") == [
        ("import", 0, None)
    ]
    assert home.rows(
        "select count(*) from (select distinct post_id from raw.posts) as brought anti join "
        "(select post_id from marts.posts union select unnest(version_ids) from staging.stg_networks__posts) "
        "using (post_id)"
    ) == [(0,)]
    assert home.rows(
        "select count(*) from (select distinct account_id from raw.users) as brought "
        "anti join marts.accounts using (account_id)"
    ) == [(0,)]
    [(first, last, weeks, loaded)] = home.rows(
        "select min(week_start_date), max(week_start_date), count(*), "
        "(select max(loaded_at) from raw.pages)::date from intermediate.int_clients__weeks"
    )
    assert first >= date(2006, 3, 20)
    assert last <= loaded
    assert weeks <= 1100


def test_rows_from_before_the_door_are_healed_by_the_next_build(home: Home) -> None:
    [(posts, refused)] = home.rows(
        "select (select count(*) from raw.posts), (select count(*) from raw.rejects)"
    )
    with duckdb.connect(str(home.settings.warehouse_path)) as connection:
        connection.execute("set timezone = 'UTC'; delete from raw.withdrawals")
        for column, value in (
            ("created_at", "'9999-12-31'"), ("created_at", "'infinity'"), ("observed_at", "'1901-01-01'"),
            ("mentions", "[null]"), ("post_id", "'1.5e+18'"), ("post_id", "null"), ("author_id", "'-'"),
        ):  # fmt: skip
            connection.execute(
                f"insert into raw.posts by name select * replace ({value} as {column}) from raw.posts limit 1"
            )
    assert home.build_and_check().is_full_refresh
    assert home.rows("select (select count(*) from raw.posts), (select count(*) from raw.rejects)") == [
        (posts, refused + 7)
    ]
    assert home.build_and_check().is_full_refresh is False


def test_what_is_taken_out_by_hand_is_in_no_mart(home: Home) -> None:
    [(post_id,)] = home.rows("select max(post_id) from marts.posts where not is_edited")
    holding.add(home.settings, "ana", "a test", posts=[post_id], files=["first.jsonl"])
    assert home.build_and_check().is_full_refresh
    assert home.rows(f"select count(*) from marts.posts where post_id = '{post_id}'") == [(0,)]
    assert home.rows("select count(*) from raw.pages where parameters->>'file' = 'first.jsonl'") == [(0,)]


def test_a_date_whose_year_was_guessed_moves_no_horizon(tmp_path: Path) -> None:
    """And a time zone that was misread is put right by the id."""
    (tmp_path / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    home = Home(load_settings(tmp_path), Maker(1, START))
    at = datetime(2026, 10, 6, 9, tzinfo=UTC)

    def post(number: int, author: str, minutes: int, said: timedelta = timedelta()) -> dict[str, Any]:
        written = at + timedelta(minutes=minutes)
        post_id = id_at(written, number)
        return {
            "id": post_id, "author_id": author, "text": "@h101 is anybody there?", "conversation_id": post_id,
            "created_at": (written + said).isoformat(),
            "entities": {"mentions": [{"start": 0, "end": 5, "username": "h101", "id": "101"}]},
        }  # fmt: skip

    posts = [
        post(1, "201", 0), post(2, "202", 30, timedelta(days=365)), post(3, "203", 40, timedelta(hours=3)),
        post(4, "204", 50, timedelta(days=-400)),
    ]  # fmt: skip
    result = home.bring_in("guessed.jsonl", [{"data": posts, "includes": {"users": [home.maker.user()]}}])
    home.build_and_check()
    assert result["refused_objects"] == 1
    assert home.rows("select object_id, reason, line_number from raw.rejects") == [
        (posts[1]["id"], "created_at is later than the moment it was fetched", 1)
    ]
    assert home.rows("select as_of_at from intermediate.int_coverage__as_of where client_id = 'lab'") == [
        (at + timedelta(minutes=50, seconds=1),)
    ]
    assert home.rows("select person_id from reports.rpt_waiting order by all") == [
        ("x:201",), ("x:203",), ("x:204",)
    ]  # fmt: skip
    assert home.rows("select created_at from marts.posts order by all") == [
        (at,), (at + timedelta(minutes=40),), (at + timedelta(minutes=50),)
    ]  # fmt: skip


def test_files_about_others_say_nothing_of_a_client(tmp_path: Path) -> None:
    """Until one has a post to it: then a daily build says what one of everything does."""
    clients = [("later", "777"), ("never", "@nobody_yet")]
    others = "".join(
        f'\n[[clients]]\nid = "{name}"\nname = "{name}"\naccounts = ["{account}"]\n'
        for name, account in clients
    )
    (tmp_path / "rapport.toml").write_text(CONFIG + others, encoding="utf-8")
    home = Home(load_settings(tmp_path), Maker(1, START))
    at = datetime(2026, 10, 6, 9, tzinfo=UTC)

    def post(number: int, account_id: str, name: str) -> dict[str, Any]:
        post_id = id_at(at + timedelta(hours=number), number)
        return {
            "id": post_id, "author_id": str(200 + number), "text": f"@{name} is anybody there?",
            "conversation_id": post_id, "created_at": (at + timedelta(hours=number)).isoformat(),
            "entities": {"mentions": [{"start": 0, "end": len(name) + 1, "username": name, "id": account_id}]},
        }  # fmt: skip

    tables = ("rpt_clients", "rpt_engagement_summary", "rpt_waiting", "rpt_people", "rpt_conversations")

    def said() -> dict[str, list[tuple[Any, ...]]]:
        return {table: home.rows(f"from reports.{table} order by all") for table in tables}

    users = {"users": [home.maker.user()]}
    home.bring_in("first.jsonl", [{"data": [post(1, "101", "h101")], "includes": users}])
    home.build_and_check()
    assert {row[0] for rows in said().values() for row in rows} == {"lab"}
    assert home.rows("select client_id from intermediate.int_coverage__as_of order by all") == [
        ("",), ("lab",)
    ]  # fmt: skip
    home.bring_in("second.jsonl", [{"data": [post(2, "777", "h777")], "includes": users}])
    assert home.build_and_check().is_full_refresh is False
    daily = said()
    assert {row[0] for rows in daily.values() for row in rows} == {"lab", "later"}
    assert home.rows("select client_id, person_id from reports.rpt_waiting order by all") == [
        ("lab", "x:201"), ("later", "x:202")
    ]  # fmt: skip
    dbt.build(home.settings, lambda line: None, full_refresh=True)
    assert said() == daily


def test_ids_that_were_floats_are_refused(tmp_path: Path) -> None:
    """As a data frame leaves them: the post's, the conversation's, the answered account's."""
    (tmp_path / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    home = Home(load_settings(tmp_path), Maker(1, START))
    whole = home.maker.post()
    lost = [
        {**whole, "id": float(whole["id"])},
        {**whole, "conversation_id": float(whole["id"])},
        {**whole, "in_reply_to_user_id": 101.0},
        {**whole, "referenced_tweets": [{"type": "replied_to", "id": 1e18}]},
    ]
    path = tmp_path / "floats.jsonl"
    path.write_text("\n".join(map(json.dumps, lost)), encoding="utf-8")
    result = importer.import_files(home.settings, [path])
    assert result["refused_objects"] == 4
    assert home.rows("select line_number from raw.rejects order by all") == [(1,), (2,), (3,), (4,)]
    assert home.rows("select count(*) from raw.posts") == [(0,)]
