"""Which kind of build comes next: none, a daily build of the new loads, or a full refresh of everything.

None is needed where the last build ended well and nothing has changed since that it was made of. A daily build
continues from the tables of the last build. That needs a last build that ended well, and nothing but loaded data may
have changed since: not the models or settings, nor the lists of accounts, nor may anything have been erased or taken
out of raw. Otherwise everything is built again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from rapport.project import fingerprint
from rapport.warehouse import LAST_WRITTEN, has_table

# Tables of raw that a daily build relies on not to have changed. Rows have no order, so each query brings one.
_FIXED_TABLES = {
    "client_accounts": "select * from raw.client_accounts order by all",
    "people_accounts": "select * from raw.people_accounts order by all",
    "tombstones": "select count(*), max(erased_at) from raw.tombstones",
    "withdrawals": "select count(*), max(withdrawn_at) from raw.withdrawals where row_count > 0",
}

# What a full refresh is made for, in words for people: the reasons of `inputs_of`.
_CAUSES = {
    "models": "the models have changed",
    "settings": "settings, or what is declared of the networks, have changed",
    "engine": "the engine is another, or of another version",
    "client_accounts": "the accounts of the clients have changed",
    "people_accounts": "the list of people has changed",
    "tombstones": "something was erased",
    "withdrawals": "something was taken out of raw",
}

# The log of builds, as macros/record_build.sql makes it.
_LOG = {
    "builds": (
        "build_id varchar, started_at timestamptz, built_at timestamptz, is_success boolean, as_of_at timestamptz, "
        "node_count integer"
    ),
    "built_loads": "load_id varchar",
    "built_horizons": "client_id varchar, as_of_at timestamptz",
    "built_accounts": "accounts_hash varchar",
}

# Tables of raw that no model reads: what loads keep for themselves.
NOT_READ = ("held_posts", "landing_folders", "landing_looks", "topic_vectors")


@dataclass(frozen=True)
class Last:
    """The build that started last. `inputs`, `raw`: what `inputs_of` and `raw_of` said when it was made, if noted."""

    build_id: str
    built_at: datetime | None
    is_success: bool
    inputs: str | None
    raw: str | None


def inputs_of(
    connection: duckdb.DuckDBPyConnection,
    project_dir: Path,
    variables: Mapping[str, Any] | None = None,
    engine: str | None = None,
) -> str:
    """Hashes of everything besides the loaded data that the tables depend on, by reason, as JSON.

    That is the project's files, the variables that dbt is given beside them, the lists of accounts, what was erased
    or taken out of raw, and the engine (default: this DuckDB): another one, or another version, may compute otherwise.
    """
    found = {
        "models": fingerprint(project_dir),
        "settings": json.dumps(variables, sort_keys=True),
        "engine": engine or duckdb.__version__,
    }
    for table, query in _FIXED_TABLES.items():
        rows = connection.execute(query).fetchall() if has_table(connection, "raw", table) else []
        found[table] = str(rows)
    return _hashed(found)


def raw_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Hashes of what lies in raw, as far as it can be had without reading what pages brought, by table, as JSON.

    That is every row of the lists that are kept by hand, and of the pages; of the tables that pages fill, how many
    rows they have, which DuckDB knows. What comes into these comes with a page, and what goes leaves a line in
    raw.withdrawals.
    """
    tables = connection.execute(
        "select table_name, list(column_name || ' ' || data_type order by column_index) from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'raw' "
        "and table_name not in (select unnest($not_read)) group by all order by table_name",
        {"not_read": list(NOT_READ)},
    ).fetchall()
    lying = {}
    for table, columns in tables:
        is_read = table == "pages" or not any(column.startswith("page_key ") for column in columns)
        what = "count(*), sum(hash(found))" if is_read else "count(*)"
        rows = connection.execute(f"select {what} from raw.{table} as found").fetchall()
        lying[table] = f"{columns}{rows}"
    return _hashed(lying)


def _hashed(texts: Mapping[str, str]) -> str:
    hashes = {name: hashlib.sha256(text.encode()).hexdigest()[:32] for name, text in texts.items()}
    return json.dumps(hashes, sort_keys=True)


def _changed(before: str, now: str) -> list[str]:
    """The names whose hashes differ."""
    old, new = json.loads(before), json.loads(now)
    return [name for name in {**new, **old} if old.get(name) != new.get(name)]


def last_build(connection: duckdb.DuckDBPyConnection) -> Last | None:
    """The build that started last, whether it ended or not; None if there was none."""
    if not has_table(connection, "quality", "builds"):
        return None
    columns = {row[0] for row in connection.execute("describe quality.builds").fetchall()}
    # of an older version they may be missing
    wanted = [name if name in columns else f"null as {name}" for name in ("inputs", "raw")]
    row = connection.execute(
        f"select build_id, {'built_at' if 'built_at' in columns else 'null'}, coalesce(is_success, false), "
        f"{', '.join(wanted)} from quality.builds {LAST_WRITTEN}"
    ).fetchone()
    return Last(*row) if row else None


def is_current(last: Last | None, inputs: str, raw: str) -> bool:
    """Whether that build is what another one would make now."""
    return last is not None and last.is_success and (last.inputs, last.raw) == (inputs, raw)


def why_full(last: Last | None, inputs: str) -> str | None:
    """Why a full refresh is needed, in words for people; None where a daily build is enough."""
    if last is None:
        return "nothing was built yet"
    if not last.is_success:
        return "the last build did not end well, or something was erased"
    if last.inputs is None:
        return "it was not noted what the last build was made of: it was stopped at its end, or is of an older version"
    changed = _changed(last.inputs, inputs)
    return "; ".join(words for cause, words in _CAUSES.items() if cause in changed) or None


def what_is_new(last: Last | None, raw: str) -> str:
    """What a daily build has to do, in words for people."""
    changed = _changed(last.raw, raw) if last and last.raw else ["pages"]
    if "pages" in changed:
        return "what was loaded since the last build"
    return (
        f"what follows from changed lists ({', '.join(changed).replace('_', ' ')}): nothing was loaded since"
    )


def record_inputs(connection: duckdb.DuckDBPyConnection, build_id: str, inputs: str, raw: str) -> None:
    """Writes what a good build was made of beside it in quality.builds: what `inputs_of` and `raw_of` say."""
    for column in ("inputs", "raw"):
        connection.execute(f"alter table quality.builds add column if not exists {column} varchar")
    connection.execute(
        "update quality.builds set inputs = ?, raw = ? where build_id = ?", [inputs, raw, build_id]
    )


def record_good(
    connection: duckdb.DuckDBPyConnection, build_id: str, started_at: datetime, node_count: int
) -> None:
    """Writes down a build that was made elsewhere, once its tables are in the warehouse: what record_build.sql writes.

    What only a daily build reads is left as it is: after another engine's build, none is daily.
    """
    for table, columns in _LOG.items():
        connection.execute(f"create table if not exists quality.{table} ({columns})")
    connection.execute(
        "insert into quality.built_loads select distinct load_id from raw.pages "
        "where load_id not in (select load_id from quality.built_loads)"
    )
    connection.execute(
        """
        insert into quality.builds by name
        select
            $build_id as build_id, $started_at as started_at, now() as built_at, true as is_success,
            coalesce(max(as_of_at) filter (client_id <> ''), max(as_of_at)) as as_of_at, $node_count as node_count
        from intermediate.int_coverage__as_of
        """,
        {"build_id": build_id, "started_at": started_at, "node_count": node_count},
    )
