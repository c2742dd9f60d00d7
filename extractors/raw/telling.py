"""What schema raw holds about somebody: the rows that landing's objects became."""

from collections.abc import Iterator

from rapport import warehouse
from rapport.config import Settings
from rapport.held import Held, Subject, tables_about

_SOURCE = "loaded from the landing file that page_key names, or from the lists kept by hand"


def tell(settings: Settings, subject: Subject) -> Iterator[Held]:
    """The rows of raw, and of what a build has made of them and did not publish yet."""
    if not settings.warehouse_path.exists():
        return
    with warehouse.connect(settings) as connection:
        [(database,)] = connection.execute("select current_database()").fetchall()
        name = settings.warehouse_path.name
        for schema, table, rows in tables_about(connection, database, subject, ["raw", "marts", "reports"]):
            source = _SOURCE if schema == "raw" else "built from schema raw"
            yield Held(f"{name} {schema}.{table}", "rows of the warehouse", source, rows)
