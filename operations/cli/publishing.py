"""From a build to its readers: `rapport check`, `checks`, `publish`, `edition`, `report` and `superset`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.cli.terminal import Progress, Tell, out, say
from rapport.config import Settings, load_settings

if TYPE_CHECKING:  # importing it takes long, and `rapport --help` should not wait for it
    from quality.docs import RuleTrend

app = typer.Typer()

# How `rapport checks` shows the state of a rule in one check: a sign and its style.
_SIGNS = {"holds": ("·", "dim"), "warns": ("w", "yellow"), "blocks": ("B", "red")}


@app.command(epilog="Example: `rapport check`.")
def check() -> None:
    """Checks whether the newest build is fit to be reported (Great Expectations). Exit code 5 if a rule blocks."""
    run_check(load_settings(), Progress())


def run_check(settings: Settings, progress: Tell, tell: Tell = say) -> None:
    """The step alone, for commands that take several."""
    from quality import gate

    receipt = gate.check(settings, progress)
    tell(f"All {receipt.check_count} checks hold. Next: rapport publish")


@app.command(
    epilog="Examples: `rapport checks`, `rapport checks --runs 50 --all`, `rapport checks --table rpt_waiting`."
)
def checks(
    runs: Annotated[int, typer.Option("--runs", min=1, help="How many of the last checks.")] = 20,
    table: Annotated[str | None, typer.Option("--table", help="Only the rules of this table.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Include rules that always held.")] = False,
) -> None:
    """Shows each rule over the last checks: `·` it held, `w` it warned, `B` it blocked; the newest is on the right.

    The page under quality/docs in RAPPORT_HOME adds reasons and remedies. The exit code is always 0.
    """
    from quality import docs

    trends = docs.read_trends(load_settings(), runs)
    if not trends:
        say("Nothing was checked yet. Next: rapport check")
        return
    of_table = [trend for trend in trends if table in (None, trend.table_name)]
    listed = [trend for trend in of_table if everything or not all(run["is_success"] for run in trend.past)]
    if listed:
        out.print(_trend_table(listed))
    say(
        f"{len(of_table) - len(listed):,} of {len(of_table):,} rules held all the time, in {runs} checks at most."
    )


def _trend_table(trends: list["RuleTrend"]) -> Table:
    """One row a rule, with a sign for each of its checks."""
    from quality import docs

    table = Table("table", "rule", "severity", "oldest → newest", "rows now")
    for trend in trends:
        signs = Text()
        for run in trend.past:
            signs.append(*_SIGNS[docs.state_of(run["is_success"], run["severity"], run["problem"])])
        rows = trend.problem or f"{trend.unexpected_count:,} of {trend.row_count:,}"
        table.add_row(trend.table_name, trend.rule, trend.severity, signs, Text(rows))
    return table


@app.command(epilog="Example: `rapport publish`.")
def publish() -> None:
    """Publishes the checked build as one DuckDB file, and one for each client, in a step that interrupts no reader."""
    run_publish(load_settings(), Progress())


def run_publish(settings: Settings, progress: Tell, tell: Tell = say) -> None:
    """The step alone, for commands that take several."""
    from operations import heartbeat
    from quality import publish as publication

    published = publication.publish(settings, publication.latest_receipt(settings), progress)
    for client_id in published.client_ids:
        tell(f"Published for {client_id} alone: {settings.client_dir(client_id)}")
    heartbeat.beat(settings, tell)
    tell(f"Published {settings.published_path}. Next: rapport report")


@app.command(epilog="Example: `rapport edition`.")
def edition() -> None:
    """Freezes what is published as the edition of its week: Parquet, the reports, and a manifest."""
    from quality import editions

    frozen = editions.freeze(load_settings(), Progress())
    done = "Frozen" if frozen.is_new else "Frozen before, and left as it is"
    say(f"{done}: {frozen.path} ({frozen.table_count} tables, {frozen.page_count} reports)")


@app.command(epilog="Example: `rapport report`.")
def report() -> None:
    """Writes each client's report as one self-contained HTML file, from the published file."""
    run_report(load_settings(), Progress())


def run_report(settings: Settings, progress: Tell, tell: Tell = say) -> None:
    """The step alone, for commands that take several."""
    from reporting import report as reports

    for path in reports.write_reports(settings, progress):
        tell(f"Report: {path}")


@app.command(
    epilog="Examples: `rapport superset`, `rapport superset --path /srv/rapport/engagement.duckdb`, then "
    "`superset import-dashboards -p superset.zip -u admin`; `rapport superset --client our-institute`."
)
def superset(
    path: Annotated[
        Path | None,
        typer.Option(
            "--path", help="The path of the published file on Superset's machine, if it is another."
        ),
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help="The dashboard of this client's own publication.")
    ] = None,
) -> None:
    """Packs the dashboard for Apache Superset, with the meaning of each column of the published file."""
    from reporting.superset import pack

    settings = load_settings()
    packed = settings.home / (f"superset-{client}.zip" if client else "superset.zip")
    packed.write_bytes(pack(settings, path, client))
    say(f"Wrote {packed}. Next, where Superset is: superset import-dashboards -p {packed.name} -u admin")
