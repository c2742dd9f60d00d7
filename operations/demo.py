"""`rapport demo`: Airflow runs the main job on the emulator's invented half year; then the findings are printed.

Starts everything, triggers `<network>_extract` of each network for all of it up to yesterday, as a person would in the
trigger form, and waits for `engagement_build`, which the asset starts. Then it backfills the last two days of each, and
stops everything.
"""

import logging
from datetime import date
from pathlib import Path

from rich.console import Console

from operations.findings import findings
from operations.stack import world
from operations.stack.display import Display
from operations.stack.runner import Address, Stack
from operations.stack.signals import interruptible
from operations.stack.watch import Watch
from operations.stack.world import World
from rapport.config import Settings, load_settings

BACKFILL_DAYS = 2


def run_demo(home: Path | None = None, until: date | None = None, console: Console | None = None) -> int:
    """Runs the demo in that RAPPORT_HOME (default: the environment's) and returns 0.

    A second run in the same home fetches everything again and doubles nothing. Raises RapportError with the error of
    the part that failed; everything that was started is stopped by then.
    """
    # Airflow and dbt log to files. In the terminal only this program's own lines are wanted.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings, chosen = world.settle(load_settings(home), until)
    with interruptible(), Display(console or Console(highlight=False)) as display:
        display.say(f"home: {settings.home}")
        try:
            with Stack(settings, world=chosen, on_progress=display.say) as stack:
                display.say(_login(stack.address))
                run_job(stack, chosen, display)
                display.say("stopping everything that was started")
        except KeyboardInterrupt:
            display.say(
                "interrupted; everything that was started is stopped, and another run goes on from here"
            )
            raise
    _conclude(settings, display)
    return 0


def run_job(stack: Stack, chosen: World, display: Display) -> None:
    """The job itself in a running stack: one extraction of the whole window from each network, then a backfill."""
    with Watch(stack, display.show) as watch:
        display.say("waiting for Airflow to read the DAGs")
        watch.await_dags()
        watch.end_interrupted_runs()
        watch.switch_on()
        window = chosen.window_at(stack.settings.now())
        display.phase(f"extracting {window}, then building")
        watch.extract(window)
        first, last = world.last_days(window, BACKFILL_DAYS)
        display.phase(f"backfilling {first:%Y-%m-%d} and {last:%Y-%m-%d}, then building")
        watch.backfill(first, last)


def _login(address: Address | None) -> str:
    if address is None:
        return ""
    return f"Airflow, while this runs: {address.airflow} (login {address.user} / {address.password})"


def _conclude(settings: Settings, display: Display) -> None:
    display.blank()
    for line in findings(settings.published_path):
        display.line(line)
    display.blank()
    display.line(f"published database  {settings.published_path}")
    display.line(
        f'  open it with      duckdb -readonly {settings.published_path} "from reports.rpt_relationships"'
    )
    for report in sorted(settings.reports_dir.glob("*/*-W*/index.html")):
        display.line(f"report              {report.as_uri()}")
    display.line("look around in Airflow with `make up`, or run `make demo` again: nothing is doubled")
