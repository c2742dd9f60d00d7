"""What every DAG of this project has to keep, held against the DAG files themselves."""

import ast
import itertools
import re
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rapport.config import load_settings
from rapport.networks import DEFAULT, NETWORKS
from tests.dags.conftest import ACCOUNTS
from tests.extractors.server import Reply, scripted_x
from tests.quality import warehouse
from tests.quality.publishing import give_receipt

DAGS_DIR = Path(__file__).resolve().parents[2] / "dags"
SHARED = (
    "rapport_airflow.py", "rapport_alerts.py", "rapport_builds.py", "rapport_delivery.py", "rapport_failures.py",
    "rapport_fetching.py", "rapport_links.py",
)  # fmt: skip
DAG_FILES = [path for path in DAGS_DIR.glob("*.py") if path.name not in SHARED]
HEADINGS = (
    "## What is normal",
    "## How long to wait",
    "## Is a re-run safe",
    "## When it is red",
)
# What opens warehouse.duckdb for more than a look: DuckDB lets one process in at a time.
WAREHOUSE_TASKS = {
    **{f"{network}_{what}": {"load"} for network in NETWORKS for what in ("extract", "poll")},
    "x_reconcile": set(),
    "engagement_build": {"build", "check", "publish", "lineage"},
    "erasure": {f"erase_{network}" for network in NETWORKS},
    "weekly_edition": {"freeze"},
    "try_alerts": set(),
    "backup": {"back_up"},
    "delivery": set(),
    "cleanup": set(),
}


@pytest.fixture(params=list(WAREHOUSE_TASKS))
def dag(request: pytest.FixtureRequest, dag_bag: Any) -> Any:
    return dag_bag.dags[request.param]


def test_every_file_is_read(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}
    files = {path.stem for path in DAG_FILES}
    fetching = {name for name in files if name.endswith(("_extract", "_poll"))}
    assert set(dag_bag.dags) == {
        name for name in files if name not in fetching or name.partition("_")[0] in NETWORKS
    }


def test_triage_notes(dag: Any) -> None:
    positions = [dag.doc_md.find(heading) for heading in HEADINGS]
    assert -1 not in positions and positions == sorted(positions)
    assert "rapport" in dag.tags and len(dag.tags) >= 2


def test_everybody_is_told_what_it_does_and_whose_it_is(dag: Any) -> None:
    assert dag.description and dag.description == dag.doc_md.splitlines()[0] and len(dag.description) < 120
    assert {task.owner for task in dag.tasks} == {"rapport"}


def test_one_run_at_a_time_and_no_catching_up(dag: Any) -> None:
    assert dag.max_active_runs == 1
    assert dag.catchup is False


def test_warehouse_writers_take_turns(dag: Any) -> None:
    assert {task.task_id for task in dag.tasks if task.pool == "warehouse"} == WAREHOUSE_TASKS[dag.dag_id]


def test_retries_for_trouble_but_not_for_what_needs_a_person(dag: Any) -> None:
    from airflow.sdk import RetryAction

    from extractors.errors import NetworkTrouble, RateLimited, TokenMissing
    from quality.errors import CheckFailed
    from rapport.errors import BuildFailed, ConfigError, WarehouseBusy

    for task in dag.tasks:
        assert 1 <= task.retries <= 3, task.task_id
        assert timedelta(minutes=1) <= task.retry_delay <= timedelta(minutes=30)

        def action(kind: type[Exception], task: Any = task) -> RetryAction:
            return task.retry_policy.evaluate(kind.__new__(kind), 1, 2).action

        for kind in (NetworkTrouble, RateLimited, WarehouseBusy, OSError):
            assert action(kind) == RetryAction.RETRY, kind
        for kind in (ConfigError, TokenMissing, BuildFailed, CheckFailed, TypeError):
            assert action(kind) == RetryAction.FAIL, kind


def test_every_failure_is_told(dag: Any) -> None:
    assert [callback.__name__ for callback in dag.on_failure_callback] == ["run_failed"]
    for task in dag.tasks:
        names = [callback.__name__ for callback in task.on_failure_callback]
        assert names == ["note_failure", "end_log"], task.task_id
        assert [callback.__name__ for callback in task.on_retry_callback] == ["end_log"], task.task_id


