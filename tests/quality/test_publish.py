"""The publication: only with a receipt, whole or not at all, and readers never notice."""

import ctypes
import hashlib
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import duckdb
import pytest

from quality import record
from quality.errors import PublishFailed, PublishRefused
from quality.publish import latest_receipt, publish
from quality.results import Receipt
from quality.tables import tables_of
from rapport.config import Settings
from tests.quality import warehouse
from tests.quality.publishing import (
    give_receipt,
    publish_build,
    publish_latest,
    run_python,
    seen_by_a_reader,
    start_build,
)


def to_publish(settings: Settings) -> list[str]:
    """What the fixture's warehouse has to publish."""
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        return [f"{table.schema}.{table.name}" for table in tables_of(con)]


PUBLISH = """
import sys
from pathlib import Path
from quality.publish import latest_receipt, publish
from rapport.config import Config, Settings

home = Path(sys.argv[1])
settings = Settings(home, home / "rapport.toml", Config(), "", "", None)
publish(settings, latest_receipt(settings))
"""

# Forks before it opens anything, so that each death costs no start of Python. Prints, for each fork, the signal it
# died of and a digest of the published file.
DIE = """
import hashlib, os, signal, sys
from pathlib import Path
import quality.publish as room
from rapport import on_disk
from rapport.config import Config, Settings

home, way, *stops = Path(sys.argv[1]), *sys.argv[2:]
settings = Settings(home, home / "rapport.toml", Config(), "", "", None)

def dying_at(stop_at):
    steps = 0
    def step(*ignored):
        nonlocal steps
        steps += 1
        if steps == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)
    return step

def by_message(stop_at):
    room.publish(settings, room.latest_receipt(settings), dying_at(stop_at))

change_over = (on_disk.put_database_in_place.__code__, on_disk.put_in_place.__code__)

def by_line(stop_at):
    step = dying_at(stop_at)
    def trace(frame, event, argument):
        if frame.f_code in change_over:
            if event == "line":
                step()
            return trace
    sys.settrace(trace)
    room.publish(settings, room.latest_receipt(settings))

for stop_at in map(int, stops):
    child = os.fork()
    if child == 0:
        {"message": by_message, "line": by_line}[way](stop_at)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(status, hashlib.sha256(settings.published_path.read_bytes()).hexdigest(), flush=True)
"""


@pytest.fixture
def checked(settings: Settings) -> Settings:
    """A home whose latest build has its receipt."""
    give_receipt(settings)
    return settings


