"""Accounts merged by hand: the tables are those of a world in which that person had one account, and are as they
were once the lines are gone."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.files import lists
from modelling import dbt
from rapport.config import Settings, load_settings
from tests.dbt import brute_force
from tests.dbt.conftest import CONFIG, Built
from tests.dbt.histories import OURS, PRIVATE, Post

# two who talk with us, three who talk among each other, and a colleague's private account
MERGED = {"501": "500", "202": "201", "203": "201", "540": OURS[1]}
PEOPLE = f"""
[[people]]
name = "Five Hundred"
id = "five-hundred"
accounts = ["@h501", "500"]
kind = "person"

[[people]]
name = "Two Hundred"
id = "two-hundred"
accounts = ["203", "@h201", "202"]
kind = "organisation"

[[people]]
name = "A colleague"
accounts = ["@h{OURS[1]}", "540", "{PRIVATE}"]
"""

# Of the colleague the name stands for the id.
IDS = {"500": "person:five-hundred", "201": "person:two-hundred"}
_COLLEAGUE = "person:" + sha256(b"a colleague").hexdigest()[:12]

Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def rebuild(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Settings]]:
    """Builds a copy of the random warehouse anew with other lines in rapport.toml."""
    home = tmp_path_factory.mktemp("people")
    for name in (built.settings.warehouse_path.name, "outcomes.csv", "notes.csv"):
        shutil.copy(built.settings.home / name, home / name)

    def build(more: str) -> Settings:
        # a list of its own takes the place of the one there is: an account is one person's
        kept = CONFIG[CONFIG.index("[[clients]]") :] if "[[people]]" in more else CONFIG
        (home / "rapport.toml").write_text(kept + more, encoding="utf-8")
        settings = load_settings(home)
        lists.sync(settings)
        dbt.build(settings)
        return settings

    yield build


@pytest.fixture(scope="module")
def merged(rebuild: Callable[[str], Settings], built: Built) -> Tables:
    return _tables(rebuild(PEOPLE).warehouse_path)


def test_merging_makes_one_account_of_several(merged: Tables, built: Built) -> None:
    posts = [_as_one(post) for post in built.posts]
    placed = brute_force.place(posts)
    acts = brute_force.addresses(posts, placed)
    as_of = max(post.created_at for post in posts if post.is_captured) + timedelta(seconds=1)
    talk = brute_force.with_us(acts)
    assert {(row["person_id"], row["week_start_date"], row["stage"], row["week_exchange_count"])
            for row in _named(merged, "marts.relationship_weeks")} == {
        (_person_id(person), week.date(), row.stage, row.exchange_count)
        for person, rows in talk.items()
        for week, row in brute_force.ledger(rows, as_of).items()
    }  # fmt: skip
    assert {(row["person_id"], row["post_id"]) for row in _named(merged, "reports.rpt_waiting")} == {
        (_person_id(person), post_id)
        for person, rows in talk.items()
        for post_id in brute_force.waiting(rows, as_of)
    }
    authors = {post.post_id: post.account_id for post in posts}
    by_root: dict[str, list[str]] = {}
    for post_id, place in placed.items():
        by_root.setdefault(place.root, []).append(post_id)
    exchanges = brute_force.exchange_counts(acts)
    assert {row["root_post_id"]: (row["participant_count"], row["turn_count"], row["exchange_count"])
            for row in _named(merged, "marts.conversations")} == {
        root: (
            len({authors[post_id] for post_id in inside}),
            sum(placed[post_id].is_new_turn for post_id in inside),
            exchanges[root],
        )
        for root, inside in by_root.items()
    }  # fmt: skip


def test_a_merged_person_bears_the_name_and_kind_of_the_list(merged: Tables) -> None:
    people = {row["person_id"]: row for row in _named(merged, "marts.people")}
    columns = ("display_name", "person_kind", "account_count")
    found = {
        person_id: tuple(people[person_id][column] for column in columns)
        for person_id in (*IDS.values(), _COLLEAGUE)
    }
    assert found == {
        "person:five-hundred": ("Five Hundred", "person", 2),
        "person:two-hundred": ("Two Hundred", "organisation", 3),
        _COLLEAGUE: ("A colleague", "unknown", 3),
    }
    assert not people.keys() & {brute_force.person_id(account) for account in (*MERGED, *MERGED.values())}
    assert people["person:five-hundred"]["handle"] == "h500"


def test_a_colleagues_other_account_is_not_them(merged: Tables, built: Built) -> None:
    def with_ties(rows: list[dict[str, Any]]) -> set[str]:
        return {row["person_id"] for row in rows}

    before = with_ties(_named(_tables(built.settings.warehouse_path), "reports.rpt_relationships"))
    after = with_ties(_named(merged, "reports.rpt_relationships"))
    assert before - after == {"x:500", "x:501", "x:540"}
    assert after - before == {"person:five-hundred"}


def test_unmerging_gives_the_tables_back(
    merged: Tables, rebuild: Callable[[str], Settings], built: Built
) -> None:
    before = _tables(built.settings.warehouse_path)
    assert merged != before
    after = _tables(rebuild("").warehouse_path)
    assert after.keys() == before.keys()
    for table, rows in before.items():
        assert after[table] == rows, table


def _person_id(account: str) -> str:
    return IDS.get(account, brute_force.person_id(account))


def _as_one(post: Post) -> Post:
    """The post as it would be if whoever is merged had had one account."""

    def person_of(account: str | None) -> str | None:
        return MERGED.get(account, account) if account else account

    return replace(
        post,
        account_id=MERGED.get(post.account_id, post.account_id),
        reply_to=person_of(post.reply_to),
        typed=[MERGED.get(account, account) for account in post.typed],
    )


def _tables(path: Path) -> Tables:
    """Every table of marts and reports, its columns' names first, its rows in order."""
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        names = connection.sql(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('marts', 'reports') order by all"
        ).fetchall()
        found: Tables = {}
        for (name,) in names:
            table = connection.sql(f"from {name} order by all")
            found[name] = [tuple(table.columns), *table.fetchall()]
    return found


def _named(tables: Tables, name: str) -> list[dict[str, Any]]:
    columns, *rows = tables[name]
    return [dict(zip(columns, row, strict=True)) for row in rows]
