"""The invariants of the definitions, each seen to fail: a fault is planted in what was built, and the test of it, as
dbt compiled it for the build, finds it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from modelling import dbt
from rapport.config import Settings
from rapport.project import PROJECT_DIR
from tests.dbt.conftest import Built
from tests.dbt.histories import BOT, OURS

TESTS = PROJECT_DIR / "tests"
HOMES = "every_raw_post_comes_out_once"
SELF = "nobody_addresses_themselves"
LEDGER = "ledger_adds_up_to_interactions"
THEM = "no_account_of_the_client_counts_as_them"
STOCK = "stage_stock_matches_relationships"
# What people write by hand may name one of us.
BY_HAND = {"rpt_notes", "rpt_outcomes", "rpt_people", "rpt_stakeholders"}
# Where people are counted for published tables that name none of them.
COUNTED = {
    "intermediate.int_circles__new_people",
    "intermediate.int_readership__acts",
    "intermediate.int_relationships__addresses",
}
NAMING = COUNTED | {
    "marts.relationship_weeks",
    "marts.relationships",
    "reports.rpt_answers",
    "reports.rpt_nurture",
    "reports.rpt_real_conversations",
    "reports.rpt_relationship_moves",
    "reports.rpt_relationships",
    "reports.rpt_topic_posts",
    "reports.rpt_waiting",
    "reports.rpt_worth_seeking_out",
}
_PLACED = "intermediate.int_conversations__placed"
_A_REPLY = "(select min(post_id) from marts.conversation_posts where depth = 1)"
_OUR_ADDRESS = (
    f"(select min(interaction_id) from marts.interactions where is_address and from_account_id = '{OURS[0]}' "
    f"and to_account_id not in ('{OURS[1]}', '{BOT}'))"
)
_LAST_WEEK = "week_start_date = (select max(week_start_date) from reports.rpt_engagement_summary)"
STAGES = ("noticed", "acquainted", "conversing", "connected", "dormant")

# what is wrong: (the tests that have to see it, the statement that plants it)
FAULTS: dict[str, tuple[set[str], str]] = {
    "a post is lost": ({HOMES}, f"delete from {_PLACED} where post_id = {_A_REPLY}"),
    "a post is never staged": (
        {HOMES}, "insert into raw.posts by name select 'p' as page_key, 'x' as network, '77' as post_id",
    ),
    "a repost is lost": (
        {HOMES}, "delete from marts.posts where post_id = (select min(post_id) from marts.posts where kind = 'repost')",
    ),
    "a post is in a conversation twice": (
        {HOMES},
        f"insert into {_PLACED} from {_PLACED} where post_id = {_A_REPLY}",
    ),
    "a post that was erased is in a conversation": (
        {HOMES},
        "insert into raw.tombstones by name "
        f"select 'x' as network, 'post' as object_type, {_A_REPLY} as object_id",
    ),
    "a post comes from nowhere": (
        {HOMES},
        f"insert into {_PLACED} select * replace ('77' as post_id) "
        f"from {_PLACED} where post_id = {_A_REPLY}",
    ),
    "a version is a post of its own": (
        {HOMES},
        "insert into intermediate.int_posts__versions by name select 'x' as network, '7' as post_id, "
        f"{_A_REPLY} as version_post_id",
    ),
    "somebody addresses themselves": (
        {SELF},
        "update intermediate.int_interactions__acts set to_person_id = from_person_id "
        "where interaction_id = (select min(interaction_id) from marts.interactions "
        "where from_account_id like '2__' and to_account_id like '2__')",
    ),
    "a repost is in a conversation": (
        {HOMES},
        f"update marts.posts set kind = 'repost' where post_id = {_A_REPLY}",
    ),
    "an act is lost": (
        {LEDGER}, f"delete from intermediate.int_interactions__acts where interaction_id = {_OUR_ADDRESS}",
    ),
    "an act counts twice": (
        {LEDGER},
        "update marts.relationship_weeks set week_address_in_count = week_address_in_count + 1 "
        "where rowid = (select min(rowid) from marts.relationship_weeks)",
    ),
    "a client's ledger is lost": ({LEDGER}, "delete from marts.relationship_weeks"),
    "a client's summary is lost": ({STOCK}, "delete from reports.rpt_engagement_summary"),
    **{
        f"{who} is one of them in {table}": (
            {THEM},
            f"update {table} set client_id = 'lab', person_id = "
            f"(select person_id from marts.accounts where account_id = '{account}') "
            f"where rowid = (select min(rowid) from {table})",
        )
        for table in sorted(NAMING)
        for who, account in (("a tracked account", OURS[0]), ("a colleague", OURS[1]), ("a bot", BOT))
    },
    **{
        f"one more is {stage} than there are": (
            {STOCK},
            f"update reports.rpt_engagement_summary set {stage}_count = {stage}_count + 1 where {_LAST_WEEK}",
        )
        for stage in STAGES
    },
    "a tie is lost": (
        {STOCK},
        "delete from reports.rpt_relationships where rowid = "
        "(select min(rowid) from reports.rpt_relationships where stage = 'connected')",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def copied(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the same warehouse."""
    settings = replace(built.settings, home=tmp_path_factory.mktemp("faults"))
    shutil.copy(built.settings.warehouse_path, settings.warehouse_path)
    return settings


