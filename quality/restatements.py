"""Numbers of weeks that were over and published, and have come out otherwise since.

Late posts, erasures and other definitions move them. Each publication compares itself with the one it
replaces, week by week, and carries on what earlier ones found. Figures of answers are final only when their
week is settled: if they move before, that was said when they were published, and is noted apart.
"""

from datetime import datetime, timedelta

import duckdb

from quality.tables import Columns, columns_by_table, quoted
from rapport.networks import DEFAULT
from rapport.shares import SHARES

# A table of schema reports with these columns has one row per client (or account, or network) and week. Its numbers
# stand once the week is over.
_WEEKLY = {"client_id", "week_start_date", "is_complete_week"}
# But not these: what the network counts goes on rising by nature, and who waits or is behind is told as of now.
_NOT_COMPARED = {"rpt_context_counts", "rpt_clients"}
# What is final only when the week is settled (is_settled_week).
_FIGURES_OF_ANSWERS = (
    "answered_within_day_count", "answer_due_count", "answered_within_day_share", "unanswered_count",
    "median_answer_hours",
)  # fmt: skip
# What is final only when a working day has passed as well for each address that the week's figures count.
_FIGURES_BY_HOURS = (
    "answered_within_working_day_count", "working_day_due_count", "answered_within_working_day_share",
)  # fmt: skip
# As long as a report looks back.
KEPT = timedelta(weeks=26)
_NUMBERS = {"BIGINT", "INTEGER", "HUGEINT", "DOUBLE", "FLOAT"}
# Sums of floating numbers differ in their last digits with the order in which they were made.
_TOLERANCE = 1e-9

NAME = "reports.rpt_restatements"
COLUMNS = {
    "publication_id": "varchar",
    "restated_at": "timestamptz",
    "table_name": "varchar",
    "client_id": "varchar",
    "network": "varchar",
    "account_id": "varchar",
    "week_start_date": "date",
    "column_name": "varchar",
    "value_before": "double",
    "value_after": "double",
    "is_redefined": "boolean",
    "is_provisional": "boolean",
    # of a share: how many of how many it was, and is
    "part_count_before": "bigint",
    "whole_count_before": "bigint",
    "part_count_after": "bigint",
    "whole_count_after": "bigint",
}
_COUNTS = [name for name in COLUMNS if name.startswith(("part_count", "whole_count"))]
# Columns that files of older versions may lack, and what goes there.
_LATER_COLUMNS = {
    "network": f"case when account_id is not null then '{DEFAULT}' end",
    "is_provisional": "false",
    **dict.fromkeys(_COUNTS, "null"),
}


def make_table(con: duckdb.DuckDBPyConnection) -> None:
    """An empty draft.reports.rpt_restatements."""
    columns = ", ".join(f"{column} {kind}" for column, kind in COLUMNS.items())
    con.execute(f"create or replace table draft.{NAME} ({columns})")


def write_restatements(
    con: duckdb.DuckDBPyConnection,
    publication_id: str,
    published_at: datetime,
    *,
    is_redefined: bool,
    client_id: str | None = None,
) -> int:
    """Fills draft.reports.rpt_restatements with what differs in the attached `old` and the draft; how many, without
    what the old publication called not final.

    A week counts as over if the old publication said so. A client that is in only one of them is not compared. Of one
    client: what earlier ones found of others is left out.
    """
    of_old, of_new = _reports(con, "old"), _reports(con, "draft")
    for table, keys in _weekly_tables(of_new).items():
        old = of_old.get(table, {})
        columns = _compared(old, of_new[table], keys)
        if columns:
            con.execute(
                _comparison(table, keys, columns, _network_of_old(old, keys), _was_open(old)),
                {"publication_id": publication_id, "published_at": published_at, "redefined": is_redefined},
            )
    row = con.execute(f"select count(*) from draft.{NAME} where not is_provisional").fetchone()
    known = of_old.get("rpt_restatements", {}).keys()
    if known | _LATER_COLUMNS.keys() == COLUMNS.keys():
        later = "".join(f", {value} as {name}" for name, value in _LATER_COLUMNS.items() if name not in known)
        con.execute(
            f"insert into draft.{NAME} by name select *{later} from old.{NAME} "
            "where restated_at >= $since and ($client_id is null or client_id = $client_id)",
            {"since": published_at - KEPT, "client_id": client_id},
        )
    return int(row[0]) if row else 0