def test_lateness_is_watched_where_somebody_is_told(parse: Any) -> None:
    code = (
        "found = [dag.deadline for dag in bag.dags.values()]\n"
        "print({str(deadline and (deadline[0].interval, deadline[0].callback.path)) for deadline in found})"
    )
    parsed = parse("[alerts]\nwebhook = true\nlate_after_minutes = 90\n", code)
    found = "{\"(datetime.timedelta(seconds=5400), 'rapport_alerts.run_late')\"}"
    assert parsed.stdout.strip().splitlines()[-1] == found, parsed.stderr
    nobody = parse("", code)
    assert nobody.stdout.strip().splitlines()[-1] in ("{'None'}", "{'[]'}"), nobody.stderr


@pytest.mark.parametrize("network", NETWORKS)
def test_an_empty_wave_does_not_skip_what_follows(dag_bag: Any, network: str) -> None:
    """Nor does a stream that fails: whom it holds back is decided by the plans. `complete` alone makes the run red."""
    for dag_id in (f"{network}_extract", f"{network}_poll"):
        dag = dag_bag.dags[dag_id]
        for task in dag.tasks:
            if any(upstream.startswith("fetch") for upstream in task.upstream_task_ids):
                rule = "none_failed" if task.task_id == "complete" else "all_done"
                assert task.trigger_rule == rule, task.task_id
        last = dag.get_task("complete")
        assert last.upstream_task_ids == {*dag.task_ids} - {"complete"} and not last.downstream_task_ids


def test_the_edition_waits_for_its_publication(dag_bag: Any) -> None:
    from airflow.sdk import RetryAction

    from quality.errors import EditionRefused

    task = dag_bag.dags["weekly_edition"].get_task("freeze")
    policy = task.retry_policy.evaluate(EditionRefused("", ""), 1, task.retries)
    assert (policy.action, policy.retry_delay) == (RetryAction.RETRY, timedelta(hours=2))
    assert dag_bag.dags["weekly_edition"].timetable.expression == "0 6 * * 1"


def test_what_waits_for_the_end_of_a_weekend_goes_by_the_clock(dag_bag: Any) -> None:
    """After a publication, and every six hours: Monday's list is there by Monday morning in every time zone."""
    timetable = dag_bag.dags["delivery"].timetable
    assert timetable.timetable.expression == "15 3-23/6 * * *"
    assert {asset.name for asset in timetable.asset_condition.objects} == {
        "rapport_published",
        "rapport_edition",
    }


def test_what_changes_a_build_passes_before_it(dag_bag: Any) -> None:
    """Both wait for the one slot of the warehouse. A build that went first would be stale, and be made once more."""
    changing = {("erasure", f"erase_{network}") for network in NETWORKS}
    changing |= {(f"{network}_{what}", "load") for network in NETWORKS for what in ("extract", "poll")}
    for dag in dag_bag.dags.values():
        for task in (task for task in dag.tasks if task.pool == "warehouse"):
            if (dag.dag_id, task.task_id) in changing:
                # by Airflow's rule, a task of another weighs as much as it and all that follow it
                assert (task.weight_rule, task.priority_weight) == ("absolute", 100), task.task_id
            else:
                assert task.priority_weight == 1 and len(dag.tasks) < 100


def test_a_load_starts_a_build(dag_bag: Any) -> None:
    load = dag_bag.dags["x_extract"].get_task("load")
    condition = dag_bag.dags["engagement_build"].timetable.asset_condition
    assert [asset.name for asset in load.outlets] == [asset.name for asset in condition.objects]


