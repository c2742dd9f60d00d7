"""`rapport status`, in words for people or as JSON for machines."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from operations.cli.terminal import out, plain
from rapport.config import load_settings

if TYPE_CHECKING:  # what status looks into takes a second to import, which `rapport --help` should not pay
    from operations.status import Scheduled, Spending, Status

app = typer.Typer()

# A run a day, and half a day for it to come.
MAX_AGE_HOURS = 36.0
_SHOWN = 5  # rows of a kind before `--json` is pointed to


@app.command(
    epilog="Examples: `rapport status`, `rapport status --json`, `rapport status --exit-code --max-age 30`."
)
def status(
    as_json: Annotated[bool, typer.Option("--json", help="All of it, for machines; times in UTC.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Tell by the exit code how it stands, for a monitor.")
    ] = False,
    max_age: Annotated[
        float,
        typer.Option("--max-age", min=0, help="Hours after which a publication is too old (--exit-code)."),
    ] = MAX_AGE_HOURS,
) -> None:
    """Says how it stands: the last publication, what keeps newer data from readers, gaps, budgets, next runs.

    Changes nothing, waits for nobody. Exit code 0; with --exit-code 4 if the last build failed, 5 if a rule blocks,
    6 if nothing is published or it is older than --max-age hours. While the warehouse is in use only the age counts.
    """
    from operations.status import look

    found = look(load_settings())
    if as_json:
        shown = dataclasses.asdict(found) | {"age_hours": found.age_hours}
        typer.echo(json.dumps(shown, default=_iso, indent=2, ensure_ascii=False))
    else:
        table = Table(show_header=False, box=None, pad_edge=False)
        for title, lines in _sections(found):
            for number, line in enumerate(lines):
                table.add_row(Text(title if number == 0 else "", style="bold"), line)
        out.print(table)
    if exit_code:
        raise typer.Exit(found.exit_code(max_age))


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sections(found: Status) -> Iterator[tuple[str, list[Text]]]:
    """(title, lines), the most important first."""
    yield "published", list(_published(found))
    yield "blocked", list(_blocked(found))
    if found.warning_rules:
        yield "warnings", list(_rules(found.warning_rules, "yellow"))
    yield "gaps", list(_gaps(found))
    yield "budget", list(_budgets(found))
    yield "next runs", list(_next_runs(found))
    yield "quarantine", [_quarantine(found)]
    yield "backup", [_backup(found)]
    for name, text in found.facts.items():
        yield name, [plain(text)]


def _published(found: Status) -> Iterator[Text]:
    one = found.publication
    if "published" in found.unknown:
        yield Text("the file ", "red") + plain(found.unknown["published"])
        yield Text("`rapport publish` puts a whole one there")
    elif one is None or one["published_at"] is None:
        yield Text("nothing yet: `rapport run` goes the whole way")
    else:
        at = f"{one['published_at']:%Y-%m-%d %H:%M} UTC"
        yield plain(f"{_age(found.age_hours or 0)} ({at}), from the build {one['build_id']}")
        checks = f"{one['passed_count']} of {one['check_count']} checks hold, {one['warned_count']} warn"
        until = f"; data up to {one['as_of_at']:%Y-%m-%d %H:%M} UTC" if one["as_of_at"] else ""
        share = "" if one["completeness"] is None else f"; {one['completeness']:.1%} of the replies held"
        yield plain(checks + until + share)


def _blocked(found: Status) -> Iterator[Text]:
    if "warehouse" in found.unknown:
        yield plain(f"not known: the warehouse is {found.unknown['warehouse']}")
        return
    for one in found.obstacles:
        yield Text(one.what, "" if one.by == "step" else "red") + plain(f". What to do: {one.remedy}")
    yield from _rules(found.blocking_rules, "red")
    if not found.obstacles:
        yield Text("nothing")


def _rules(rules: list[dict[str, Any]], style: str) -> Iterator[Text]:
    for one in rules[:_SHOWN]:
        keys = f", e.g. {'; '.join(one['sample_keys'][:3])}" if one["sample_keys"] else ""
        rows = one["problem"] or f"{one['unexpected_count']:,} of {one['row_count']:,} rows{keys}"
        yield Text(f"{one['table_name']}, {one['rule']}: ", style) + plain(rows)
        yield plain(f"  {one['reason']} What to do: {one['remedy']}")
    if len(rules) > _SHOWN:
        yield Text(f"and {len(rules) - _SHOWN} more: `rapport checks`")


def _gaps(found: Status) -> Iterator[Text]:
    if "state store" in found.unknown:
        yield plain(f"not known: the state store {found.unknown['state store']}")
    elif not found.gaps:
        yield Text("none known")
    ordered = sorted(found.gaps, key=lambda one: (one.client_id, one.stream, one.why))
    for (client_id, stream, why), several in groupby(
        ordered, key=lambda one: (one.client_id, one.stream, one.why)
    ):
        spans = list(several)
        start, end = min(one.from_at for one in spans), max(one.to_at for one in spans)
        hours = sum((one.to_at - one.from_at).total_seconds() for one in spans) / 3600
        count = "" if len(spans) == 1 else f" in {len(spans)} stretches"
        yield plain(
            f"{client_id} {stream}: {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, {hours:,.0f} h{count}: {why}"
        )


def _budgets(found: Status) -> Iterator[Text]:
    if "state store" in found.unknown:
        yield Text("not known: see gaps")
    elif not found.budgets:
        yield Text("nothing was spent yet")
    for one in found.budgets:
        yield _budget(one, f"{found.looked_at:%B}")


def _budget(one: Spending, month: str) -> Text:
    if one.day_cap_usd is None or one.month_cap_usd is None:
        return plain(f"{one.client_id}: no cap; today {one.day_usd:,.2f}, {month} {one.month_usd:,.2f} USD")
    is_spent = one.day_usd >= one.day_cap_usd or one.month_usd >= one.month_cap_usd
    return Text(
        f"{one.client_id}: today {one.day_usd:,.2f} of {one.day_cap_usd:,.2f}, "
        f"{month} {one.month_usd:,.2f} of {one.month_cap_usd:,.2f} USD",
        "yellow" if is_spent else "",
    )


def _next_runs(found: Status) -> Iterator[Text]:
    if "Airflow" in found.unknown:
        yield plain(f"not known: {found.unknown['Airflow']}")
    elif not found.is_airflow_running:
        yield Text("not started by `rapport up`; if another Airflow runs this home, ask that one")
    for one in found.schedule:
        yield _next_run(one)


def _next_run(one: Scheduled) -> Text:
    due = f"{one.next_run_at:%Y-%m-%d %H:%M} UTC" if one.next_run_at else one.when
    last = f"; last run {one.last_run_at:%Y-%m-%d %H:%M} UTC: {one.last_state}" if one.last_run_at else ""
    line = Text(f"{one.dag_id}: {'paused; switch it on in Airflow' if one.is_paused else due}")
    return line + Text(last, "red" if one.last_state == "failed" else "")


def _quarantine(found: Status) -> Text:
    count = found.waiting_in_quarantine_count
    if count is None:
        return Text("not known" if "warehouse" in found.unknown else "nothing waits")
    return Text(f"{count:,} wait: `rapport quarantine list`" if count else "nothing waits")


def _backup(found: Status) -> Text:
    if "backups" in found.unknown:
        return plain(f"not known: {found.unknown['backups']}")
    at = found.last_backup_at
    if at is None:
        return Text("none that can be reached: `rapport backup` takes one")
    return Text(f"{_age((found.looked_at - at).total_seconds() / 3600)} ({at:%Y-%m-%d %H:%M} UTC)")


def _age(hours: float) -> str:
    if hours < 1:
        return f"{max(hours, 0) * 60:.0f} minutes ago"
    return f"{hours:.0f} hours ago" if hours < 48 else f"{hours / 24:.0f} days ago"
