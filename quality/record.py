"""What a publication says of itself: `reports.rpt_publication`, one row, and what its columns mean.

dbt is not the author of these tables, so their comments are written here, in the form of the others.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import duckdb

from quality import restatements
from quality.clients import checks_of
from quality.results import Receipt
from quality.tables import Table, columns_of, quoted
from rapport.project import fingerprint
from rapport.warehouse import literal

# The oldest storage that holds all our types: DuckDB 1.2 and everything newer can open the file.
STORAGE_VERSION = "v1.2.0"
NAME = "reports.rpt_publication"
# What a publication adds to the tables that dbt made.
TABLES = {NAME, restatements.NAME}


@dataclass(frozen=True)
class Earlier:
    """The publication that stood before, as far as its file says. Empty where there was none that can be read."""

    publication_id: str | None = None
    published_at: datetime | None = None
    models_hash: str | None = None
    is_comparable: bool = False


@dataclass(frozen=True)
class Making:
    """What all files of one publication have in common: its id, when it was made, and with which versions."""

    publication_id: str
    published_at: datetime
    versions: dict[str, str]

    def is_redefined(self, before: Earlier) -> bool:
        """Whether the models have changed since an earlier publication."""
        return before.models_hash not in (None, self.versions["models_hash"])


@dataclass(frozen=True)
class _Column:
    """A column, in the words that every published column has."""

    name: str
    kind: str
    description: str
    means: str
    means_not: str
    unit: str

    @property
    def comment(self) -> str:
        return (
            f"{self.description} Means: {self.means} {self.means_not} ({self.unit}; per publication; output)"
        )


_PUBLICATION = "What the published file was made of, and how far it can be trusted. One row."
_COLUMNS = [
    _Column("publication_id", "varchar", "Id of the publication.", "Which file this is.",
            "Not which build: a build may be published twice.", "id"),
    _Column("build_id", "varchar", "Id of the build that was published.", "Which run of dbt made the tables.",
            "Not when their data was fetched: see last_loaded_at.", "id"),
    _Column("receipt_id", "varchar", "Id of the check that let it out.", "That somebody looked before you do.",
            "Not that nothing is wrong: see warned_count.", "id"),
    _Column("published_at", "timestamptz", "When the file was made.", "How old the file is.",
            "Not how far the data reaches: see as_of_at.", "time (UTC)"),
    _Column("as_of_at", "timestamptz", "Moment up to which something was fetched.", "How far the data reaches.",
            "Not of every client and stream: rpt_coverage has these.", "time (UTC)"),
    _Column("last_loaded_at", "timestamptz", "When the last page that is in it was loaded.",
            "Up to which load it holds all.", "Not when somebody last posted.", "time (UTC)"),
    _Column("load_count", "bigint", "Loads that are in it.", "From how many loads it was made.",
            "Not how much they brought.", "loads"),
    _Column("page_count", "bigint", "Pages that were loaded for it, imported ones included.",
            "From how many answers of the network it was made.", "An empty page is a page.", "pages"),
    _Column("check_count", "integer", "Rules that the tables were held against.", "How much was looked at.",
            "Not how much was found.", "rules"),
    _Column("passed_count", "integer", "Rules that hold.", "How much of it was in order.",
            "Not a share of the data.", "rules"),
    _Column("warned_count", "integer", "Rules that do not hold, and do not stop a publication.",
            "How often to look twice; quality.check_results names them.", "Not faults that somebody has to mend.",
            "rules"),
    _Column("completeness", "double", "Replies held of those that the networks count, over all clients.",
            "How much of the talk is in the data.", "The networks count private and withheld replies, too.", "share"),
    _Column("gap_count", "bigint", "Stretches of time that were not fetched, over all clients.",
            "How many holes are known.", "Not how long they are: see gap_hours.", "gaps"),
    _Column("gap_hours", "double", "Hours of them in the client's stream that lacks most.",
            "How much time is not covered where most is missing.", "Not a sum: streams miss the same hours together.",
            "hours"),
    _Column("table_count", "integer", "Tables of marts and reports as dbt made them.", "How many tables were copied.",
            "This table is not among them.", "tables"),
    _Column("row_count", "bigint", "Rows in them.", "How large the publication is.", "Not how much was said.", "rows"),
    _Column("previous_publication_id", "varchar", "Id of the publication that it replaced.",
            "With what it was compared.", "Nothing where it was the first.", "id"),
    _Column("previous_published_at", "timestamptz", "When that was published.", "Since when numbers may have moved.",
            "Nothing where it was the first.", "time (UTC)"),
    _Column("is_compared", "boolean", "Whether the numbers could be held against the one before.",
            "Whether restatement_count says anything.", "Not whether anything moved.", "yes or no"),
    _Column("restatement_count", "bigint", "Numbers of weeks that were over then, and are others now; without those "
            "that were published as not final.",
            "How much of what was published did not last; rpt_restatements has each.",
            "Not faults: late posts and erasures move numbers, as they should.", "numbers"),
    _Column("is_redefined", "boolean", "Whether the models are others than those of the one before.",
            "Whether numbers may have moved because they are counted otherwise.",
            "Not whether any of the definitions of your number changed.", "yes or no"),
    _Column("rapport_version", "varchar", "Version of Rapport.", "What made the file.", "No news by itself.", "name"),
    _Column("duckdb_version", "varchar", "Version of DuckDB that wrote it.", "What wrote the file.",
            "Not what is needed to read it: see duckdb_storage_version.", "name"),
    _Column("duckdb_storage_version", "varchar", "Storage format of the file.",
            "The oldest DuckDB that opens it.", "Not the version that wrote it.", "name"),
    _Column("dbt_version", "varchar", "Version of dbt.", "What built the tables.", "No news by itself.", "name"),
    _Column("models_hash", "varchar", "A hash over the files of the dbt project as they stood when it was published.",
            "Whether two publications count alike.", "It changes with a comment, too.", "id"),
]  # fmt: skip

_RESTATEMENTS = (
    "Numbers of weeks that were over and published, and came out otherwise in a later publication: by late posts, "
    "erasures, or other definitions. One row per publication of the last 26 weeks and number that moved with it."
)
_RESTATED = {
    "publication_id": "Publication with which the number moved.",
    "restated_at": "When that was published (UTC).",
    "table_name": "Table of schema reports that has the number.",
    "client_id": "Client whose number it is.",
    "network": "Network of that account; nothing where the number is the client's.",
    "account_id": "Account of ours whose number it is; nothing where it is the client's.",
    "week_start_date": "Monday of the week it speaks of.",
    "column_name": "Column that has the number.",
    "value_before": "The number before; nothing where there was none.",
    "value_after": "The number since; nothing where there is none any more.",
    "part_count_before": "How many of those that a share was of had it; nothing where the number is no share.",
    "whole_count_before": "Of how many a share was; nothing where the number is no share.",
    "part_count_after": "How many of those that a share is of have it since; nothing where the number is no share.",
    "whole_count_after": "Of how many a share is since; nothing where the number is no share.",
    "is_redefined": "Whether the models had changed as well, so that it may be counted otherwise.",
    "is_provisional": "Whether the number before was published as not final, as its week was not settled.",
}

_CHECKS = "How the rules fared that the published tables were held against. One row per table and rule."
_CHECKED = {
    "run_id": "Id of the check.",
    "build_id": "Id of the build that was checked.",
    "table_name": "Table that the rule is about; load_profile is what came in, a row per client, stream and day.",
    "rule": "Name of the rule.",
    "column_name": "Column that the rule is about.",
    "is_success": "Whether the rule holds.",
    "unexpected_count": "Rows that the rule does not hold for.",
    "row_count": "Rows that were looked at.",
    "sample_keys": "Keys of a few of the rows that it does not hold for, never a text.",
    "reason": "Why the rule matters to a reader.",
    "remedy": "What to do where it does not hold.",
    "checked_at": "When it was checked (UTC).",
    "severity": "block: nothing is published while the rule does not hold; warn: it is published, and said.",
    "problem": "Why the rule could not be looked at, where it could not.",
    "loosened": "Since when, on which values and why the rule is less strict than it was, where it is.",
}


def write_checks(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    query: str = "select * from quality.check_results where run_id = $run_id",
) -> None:
    """Makes draft.quality.check_results of the results of that run, with comments; of a client's by another query."""
    con.execute("create schema draft.quality")
    con.execute(f"create table draft.quality.check_results as {query}", {"run_id": run_id})
    comment(con, Table("quality", "check_results", _CHECKS), _CHECKED)


