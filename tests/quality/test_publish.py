"""The publication: only with a receipt, whole or not at all, and readers never notice."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import pytest

from quality.errors import PublishFailed, PublishRefused
from quality.publish import STORAGE_VERSION, publish
from quality.results import SCHEMA_SQL, Build, Receipt, RuleResult, save_run
from quality.suites import CHECKS
from rapport.config import Settings
from tests.quality import warehouse

# What the fixture's warehouse has to publish; `replies` is a view there.
PUBLISHED = sorted(
    [
        "marts.posts",
        "marts.replies",
        *(f"reports.{one.table_name}" for one in CHECKS if one.table_name.startswith("rpt_")),
    ]
)
TABLES = len(PUBLISHED)


def give_receipt(settings: Settings, build_id: str = "build-1", *, is_success: bool = True) -> Receipt | None:
    """What the gate writes after a check of that build, without waiting for Great Expectations."""
    result = RuleResult(
        "rpt_waiting", "some_rule", "kind", is_success, 0 if is_success else 1, 4, (), "why", "what"
    )
    now = datetime.now(UTC)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute(SCHEMA_SQL)
        row = con.execute("select count(*) from quality.check_runs").fetchone()
        return save_run(
            con,
            run_id=f"run-{row[0] if row else 0}",
            build=Build(build_id, True, warehouse.AS_OF),
            started_at=now,
            checked_at=now,
            docs_path="",
            results=[result],
        )


def start_build(settings: Settings, build_id: str, *, is_success: bool = True) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        warehouse.add_build(con, build_id, is_success=is_success)


def run_python(code: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, **options
    )  # type: ignore[call-overload, no-any-return]


READ = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
print(con.execute("select build_id, (select count(*) from marts.posts) from quality.publication").fetchone())
"""

PUBLISH = """
import os, signal, sys
from pathlib import Path
from quality.publish import publish
from rapport.config import Config, Settings

home, stop_at = Path(sys.argv[1]), int(sys.argv[2])
steps = 0

def step(message):
    global steps
    steps += 1
    if steps == stop_at:
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(home, home / "rapport.toml", Config(), "", "", None)
publish(settings, step)
print(steps)
"""


@pytest.fixture
def checked(settings: Settings) -> Settings:
    """A home whose latest build has its receipt."""
    give_receipt(settings)
    return settings


