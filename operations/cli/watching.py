"""`rapport status`, in words for people or as JSON for machines, and `rapport doctor`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from operations.cli.terminal import out, plain
from rapport.config import load_settings
from rapport.networks import label_of
from reporting.words import networks_do

if TYPE_CHECKING:  # importing it takes a second, and `rapport --help` should not wait for it
    from extractors.state.gaps import Gap
    from operations.airflow_state import Scheduled
    from operations.client_data import ClientData
    from operations.status import Spending, Status

app = typer.Typer()

# There is a run a day; half a day more lets a late one come.
MAX_AGE_HOURS = 36.0
_RULES_SHOWN = 5
_STATE_STYLES = {"ok": "green", "warning": "yellow", "error": "bold red"}


@app.command(
    epilog="Examples: `rapport status`, `rapport status --json`, `rapport status --exit-code --max-age 30`."
)
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON, with times in UTC.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Set the exit code by the status, for a monitor.")
    ] = False,
    max_age: Annotated[
        float,
        typer.Option("--max-age", min=0, help="Hours after which a publication is too old (--exit-code)."),
    ] = MAX_AGE_HOURS,
) -> None:
    """Shows the last publication, what keeps newer data from readers, gaps, budgets and the next runs.

    It changes nothing and never waits. Exit code 1 if a file is damaged or Airflow is down, else 0. With --exit-code
    also 4 if the last build failed, 5 if a rule blocks, 3 if an extraction failed or is missing, 6 if nothing is
    published, or it or a client's data is older than --max-age hours, and 9 if a message that is due did not arrive. Of
    several the first of 1, 4, 5, 3, 6, 9. While the warehouse is in use, 4 and 5 are not known.
    """
    from operations.stack.shell import with_emulator
    from operations.status import read_status

    found = read_status(with_emulator(load_settings(), is_needed=False))
    if as_json:
        shown = dataclasses.asdict(found) | {
            "age_hours": found.age_hours,
            "exit_code": found.exit_code(max_age),
        }
        typer.echo(json.dumps(shown, default=_iso, indent=2))
    else:
        table = Table(show_header=False, box=None, pad_edge=False)
        for title, lines in _sections(found):
            for number, line in enumerate(lines):
                table.add_row(Text(title if number == 0 else "", style="bold"), line)
        out.print(table)
    if exit_code or found.is_broken:
        raise typer.Exit(found.exit_code(max_age))


@app.command(epilog="Examples: `rapport doctor`, `rapport doctor --offline`.")
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Ask the network nothing.")] = False,
) -> None:
    """Checks configuration, token, disk, versions, locks, files, backup and Airflow, and says what to do.

    Each is `ok`, `warning` or `error`. Exit code 1 if there is an error. No secret is shown.
    """
    from operations.doctor import examine
    from operations.stack.shell import with_emulator

    has_error = False
    for finding in examine(with_emulator(load_settings(), is_needed=False), offline):
        has_error = has_error or finding.state == "error"
        state = f"[{_STATE_STYLES[finding.state]}]{finding.state:7}[/]"
        out.print(f"{state}  {finding.subject}: {escape(finding.seen)}", soft_wrap=True)
        if finding.remedy:
            out.print(f"         what to do: {escape(finding.remedy)}", soft_wrap=True)
    if has_error:
        raise typer.Exit(1)


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sections(status: Status) -> Iterator[tuple[str, list[Text]]]:
    """(title, lines), the most important first."""
    yield "published", list(_published(status))
    if status.clients:
        yield "data", [_client(client) for client in status.clients]
    yield "blocked", list(_blocked(status))
    if status.extraction_troubles:
        yield "extraction", [_red_until_remedy(words) for words in status.extraction_troubles]
    if status.stack_end or status.ended_parts:
        yield "Airflow", list(_ended(status))
    if status.warning_rules:
        yield "warnings", list(_rules(status.warning_rules, "yellow"))
    yield "gaps", list(_gaps(status))
    yield "budget", list(_budgets(status))
    yield "next runs", list(_next_runs(status))
    if status.backfills:
        yield "backfills", [Text(backfill.words) for backfill in status.backfills]
    yield "quarantine", [_quarantine(status)]
    yield "backup", [_backup(status)]
    if status.deliveries or "deliveries" in status.unknown:
        yield "deliveries", list(_deliveries(status))
    for name, text in status.facts.items():
        yield name, [plain(text)]


def _published(status: Status) -> Iterator[Text]:
    record = status.publication
    if "published" in status.unknown:
        yield Text(plain(status.unknown["published"]).plain, "red")
        yield Text("`rapport publish` puts a whole one there")
    elif record is None or record["published_at"] is None:
        yield Text("nothing yet: `rapport run` takes all steps")
    else:
        at = f"{record['published_at']:%Y-%m-%d %H:%M} UTC"
        yield plain(f"{_age(status.age_hours or 0)} ({at}), from the build {record['build_id']}")
        # a file of an earlier version may lack some
        counts = [record[name] for name in ("passed_count", "check_count", "warned_count")]
        known = []
        if None not in counts:
            known.append("{} of {} checks hold, {} warn".format(*counts))
        if record["as_of_at"]:
            known.append(f"data up to {record['as_of_at']:%Y-%m-%d %H:%M} UTC")
        if known:
            yield plain("; ".join(known))
        yield from (plain(replies.words) for replies in status.replies)


def _client(client: ClientData) -> Text:
    if client.never_fetched:
        never = ", ".join(client.never_fetched)
        return plain(f"{client.client_id}: never fetched: {never}. What to do: `rapport fetch`")
    if client.reaches_at is None:
        return plain(f"{client.client_id}: nothing fetched from a network is published yet")
    reach = f"up to {client.reaches_at:%Y-%m-%d %H:%M} UTC, {_age(client.age_hours or 0)}"
    unasked = "".join(
        f"; nothing was fetched from {label} yet: `rapport doctor` may say why" for label in client.unasked
    )
    return plain(f"{client.client_id}: {reach}{unasked}")


def _red_until_remedy(words: str) -> Text:
    what, sign, remedy = words.partition(". What to do: ")
    return Text(what, "red") + Text(sign + remedy)


def _ended(status: Status) -> Iterator[Text]:
    if status.stack_end:
        yield Text(f"it {status.stack_end}", "red") + Text(". What to do: `rapport up` starts it again")
    for part in status.ended_parts:
        is_up = part.state == "running"
        yield Text(part.words, "yellow" if is_up else "red") + (
            Text() if is_up else Text(f". What to do: read airflow/logs/stack/{part.name}.log")
        )


def _blocked(status: Status) -> Iterator[Text]:
    if "warehouse" in status.unknown:
        yield plain(f"not known: {status.unknown['warehouse']}")
        return
    for obstacle in status.obstacles:
        yield Text(obstacle.what, "" if obstacle.by == "step" else "red") + plain(
            f". What to do: {obstacle.remedy}"
        )
    yield from _rules(status.blocking_rules, "red")
    if not status.obstacles:
        yield Text("nothing")


def _rules(rules: list[dict[str, Any]], style: str) -> Iterator[Text]:
    for rule in rules[:_RULES_SHOWN]:
        keys = f", e.g. {'; '.join(rule['sample_keys'][:3])}" if rule["sample_keys"] else ""
        rows = rule["problem"] or f"{rule['unexpected_count']:,} of {rule['row_count']:,} rows{keys}"
        yield Text(f"{rule['table_name']}, {rule['rule']}: ", style) + plain(rows)
        yield plain(f"  {rule['reason']} What to do: {rule['remedy']}")
    if len(rules) > _RULES_SHOWN:
        yield Text(f"and {len(rules) - _RULES_SHOWN} more: `rapport checks`")


def _gaps(status: Status) -> Iterator[Text]:
    if "state store" in status.unknown:
        yield plain(f"not known: {status.unknown['state store']}")
    elif not status.gaps:
        yield Text("none known")
    for (client_id, network, stream, why), several in groupby(sorted(status.gaps, key=_gap_kind), _gap_kind):
        gaps = list(several)
        start, end = min(gap.from_at for gap in gaps), max(gap.to_at for gap in gaps)
        hours = sum((gap.to_at - gap.from_at).total_seconds() for gap in gaps) / 3600
        count = "" if len(gaps) == 1 else f" in {len(gaps)} stretches"
        yield plain(
            f"{client_id} {stream} on {label_of(network)}: {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, "
            f"{hours:,.0f} h{count}: {why}"
        )


def _gap_kind(gap: Gap) -> tuple[str, str, str, str]:
    return gap.client_id, gap.network, gap.stream, gap.why


def _budgets(status: Status) -> Iterator[Text]:
    if "state store" in status.unknown:
        yield Text("not known: see gaps")
    elif not status.budgets:
        yield Text("nothing was spent yet")
    for budget in status.budgets:
        yield _budget(budget, f"{status.looked_at:%B}")


def _budget(budget: Spending, month: str) -> Text:
    free = f"{networks_do(budget.free_networks, 'cost')} nothing" if budget.free_networks else ""
    if budget.is_free and not budget.month_usd:
        return plain(f"{budget.client_id}: {free}")
    free = f"; {free}" if free else ""
    if budget.day_cap_usd is None or budget.month_cap_usd is None:
        return plain(
            f"{budget.client_id}: no cap; today {budget.day_usd:,.2f}, {month} {budget.month_usd:,.2f} USD{free}"
        )
    is_spent = budget.day_usd >= budget.day_cap_usd or budget.month_usd >= budget.month_cap_usd
    return Text(
        f"{budget.client_id}: today {budget.day_usd:,.2f} of {budget.day_cap_usd:,.2f}, "
        f"{month} {budget.month_usd:,.2f} of {budget.month_cap_usd:,.2f} USD{free}",
        "yellow" if is_spent else "",
    )


def _next_runs(status: Status) -> Iterator[Text]:
    if "Airflow" in status.unknown:
        yield plain(f"not known: {status.unknown['Airflow']}")
    elif not status.is_airflow_running and not status.stack_end:
        yield Text("not started by `rapport up`; if another Airflow runs this home, ask that one")
    for dag in status.schedule:
        yield _next_run(dag)


def _next_run(dag: Scheduled) -> Text:
    due = f"{dag.next_run_at:%Y-%m-%d %H:%M} UTC" if dag.next_run_at else dag.when
    last = f"; last run {dag.last_run_at:%Y-%m-%d %H:%M} UTC: {dag.last_state}" if dag.last_run_at else ""
    line = Text(f"{dag.dag_id}: {'paused; switch it on in Airflow' if dag.is_paused else due}")
    return line + Text(last, "red" if dag.last_state == "failed" else "")


def _quarantine(status: Status) -> Text:
    count = status.waiting_in_quarantine_count
    if count is None:
        return Text("not known" if "warehouse" in status.unknown else "nothing waits")
    return Text(f"{count:,} wait: `rapport quarantine list`" if count else "nothing waits")


def _backup(status: Status) -> Text:
    if "backups" in status.unknown:
        return plain(f"not known: {status.unknown['backups']}")
    at = status.last_backup_at
    if at is None:
        return Text("none that can be reached: `rapport backup` takes one")
    return Text(f"{_age((status.looked_at - at).total_seconds() / 3600)} ({at:%Y-%m-%d %H:%M} UTC)")


def _deliveries(status: Status) -> Iterator[Text]:
    if status.deliveries is None:
        yield plain(f"not known: {status.unknown['deliveries']}")
        return
    yield Text(status.deliveries.words)
    yield from (Text(plain(one.words).plain, "red") for one in status.deliveries.left)
    if status.deliveries.left:
        yield plain(f"what to do: {status.deliveries.remedies}")


def _age(hours: float) -> str:
    minutes = round(max(hours, 0) * 60)
    if minutes < 60:
        count, unit = minutes, "minute"
    elif hours < 48:
        count, unit = round(hours), "hour"
    else:
        count, unit = round(hours / 24), "day"
    return f"{count} {unit}{'' if count == 1 else 's'} ago"
