"""The tables of a state store made where they are missing, and brought up to date where an older Rapport made them."""

import logging

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from extractors.state.tables import metadata
from rapport.networks import X

log = logging.getLogger("rapport.state")

# Columns that came later, and what they hold for rows from before: until the keys bore a network, all of it was X's.
_LATER_COLUMNS = {"network": X.name}
# Any number, as long as all of Rapport's processes take the same.
_POSTGRES_LOCK = 7_261_994


def prepare(engine: sa.Engine) -> None:
    """Makes what is missing. What a store holds stays, all of it or, if killed, as it was."""
    if not _wanting(engine):
        return
    with engine.begin() as connection:
        # Alone from here on: another process may be about to do the same.
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("begin immediate")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRES_LOCK)))
        for table, columns in _wanting(connection).items():
            if columns:
                _renew(connection, table, columns)
            else:
                connection.execute(CreateTable(table))


def _wanting(bind: sa.Engine | sa.Connection) -> dict[sa.Table, list[str]]:
    """Tables that are not as they should be, with the columns they have; none where there is no table."""
    columns = _columns(bind)
    return {
        table: columns.get(table.name, [])
        for table in metadata.sorted_tables
        if not {column.name for column in table.columns}.issubset(columns.get(table.name, []))
    }


def _columns(bind: sa.Engine | sa.Connection) -> dict[str, list[str]]:
    """The columns of each of our tables, in order."""
    if bind.dialect.name != "sqlite":
        there = sa.inspect(bind).get_multi_columns(filter_names=list(metadata.tables))
        return {name: [str(column["name"]) for column in found] for (_, name), found in there.items()}
    # SQLAlchemy asks SQLite for one table after the other, which took longer than all that a task does here.
    asked = sa.text(
        "select tables.name, columns.name from sqlite_master as tables, pragma_table_info(tables.name) as columns"
        " where tables.type = 'table' order by tables.name, columns.cid"
    )
    if isinstance(bind, sa.Connection):
        rows = bind.execute(asked).all()
    else:
        with bind.connect() as connection:
            rows = connection.execute(asked).all()
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(str(table), []).append(str(column))
    return found


def _renew(connection: sa.Connection, table: sa.Table, columns: list[str]) -> None:
    """The table with its rows in today's shape: a key can't be changed in place everywhere."""
    before = sa.table(f"{table.name}_before", *(sa.column(name) for name in columns))
    connection.exec_driver_sql(f"alter table {table.name} rename to {before.name}")
    connection.execute(CreateTable(table))
    kept = [column.name for column in table.columns if column.name in columns]
    added = {name: value for name, value in _LATER_COLUMNS.items() if name not in columns}
    rows = sa.select(*(before.c[name] for name in kept), *(sa.literal(value) for value in added.values()))
    count = connection.execute(table.insert().from_select([*kept, *added], rows)).rowcount
    connection.exec_driver_sql(f"drop table {before.name}")
    log.info("state store: %s rows of %s have got %s", count, table.name, " and ".join(added))