def test_what_is_published_is_what_was_built(checked: Settings, rows: Callable[[str], list[tuple]]) -> None:
    [(posts,)] = rows("select count(*) from marts.posts")
    publication = publish_latest(checked)
    tables = to_publish(checked)
    assert publication.table_count == len(tables) > 15
    with duckdb.connect(str(checked.published_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        found = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database() "
            "order by all"
        ).fetchall()
        assert [name for (name,) in found] == sorted([*tables, *record.TABLES, "quality.check_results"])
        assert con.execute("select count(*) from marts.posts").fetchone() == (posts,)
        waiting = con.execute("select * from reports.rpt_waiting order by waiting_rank").fetchall()
        row = con.execute("select * from reports.rpt_publication").df().iloc[0]
        assert con.execute("select rule from quality.check_results").fetchall() == [("some_rule",)]
        assert con.execute(
            "select comment from duckdb_tables() where table_name in ('rpt_waiting', 'replies') order by 1"
        ).fetchall() == [("Replies only",), ("Who is waiting for us; it's a list",)]
        assert con.execute(
            "select table_name, column_name, comment from duckdb_columns() where comment is not null "
            "and table_name not in ('rpt_publication', 'rpt_restatements', 'check_results') order by 1"
        ).fetchall() == [
            ("replies", "post_id", "The id of the reply"),
            ("rpt_waiting", "waiting_hours", "Hours from the post to the end of the data"),
        ]
    assert waiting == rows("select * from reports.rpt_waiting order by waiting_rank")
    assert row["publication_id"] == publication.publication_id
    assert row["build_id"] == "build-1"
    assert row["receipt_id"] == publication.receipt_id
    assert row["as_of_at"] == warehouse.AS_OF
    assert (row["table_count"], row["row_count"]) == (len(tables), publication.row_count)
    assert row["duckdb_version"] == duckdb.__version__
    assert row["duckdb_storage_version"] == record.STORAGE_VERSION
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_without_a_receipt_nothing_is_published(settings: Settings) -> None:
    with pytest.raises(PublishRefused, match="no receipt") as caught:
        publish_latest(settings)
    assert "rapport check" in caught.value.remedy
    assert caught.value.exit_code == 6
    assert not settings.published_path.exists()


def test_without_a_build_nothing_is_published(new_settings: Callable[[], Settings]) -> None:
    with pytest.raises(PublishRefused, match="no build"):
        publish_latest(new_settings())


def test_the_receipt_of_another_build_does_not_count(checked: Settings) -> None:
    publish_latest(checked)
    before = checked.published_path.read_bytes()
    start_build(checked, "build-2")
    with pytest.raises(PublishRefused, match="build-2 has no receipt"):
        publish_latest(checked)
    assert checked.published_path.read_bytes() == before


def test_a_build_that_broke_off_after_the_check_is_not_published(checked: Settings) -> None:
    start_build(checked, "build-2", is_success=False)
    with pytest.raises(PublishRefused, match="build-2 failed"):
        publish_latest(checked)


def test_a_receipt_that_nobody_gave_is_worth_nothing(checked: Settings) -> None:
    true = latest_receipt(checked)
    for forged in (
        replace(true, receipt_id="mine"),
        replace(true, build_id="build-0"),
        replace(true, check_count=9),
    ):
        with pytest.raises(PublishRefused, match="is not the receipt of the latest build"):
            publish(checked, forged)
    start_build(checked, "build-2")
    newer = give_receipt(checked, "build-2")
    with pytest.raises(PublishRefused, match="of build build-1 is not"):
        publish(checked, true)
    assert isinstance(newer, Receipt)
    assert publish(checked, newer).build_id == "build-2"


@pytest.mark.parametrize(
    "change",
    [
        "update reports.rpt_waiting set waiting_hours = waiting_hours + 1 where waiting_rank = 2",
        "insert into reports.rpt_waiting from reports.rpt_waiting limit 1",
        "delete from reports.rpt_waiting where waiting_rank = 1",
        "update reports.rpt_waiting set display_name = handle, handle = display_name, "
        "kind = coalesce(handle, 'x')",
        "alter table reports.rpt_waiting rename column text to words",
        "create table reports.rpt_waiting_too as from reports.rpt_waiting",
        "drop table reports.rpt_waiting",
    ],
)
def test_tables_that_changed_after_the_check_are_not_published(change: str, checked: Settings) -> None:
    publish_latest(checked)
    before = checked.published_path.read_bytes()
    receipt = latest_receipt(checked)
    with duckdb.connect(str(checked.warehouse_path)) as con:
        con.execute(change)
    with pytest.raises(PublishRefused, match=r"reports.rpt_waiting\w* is not what was checked"):
        publish(checked, receipt)
    assert checked.published_path.read_bytes() == before
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_rows_in_another_order_are_the_same_rows(checked: Settings) -> None:
    receipt = latest_receipt(checked)
    with duckdb.connect(str(checked.warehouse_path)) as con:
        con.execute("create table was as from reports.rpt_waiting")
        con.execute("delete from reports.rpt_waiting")
        con.execute("insert into reports.rpt_waiting from was order by waiting_rank desc")
    publish(checked, receipt)


def test_a_later_red_check_takes_the_receipt_back(checked: Settings) -> None:
    assert give_receipt(checked, is_success=False) is None
    with pytest.raises(PublishRefused, match="no receipt"):
        publish_latest(checked)


def test_the_next_build_replaces_the_last_and_a_reader_keeps_its_file(checked: Settings) -> None:
    publish_latest(checked)
    first = seen_by_a_reader(checked)
    # a reader that stays: it opens the file, says so, and reads on when told to
    reader = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys, duckdb\n"
            "con = duckdb.connect(sys.argv[1], read_only=True)\n"
            "q = 'select build_id, (select count(*) from marts.posts) from reports.rpt_publication'\n"
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
        publish_build(checked, "build-2", "delete from marts.posts where account_id = '100'")
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline().strip() == first
    finally:
        reader.kill()
        reader.wait()
    assert "build-2" in seen_by_a_reader(checked)
    assert seen_by_a_reader(checked) != first


def test_publishing_the_same_build_again_is_safe(checked: Settings) -> None:
    first, second = publish_latest(checked), publish_latest(checked)
    assert first.publication_id != second.publication_id
    assert (first.build_id, first.row_count) == (second.build_id, second.row_count)


def digest(settings: Settings) -> str:
    return hashlib.sha256(settings.published_path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    # of the messages that name a table every third, the one when compared, when read back, before the change-over, and
    # after it; and each line of the change-over itself
    ("way", "steps_before", "steps_after"),
    [("message", 3, 1), ("line", 4, 1)],
)
def test_killed_at_any_step_readers_see_the_old_file_or_the_new_one(
    way: str, steps_before: int, steps_after: int, checked: Settings
) -> None:
    publish_latest(checked)
    old, seen = digest(checked), seen_by_a_reader(checked)
    start_build(checked, "build-2")
    give_receipt(checked, "build-2")
    tables = len(to_publish(checked)) if way == "message" else 0
    before = [*range(1, tables + 1, 3), *range(tables + 1, tables + steps_before + 1)]
    after = [before[-1] + step for step in range(1, steps_after + 1)]

    done = run_python(DIE, str(checked.home), way, *map(str, (*before, *after, after[-1] + 1)))
    assert done.returncode == 0, done.stderr
    deaths = [line.split() for line in done.stdout.splitlines()]
    assert [status for status, _ in deaths] == ["-9"] * len(before + after) + ["0"], done.stderr
    assert {seen for _, seen in deaths[: len(before)]} == {old}
    assert all(seen != old for _, seen in deaths[len(before) :])
    assert seen_by_a_reader(checked) == seen.replace("build-1", "build-2")
    # what the killed runs left behind stopped none of the next ones, and is gone
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_a_death_in_the_middle_leaves_a_draft_that_the_next_run_removes(checked: Settings) -> None:
    draft = checked.published_path.with_name("engagement.duckdb.tmp")
    checked.published_dir.mkdir()
    draft.write_bytes(b"half a file")
    draft.with_name(draft.name + ".wal").write_bytes(b"half a log")
    publish_latest(checked)
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_the_log_of_someone_who_wrote_into_the_old_file_is_not_applied_to_the_new_one(
    checked: Settings,
) -> None:
    publish_latest(checked)
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
    publish_latest(checked)
    with duckdb.connect(str(checked.published_path), read_only=True) as con:
        assert con.execute("select count(*) from reports.rpt_waiting").fetchone() == (4,)


def test_a_full_disk_is_said_clearly_and_the_old_file_stands(checked: Settings) -> None:
    publish_latest(checked)
    before = checked.published_path.read_bytes()
    limit = 256 * 1024

    def cap_file_size() -> None:
        # the kernel refuses to let any file grow beyond this, as a full disk would
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    assert len(before) > limit
    done = run_python(PUBLISH, str(checked.home), preexec_fn=cap_file_size)
    assert done.returncode != 0
    assert "PublishFailed" in done.stderr
    assert "the last publication stands" in done.stderr
    assert checked.published_path.read_bytes() == before
    publish_latest(checked)
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]


