"""What an erasure changes and what `rapport person --export` tells of are the same places: neither can forget one."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from extractors.files import outcomes
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.raw.tables import TABLES
from extractors.state.store import open_state
from extractors.state.tables import metadata
from extractors.state.telling import IDS
from extractors.topics import corrections
from operations import access
from operations.erasure import everywhere as erasure
from quality import editions
from rapport import warehouse
from rapport.config import Settings, load_settings
from rapport.forgotten import Forgotten
from rapport.held import Subject, tables_about
from tests.operations import erasure_home as home_of
from tests.operations.test_access import _REMOVED_WHOLE
from tests.reporting.pages import Page

SUBJECT = Subject(
    Forgotten.of("x", {home_of.SPOKEN}, {home_of.SHY}, {home_of.HANDLE}), frozenset({f"x:{home_of.SHY}"})
)
# Kept by an erasure, since it is told of ids alone: books, and what was erased.
BOOKS = {"state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "sought_handles.json"}
LISTED = """
[[clients.stakeholders]]
handle = "@shy_sparrow"
why = "knows bogs"
owner = "Ben Okafor"
tags = ["press"]

[[clients.people]]
handle = "800"
tags = ["came with @shy_sparrow"]
"""
FOREWORD = "Thanks go to @shy_sparrow for a week of answers."
NAMED = f"was introduced by @{home_of.HANDLE}"


@pytest.fixture
def full(copy: Settings) -> Settings:
    """With all that people keep by hand, an edition, and what was paid for."""
    copy.config_path.write_text(home_of.CONFIG + LISTED, encoding="utf-8")
    settings = load_settings(copy.home)
    said: dict[str, Any] = {"client_id": "lab", "kind": "call", "occurred_date": "2026-11-01"}
    said |= {"consent_basis": "consent"}
    for handle, note in ((f"@{home_of.HANDLE}", "A call."), (home_of.OTHER, NAMED)):
        outcomes.FILE.add(settings, [outcomes.new(settings, handle=handle, note=note, **said)])
    corrections.put(settings, "lab", "Plants", f"x:{home_of.SPOKEN}", is_about=True)
    (settings.home / "forewords").mkdir()
    (settings.home / "forewords" / "lab.md").write_text(FOREWORD, encoding="utf-8")
    paid = {"day": home_of.NOW.date(), "network": "x", "kind": "user", "resource_id": home_of.SHY}
    with open_state(settings) as state:
        with state.engine.begin() as connection:
            connection.execute(sa.insert(metadata.tables["billed"]).values(**paid))
        state.remember_handles("x", {home_of.HANDLE: home_of.SHY})
    home_of.publish_all(settings)
    editions.freeze(settings)
    return settings


def content(settings: Settings) -> dict[str, Any]:
    """Of every file what it says, of databases of each table."""
    found: dict[str, Any] = {}
    for path in sorted(path for path in settings.home.rglob("*") if path.is_file()):
        name = str(path.relative_to(settings.home))
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                tables = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
                for schema, table in tables:
                    rows = con.execute(f'select * from "{schema}"."{table}"').fetchall()
                    found[f"{name} {schema}.{table}"] = sorted(map(str, rows))
        else:
            found[name] = landing_files.unpacked(path) if ".json.zst" in name else path.read_bytes()
    return found


def test_what_an_erasure_changes_is_told(full: Settings, tmp_path: Path) -> None:
    holding = access.holding(full, f"x:{home_of.SHY}")
    told = {held.place for held in holding.everything}
    assert {
        f"warehouse.duckdb raw.{name}" for name in ("owners", "tags", "stakeholders", "topic_corrections")
    } <= told
    assert {
        "forewords/lab.md",
        "topics.csv",
        "notes.csv",
        "outcomes.csv",
        "state billed",
        "state handle_ids",
    } <= told
    page = Page(access.export(full, holding, tmp_path / "for-them"))
    assert FOREWORD in page.text and page.text.count(NAMED) == 2
    assert "3 texts that were written by hand about others, or as a foreword, name you." in page.words
    before = content(full)
    # whom rapport.toml names is not erased; what it said stays in raw until the next load of it
    full.config_path.write_text(home_of.CONFIG, encoding="utf-8")
    erasure.erase(load_settings(full.home), accounts={f"x:{home_of.SHY}": "on request"})
    after = content(full)
    changed = {place for place, said in before.items() if after.get(place) != said}
    # what dbt built is dropped whole, of everybody
    changed = {place for place in changed if not place.startswith("warehouse.duckdb ") or " raw." in place}
    books = {"rapport.toml", *BOOKS}
    untold = {
        place
        for place in changed - told - books
        if not place.startswith(_REMOVED_WHOLE) and not _is_bookkeeping(place)
    }
    assert untold == set()
    assert {place.split("/")[0].split(" ")[0] for place in changed} >= {
        "landing", "warehouse.duckdb", "published", "forewords", "notes.csv", "outcomes.csv", "topics.csv",
    }  # fmt: skip


def _is_bookkeeping(place: str) -> bool:
    """What says when something was loaded, built or erased, or how many rows a list has, and of nobody's words more
    than a hash."""
    tables = (
        "pages",
        "tombstones",
        "landing_folders",
        "landing_looks",
        "topic_texts",
        "topic_vectors",
        "topic_matches",
    )
    return (
        any(f" raw.{name}" in place for name in tables) or " quality." in place or place.endswith(_OF_FILES)
    )


_OF_FILES = ("manifest.json", ".lock", "/lists/index.html")


def test_a_row_of_any_list_is_told_by_each_way_to_name_them(copy: Settings) -> None:
    """Of every table of raw, those that are yet to come among them."""
    values = {"handle": home_of.HANDLE, "account_id": home_of.SHY, "post_id": home_of.SPOKEN}
    with warehouse.connect(copy) as con:
        raw_store.create_tables(con)
        tried = set()
        for table in TABLES:
            columns = dict(
                con.execute(
                    "select column_name, data_type from duckdb_columns() where schema_name = 'raw' and table_name = ?",
                    [table],
                ).fetchall()
            )
            for column in columns:
                if column not in values:
                    continue
                con.execute(f"delete from raw.{table}")
                row = {name: _filler(kind) for name, kind in columns.items() if name.endswith(_NEEDED)}
                row |= {"network": "x"} if "network" in columns else {}
                row |= {column: values[column]}
                names = ", ".join(row)
                con.execute(
                    f"insert into raw.{table} ({names}) values ({', '.join('?' * len(row))})", [*row.values()]
                )
                [(database,)] = con.execute("select current_database()").fetchall()
                found = {name for _, name, _ in tables_about(con, database, SUBJECT, ["raw"])}
                assert table in found, (table, column)
                tried.add((table, column))
    assert {
        ("owners", "handle"),
        ("tags", "handle"),
        ("tags", "account_id"),
        ("topic_corrections", "post_id"),
    } <= tried


# Columns that must not be null.
_NEEDED = ("page_key", "client_id", "note_id", "outcome_id", "topic", "folder", "stamp", "text_hash")


def _filler(kind: str) -> Any:
    return "none" if kind == "VARCHAR" else None


def test_every_table_of_the_state_that_names_somebody_is_told() -> None:
    """By the names of columns: whoever adds a table with another one says here of what it is the id."""
    of_nobody = {"client_id", "run_id", "by_run_id", "entry_id"}
    for table in metadata.sorted_tables:
        ids = {column.name for column in table.c if column.name.endswith("_id")} - of_nobody
        assert not ids or (ids & {*IDS} and "network" in table.c), table.name
