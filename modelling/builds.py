"""Which kind of build comes next: of what was loaded since the last one, or of everything.

A daily build goes on from the tables of the last build, if that ended well. Where anything but data has changed
since (models and settings, whose account is whose, an erasure) there is nothing to go on from, and everything
is built anew.
"""

import hashlib
from pathlib import Path

import duckdb

from rapport.warehouse import has_table

# What a daily build takes as given, in an order of its own: rows have none.
_GIVEN = {
    "client_accounts": "select * from raw.client_accounts order by all",
    "people_accounts": "select * from raw.people_accounts order by all",
    "tombstones": "select count(*), max(erased_at) from raw.tombstones",
}


def inputs_hash(connection: duckdb.DuckDBPyConnection, project_dir: Path) -> str:
    """SHA-256 (hex) of all that a daily build takes as given.

    That is the text of the models, macros, tests and settings, the lists of accounts, what was erased, and the
    version of DuckDB: another one may order what came at once otherwise (macros/identifiers.sql).
    """
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in sorted(project_dir.rglob("*")):
        if path.suffix in {".sql", ".yml"}:
            digest.update(str(path.relative_to(project_dir)).encode() + b"\0" + path.read_bytes() + b"\0")
    for table, query in _GIVEN.items():
        rows = connection.execute(query).fetchall() if has_table(connection, "raw", table) else []
        digest.update(f"{table}{rows}".encode())
    return digest.hexdigest()


def why_full(connection: duckdb.DuckDBPyConnection, inputs: str) -> str | None:
    """Why everything has to be built anew, in words for people; None where a daily build will do."""
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
        return "models, settings, the lists of accounts or the version of DuckDB have changed, or something was erased"
    return None


def record_inputs(connection: duckdb.DuckDBPyConnection, build_id: str, inputs: str) -> None:
    """Writes beside a good build in quality.builds what it took as given."""
    connection.execute("alter table quality.builds add column if not exists inputs_hash varchar")
    connection.execute("update quality.builds set inputs_hash = ? where build_id = ?", [inputs, build_id])