def test_a_folder_that_cannot_be_made_is_said_clearly(checked: Settings) -> None:
    checked.published_dir.write_text("a file stands where the folder should be")
    with pytest.raises(PublishFailed, match="could not be written") as caught:
        publish_latest(checked)
    assert "may write there" in caught.value.remedy
    assert caught.value.exit_code == 6
    # what others worded is for the terminal, and in no alert
    assert "[Errno" in str(caught.value) and "[Errno" not in caught.value.message


def bow_to_permissions() -> None:
    """Takes from root, for a process and its children, the power to write where nobody may."""
    drop, dac_override = 24, 1
    ctypes.CDLL(None).prctl(drop, dac_override, 0, 0, 0)


def test_a_read_only_folder_is_said_clearly_and_the_old_file_stands(checked: Settings) -> None:
    publish_latest(checked)
    before = checked.published_path.read_bytes()
    checked.published_dir.chmod(0o555)
    try:
        done = run_python(PUBLISH, str(checked.home), preexec_fn=bow_to_permissions)
    finally:
        checked.published_dir.chmod(0o755)
    assert done.returncode != 0
    assert "PublishFailed" in done.stderr
    assert "this user may write there" in done.stderr
    assert checked.published_path.read_bytes() == before
    assert [path.name for path in checked.published_dir.iterdir()] == ["engagement.duckdb"]
