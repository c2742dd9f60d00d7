"""What there is right now, read from the warehouse and the published file without changing either."""

from datetime import UTC, datetime

import duckdb

from rapport.config import Settings
from rapport.errors import WarehouseBusy
from rapport.warehouse import connect, has_table

# what to say: (schema, table, expression over it)
QUESTIONS = {
    "loaded": ("raw", "pages", "count(*)::varchar || ' pages, the last at ' || max(loaded_at)::varchar"),
    "gaps": (
        "raw",
        "gaps",
        "count(*)::varchar || ' stretches not fetched, ' "
        "|| round(coalesce(sum(date_diff('second', from_at, to_at)), 0) / 3600)::bigint::varchar || ' hours'"
        " || coalesce(': ' || string_agg(distinct client_id || ' ' || stream || ' (' || why || ')', ', '), '')",
    ),
    # The newest first. Of more than one the last change may ask for a look: docs/runbook.md says which.
    "X API version": (
        "raw",
        "pages",
        "(select string_agg(said, ', before that ' order by since desc) from ("
        "select api_version || ' since ' || strftime(min(fetched_at), '%Y-%m-%d %H:%M UTC') as said,"
        " min(fetched_at) as since from raw.pages where api_version is not null group by api_version))",
    ),
    "rejected": ("raw", "rejects", "count(*)::varchar || ' lines of imported files'"),
    "built": (
        "quality",
        "builds",
        "max_by(case when is_success then 'well' else 'with errors or not to its end' end, started_at)"
        " || ', started ' || max(started_at)::varchar",
    ),
    "checked": (
        "quality",
        "receipts",
        "max_by(check_count::varchar || ' checks held for build ' || build_id, checked_at)"
        " || ', at ' || max(checked_at)::varchar",
    ),
}


def describe(settings: Settings) -> list[tuple[str, str]]:
    """Pairs of (what, how it stands), in the order a post walks through the house."""
    clients = ", ".join(client.id for client in settings.config.clients)
    lines = [
        ("home", str(settings.home)),
        ("clients", clients or f"none ({settings.config_path} names none)"),
        (
            "X API",
            f"{settings.x_base_url} ({'with' if settings.x_bearer_token else 'without'} a bearer token)",
        ),
        ("landing", f"{sum(1 for _ in settings.landing_dir.rglob('*.json.zst')):,} pages"),
    ]
    return lines + _warehouse(settings) + [("published", _published(settings))]


def _warehouse(settings: Settings) -> list[tuple[str, str]]:
    if not settings.warehouse_path.exists():
        return [("warehouse", "not there yet: `rapport load` or `rapport import` makes it")]
    try:
        with connect(settings, read_only=True, wait_seconds=0) as connection:
            return [(name, _one(connection, *where)) for name, where in QUESTIONS.items()]
    except WarehouseBusy:
        return [("warehouse", "in use by another process right now")]


def _one(connection: duckdb.DuckDBPyConnection, schema: str, table: str, expression: str) -> str:
    """One value of a table that may not be there yet."""
    if not has_table(connection, schema, table):
        return "not yet"
    rows = connection.execute(f"select {expression} from {schema}.{table} limit 1").fetchall()
    return (rows[0][0] if rows else None) or "not yet"


def _published(settings: Settings) -> str:
    if not settings.published_path.exists():
        return "not yet"
    written = datetime.fromtimestamp(settings.published_path.stat().st_mtime, UTC)
    return f"{settings.published_path}, written {written:%Y-%m-%d %H:%M} UTC"