def make_table(con: duckdb.DuckDBPyConnection) -> None:
    """An empty draft.reports.rpt_publication."""
    columns = ", ".join(f"{column.name} {column.kind}" for column in _COLUMNS)
    con.execute(f"create table draft.{NAME} ({columns})")


def write_record(con: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> None:
    """Makes draft.reports.rpt_publication of the values by column, with comments; those of restatements, too."""
    make_table(con)
    con.execute(
        f"insert into draft.{NAME} values ({', '.join('?' for _ in _COLUMNS)})",
        [values[column.name] for column in _COLUMNS],
    )
    comment(
        con,
        Table("reports", "rpt_publication", _PUBLICATION),
        {column.name: column.comment for column in _COLUMNS},
    )
    comment(con, Table("reports", "rpt_restatements", _RESTATEMENTS), _RESTATED)


def comment(con: duckdb.DuckDBPyConnection, table: Table, columns: dict[str, str]) -> None:
    """Writes what a table of the draft and its columns mean as their comments. `columns`: name → comment."""
    con.execute("begin")  # one by one, the four hundred comments take as long as all the rest
    if table.comment:
        con.execute(f"comment on table draft.{table.full_name} is {literal(table.comment)}")
    for name, text in columns.items():
        if text:
            con.execute(f"comment on column draft.{table.full_name}.{quoted(name)} is {literal(text)}")
    con.execute("commit")


def origin(con: duckdb.DuckDBPyConnection, receipt: Receipt, client_id: str | None = None) -> dict[str, Any]:
    """From which data the build was made (what was loaded before it began), and how much of it is known.

    Of one client: what was loaded for it, or from files, which belong to all.
    """
    loads = con.execute(
        """
        select max(loaded_at), count(distinct load_id), count(*) from raw.pages
        where loaded_at <= (select max(started_at) from quality.builds where build_id = $build_id)
            and ($client_id is null or client_id in ($client_id, ''))
        """,
        {"build_id": receipt.build_id, "client_id": client_id},
    ).fetchone()
    known = con.execute(
        """
        select
            sum(least(captured_reply_count, reported_reply_count)) / nullif(sum(reported_reply_count), 0),
            coalesce(sum(gap_count), 0)::bigint, coalesce(max(gap_hours), 0)
        from reports.rpt_coverage where $client_id is null or client_id = $client_id
        """,
        {"client_id": client_id},
    ).fetchone()
    names = ("last_loaded_at", "load_count", "page_count", "completeness", "gap_count", "gap_hours")
    return dict(zip(names, (*(loads or ()), *(known or ())), strict=True))


def checked(
    con: duckdb.DuckDBPyConnection, receipt: Receipt, client_id: str | None = None
) -> tuple[int, int]:
    """How many rules the file speaks of, and how many of these warn."""
    if client_id is None:
        return receipt.check_count, receipt.warned_count
    row = con.execute(
        f"select count(*), count(*) filter (not is_success) from ({checks_of(client_id)})",
        {"run_id": receipt.run_id},
    ).fetchone()
    return row or (0, 0)


def as_of(con: duckdb.DuckDBPyConnection, client_id: str) -> datetime | None:
    """How far a client's data reaches."""
    row = con.execute(
        "select max(as_of_at) from intermediate.int_coverage__as_of where client_id = ?", [client_id]
    ).fetchone()
    return row[0] if row else None


def earlier(con: duckdb.DuckDBPyConnection) -> Earlier:
    """The record of the attached database `old`."""
    names = columns_of(con, Table("reports", "rpt_publication"), "old")
    if not {"publication_id", "published_at", "models_hash"} <= names.keys():
        return Earlier(is_comparable=True)  # by an earlier version of Rapport
    row = con.execute(f"select publication_id, published_at, models_hash from old.{NAME}").fetchone()
    publication_id, published_at, known_hash = row or (None, None, None)
    return Earlier(publication_id, published_at, known_hash, is_comparable=True)


def versions() -> dict[str, str]:
    """The versions that a publication of now is made with. It reads every file of the dbt project: once is enough."""
    return {
        "rapport_version": _version("rapport"),
        "duckdb_version": duckdb.__version__,
        "duckdb_storage_version": STORAGE_VERSION,
        "dbt_version": _version("dbt-core"),
        "models_hash": fingerprint(),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
