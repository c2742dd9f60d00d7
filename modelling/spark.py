"""A build by Spark: raw goes out as Parquet, dbt makes everything of it anew, and the tables lie as Parquet again.

All of it lies in one folder: `raw/` with a file a table, `warehouse/` with what Spark has made last, and what dbt and
Spark need for themselves. Whatever erases or empties the warehouse has to remove that folder.
"""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from modelling import dbt
from modelling.builds import NOT_READ
from rapport.config import Settings
from rapport.warehouse import literal

log = logging.getLogger("rapport.spark")


def export_raw(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Writes each table of raw that a model may read into `folder`, as <table>.parquet; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database() "
        "and schema_name = 'raw' and table_name not in (select unnest($not_read)) order by table_name",
        {"not_read": list(NOT_READ)},
    ).fetchall()
    files = [folder / f"{table}.parquet" for (table,) in tables]
    for file in files:
        connection.execute(f"copy raw.{file.stem} to {literal(str(file))} (format parquet, compression zstd)")
    return files


def build(
    settings: Settings,
    folder: Path,
    on_progress: Callable[[str], None] = log.info,
    engine: dict[str, str] | None = None,
) -> dbt.DbtRun:
    """Builds and tests everything that was exported into `raw/` of the folder; the last build's tables go first.

    `engine`: spark_master, spark_memory, spark_partitions and spark_host of dbt_project/profiles.yml, where they are to
    be others.
    """
    shutil.rmtree(folder / "warehouse", ignore_errors=True)
    raw_folder = str((folder / "raw").resolve())
    place = dbt.Elsewhere(folder, folder / "target", {"raw_folder": raw_folder, **(engine or {})})
    return dbt.run(settings, [*dbt.BUILD, "--full-refresh", "--target", "spark"], on_progress, place)


def tables(folder: Path) -> dict[str, str]:
    """`<schema>.<table>` of everything that a build has made → the pattern of its Parquet files."""
    found = sorted(path for path in (folder / "warehouse").glob("*.db/*") if path.is_dir())
    return {f"{path.parent.stem}.{path.name}": f"{path}/*.parquet" for path in found}
