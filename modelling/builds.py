"""Which kind of build comes next: a daily build of the new loads, or a full refresh of everything.

A daily build continues from the tables of the last build. That needs a last build that ended well, and nothing but
loaded data may have changed since: not the models or settings, nor the lists of accounts, nor may anything have been
erased or taken out of raw. Otherwise everything is built again.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from rapport.project import fingerprint
from rapport.warehouse import has_table

# Tables of raw that a daily build relies on not to have changed. Rows have no order, so each query brings one.
_FIXED_TABLES = {
    "client_accounts": "select * from raw.client_accounts order by all",
    "people_accounts": "select * from raw.people_accounts order by all",
    "tombstones": "select count(*), max(erased_at) from raw.tombstones",
    "withdrawals": "select count(*), max(withdrawn_at) from raw.withdrawals where row_count > 0",
}


def inputs_hash(
    connection: duckdb.DuckDBPyConnection, project_dir: Path, variables: Mapping[str, Any] | None = None
) -> str:
    """SHA-256 (hex) of everything besides the loaded data that the tables depend on.

    That is the project's files, the variables that dbt is given beside them, the lists of accounts, what was erased
    or taken out of raw, and the version of DuckDB: another version may put observations of the same moment in another
    order (macros/identifiers.sql).
    """
    given = f"{duckdb.__version__} {fingerprint(project_dir)} {json.dumps(variables, sort_keys=True)}"
    digest = hashlib.sha256(given.encode())
    for table, query in _FIXED_TABLES.items():
        rows = connection.execute(query).fetchall() if has_table(connection, "raw", table) else []
        digest.update(f"{table}{rows}".encode())
    return digest.hexdigest()


def why_full(connection: duckdb.DuckDBPyConnection, inputs: str) -> str | None:
    """Why a full refresh is needed, in words for people; None where a daily build is enough."""
    if not has_table(connection, "quality", "builds"):
        return "nothing was built yet"
    columns = {row[0] for row in connection.execute("describe quality.builds").fetchall()}
    last = connection.execute(
        f"select is_success, {'inputs_hash' if 'inputs_hash' in columns else 'null'} "
        "from quality.builds order by started_at desc limit 1"
    ).fetchone()
    if last is None:
        return "nothing was built yet"
    is_success, built_inputs = last
    if not is_success:
        return "the last build did not end well, or something was erased"
    if built_inputs != inputs:
        return (
            "models, settings, the lists of accounts or the version of DuckDB have changed, or something was erased "
            "or taken out of raw"
        )
    return None


def record_inputs(connection: duckdb.DuckDBPyConnection, build_id: str, inputs: str) -> None:
    """Writes the hash of its inputs beside a good build in quality.builds."""
    connection.execute("alter table quality.builds add column if not exists inputs_hash varchar")
    connection.execute("update quality.builds set inputs_hash = ? where build_id = ?", [inputs, build_id])