def seen_by_a_reader(settings: Settings) -> str:
    """Build and number of posts, as another process reads them from the published file."""
    done = run_python(READ, str(settings.published_path))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_is_published_is_what_was_built(checked: Settings, rows: Callable[[str], list[tuple]]) -> None:
    [(posts,)] = rows("select count(*) from marts.posts")
    publication = publish(checked)
    assert publication.table_count == TABLES
    with duckdb.connect(str(checked.published_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        tables = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database() "
            "order by all"
        ).fetchall()
        assert [name for (name,) in tables] == sorted(
            [*PUBLISHED, "quality.check_results", "quality.publication"]
        )
        assert con.execute("select count(*) from marts.posts").fetchone() == (posts,)
        waiting = con.execute("select * from reports.rpt_waiting order by waiting_rank").fetchall()
        record = con.execute("select * from quality.publication").df().iloc[0]
        assert con.execute("select rule from quality.check_results").fetchall() == [("some_rule",)]
        assert con.execute(
            "select comment from duckdb_tables() where table_name in ('rpt_waiting', 'replies') order by 1"
        ).fetchall() == [("Replies only",), ("Who is waiting for us; it's a list",)]
        assert con.execute(
            "select table_name, column_name, comment from duckdb_columns() where comment is not null order by 1"
        ).fetchall() == [
            ("replies", "post_id", "The id of the reply"),
            ("rpt_waiting", "waiting_hours", "Hours from the post to the end of the data"),
        ]
    assert waiting == rows("select * from reports.rpt_waiting order by waiting_rank")
    assert record["publication_id"] == publication.publication_id
    assert record["build_id"] == "build-1"
    assert record["receipt_id"] == publication.receipt_id
    assert record["as_of_at"] == warehouse.AS_OF
    assert (record["table_count"], record["row_count"]) == (TABLES, publication.row_count)
    assert record["duckdb_version"] == duckdb.__version__
    assert record["duckdb_storage_version"] == STORAGE_VERSION
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_without_a_receipt_nothing_is_published(settings: Settings) -> None:
    with pytest.raises(PublishRefused, match="no receipt") as caught:
        publish(settings)
    assert "rapport check" in caught.value.remedy
    assert caught.value.exit_code == 6
    assert not settings.published_path.exists()


def test_without_a_build_nothing_is_published(new_settings: Callable[[], Settings]) -> None:
    with pytest.raises(PublishRefused, match="no build"):
        publish(new_settings())


def test_the_receipt_of_another_build_does_not_count(checked: Settings) -> None:
    publish(checked)
    before = checked.published_path.read_bytes()
    start_build(checked, "build-2")
    with pytest.raises(PublishRefused, match="build-2 has no receipt"):
        publish(checked)
    assert checked.published_path.read_bytes() == before


def test_a_build_that_broke_off_after_the_check_is_not_published(checked: Settings) -> None:
    start_build(checked, "build-2", is_success=False)
    with pytest.raises(PublishRefused, match="build-2 failed"):
        publish(checked)


def test_a_later_red_check_takes_the_receipt_back(checked: Settings) -> None:
    assert give_receipt(checked, is_success=False) is None
    with pytest.raises(PublishRefused, match="no receipt"):
        publish(checked)


def test_the_next_build_replaces_the_last_and_a_reader_keeps_its_file(checked: Settings) -> None:
    publish(checked)
    first = seen_by_a_reader(checked)
    # a reader that stays: it opens the file, says so, and reads on when told to
    reader = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys, duckdb\n"
            "con = duckdb.connect(sys.argv[1], read_only=True)\n"
            "q = 'select build_id, (select count(*) from marts.posts) from quality.publication'\n"
            "for _ in range(2):\n"
            "    print(con.execute(q).fetchone(), flush=True)\n"
            "    sys.stdin.readline()\n",
            str(checked.published_path),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline().strip() == first
        with duckdb.connect(str(checked.warehouse_path)) as con:
            con.execute("delete from marts.posts where account_id = '100'")
        start_build(checked, "build-2")
        give_receipt(checked, "build-2")
        publish(checked)
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline().strip() == first
    finally:
        reader.kill()
        reader.wait()
    assert "build-2" in seen_by_a_reader(checked)
    assert seen_by_a_reader(checked) != first


def test_publishing_the_same_build_again_is_safe(checked: Settings) -> None:
    first, second = publish(checked), publish(checked)
    assert first.publication_id != second.publication_id
    assert (first.build_id, first.row_count) == (second.build_id, second.row_count)


def test_killed_at_any_step_readers_see_the_old_file_or_the_new_one(checked: Settings) -> None:
    publish(checked)
    old_bytes, old = checked.published_path.read_bytes(), seen_by_a_reader(checked)
    start_build(checked, "build-2")
    give_receipt(checked, "build-2")
    home = str(checked.home)

    steps = TABLES + 3  # a message per table, one when read back, one before the change-over, one after it
    for step in range(1, steps + 1):
        done = run_python(PUBLISH, home, str(step))
        assert done.returncode == -signal.SIGKILL, (step, done.stderr)
        if step < steps:
            assert checked.published_path.read_bytes() == old_bytes, f"killed at step {step}"
    assert seen_by_a_reader(checked) != old
    assert "build-2" in seen_by_a_reader(checked)

    # the leftovers of a killed run do not stop the next one, and are gone after it
    done = run_python(PUBLISH, home, "1")
    assert done.returncode == -signal.SIGKILL
    done = run_python(PUBLISH, home, "0")
    assert (done.returncode, done.stdout.strip()) == (0, str(steps)), done.stderr
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_the_log_of_someone_who_wrote_into_the_old_file_is_not_applied_to_the_new_one(
    checked: Settings,
) -> None:
    publish(checked)
    wrote = run_python(
        "import os, sys, duckdb\n"
        "con = duckdb.connect(sys.argv[1])\n"
        "con.execute('set checkpoint_threshold = \\'1GB\\'')\n"
        "con.execute('delete from reports.rpt_waiting')\n"
        "os._exit(0)\n",
        str(checked.published_path),
    )
    assert wrote.returncode == 0, wrote.stderr
    assert checked.published_path.with_name("engagement.duckdb.wal").exists()
    publish(checked)
    with duckdb.connect(str(checked.published_path), read_only=True) as con:
        assert con.execute("select count(*) from reports.rpt_waiting").fetchone() == (4,)


def test_a_full_disk_is_said_clearly_and_the_old_file_stands(checked: Settings) -> None:
    publish(checked)
    before = checked.published_path.read_bytes()
    limit = 256 * 1024

    def cap_file_size() -> None:
        # the kernel refuses to let any file grow beyond this, as a full disk would
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    assert len(before) > limit
    done = run_python(PUBLISH, str(checked.home), "0", preexec_fn=cap_file_size)
    assert done.returncode != 0
    assert "PublishFailed" in done.stderr
    assert "the last publication stands" in done.stderr
    assert checked.published_path.read_bytes() == before
    publish(checked)
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_a_folder_that_cannot_be_made_is_said_clearly(checked: Settings) -> None:
    checked.published_dir.write_text("a file stands where the folder should be")
    with pytest.raises(PublishFailed, match="could not be written") as caught:
        publish(checked)
    assert "may write there" in caught.value.remedy
    assert caught.value.exit_code == 6


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into any folder")
def test_a_read_only_folder_is_said_clearly_and_the_old_file_stands(checked: Settings) -> None:
    publish(checked)
    before = checked.published_path.read_bytes()
    checked.published_dir.chmod(0o555)
    try:
        with pytest.raises(PublishFailed, match="could not be written"):
            publish(checked)
    finally:
        checked.published_dir.chmod(0o755)
    assert checked.published_path.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.4", "1.5"])
def test_older_readers_open_the_published_file(version: str, checked: Settings) -> None:
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not on the path, so no other DuckDB can be brought")
    publish(checked)
    prefix = [uv, "run", "--no-project", "--quiet", "--with", f"duckdb=={version}.*", "python", "-c"]
    # without the network there is no older DuckDB to try; that is no fault of the file
    bring = subprocess.run([*prefix, "import duckdb"], capture_output=True, text=True, timeout=120)
    if bring.returncode != 0:
        pytest.skip(f"DuckDB {version} can't be brought: {bring.stderr.strip()[-200:]}")
    done = subprocess.run(
        [*prefix, READ + "print(duckdb.__version__)", str(checked.published_path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    seen, used = done.stdout.splitlines()
    assert used.startswith(version)
    assert seen == seen_by_a_reader(checked)
