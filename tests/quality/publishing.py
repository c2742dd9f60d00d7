"""How tests let a build out, and look at what came of it as another process would."""

import subprocess
import sys
from datetime import timedelta

import duckdb

from quality.publish import Publication, latest_receipt, publish
from quality.results import SCHEMA_SQL, Build, Receipt, RuleResult, save_run
from quality.rulebook import rules_hash
from quality.tables import hashes
from rapport.config import Settings
from tests.clock import Clock
from tests.quality import warehouse

READ = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
print(con.execute("select build_id, (select count(*) from marts.posts) from reports.rpt_publication").fetchone())
"""


def give_receipt(settings: Settings, build_id: str = "build-1", *, is_success: bool = True) -> Receipt | None:
    """What the gate writes after a check of that build, without waiting for Great Expectations."""
    result = RuleResult(
        "rpt_waiting", "some_rule", "kind", is_success, 0 if is_success else 1, 4, (), "why", "what"
    )
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute(SCHEMA_SQL)
        row = con.execute("select count(*) from quality.check_runs").fetchone()
        number = row[0] if row else 0
        checked_at = warehouse.AS_OF + timedelta(hours=2 + number)
        return save_run(
            con,
            run_id=f"run-{number}",
            build=Build(build_id, True, warehouse.AS_OF),
            started_at=checked_at,
            checked_at=checked_at,
            docs_path="",
            results=[result],
            table_hashes=hashes(con),
            rules_hash=rules_hash(),
        )


def start_build(settings: Settings, build_id: str, *, is_success: bool = True) -> None:
    """A build of that id, as of the others' moment."""
    with duckdb.connect(str(settings.warehouse_path)) as con:
        warehouse.add_build(con, build_id, is_success=is_success)


def publish_latest(settings: Settings) -> Publication:
    """As `rapport publish` does. A clock that can be moved is a minute later after it."""
    publication = publish(settings, latest_receipt(settings))
    if isinstance(settings.now, Clock):
        settings.now.at += timedelta(minutes=1)
    return publication


def publish_build(settings: Settings, build_id: str, *statements: str) -> Publication:
    """A next build that differs from the last by these statements, with its receipt, published."""
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("set timezone = 'UTC'")
        for statement in statements:
            con.execute(statement)
    start_build(settings, build_id)
    give_receipt(settings, build_id)
    return publish_latest(settings)


def run_python(code: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=1200, **options
    )  # type: ignore[call-overload, no-any-return]


def seen_by_a_reader(settings: Settings) -> str:
    """Build and number of posts, as another process reads them from the published file."""
    done = run_python(READ, str(settings.published_path))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
