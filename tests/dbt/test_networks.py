"""A second network whose ids and handles are X's, digit by digit: nothing of one becomes the other's.

Two clients on X, and two like them on Y whose accounts, people and posts have the same ids. What is said of the
first is what it was without Y; what is said of the others is the same, with Y's name. A client who is on both
networks shows that a person of the hand-kept list may be, too.
"""

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from modelling import dbt
from rapport.networks import NETWORKS
from reporting.report import write_reports
from tests.dbt.histories import START, Post
from tests.dbt.homes import Home, Page, pages_by_time
from tests.dbt.looks import PEOPLE, TWO_CLIENTS, Look, random_looks
from tests.invented_network import Y
from tests.quality.publishing import give_receipt, publish_latest

SEED = 20261128
ROOT = "7000000000000000001"
# Of two looks at an account of the same moment the name of the page decides, and the pages have other names.
_BY_PAGE = {"description"}
BOUNDS = [START + timedelta(days=days) for days in (0, 420, 700)]
ON_BOTH = """
[[people]]
id = "ana"
name = "Ana on both"
accounts = ["9007", "y:9007"]

[[clients]]
id = "both"
name = "On both"
accounts = ["9001", "y:9001"]
"""
ON_X = TWO_CLIENTS + PEOPLE


def _of_y(config: str) -> str:
    """The same clients and people, with other names, on Y. (One client of a home may ask for messages.)"""
    config = re.sub(r"\[clients\.direct_messages\]\nconsent = .*\n", "", config)
    text = re.sub(
        r'(?<!topics\]\]\n)^(id|name|owner) = "([^@].*)"',
        lambda found: _renamed(*found.groups()),
        config,
        flags=re.MULTILINE,
    )
    return re.sub(
        r"^(accounts|team|bots|handle|owner) = .*",
        lambda found: re.sub(r'"(@?\w+)"', lambda name: f'"y:{name[1].lower()}"', found[0]),
        text,
        flags=re.MULTILINE,
    )


def _renamed(key: str, value: str) -> str:
    return f'{key} = "{value}-y"'


