"""The commands that have to do with X: fetching, and what it costs."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import typer

from operations.cli.parallel import side_by_side
from operations.cli.terminal import (
    AgainOption,
    ClientOption,
    FromOption,
    Progress,
    ToOption,
    need_clients,
    out,
    say,
    window_of,
)
from rapport.config import Settings, load_settings
from rapport.window import Window

app = typer.Typer()
CountOption = Annotated[
    bool,
    typer.Option(
        "--count", help="Let X count the posts of clients without history: $0.005 a question, two for most."
    ),
]
# A wave has a stream for each endpoint; what is more than this of several clients would only wait for the same limits.
SIDE_BY_SIDE = 8


@app.command(
    epilog="Examples: `rapport fetch` (yesterday), `rapport fetch --from 2026-11-01 --to 2026-11-08`."
)
def fetch(
    start: FromOption = None,
    end: ToOption = None,
    client: ClientOption = None,
    again: AgainOption = False,
) -> None:
    """Brings a window of posts from X into landing files.

    An interrupted fetch of the same window goes on where it stopped; a finished one costs nothing to repeat.
    """
    settings = load_settings()
    need_clients(settings)
    window = window_of(start, end)
    summary = fetch_window(settings, window, client, again)
    say(f"Fetched {window}: {summary['pages']} pages, about ${summary['billed_usd']:.3f}. Next: rapport load")


def fetch_window(settings: Settings, window: Window, client: str | None, again: bool) -> dict[str, Any]:
    """All waves of one window in turn, the streams of each side by side, as the DAG's mapped tasks are."""
    from extractors.x import steps

    if client is not None:
        settings.config.client(client)
    run_id = f"cli__{window.start:%Y%m%dT%H%M%S}_{window.end:%Y%m%dT%H%M%S}"
    if again:
        run_id += f"__{datetime.now(UTC):%Y%m%dT%H%M%S}"
    progress = Progress()
    total: dict[str, Any] = {"pages": 0, "billed_usd": 0.0}
    stopped: set[str] = set()
    for wave in (
        lambda: steps.plan_accounts(settings, client, run_id, progress),
        lambda: steps.plan_threads(settings, window, run_id, client),
        lambda: steps.plan_missing(settings, window, run_id, client),
    ):
        for result in side_by_side(
            [partial(steps.fetch, settings, spec, window, run_id, progress) for spec in wave()], SIDE_BY_SIDE
        ):
            total["pages"] += result["pages"]
            total["billed_usd"] += result["billed_usd"]
            if result["status"] == steps.BUDGET_REACHED:
                stopped.add(f"{result['client_id']} {result['stream']}")
    if stopped:
        say(
            f"Budget reached, and stopped there: {', '.join(sorted(stopped))}. What landed is kept; "
            "a run when there is budget again (tomorrow, next month) goes on from there."
        )
    return total


@app.command(epilog="Example: `rapport plan --from 2026-08-01 --to 2026-11-01 --client our-institute`.")
def plan(
    start: FromOption = None, end: ToOption = None, client: ClientOption = None, count: CountOption = False
) -> None:
    """Says what fetching a window would cost, before it is spent; asks X nothing but with --count."""
    from operations.spending import plan_tables

    settings = load_settings()
    need_clients(settings)
    for table, verdict in plan_tables(settings, window_of(start, end), client, count):
        out.print(table)
        say(verdict)


@app.command(epilog="Example: `rapport poll`, every quarter of an hour; Airflow's `x_poll` does the same.")
def poll(client: ClientOption = None) -> None:
    """Looks again at conversations in which something was said lately, those that are due."""
    from extractors.x import steps

    settings, progress, now = load_settings(), Progress(), datetime.now(UTC)
    need_clients(settings)
    window = Window(now - timedelta(minutes=15), now)
    for spec in steps.plan_polls(settings, client):
        result = steps.fetch(settings, spec, window, f"poll__{now:%Y%m%dT%H%M%S}", progress)
        say(f"{result['client_id']}: {result['objects']} posts, {result['status']}. Next: rapport load")


@app.command(epilog="Example: `rapport reconcile`.")
def reconcile() -> None:
    """Compares the posts that the ledger says were read with what X counts, day by day; exit code 3 on drift."""
    from operations.spending import reconcile_table

    table, drifted = reconcile_table(load_settings())
    out.print(table)
    if drifted:
        raise drifted
