"""Who may be one person, among very many accounts: the model's own SQL pairs no account with all others."""

import duckdb
import pytest

from tests.dbt.conftest import Built

ACCOUNTS = 20_000
# All pairs of them are 400 million rows, of which none is kept elsewhere than in memory.
LIMITS = {"memory_limit": "300MB", "max_temp_directory_size": "0GB", "threads": 2}


@pytest.fixture
def many(built: Built) -> duckdb.DuckDBPyConnection:
    """A warehouse with the tables that the model reads, in which two accounts name each other."""
    name = built.settings.warehouse_path.stem
    connection = duckdb.connect(config=LIMITS)
    connection.execute(f"attach ':memory:' as {name}")
    connection.execute(f"attach '{built.settings.warehouse_path}' as built (read_only)")
    connection.execute(f"use {name}")
    for schema, table in (
        ("marts", "accounts"),
        ("marts", "people"),
        ("intermediate", "int_accounts__known"),
    ):
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create table {schema}.{table} as from built.{schema}.{table} limit 0")
    connection.execute(
        "insert into marts.accounts by name select 'x' as network, i::varchar as account_id, "
        "'x:' || i as person_id, 'a' || i as handle, case i when 1 then 'half of @a2' when 2 then 'half of @a1' "
        f"else 'Reads, writes, gardens.' end as description from range({ACCOUNTS}) as accounts(i)"
    )
    connection.execute(
        "insert into marts.people by name select person_id, 'person' as person_kind from marts.accounts"
    )
    connection.execute(
        "insert into intermediate.int_accounts__known by name select network, account_id from marts.accounts"
    )
    return connection


def test_no_account_is_paired_with_all_others(built: Built, many: duckdb.DuckDBPyConnection) -> None:
    path = (
        built.settings.dbt_target_dir / "compiled" / "rapport" / "models" / "marts" / "person_suggestions.sql"
    )
    rows = many.execute(path.read_text(encoding="utf-8")).fetchall()
    assert rows == [("x", "1", "a1", "x", "2", "a2", ["each names the other in its profile"])]
