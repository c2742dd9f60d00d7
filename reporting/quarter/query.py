"""Reads a quarter from the published file, and from editions where that holds its weeks no longer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.quarter.calendar import Quarter, quarter_of
from reporting.quarter.record import STAGES, Completeness, Figures, QuarterView, Step, Tie
from reporting.sections.goals.record import Goal
from reporting.sections.outcomes.record import Outcome
from reporting.weeks import Week

T = TypeVar("T", Week, Step, Goal)
# What tables of older editions may lack.
_LATER_COLUMNS = {
    "rpt_engagement_summary": ("answered_within_working_day_count", "working_day_due_count"),
    "rpt_relationship_moves": (),
    "rpt_goals": ("part_count", "whole_count"),
}


def quarters_of(con: duckdb.DuckDBPyConnection, client: Client) -> list[Quarter]:
    """The quarters that the publication has a complete week of, oldest first."""
    rows = con.execute(
        "select week_start_date from reports.rpt_engagement_summary where client_id = ? and is_complete_week",
        [client.client_id],
    ).fetchall()
    return sorted({quarter_of(monday) for (monday,) in rows})


def read_quarter(
    con: duckdb.DuckDBPyConnection, client: Client, quarter: Quarter, editions: Sequence[Path] = ()
) -> QuarterView:
    """The quarter and the one before it. `editions`: folders of the client's frozen editions (named 2026-W47)."""
    span = (quarter.before.start, quarter.end)
    weeks = records(
        con,
        Week,
        "select {columns} from reports.rpt_engagement_summary where client_id = ?"
        " and is_complete_week and week_start_date >= ? and week_start_date < ? order by week_start_date",
        [client.client_id, *span],
    )
    steps = records(
        con,
        Step,
        "select {columns} from reports.rpt_relationship_moves where client_id = ?"
        " and week_start_date >= ? and week_start_date < ? order by week_start_date",
        [client.client_id, *span],
    )
    archive = _Archive(con, client, editions)
    held = {week.week_start_date for week in weeks}
    # What is after the publication's horizon has not been; only what lies before its first week can be missing.
    missing = {
        monday
        for one in (quarter.before, quarter)
        for monday in one.weeks()
        if monday not in held and monday < _horizon(client)
    }
    archived = archive.weeks(missing)
    steps += archive.steps({week.week_start_date for week in archived})
    goals, goals_as_of = _goals(con, client, quarter, archive)
    outcomes = records(
        con,
        Outcome,
        "select {columns} from reports.rpt_outcomes where client_id = ?"
        " and occurred_date >= ? and occurred_date < ? order by occurred_date desc, outcome_id",
        [client.client_id, *span],
    )
    now, before = (
        _figures(one, client, weeks, archived, steps, outcomes) for one in (quarter, quarter.before)
    )
    return QuarterView(
        now=now,
        before=before,
        goals=goals,
        goals_as_of=goals_as_of,
        outcomes=[outcome for outcome in outcomes if outcome.occurred_date >= quarter.start],
        completeness=_completeness(con, client, quarter),
    )


def _horizon(client: Client) -> date:
    """The Monday of the week that is still running."""
    day = client.as_of_at.date()
    return day - timedelta(days=day.weekday())


def _figures(
    quarter: Quarter,
    client: Client,
    held: Sequence[Week],
    archived: Sequence[Week],
    steps: Sequence[Step],
    outcomes: Iterable[Outcome],
) -> Figures:
    def of_it(week: Week | Step) -> bool:
        return quarter.start <= week.week_start_date < quarter.end

    weeks = sorted(filter(of_it, [*held, *archived]), key=lambda week: week.week_start_date)
    complete = {week.week_start_date for week in weeks}
    return Figures(
        quarter=quarter,
        weeks=weeks,
        # what moved in the week still running is not among the figures either
        ties=net([step for step in steps if step.week_start_date in complete]),
        outcomes=Counter(
            outcome.kind for outcome in outcomes if quarter.start <= outcome.occurred_date < quarter.end
        ),
        is_over=client.as_of_at.date() >= quarter.end,
        archived_count=sum(map(of_it, archived)),
    )


