"""What is published about somebody: rows of the published files, of clients' own, and of frozen editions."""

from collections.abc import Iterator

import duckdb

from quality import editions
from quality.publish import LATEST
from rapport.config import Settings
from rapport.held import Held, Subject, tables_about
from rapport.warehouse import literal


def tell(settings: Settings, subject: Subject) -> Iterator[Held]:
    """Each database and each table of an edition that has rows about the person, with these rows."""
    for path in sorted(settings.published_dir.rglob("*.duckdb")):
        with duckdb.connect() as con:
            con.execute("set timezone = 'UTC'")
            con.execute(f"attach {literal(str(path))} as published (read_only)")
            place = path.relative_to(settings.home)
            for schema, table, rows in tables_about(con, "published", subject, ["reports", "marts"]):
                yield Held(
                    f"{place} {schema}.{table}",
                    "rows that were published",
                    "published from the warehouse",
                    rows,
                )
    folders = [folder / "tables" for folder in editions.folders(settings)]
    for folder in (*folders, *sorted(settings.clients_dir.glob(f"*/{LATEST}"))):
        with duckdb.connect() as con:
            con.execute("set timezone = 'UTC'")
            con.execute("attach ':memory:' as frozen")
            con.execute("create schema frozen.reports")
            for path in sorted(folder.glob("*.parquet")):
                con.execute(
                    f'create table frozen.reports."{path.stem}" as from read_parquet({literal(str(path))})'
                )
            place = folder.relative_to(settings.home)
            for _, table, rows in tables_about(con, "frozen", subject, ["reports"]):
                yield Held(
                    f"{place}/{table}.parquet",
                    "rows that were published",
                    "published from the warehouse",
                    rows,
                )