@dataclass
class Worlds:
    """X alone, built at once; X with Y in one home, built in two steps. `people`: id on Y -> id on X."""

    alone: Home
    with_y: Home
    people: dict[str, str]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    folder = tmp_path_factory.mktemp("networks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NETWORKS, "y", Y)
        # a process of its own: other networks are another parse
        patch.setattr(dbt, "COMMAND", [sys.executable, "-P", "-m", "modelling.dbt_process"])
        batches = pages_by_time(random_looks(SEED, 0.25), BOUNDS, ["lab", "rival"], SEED)
        alone = Home(folder / "alone", ON_X + ON_BOTH)
        for batch in batches:
            alone.load(batch)
        alone.load(_talk("x"))
        alone.build()
        with_y = Home(folder / "with_y", ON_X + _of_y(ON_X) + ON_BOTH)
        for name in ("outcomes.csv", "notes.csv"):
            _add_of_y(with_y.path / name)
        for number, batch in enumerate(batches):
            with_y.load(
                [*batch, *(replace(page, network="y", client_id=_client_of_y(page)) for page in batch)]
            )
            if number:
                with_y.load([*_talk("x"), *_talk("y")])
            assert with_y.build().is_full_refresh == (number == 0)
        listed = with_y.settings.config.people
        half = len(alone.settings.config.people) - 1
        pairs = zip(listed[half : 2 * half], listed[:half], strict=True)
        yield Worlds(alone, with_y, {of_y.person_id: of_x.person_id for of_y, of_x in pairs})


def _client_of_y(page: Page) -> str:
    return f"{page.client_id}-y" if page.client_id else ""


def _add_of_y(path: Path) -> None:
    """What is kept by hand of people on X, of those on Y, too."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        (id_column, *_), rows = reader.fieldnames or [], list(reader)
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [], lineterminator="\n")
        for row in rows:
            named = {name: f"{row[name]}-y" for name in (id_column, "client_id")}
            writer.writerow(row | named | {"handle": f"y:{row['handle'].lower()}"})


def _talk(network: str) -> list[Page]:
    """Two people answer us and are answered, one of whom the list knows on both networks."""
    at = [BOUNDS[2] - timedelta(days=10, hours=-hours) for hours in range(5)]
    posts = [
        Post(ROOT, "9001", at[0], ROOT),
        Post("7000000000000000011", "9007", at[1], ROOT, ROOT, "9001"),
        Post("7000000000000000012", "9001", at[2], ROOT, "7000000000000000011", "9007"),
        Post("7000000000000000021", "9008", at[3], ROOT, ROOT, "9001"),
        Post("7000000000000000022", "9001", at[4], ROOT, "7000000000000000021", "9008"),
    ]
    looks = [Look("post", post.payload(), BOUNDS[2]) for post in posts]
    window = (BOUNDS[1], BOUNDS[2])
    return [
        Page(stream, "both", BOUNDS[2], window, found, number=9000 + number, network=network)
        for number, (stream, found) in enumerate((("own_posts", looks), ("mentions", [])))
    ]


def test_what_is_said_of_x_is_what_it_was_without_y(worlds: Worlds) -> None:
    with _opened(worlds) as con:
        compared = _tables(con, "staging", "intermediate", "marts", "reports")
        different = {
            table: rows
            for table, columns in compared.items()
            if (rows := _differing(con, table, columns, dict.fromkeys(columns, '"{}"'), "x"))
        }
    assert len(compared) > 70
    assert different == {}


def test_what_is_said_of_y_is_the_same_of_another_network(worlds: Worlds) -> None:
    with _opened(worlds) as con:
        compared = _tables(con, "marts", "reports")
        different = {}
        for table, columns in compared.items():
            mapped = {
                name: {
                    "VARCHAR": 'of_x("{}")',
                    "VARCHAR[]": 'list_transform("{}", lambda item: of_x(item))',
                }.get(kind, '"{}"')
                for name, kind in columns.items()
                if name not in _BY_PAGE
            }
            if rows := _differing(con, table, columns, mapped, "y"):
                different[table] = rows
        rows = con.execute("select count(*) from with_y.reports.rpt_relationships where client_id = 'lab-y'")
        assert rows.fetchall()[0][0] > 30
    assert len(compared) > 25
    assert different == {}


def _opened(worlds: Worlds) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    for name in ("alone", "with_y"):
        con.execute(f"attach '{getattr(worlds, name).settings.warehouse_path}' as {name} (read_only)")
    con.execute(
        "create table people as select unnest($of_y) as of_y, unnest($of_x) as of_x",
        {"of_y": list(worlds.people), "of_x": list(worlds.people.values())},
    )
    listed = " ".join(f"when '{of_y}' then '{of_x}'" for of_y, of_x in worlds.people.items())
    x_post, y_post = (network.post_url.format(id="") for network in (NETWORKS["x"], Y))
    con.execute(
        f"create macro of_x(value) as case value when 'y' then 'x' {listed} else "
        f"regexp_replace(replace(regexp_replace(value, '^y:', 'x:'), '{y_post}', '{x_post}'), '-y$', '') end"
    )
    return con


def _tables(con: duckdb.DuckDBPyConnection, *schemas: str) -> dict[str, dict[str, str]]:
    """Table -> column -> type of all tables that are there without Y, and are not our own lists."""
    rows = con.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index), "
        "list(data_type order by column_index) from duckdb_columns() "
        "semi join duckdb_tables() using (database_name, schema_name, table_name) "
        "where database_name = 'alone' and list_contains($schemas, schema_name) "
        "and not regexp_matches(table_name, '^stg_(y|rapport)__|__changed_') group by all",
        {"schemas": list(schemas)},
    ).fetchall()
    return {table: dict(zip(names, kinds, strict=True)) for table, names, kinds in rows}


def _differing(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: dict[str, str],
    mapped: dict[str, str],
    network: str,
) -> list[tuple[object, ...]]:
    """A few rows that only one of the two homes has, of those that are about the network."""
    ours = ", ".join(f'"{name}"' for name in mapped)
    theirs = ", ".join(how.format(name) for name, how in mapped.items())
    expected = f"select {ours} from alone.{table} where {_is_about('x', columns, 'of_x')}"
    found = f"select {theirs} from with_y.{table} where {_is_about(network, columns, f'of_{network}')}"
    return con.execute(
        f"(from ({found}) except all from ({expected})) union all (from ({expected}) except all from ({found})) "
        "limit 3"
    ).fetchall()


def _is_about(network: str, columns: dict[str, str], people: str) -> str:
    """Which rows are about one network's clients, accounts and people; those of who is on both are not compared."""
    suffix = "-y" if network == "y" else ""
    if "client_id" in columns:
        return f"client_id in ('lab{suffix}', 'rival{suffix}')"
    if "network" in columns:
        kept = f"network = '{network}'" + (f" and other_network = '{network}'" * ("other_network" in columns))
        persons = [name for name in columns if name.endswith("person_id")]
        return " and ".join([kept, *(f"coalesce({name} <> 'person:ana', true)" for name in persons)])
    persons = [name for name in columns if name.endswith("person_id")]
    return (
        " and ".join(
            f"({name} like '{network}:%' or {name} in (select {people} from people))" for name in persons
        )
        or "true"
    )


def test_a_person_of_the_list_is_one_on_both_networks_and_nobody_else_is(worlds: Worlds) -> None:
    with _opened(worlds) as con:
        ties = con.execute(
            "select person_id, address_in_count, address_out_count, exchange_count, last_post_network "
            "from with_y.reports.rpt_relationships where client_id = 'both' order by all"
        ).fetchall()
        evidence = con.execute(
            "select evidence_post_ids from with_y.reports.rpt_relationship_moves "
            "where client_id = 'both' and person_id = 'person:ana'"
        ).fetchall()
        conversations = con.execute(
            "select network, root_post_id, participant_count, exchange_count from with_y.reports.rpt_conversations "
            "where client_id = 'both' order by all"
        ).fetchall()
        suggested = con.execute(
            "select count(*) from with_y.marts.person_suggestions where network = 'x' and other_network = 'y' "
            "and account_id = other_account_id"
        ).fetchall()
    assert ties == [
        ("person:ana", 2, 2, 2, "y"), ("x:9008", 1, 1, 1, "x"), ("y:9008", 1, 1, 1, "y")
    ]  # fmt: skip
    [(posts,)] = evidence
    assert sorted(key.partition(":")[0] for key in posts) == ["x", "x", "y", "y"]
    assert conversations == [("x", ROOT, 3, 2), ("y", ROOT, 3, 2)]
    # the same handle on another network is worth a question, and no more
    assert suggested[0][0] > 50


def test_the_report_leads_to_the_network_where_it_was_said(worlds: Worlds) -> None:
    settings = worlds.with_y.settings
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        [(build_id,)] = con.execute("select arg_max(build_id, started_at) from quality.builds").fetchall()
    give_receipt(settings, build_id)
    publish_latest(settings)
    written = write_reports(settings, on_progress=lambda line: None)
    page = next(path for path in written if path.parts[-3] == "both").read_text(encoding="utf-8")
    assert '<meta name="rapport-person" content="person:ana x:9007 y:9007">' in page
    for name, network in (("x", NETWORKS["x"]), ("y", Y)):
        assert f'data-post-id="{name}:{ROOT}"' in page
        assert f'data-person-id="{name}:9008"' in page
        assert network.post_url.format(id=ROOT) in page
        assert network.profile_url.format(id="9008") in page