def _reports(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, Columns]:
    """The tables of schema reports in an attached database, by name, each with its columns."""
    found = columns_by_table(con, database)
    return {name: columns for (schema, name), columns in found.items() if schema == "reports"}


def _weekly_tables(reports: dict[str, Columns]) -> dict[str, tuple[str, ...]]:
    """Those of the tables that are compared, each with its key."""
    found = {}
    for name, columns in reports.items():
        if columns.keys() >= _WEEKLY and name not in _NOT_COMPARED:
            apart = (column for column in ("network", "account_id") if column in columns)
            found[name] = ("client_id", *apart, "week_start_date")
    return found


def _compared(old: Columns, new: Columns, keys: tuple[str, ...]) -> list[str]:
    """Columns of numbers that a table has in both; none where one of them can't be compared."""
    needed = {*keys, "is_complete_week"}
    if not (needed <= old.keys() | {"network"} and needed <= new.keys()):
        return []
    return [
        column
        for column, (kind, _) in new.items()
        if kind in _NUMBERS and old.get(column, ("",))[0] in _NUMBERS
    ]


def _network_of_old(old: Columns, keys: tuple[str, ...]) -> str:
    """The column that a table of `old` lacks if it was published when there was one network: what to add to its `*`."""
    if "network" not in keys or "network" in old:
        return ""
    return f", {_LATER_COLUMNS['network']} as network"


def _was_open(old: Columns) -> dict[str, str]:
    """Column -> when the old publication said of a week that this figure was not final; only where it could tell."""
    if "is_settled_week" not in old:
        return {}
    when = "not coalesce(before.is_settled_week, true)"
    found = dict.fromkeys(_FIGURES_OF_ANSWERS, when)
    if {*_FIGURES_BY_HOURS, "answer_due_count"} <= old.keys():
        when = f"({when} or coalesce(before.working_day_due_count < before.answer_due_count, false))"
        found |= dict.fromkeys(_FIGURES_BY_HOURS, when)
    return found


def _comparison(
    name: str,
    keys: tuple[str, ...],
    columns: list[str],
    network_of_old: str,
    was_open: dict[str, str],
) -> str:
    """`was_open`: what `_was_open` says."""
    pairs = ", ".join(
        f"{{'column_name': '{column}', 'value_before': before.{quoted(column)}::double, "
        f"'value_after': after.{quoted(column)}::double, 'is_provisional': {was_open.get(column, 'false')}, "
        f"{_counts(column, columns)}}}"
        for column in columns
    )
    whose = ", ".join(column if column in keys else "null" for column in ("network", "account_id"))
    return f"""
    insert into draft.{NAME}
    with weeks_over as (
        select client_id, max(week_start_date) as last_week_start_date from old.reports.{name}
        where is_complete_week group by client_id
    ),
    before as (
        select *{network_of_old} from old.reports.{name}
        semi join draft.reports.{name} using (client_id)
        semi join weeks_over on weeks_over.client_id = {name}.client_id
            and week_start_date <= last_week_start_date
    ),
    after as (
        select * from draft.reports.{name}
        semi join weeks_over on weeks_over.client_id = {name}.client_id
            and week_start_date <= last_week_start_date
    ),
    pairs as (
        select
            {", ".join(keys)}, unnest([{pairs}]) as pair
        from before full join after using ({", ".join(keys)})
    )
    select
        $publication_id, $published_at, '{name}', client_id, {whose}, week_start_date,
        pair.column_name, pair.value_before, pair.value_after, $redefined, pair.is_provisional,
        {", ".join(f"pair.{name}" for name in _COUNTS)}
    from pairs
    where pair.value_before is distinct from pair.value_after
        and not coalesce(
            abs(pair.value_before - pair.value_after)
                <= {_TOLERANCE} * greatest(abs(pair.value_before), abs(pair.value_after)),
            false
        )
        -- a client that has hours now, or has none any more, has no figure that was another
        and not (
            pair.column_name in {_FIGURES_BY_HOURS} and (pair.value_before is null or pair.value_after is null)
        )
    order by all
    """


def _counts(column: str, compared: list[str]) -> str:
    """What a share was made of, and is; nothing of what is none, or where a table lacks these counts."""
    parts = SHARES.get(column, ())
    known = bool(parts) and set(parts) <= set(compared)
    values = [f"{side}.{quoted(part)}" for side in ("before", "after") for part in parts] if known else []
    return ", ".join(
        f"'{name}': {value}::bigint"
        for name, value in zip(_COUNTS, values or ["null"] * len(_COUNTS), strict=True)
    )