def test_a_publication_beats_the_heart(dag_bag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task's own function, in a home that is checked."""
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    settings = load_settings(tmp_path)
    warehouse.make(settings.warehouse_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        warehouse.add_build(connection, "build-1")
    give_receipt(settings)
    with scripted_x() as monitor:
        monitor.answer("/ping", Reply("OK"))
        monkeypatch.setenv("RAPPORT_HEARTBEAT_URL", f"{monitor.url}/ping")
        dag_bag.dags["engagement_build"].get_task("publish").python_callable()
        assert settings.published_path.exists() and len(monitor.asked("/ping")) == 1


def test_the_example_of_the_docs_follows_a_publication(dag_bag: Any, tmp_path: Path) -> None:
    """The DAG as the README has it is read, and is scheduled on the very asset that `publish` updates."""
    from airflow.dag_processing.dagbag import BundleDagBag

    [example] = re.findall(r"```python\n(.*?)```", (DAGS_DIR / "README.md").read_text(encoding="utf-8"), re.S)
    (tmp_path / "refresh.py").write_text(textwrap.dedent(example), encoding="utf-8")
    bag = BundleDagBag(dag_folder=str(tmp_path), bundle_path=tmp_path)
    assert bag.import_errors == {}
    [followed] = bag.dags["refresh_dashboards"].timetable.asset_condition.objects
    [published] = dag_bag.dags["engagement_build"].get_task("publish").outlets
    assert (followed.name, followed.uri) == (published.name, published.uri)


@pytest.mark.parametrize("network", NETWORKS)
def test_an_erasure_starts_a_build_and_waits_for_its_own_network_alone(dag_bag: Any, network: str) -> None:
    task = dag_bag.dags["erasure"].get_task(f"erase_{network}")
    condition = dag_bag.dags["engagement_build"].timetable.asset_condition
    assert [asset.name for asset in task.outlets] == [asset.name for asset in condition.objects]
    assert task.upstream_task_ids == {f"look_up_{network}"}


def test_nothing_is_published_without_a_check(dag_bag: Any) -> None:
    dag = dag_bag.dags["engagement_build"]
    order = ["gather", "build", "check", "publish", "report"]
    for before, after in itertools.pairwise(order):
        assert dag.get_task(after).upstream_task_ids == {before}
        # "all_success": a red check stops everything after it, and skips nothing in silence.
        assert dag.get_task(after).trigger_rule == "all_success"


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.stem)
def test_files_hold_no_logic(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 120
    assert "airflow" in source and "dag" in source, "Airflow does not parse a file without these words"
    forbidden = (ast.For, ast.While, ast.Try, ast.If, ast.With)
    found = [type(node).__name__ for node in ast.walk(ast.parse(source)) if isinstance(node, forbidden)]
    assert found == []


def test_heavy_imports_stay_out_of_parsing(parse: Any) -> None:
    heavy = ("duckdb", "pandas", "tweepy", "great_expectations", "dbt")
    done = parse("", f"print([name for name in {heavy!r} if name in sys.modules])")
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stderr


def test_schedule_and_clients_come_from_rapport_toml(parse: Any) -> None:
    """The schedule's last day bounds no task: Airflow would show a run after it as green that did nothing."""
    toml = '[schedule]\nextract = "30 4 * * *"\nfirst_day = 2026-05-04\nlast_day = 2026-11-01\n'
    toml += '[[clients]]\nid = "acme"\nname = "Acme"\naccounts = ["@acme"]\n'
    done = parse(
        toml,
        "dag = bag.dags['x_extract']\n"
        "print(dag.timetable.expression, dag.start_date.isoformat(), dag.end_date,\n"
        "      [task.end_date for task in dag.tasks if task.end_date],\n"
        "      dag.params.get_param('client_id').schema['enum'])",
    )
    assert done.stdout.strip().splitlines()[-1] == (
        "30 4 * * * 2026-05-04T00:00:00+00:00 None [] [None, 'acme']"
    ), done.stderr


def test_the_form_says_what_belongs_to_single_runs(dag_bag: Any) -> None:
    from extractors.fetching.runs import FORM

    params = dag_bag.dags["x_extract"].params
    assert set(params) == set(FORM)
    for name in ("window_start", "window_end"):
        param = params.get_param(name)
        assert param.schema["title"].startswith("A single run: ") and "Not in a backfill" in param.description


@pytest.mark.parametrize("network", [None, *NETWORKS])
def test_a_network_has_its_dags_where_an_account_on_it_is_named(parse: Any, network: str | None) -> None:
    code = (
        "print(sorted(name for name in bag.dags if name.endswith(('_extract', '_poll'))), bag.import_errors)"
    )
    client = f'[[clients]]\nid = "acme"\nname = "Acme"\naccounts = ["{ACCOUNTS.get(str(network))}"]\n'
    done = parse(client if network else "", code)
    name = network or DEFAULT
    assert done.stdout.strip().splitlines()[-1] == f"['{name}_extract', '{name}_poll'] {{}}", done.stderr


def test_a_fault_in_rapport_toml_is_named_by_the_import_error(parse: Any) -> None:
    done = parse("[schedule]\nextract = 'daily'\n", "print(list(bag.import_errors.values()))")
    last = done.stdout.strip().splitlines()[-1]
    assert "rapport.toml:2: schedule.extract: a cron expression has five fields" in last
