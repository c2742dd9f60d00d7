"""What the gate found, kept in schema `quality`: one row per run, per run and rule, and per receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import duckdb

from quality.tables import Table, columns_of
from rapport.forgotten import ERASURE
from rapport.warehouse import LAST_WRITTEN, has_table

# How grave it is when a rule does not hold.
BLOCK = "block"  # nothing is published
WARN = "warn"  # published, and said wherever the checks are shown

SCHEMA_SQL = """
create schema if not exists quality;
create table if not exists quality.check_runs (
    run_id varchar,
    build_id varchar,
    started_at timestamptz,
    checked_at timestamptz,
    rule_count integer,
    failed_count integer,
    is_success boolean,
    docs_path varchar
);
create table if not exists quality.check_results (
    run_id varchar,
    build_id varchar,
    table_name varchar,
    rule varchar,
    column_name varchar,
    is_success boolean,
    unexpected_count bigint,
    row_count bigint,
    sample_keys varchar[],
    reason varchar,
    remedy varchar,
    checked_at timestamptz
);
create table if not exists quality.receipts (
    receipt_id varchar,
    run_id varchar,
    build_id varchar,
    checked_at timestamptz,
    check_count integer,
    as_of_at timestamptz
);
alter table quality.receipts add column if not exists warned_count integer default 0;
alter table quality.receipts add column if not exists rules_hash varchar;
alter table quality.check_runs add column if not exists warned_count integer default 0;
-- before there were warnings, every rule blocked
alter table quality.check_results add column if not exists severity varchar default 'block';
alter table quality.check_results add column if not exists problem varchar default '';
alter table quality.check_results add column if not exists loosened varchar default '';
create table if not exists quality.receipt_tables (
    receipt_id varchar,
    table_name varchar,
    content_hash varchar
);
-- One row per run and rule; run_number_back counts from the newest run (1) into the past. Newest is what was written
-- last: by its time, a run might lie before an older one, where the clock was set back.
create or replace view quality.rule_trends as
select
    dense_rank() over (order by runs.rowid desc) as run_number_back,
    results.table_name,
    results.rule,
    results.severity,
    results.problem,
    results.checked_at,
    results.run_id,
    results.build_id,
    results.is_success,
    results.unexpected_count,
    results.row_count,
    results.unexpected_count - lag(results.unexpected_count) over (
        partition by results.table_name, results.rule order by runs.rowid
    ) as unexpected_count_change
from quality.check_results as results
inner join quality.check_runs as runs on results.run_id = runs.run_id;
"""


@dataclass(frozen=True)
class Build:
    """One row of quality.builds; `as_of_at` is None where nothing was loaded yet."""

    build_id: str
    is_success: bool
    as_of_at: datetime | None

    @property
    def is_erasure(self) -> bool:
        """Whether it stands for an erasure, which has dropped all that was built."""
        return self.build_id.startswith(ERASURE)


@dataclass(frozen=True)
class RuleResult:
    """How one rule fared on one table. Counts are rows; `sample_keys` names a few rows, never a text.

    `problem` says why the rule could not be evaluated at all (it then blocks, whatever its severity).
    """

    table_name: str
    rule: str
    column_name: str
    is_success: bool
    unexpected_count: int
    row_count: int
    sample_keys: tuple[str, ...]
    reason: str
    remedy: str
    problem: str = ""
    severity: str = BLOCK
    loosened: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether the build must not be published because of it."""
        return not self.is_success and (self.severity == BLOCK or bool(self.problem))


@dataclass(frozen=True)
class Receipt:
    """The gate's word that one build may be published, and what it has seen of it.

    `table_hashes` (see quality.tables) are of the published tables as they were checked. Of `check_count` rules
    `warned_count` do not hold, and none of these blocks. `rules_hash` says which rules these are (see
    quality.rulebook); None in receipts of versions that did not note it.
    """

    receipt_id: str
    run_id: str
    build_id: str
    checked_at: datetime
    check_count: int
    warned_count: int
    as_of_at: datetime | None
    table_hashes: Mapping[str, str]
    rules_hash: str | None


def latest_build(con: duckdb.DuckDBPyConnection) -> Build | None:
    """The build that started last, finished or not; None when there was none."""
    if not has_table(con, "quality", "builds"):
        return None
    row = con.execute(
        f"select build_id, coalesce(is_success, false), as_of_at from quality.builds {LAST_WRITTEN}"
    ).fetchone()
    return Build(*row) if row else None