def net(steps: Iterable[Step]) -> list[Tie]:
    """Where ties stood before the first and after the last of these steps, of those that are close or were.

    Stakeholders first, then the closest, then by name.
    """
    by_person: dict[str, list[Step]] = {}
    for step in sorted(steps, key=lambda step: step.week_start_date):
        by_person.setdefault(step.person_id, []).append(step)
    ties = [
        Tie(
            person_id=last.person_id,
            handle=last.handle,
            display_name=last.display_name,
            stage_before=first.stage_before,
            stage_after=last.stage_after,
            is_stakeholder=last.is_stakeholder,
        )
        for first, last in ((steps[0], steps[-1]) for steps in by_person.values())
    ]
    return sorted((tie for tie in ties if tie.is_closer or tie.is_less_close), key=_order)


def _order(tie: Tie) -> tuple[bool, int, str, str]:
    nearest = max(STAGES.index(stage) for stage in (tie.stage_before, tie.stage_after) if stage in STAGES)
    return not tie.is_stakeholder, -nearest, tie.display_name.lower(), tie.person_id


def _goals(
    con: duckdb.DuckDBPyConnection, client: Client, quarter: Quarter, archive: "_Archive"
) -> tuple[list[Goal], date | None]:
    """The goals as they stand in a running quarter, or stood when the edition of its last week was frozen."""
    if client.week is not None and quarter_of(client.week.week_start_date) == quarter:
        query = "select {columns} from reports.rpt_goals where client_id = ? order by goal_number"
        return records(con, Goal, query, [client.client_id]), client.as_of_at.date()
    last_week = quarter.end - timedelta(days=7)
    found = archive.goals(last_week)
    return found or [], None if found is None else quarter.last_day


def _completeness(con: duckdb.DuckDBPyConnection, client: Client, quarter: Quarter) -> Completeness:
    row = con.execute(
        "select count(*), count(*) filter (where not is_complete_enough) from reports.rpt_conversations"
        " where client_id = ? and last_active_at >= ? and coalesce(opened_at, last_active_at) < ?",
        [client.client_id, quarter.start, quarter.end],
    ).fetchone()
    return Completeness(*row) if row else Completeness()


class _Archive:
    """The client's rows in frozen editions, the newest first. One that cannot be read is passed over."""

    def __init__(self, con: duckdb.DuckDBPyConnection, client: Client, editions: Sequence[Path]) -> None:
        self._con = con
        self._client = client
        self._editions = sorted(editions, key=lambda folder: folder.name, reverse=True)
        self._from: dict[date, Path] = {}  # Monday of a week → the edition it was read from

    def weeks(self, missing: Iterable[date]) -> list[Week]:
        """Those of the missing weeks that an edition has, each from the newest that has it."""
        wanted, found = set(missing), list[Week]()
        for folder in self._editions:
            if not wanted:
                break
            rows = self._rows(
                folder, "rpt_engagement_summary", Week, "is_complete_week and list_contains(?, week_start_date)",
                [sorted(wanted)],
            )  # fmt: skip
            for week in rows:
                self._from[week.week_start_date] = folder
                wanted.discard(week.week_start_date)
            found += rows
        return found

    def steps(self, mondays: set[date]) -> list[Step]:
        """What moved in these weeks, each from the edition that the week was read from."""
        found = list[Step]()
        for folder in {self._from[monday] for monday in mondays}:
            of_folder = sorted(monday for monday in mondays if self._from[monday] == folder)
            found += self._rows(
                folder, "rpt_relationship_moves", Step, "list_contains(?, week_start_date)", [of_folder]
            )
        return found

    def goals(self, monday: date) -> list[Goal] | None:
        """The goals as they stood in the edition of that week; None without it."""
        for folder in self._editions:
            if folder.name == f"{monday:%G-W%V}":
                return self._rows(folder, "rpt_goals", Goal, "true", [], "goal_number")
        return None

    def _rows(
        self,
        folder: Path,
        table: str,
        kind: type[T],
        condition: str,
        parameters: Sequence[object],
        order: str = "week_start_date",
    ) -> list[T]:
        path = folder / "tables" / f"{table}.parquet"
        if not path.exists():
            return []
        # an edition may be of a time before there were figures by working hours
        later = ", ".join(f"null::bigint as {name}" for name in _LATER_COLUMNS[table])
        rows = (
            f"(select {later} where false union all by name from read_parquet(?))"
            if later
            else "read_parquet(?)"
        )
        try:
            return records(
                self._con,
                kind,
                f"select {{columns}} from {rows} where client_id = ? and {condition} order by {order}",
                [str(path), self._client.client_id, *parameters],
            )
        except (duckdb.BinderException, duckdb.InvalidInputException, duckdb.IOException):
            return []  # of another version of Rapport, or damaged: the page says how many weeks are known
