"""One run of the whole job in a real Airflow, the other DAGs and the alerts included; what came of it is `Done`."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from playwright.sync_api import Browser
from rich.console import Console

from emulator.elsewhere.truth import of_people
from emulator.elsewhere.world import build_elsewhere
from emulator.truth import Truth, truth_of
from emulator.world import build_world
from operations import airflow_state, demo, status
from operations.stack import world
from operations.stack.api import FINISHED, AirflowApi
from operations.stack.display import Display
from operations.stack.errors import RunFailed, StackError
from operations.stack.runner import Stack
from operations.stack.watch import BUILD, Watch
from rapport.config import Settings, load_settings
from rapport.networks import NETWORKS
from rapport.window import Window
from tests.end_to_end.other_dags import (
    Others,
    block_a_publication,
    first_wave,
    freeze_edition,
    queue_edition,
    run_the_others,
)
from tests.end_to_end.pages import EXTRACT, Pages
from tests.sinks import Sinks, sinks

UNTIL = date(2026, 6, 1)
DELIVERY = "delivery"
EXTRACTS = [f"{network}_extract" for network in NETWORKS]
# What only says when a thing was made or seen differs between two extractions of the same posts.
BOOKKEEPING = ("observed_at", "first_observed_at", "last_observed_at", "first_seen_at", "last_seen_at")


@dataclass(frozen=True)
class Done:
    """One run of the whole job: its home, what was published before and after the backfill, the red run."""

    settings: Settings
    truth: Truth
    before: dict[str, list[Any]]
    after: dict[str, list[Any]]
    failure: RunFailed
    refused: dict[str, str]  # the tasks of that red run, by name, and how they ended
    left_running: list[str]
    published: Path  # a copy, from before the other DAGs changed something
    fetched: list[tuple[datetime, datetime]]  # from when to when each task of the first wave was at it
    schedule: dict[str, airflow_state.Scheduled]  # as `rapport status` tells it after the backfill
    deliveries: list[list[str]]  # how each run of the delivery ended, and its task
    backfill_builds: list[str]  # how the task `build` ended, of every run that the backfill started
    others: Others
    edition: Path  # a copy of the frozen week, likewise
    told: Sinks  # whatever alerts have arrived, to the end
    blocked: str  # the run whose publication was blocked at last
    stood: tuple[bytes, bytes]  # what was published before and after that


def run_all(folder: Path, browser: Browser) -> Done:
    """Does the job in a home below the folder, which keeps copies of what later steps change."""
    settings, chosen = world.settle(load_settings(folder / "home"), until=UNTIL)
    with sinks() as told, pytest.MonkeyPatch.context() as patch:
        for name, value in told.environment.items():
            patch.setenv(name, value)
        return _run(_with_alerts(settings), chosen, told, folder, browser)


def about(told: Sinks, kind: str) -> list[dict[str, Any]]:
    """What the webhook got of that kind."""
    return [post for post in told.posts if post["kind"] == kind]


def _with_alerts(settings: Settings) -> Settings:
    """Somebody is to be told; and no edition is due by itself within the next days, nor was within the last."""
    text = settings.config_path.read_text(encoding="utf-8")
    day = (datetime.now(UTC) + timedelta(days=3)).isoweekday() % 7
    text = text.replace("[schedule]\n", f'[schedule]\nedition = "0 6 * * {day}"\n')
    # The one run of the erasure that is made looks everything up.
    text += "\n[erasure]\nlookups_per_day = 3000\n"
    text += '\n[alerts]\nemail_to = ["ops@example.org"]\nwebhook = true\nlate_after_minutes = 1\n'
    # It has ended long before today, so nothing of it is due: neither a list of the day nor a board page.
    text += '\n[delivery]\nsender = "reports@example.org"\n'
    text += '\n[[clients.deliveries]]\nwhat = ["board", "day"]\nmail = ["head@example.org"]\n'
    settings.config_path.write_text(text, encoding="utf-8")
    return load_settings(settings.home)


def _run(settings: Settings, chosen: world.World, told: Sinks, folder: Path, browser: Browser) -> Done:
    home = settings.home
    with (
        Display(Console(highlight=False)) as display,
        Stack(settings, world=chosen, on_progress=display.say) as stack,
        Watch(stack, display.show) as follower,
    ):
        follower.await_dags()
        follower.switch_on()
        edition = queue_edition(
            stack.api, datetime.combine(UNTIL, datetime.min.time(), UTC) + timedelta(hours=6)
        )
        with pytest.raises(StackError, match="client_id"):
            follower.extract(chosen.window, client_id="nobody")
        with pytest.raises(RunFailed) as failure:
            follower.extract(Window(chosen.window.start, datetime.now(UTC) + timedelta(days=3)))
        with Pages(browser, stack.address) as pages:
            api, started = stack.api, datetime.now(UTC)
            for dag_id in EXTRACTS:
                pages.trigger(chosen.window, dag_id)
            triggered = started
            follower.until_built(lambda: _manual_runs(api, triggered), started)
            before = _published(settings)
            started = datetime.now(UTC)
            days = world.last_days(chosen.window, demo.BACKFILL_DAYS)
            pages.backfill(*days, which="Missing and Errored Runs")
            follower.until_built(lambda: api.runs_of_days(EXTRACT, *days), started)
            backfill_builds = _states_of_builds(api, started)
            started = datetime.now(UTC)
            for dag_id in EXTRACTS[1:]:
                pages.backfill(*days, which="Missing and Errored Runs", dag_id=dag_id)
            follower.until_built(
                lambda: [run for dag_id in EXTRACTS[1:] for run in api.runs_of_days(dag_id, *days)], started
            )
        after = _published(settings)
        # What the last loads have started finds all of it published.
        _until(lambda: all(run["state"] in FINISHED for run in api.runs(BUILD)))
        refused = _refused(api)
        schedule = {scheduled.dag_id: scheduled for scheduled in status.read_status(settings).schedule}
        fetched = first_wave(stack.api)
        deliveries = _deliveries(api)
        freeze_edition(stack, edition)
        frozen = Path(shutil.copytree(settings.editions_dir, folder / "editions"))
        published = Path(shutil.copy(settings.published_path, folder))
        built = build_world(chosen.until, chosen.seed)
        others = run_the_others(stack, settings, built)
        stood = settings.published_path.read_bytes()
        blocked = block_a_publication(stack, settings)
        _until(lambda: about(told, "blocked") and any(_is_blocked(subject) for subject, _ in told.mailed()))
    truth = truth_of(of_people(built, build_elsewhere(built)), built.until)
    left = _left_running(home)
    return Done(
        settings, truth, before, after, failure.value, refused, left, published, fetched, schedule, deliveries,
        backfill_builds,
        others, frozen, told,
        blocked, (stood, settings.published_path.read_bytes()),
    )  # fmt: skip


def _manual_runs(api: AirflowApi, since: datetime) -> list[dict[str, Any]]:
    """The run of each network that was triggered since then; none until all are there."""
    runs = [run for dag_id in EXTRACTS for run in api.runs(dag_id, since=since)]
    return runs if len(runs) == len(EXTRACTS) else []


def _refused(api: AirflowApi) -> dict[str, str]:
    [run] = api.runs(EXTRACT, states=("failed",))
    return {task["task_id"]: task["state"] for task in api.tasks(EXTRACT, run["dag_run_id"])}


def _states_of_builds(api: AirflowApi, since: datetime) -> list[str]:
    """Of all builds since then, once no more of them is to come."""
    _until(
        lambda: (
            all(run["state"] in FINISHED for run in api.runs(BUILD))
            and len(api.runs(BUILD, since=since)) == 2
        )
    )
    runs = reversed(api.runs(BUILD, since=since))
    return [
        task["state"]
        for run in runs
        for task in api.tasks(BUILD, run["dag_run_id"])
        if task["task_id"] == "build"
    ]


def _deliveries(api: AirflowApi) -> list[list[str]]:
    """Of each run that a publication has started: its state, and that of its task."""
    _until(lambda: api.runs(DELIVERY) and all(run["state"] in FINISHED for run in api.runs(DELIVERY)))
    return [
        [run["state"], *(task["state"] for task in api.tasks(DELIVERY, run["dag_run_id"]))]
        for run in api.runs(DELIVERY)
    ]


def _is_blocked(subject: str) -> bool:
    return "nothing was published" in subject


# An alert that comes due while its DAG file is being read waits until the file is read again, which is a minute later;
# a machine with other work takes longer. What never comes is told by the test that looks for it.
def _until(is_so: Callable[[], object], seconds: float = 900) -> None:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.25)


def _published(settings: Settings) -> dict[str, list[Any]]:
    """Every published table by name, rows in order, without bookkeeping."""
    found = {}
    with duckdb.connect(str(settings.published_path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('marts', 'reports') order by all"
        ).fetchall()
        for schema, table in tables:
            # What the network was asked is bookkeeping as a whole: a backfill asks again. So are likes and
            # followers, which are as of when they were last looked at, and the record of the publication.
            if table not in ("rpt_coverage", "rpt_context_counts", "rpt_publication"):
                rows = connection.execute(
                    f"select columns(lambda c: c not in {BOOKKEEPING}) from {schema}.{table} order by all"
                ).fetchall()
                found[f"{schema}.{table}"] = [tuple(map(_rounded, row)) for row in rows]
    return found


def _rounded(value: Any) -> Any:
    """A sum of floats ends in other digits when its parts come in another order."""
    return round(value, 9) if isinstance(value, float) else value


def _left_running(home: Path) -> list[str]:
    """Command lines of processes that belong to this home: by their settings, or their arguments."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        try:
            words = " ".join(process.info["cmdline"] or [])
            mine = process.environ().get("RAPPORT_HOME") == str(home) or str(home) in words
            if mine and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(words)
        except psutil.Error:
            continue
    return found