def unbuilt_page_count(con: duckdb.DuckDBPyConnection) -> int:
    """How many loaded pages are in no good build. When they were loaded does not say so: clocks are set back."""
    built = "anti join quality.built_loads as built on pages.load_id is not distinct from built.load_id"
    if not has_table(con, "quality", "built_loads"):  # built by an older version, all has to be built again
        built = ""
    [(count,)] = con.execute(f"select count(*) from raw.pages as pages {built}").fetchall()
    return int(count)


def save_run(
    con: duckdb.DuckDBPyConnection,
    *,
    run_id: str,
    build: Build,
    started_at: datetime,
    checked_at: datetime,
    docs_path: str,
    results: list[RuleResult],
    table_hashes: Mapping[str, str],
    rules_hash: str,
) -> Receipt | None:
    """Writes a run with all its results in one transaction; the Receipt, if nothing blocks, else None."""
    failed = [result for result in results if result.is_blocking]
    warned_count = sum(not result.is_success for result in results) - len(failed)
    receipt = None
    con.execute("begin")
    try:
        con.execute(
            "insert into quality.check_runs (run_id, build_id, started_at, checked_at, rule_count, failed_count, "
            "is_success, docs_path, warned_count) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run_id, build.build_id, started_at, checked_at,
                len(results), len(failed), not failed, docs_path, warned_count,
            ],
        )  # fmt: skip
        # in one statement: a hundred and seventy of them take as long as the checks of half the tables
        rows = [
            [
                run_id, build.build_id, result.table_name, result.rule, result.column_name,
                result.is_success, result.unexpected_count, result.row_count,
                list(result.sample_keys), result.reason, result.remedy, checked_at,
                result.severity, result.problem, result.loosened,
            ]
            for result in results
        ]  # fmt: skip
        con.execute(
            "insert into quality.check_results (run_id, build_id, table_name, rule, column_name, is_success, "
            "unexpected_count, row_count, sample_keys, reason, remedy, checked_at, severity, problem, loosened) "
            f"values {_places(rows)}",
            list(chain.from_iterable(rows)),
        )
        if not failed:
            receipt = Receipt(
                receipt_id=f"receipt-{run_id}",
                run_id=run_id,
                build_id=build.build_id,
                checked_at=checked_at,
                check_count=len(results),
                warned_count=warned_count,
                as_of_at=build.as_of_at,
                table_hashes=table_hashes,
                rules_hash=rules_hash,
            )
            _save_receipt(con, receipt)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return receipt


def _save_receipt(con: duckdb.DuckDBPyConnection, receipt: Receipt) -> None:
    con.execute(
        "insert into quality.receipts "
        "(receipt_id, run_id, build_id, checked_at, check_count, as_of_at, warned_count, rules_hash) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            receipt.receipt_id, receipt.run_id, receipt.build_id, receipt.checked_at,
            receipt.check_count, receipt.as_of_at, receipt.warned_count, receipt.rules_hash,
        ],
    )  # fmt: skip
    hashes = [
        [receipt.receipt_id, table, content_hash] for table, content_hash in receipt.table_hashes.items()
    ]
    if hashes:
        con.execute(
            "insert into quality.receipt_tables (receipt_id, table_name, content_hash) "
            f"values {_places(hashes)}",
            list(chain.from_iterable(hashes)),
        )


def _places(rows: list[list[Any]]) -> str:
    """The places of these rows in a statement."""
    return ", ".join(f"({', '.join('?' for _ in row)})" for row in rows)


def valid_receipt(con: duckdb.DuckDBPyConnection, build: Build) -> Receipt | None:
    """The receipt of the build's *latest* check; None if that check failed or never ran.

    An earlier receipt of the same build does not count once a later check of it was red.
    """
    if not has_table(con, "quality", "receipt_tables"):
        return None
    is_noted = "rules_hash" in columns_of(con, Table("quality", "receipts"))  # not by versions before
    row = con.execute(
        f"""
        with latest_run as (
            select run_id from quality.check_runs where build_id = $build_id {LAST_WRITTEN}
        )
        select receipt_id, run_id, build_id, checked_at, check_count, warned_count, as_of_at,
            {"rules_hash" if is_noted else "null"}
        from quality.receipts
        where build_id = $build_id and run_id in (select run_id from latest_run)
        """,
        {"build_id": build.build_id},
    ).fetchone()
    if row is None:
        return None
    hashes = con.execute(
        "select table_name, content_hash from quality.receipt_tables where receipt_id = ?", [row[0]]
    ).fetchall()
    receipt_id, run_id, build_id, checked_at, check_count, warned_count, as_of_at, rules_hash = row
    return Receipt(
        receipt_id,
        run_id,
        build_id,
        checked_at,
        check_count,
        warned_count,
        as_of_at,
        dict(hashes),
        rules_hash,
    )
