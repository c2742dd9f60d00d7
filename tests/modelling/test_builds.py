"""Which kind of build comes next, decided on real DuckDB files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from extractors.raw.tables import PAGE_TABLES, TABLES
from modelling import builds


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "one.sql").write_text("select 1", encoding="utf-8")
    (tmp_path / "dbt_project.yml").write_text("vars: {weeks: 4}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema quality")
        connection.execute("create table raw.client_accounts as select 'lab' as client_id, 'us' as handle")
        connection.execute("create table raw.people_accounts (person_number integer, handle varchar)")
        connection.execute("create table raw.tombstones (object_id varchar, erased_at timestamptz)")
        yield connection


def build(connection: duckdb.DuckDBPyConnection, name: str, project: Path, is_success: bool = True) -> None:
    """A row of quality.builds as the hooks write it, and its inputs as `rapport build` adds them."""
    connection.execute(
        "create table if not exists quality.builds (build_id varchar, started_at timestamptz, is_success boolean)"
    )
    connection.execute(
        "insert into quality.builds by name "
        "select ? as build_id, '2026-11-02'::timestamptz + to_seconds(count(*)) as started_at, ? as is_success "
        "from quality.builds",
        [name, is_success],
    )
    if is_success:
        builds.record_inputs(
            connection, name, builds.inputs_of(connection, project), builds.raw_of(connection)
        )


def why(connection: duckdb.DuckDBPyConnection, project: Path) -> str | None:
    return builds.why_full(builds.last_build(connection), builds.inputs_of(connection, project))


def is_current(connection: duckdb.DuckDBPyConnection, project: Path) -> bool:
    return builds.is_current(
        builds.last_build(connection),
        builds.inputs_of(connection, project),
        builds.raw_of(connection),
    )


def test_the_first_build_makes_everything(connection: duckdb.DuckDBPyConnection, project: Path) -> None:
    assert why(connection, project) == "nothing was built yet"


def test_after_a_good_build_only_data_counts(connection: duckdb.DuckDBPyConnection, project: Path) -> None:
    build(connection, "a", project)
    connection.execute("create table raw.posts as select '1' as post_id")
    assert why(connection, project) is None


def test_a_build_that_did_not_end_well_is_nothing_to_go_on_from(
    connection: duckdb.DuckDBPyConnection, project: Path
) -> None:
    build(connection, "a", project)
    build(connection, "b", project, is_success=False)
    assert "did not end well" in (why(connection, project) or "")
    build(connection, "c", project)
    assert why(connection, project) is None


def test_a_build_that_was_killed_before_it_noted_what_it_was_made_of_is_said_so(
    connection: duckdb.DuckDBPyConnection, project: Path
) -> None:
    build(connection, "a", project)
    connection.execute("update quality.builds set inputs = null, raw = null")
    assert not is_current(connection, project)
    assert "was not noted" in (why(connection, project) or "")


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_clock_that_was_set_back_hides_no_build(
    connection: duckdb.DuckDBPyConnection, project: Path, tmp_path: Path, is_packed: bool
) -> None:
    build(connection, "a", project)
    connection.execute("update quality.builds set started_at = started_at + interval 1 hour")
    connection.execute("insert into raw.client_accounts values ('lab', 'colleague')")
    build(connection, "b", project)
    connection.execute("delete from raw.client_accounts where handle = 'colleague'")
    if is_packed:
        connection.execute(f"attach '{tmp_path / 'packed.duckdb'}' as packed")
        connection.execute("copy from database memory to packed; use packed")
    assert builds.last_build(connection) is not None and not is_current(connection, project)
    assert "changed" in (why(connection, project) or "")
    build(connection, "c", project)
    assert is_current(connection, project)
    build(connection, "d", project, is_success=False)
    assert "did not end well" in (why(connection, project) or "")


def test_builds_of_an_older_rapport_recorded_no_inputs(
    connection: duckdb.DuckDBPyConnection, project: Path
) -> None:
    connection.execute(
        "create table quality.builds as "
        "select 'a' as build_id, '2026-11-02'::timestamptz as started_at, true as is_success"
    )
    assert "not noted" in (why(connection, project) or "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "insert into raw.client_accounts values ('lab', 'colleague')",
            "the accounts of the clients have changed",
        ),
        ("insert into raw.people_accounts values (1, 'somebody')", "the list of people has changed"),
        ("insert into raw.tombstones values ('1', '2026-11-02')", "something was erased"),
    ],
)
def test_accounts_and_erasures_change_everything(
    connection: duckdb.DuckDBPyConnection, project: Path, change: str, reason: str
) -> None:
    build(connection, "a", project)
    connection.execute(change)
    assert why(connection, project) == reason


def test_every_reason_is_named_and_no_other(connection: duckdb.DuckDBPyConnection, project: Path) -> None:
    build(connection, "a", project)
    connection.execute("insert into raw.people_accounts values (1, 'somebody')")
    inputs = builds.inputs_of(connection, project, {"networks": {}})
    assert builds.why_full(builds.last_build(connection), inputs) == (
        "settings, or what is declared of the networks, have changed; the list of people has changed"
    )


@pytest.mark.parametrize("name", ["models/one.sql", "dbt_project.yml", "models/two.sql"])
def test_models_and_settings_change_everything(
    connection: duckdb.DuckDBPyConnection, project: Path, name: str
) -> None:
    build(connection, "a", project)
    (project / name).write_text("something else", encoding="utf-8")
    assert why(connection, project) == "the models have changed"


def test_another_declaration_of_a_network_changes_everything(
    connection: duckdb.DuckDBPyConnection, project: Path
) -> None:
    found = {
        builds.inputs_of(connection, project, {"networks": {"x": declaration}})
        for declaration in ({}, {"epoch_ms": 1})
    }
    assert len(found) == 2


def test_another_duckdb_has_nothing_to_go_on_from(
    connection: duckdb.DuckDBPyConnection, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(connection, "a", project)
    monkeypatch.setattr(duckdb, "__version__", "99.0.0")
    assert why(connection, project) == "the engine is another, or of another version"


def test_what_another_engine_built_is_written_down_and_not_gone_on_from(
    connection: duckdb.DuckDBPyConnection, project: Path
) -> None:
    connection.execute("create table raw.pages as select 'load-' || range % 2 as load_id from range(4)")
    connection.execute("create schema intermediate")
    connection.execute(
        "create table intermediate.int_coverage__as_of as from (values "
        "('lab', '2026-11-02 10:00Z'::timestamptz), ('', '2026-11-09 10:00Z')) as held (client_id, as_of_at)"
    )
    started_at = datetime(2026, 11, 10, tzinfo=UTC)
    for build_id in ("a", "b"):
        builds.record_good(connection, build_id, started_at, 7)
        builds.record_inputs(
            connection,
            build_id,
            builds.inputs_of(connection, project, engine="spark 4"),
            builds.raw_of(connection),
        )
    last = builds.last_build(connection)
    assert last is not None and (last.build_id, last.is_success) == ("b", True)
    found = connection.execute(
        "select as_of_at, started_at, node_count from quality.builds where build_id = 'b'"
    ).fetchone()
    assert found == (datetime(2026, 11, 2, 10, tzinfo=UTC), started_at, 7)  # a client's data, not a file's
    loads = connection.execute("select load_id from quality.built_loads order by all").fetchall()
    assert loads == [("load-0",), ("load-1",)]
    assert why(connection, project) == "the engine is another, or of another version"


@pytest.fixture
def loaded(connection: duckdb.DuckDBPyConnection, project: Path) -> duckdb.DuckDBPyConnection:
    """All tables of raw, with a row each, and a good build of them."""
    for table, columns in TABLES.items():
        if table in builds.NOT_READ:
            continue
        connection.execute(f"create or replace table raw.{table} ({columns})")
        _add_row(connection, table)
    build(connection, "a", project)
    return connection


def _add_row(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = connection.execute(f"describe raw.{table}").fetchall()
    needed = {name: kind for name, kind, is_nullable, *_ in columns if is_nullable == "NO"}
    needed = needed or {columns[0][0]: columns[0][1]}
    values = ["'2026-11-01'" if kind.startswith("TIMESTAMP") else "1" for kind in needed.values()]
    connection.execute(f"insert into raw.{table} ({', '.join(needed)}) values ({', '.join(values)})")


def test_nothing_is_built_where_nothing_has_changed(loaded: duckdb.DuckDBPyConnection, project: Path) -> None:
    assert is_current(loaded, project)
    for table in ("clients", "goals", "outcomes"):  # as lists.sync does before each build
        loaded.execute(f"create table kept as from raw.{table}; delete from raw.{table}")
        loaded.execute(f"insert into raw.{table} from kept; drop table kept")
    assert is_current(loaded, project)


@pytest.mark.parametrize("table", [table for table in TABLES if table not in builds.NOT_READ])
def test_a_row_of_any_table_of_raw_is_something_new(
    loaded: duckdb.DuckDBPyConnection, project: Path, table: str
) -> None:
    _add_row(loaded, table)
    assert not is_current(loaded, project)


@pytest.mark.parametrize(
    "change",
    [
        "update raw.goals set words = 'fewer'",
        "update raw.outcomes set kind = 'call'",
        "update raw.gaps set to_at = '2026-11-02'",
        "update raw.pages set load_id = 'again'",
        "update raw.pages set window_end_at = '2026-11-02'",
        "alter table raw.posts add column source varchar",
        "insert into quality.builds by name select 'b' as build_id, '2026-11-03' as started_at, false as is_success",
    ],
)
def test_so_is_any_other_value(loaded: duckdb.DuckDBPyConnection, project: Path, change: str) -> None:
    loaded.execute(change)
    assert not is_current(loaded, project)


def test_no_row_that_pages_brought_is_read_for_it(loaded: duckdb.DuckDBPyConnection) -> None:
    asked: list[str] = []

    class Spy:
        def execute(self, query: str, *values: object) -> duckdb.DuckDBPyConnection:
            asked.append(query)
            return loaded.execute(query, *values)

    assert builds.raw_of(Spy()) == builds.raw_of(loaded)  # type: ignore[arg-type]
    brought = [query for query in asked if any(f" raw.{name} " in query for name in PAGE_TABLES)]
    assert len(brought) == len(PAGE_TABLES)
    # DuckDB knows the number of rows of a table; pages themselves are few
    assert {query for query in brought if "raw.pages" not in query} == {
        f"select count(*) from raw.{name} as found" for name in PAGE_TABLES if name != "pages"
    }


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("pages", "what was loaded since the last build"),
        ("stakeholders", "what follows from changed lists (stakeholders): nothing was loaded since"),
    ],
)
def test_a_daily_build_says_what_it_is_for(loaded: duckdb.DuckDBPyConnection, table: str, said: str) -> None:
    _add_row(loaded, table)
    assert builds.what_is_new(builds.last_build(loaded), builds.raw_of(loaded)) == said