@pytest.fixture(scope="module")
def connection(copied: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(copied.warehouse_path)) as connection:
        yield connection


@pytest.fixture(scope="module")
def compiled(built: Built) -> dict[str, str]:
    """The tests' own SQL, as the build ran it."""
    folder = built.settings.dbt_target_dir / "compiled" / "rapport" / "tests"
    return {path.stem: (folder / path.name).read_text(encoding="utf-8") for path in TESTS.glob("*.sql")}


def _red(connection: duckdb.DuckDBPyConnection, compiled: dict[str, str]) -> set[str]:
    return {name for name, query in compiled.items() if connection.execute(query).fetchall()}


def test_what_was_built_holds(connection: duckdb.DuckDBPyConnection, compiled: dict[str, str]) -> None:
    assert _red(connection, compiled) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    connection: duckdb.DuckDBPyConnection, compiled: dict[str, str], fault: str
) -> None:
    expected, statement = FAULTS[fault]
    connection.execute("begin")
    try:
        connection.execute(statement)
        assert _red(connection, compiled) == expected
    finally:
        connection.execute("rollback")


def test_every_test_of_the_data_has_been_seen_to_fail() -> None:
    assert {path.stem for path in TESTS.glob("*.sql")} == set().union(
        *(tests for tests, _ in FAULTS.values())
    )


def test_every_table_that_names_people_is_looked_through(manifest: dict[str, Any]) -> None:
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    published = {
        f"{node['schema']}.{node['name']}"
        for node in models
        if node["schema"] in ("marts", "reports") and {"client_id", "person_id"} <= node["columns"].keys()
        and node["name"] not in BY_HAND
    }  # fmt: skip
    assert published | COUNTED == NAMING
    read = manifest["nodes"][next(node for node in manifest["nodes"] if THEM in node)]["depends_on"]["nodes"]
    assert {name.rpartition(".")[2] for name in NAMING} <= {node.rpartition(".")[2] for node in read}


def test_a_build_goes_red_for_each_of_them(
    copied: Settings, compiled: dict[str, str], tmp_path: Path
) -> None:
    settings = replace(copied, home=tmp_path)
    shutil.copy(copied.warehouse_path, settings.warehouse_path)
    planted = ("a post is lost", "somebody addresses themselves", "a repost is in a conversation",
               "an act counts twice", "a bot is one of them in marts.relationships", "a tie is lost")  # fmt: skip
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for fault in planted:
            connection.execute(FAULTS[fault][1])
    outcome = dbt.run(settings, ["test", "--select", "test_type:singular"], lambda line: None)
    assert outcome.returncode != 0
    assert {name for name, _ in outcome.failures} == compiled.keys()
