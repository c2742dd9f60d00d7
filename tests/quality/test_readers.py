"""Readers: while publications replace each other nobody sees an error, a lock, or half of one and half of another.

And the tools that people read with: other versions of DuckDB, its command line, SQLAlchemy.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from quality.editions import write_table
from rapport.config import Settings
from tests import needs
from tests.quality import warehouse
from tests.quality.publishing import READ, give_receipt, publish_build, publish_latest, seen_by_a_reader

PUBLICATIONS = 20
BRIEF, LONG = 6, 2  # readers that open and close, readers that keep the file open

# Opens the file, asks four tables which build they are of, and how many rows: all of them say the same, or the file is
# torn. A reader that stays asks again and again, and its answers have to stay what they were.
READER = """
import os, sys, time
from pathlib import Path
import duckdb
path, stop, stays = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "stays"
asked, seen = 0, []

def look(con):
    rows = con.execute("select build_id, row_count from reports.rpt_publication").fetchall()
    marks = [
        con.execute(f"select max(reads.mark), min(reads.mark), count(*) from {table} as reads").fetchone()
        for table in ("marts.marked_posts", "reports.rpt_marked_waiting", "reports.rpt_marked_weeks")
    ]
    [(build, _)] = rows
    number = int(build.removeprefix("build-"))
    for most, least, count in marks:
        assert most == least == number, (build, marks)
        assert count == 1000 + number, (build, marks)
    return number

while not stop.exists():
    con = duckdb.connect(path, read_only=True)
    first = look(con)
    asked += 1
    seen.append(first)
    while stays and not stop.exists() and time.monotonic() % 3 > 0.1:
        assert look(con) == first
        asked += 1
        time.sleep(0.1)
    con.close()
    time.sleep(0.2)  # still nine times a publication; without a rest all cores read, and nobody publishes
assert seen == sorted(seen), "an older publication came back"
print(asked, *dict.fromkeys(seen))
"""


def next_build(number: int) -> list[str]:
    """All tables of the readers anew, each row with the number of the build; each time one row more."""
    return [
        f"create or replace table {table} as select {number} as mark, range as row_number, "
        f"repeat('{number} ', 50) as words from range({1000 + number})"
        for table in ("marts.marked_posts", "reports.rpt_marked_waiting", "reports.rpt_marked_weeks")
    ]


@pytest.mark.slow
def test_readers_under_fire(new_settings: Callable[[], Settings], tmp_path: Path) -> None:
    settings = new_settings()
    warehouse.make_empty(settings.warehouse_path)
    publish_build(settings, "build-100", *next_build(100))
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(settings.published_path), str(stop), way],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for way in ["goes"] * BRIEF + ["stays"] * LONG
    ]  # fmt: skip
    try:
        for number in range(101, 101 + PUBLICATIONS):
            publish_build(settings, f"build-{number}", *next_build(number))
        # the last one has to be seen, too
        time.sleep(0.5)
        stop.touch()
        said = [reader.communicate(timeout=600) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    assert [(reader.returncode, error) for reader, (_, error) in zip(readers, said, strict=True)] == [
        (0, "") for _ in readers
    ]
    asked, *_ = zip(*(map(int, out.split()) for out, _ in said), strict=False)
    numbers = {int(word) for out, _ in said for word in out.split()[1:]}
    assert min(asked) > 2 and sum(asked) > 5 * PUBLICATIONS
    assert len(numbers) > PUBLICATIONS / 2, "the readers were not there while it happened"
    assert numbers <= set(range(100, 101 + PUBLICATIONS))
    assert [path.name for path in settings.published_dir.iterdir()] == ["engagement.duckdb"]


# --- real clients, each in an environment of its own -------------------------------------------------

COMMENTS = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
print(con.execute("select comment from duckdb_tables() where table_name = 'rpt_waiting'").fetchone()[0])
print(con.execute("select comment from duckdb_columns() where table_name = 'rpt_waiting' "
                  "and column_name = 'waiting_hours'").fetchone()[0])
print(duckdb.__version__)
"""

# In the machine's zone, as docs/bi.md says, and in UTC; and values of time one by one.
TIMES = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
moment = "timestamptz '2026-11-23 00:30:00+00'"
ask = f"select dayname({moment}), date_trunc('week', {moment})::date::varchar"
print(*con.execute(ask).fetchone())
con.execute("set timezone = 'UTC'")
print(*con.execute(ask).fetchone())
print(con.execute("select occurred_at from reports.rpt_waiting order by waiting_rank limit 1").fetchone()[0].tzinfo)
"""

ALCHEMY = """
import sys
import sqlalchemy as sa
engine = sa.create_engine(f"duckdb:///{sys.argv[1]}?access_mode=read_only&timezone=UTC")
inspector = sa.inspect(engine)
print(sorted(inspector.get_table_names(schema="reports"))[-1])
print(inspector.get_table_comment("rpt_waiting", schema="reports")["text"])
with engine.connect() as con:
    waiting = sa.Table("rpt_waiting", sa.MetaData(), schema="reports", autoload_with=engine)
    print(con.scalar(sa.select(sa.func.count()).select_from(waiting)))
    print(con.scalar(sa.select(sa.func.max(waiting.c.waiting_hours))))
    print(con.scalar(sa.text("select current_setting('timezone')")))
"""


@pytest.fixture
def published(settings: Settings) -> Settings:
    give_receipt(settings)
    publish_latest(settings)
    return settings


def bring(*packages: str) -> list[str]:
    """The command that runs Python with these packages and nothing else."""
    prefix = [needs.uv(), "run", "--no-project", "--quiet"]
    for package in packages:
        prefix += ["--with", package]
    done = subprocess.run([*prefix, "python", "-c", ""], capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        needs.do_without(f"{', '.join(packages)} can't be brought: {done.stderr.strip()[-200:]}")
    return prefix


def run(command: list[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.4", "1.5"])
def test_older_readers_open_the_published_file(
    version: str, published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = [*bring(f"duckdb=={version}.*", "pytz"), "python", "-c"]
    path = str(published.published_path)
    assert run([*python, READ, path]) == [seen_by_a_reader(published)]
    table, column, used = run([*python, COMMENTS, path])
    assert table == "Who is waiting for us; it's a list"
    assert column == "Hours from the post to the end of the data"
    assert used.startswith(version)
    monkeypatch.setenv("TZ", "America/New_York")
    assert run([*python, TIMES, path]) == ["Sunday 2026-11-16", "Monday 2026-11-23", "UTC"]


@pytest.mark.slow
def test_the_command_line_opens_the_published_file(published: Settings) -> None:
    utc = ["-cmd", "set timezone = 'UTC'"]
    duckdb_cli = [*bring("duckdb-cli==1.5.*"), "duckdb", "-readonly", *utc, "-csv", "-noheader"]
    sql = "select count(*), max(waiting_rank), current_setting('timezone') from reports.rpt_waiting"
    assert run([*duckdb_cli, str(published.published_path), sql]) == ["4,4,UTC"]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.5.*", duckdb.__version__])
def test_sqlalchemy_lists_tables_with_comments_and_queries_them(version: str, published: Settings) -> None:
    python = [*bring(f"duckdb=={version}", "duckdb-sqlalchemy", "sqlalchemy>=2.1"), "python", "-c"]
    assert run([*python, ALCHEMY, str(published.published_path)]) == [
        "rpt_worth_seeking_out",
        "Who is waiting for us; it's a list",
        "4",
        "90.0",
        "UTC",
    ]


@pytest.mark.slow
def test_polars_and_pandas_read_the_tables_of_an_edition(published: Settings, tmp_path: Path) -> None:
    python = [*bring("polars", "pandas", "pyarrow"), "python", "-c"]
    folder = tmp_path / "tables"
    folder.mkdir()
    with duckdb.connect(str(published.published_path), read_only=True) as con:
        write_table(con, "from reports.rpt_waiting", folder / "w.parquet")
    code = (
        "import sys, polars, pandas\n"
        "for frame in (polars.read_parquet(sys.argv[1]), pandas.read_parquet(sys.argv[1])):\n"
        "    print(len(frame), frame['waiting_hours'].max(), frame['text'].is_null().sum() "
        "if hasattr(frame, 'is_empty') else frame['text'].isna().sum())\n"
    )
    assert run([*python, code, str(folder / "w.parquet")]) == ["4 90.0 1", "4 90.0 1"]
