"""What readers get is the same, whichever engine built it: the demo's world by DuckDB and by Spark, to the last byte of
a report, but for what names the build and its time. And what Spark was handed is nowhere afterwards.
"""

import itertools
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from emulator.demo import demo_config
from emulator.elsewhere.world import build_elsewhere
from emulator.world import build_world
from extractors.files import lists
from extractors.raw import raw_store
from modelling import dbt, spark
from operations.cli.extracting import fetch_window
from operations.stack import emulated
from operations.stack.world import World
from rapport.config import Settings, load_settings
from rapport.errors import BuildFailed, ErasureUnfinished
from rapport.networks import BLUESKY, MASTODON, X
from tests import clock
from tests.clock import UNTIL
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN
from tests.operations import erasure_home
from tests.operations.cli.command import bare_environment, started_anew

pytestmark = [pytest.mark.spark, pytest.mark.slow]

NETWORKS = (X.name, BLUESKY.name, MASTODON.name)
LIMITS = {MASTODON.name: 10_000}
# What is another one for every build and publication.
OF_A_BUILD = re.compile(
    r"^(run_id|build_id|receipt_id|publication_id|.*(checked|published|started|built)_at)$"
)
# Of the post that is erased.
SAID = "is called Philomena"
ON_PAGES = re.compile(
    rb'rapport-publication" content="[0-9a-f]+"'
    rb"|(published|Publication <code>[0-9a-f]+</code> of) [^<>,]{10,30}, \d\d:\d\d UTC"
    rb'|<td data-label="published"><span class="cell"><time [^>]+>[^<]+</time>'
)


@dataclass
class Fetched:
    """A home with the demo's half year in raw, and the networks that it came from."""

    home: Path
    variables: dict[str, str]

    def run(self, home: Path, engine: str) -> subprocess.CompletedProcess[str]:
        """`rapport run` of the whole half year in that home, by a process of its own."""
        window = World(UNTIL.date()).window
        ends = ["--from", window.start.date().isoformat(), "--to", window.end.date().isoformat()]
        return subprocess.run(
            [sys.executable, "-m", "operations.cli", "run", *ends, "--engine", engine],
            env=bare_environment() | self.variables | {"RAPPORT_HOME": str(home)},
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@pytest.fixture
def fetched(tmp_path: Path) -> Iterator[Fetched]:
    home = tmp_path / "fetched"
    home.mkdir()
    (home / "rapport.toml").write_text(demo_config(UNTIL.date(), NETWORKS), encoding="utf-8")
    world = build_world(UNTIL.date())
    with emulating(world, limits=LIMITS, elsewhere=build_elsewhere(world)) as network:
        settings = replace(load_settings(home), now=clock.now)
        for fields in emulated.fields(settings.config, network.url, TOKEN).values():
            settings = replace(settings, **fields)
        fetch_window(settings, World(UNTIL.date()).window, None, again=False)
        raw_store.load(settings, lambda words: None)
        lists.sync(settings)
        yield Fetched(home, emulated.variables(settings.config, network.url, TOKEN))


def test_readers_get_the_same_from_both_engines(fetched: Fetched, tmp_path: Path) -> None:
    if needed := spark.missing():
        pytest.skip(f"Spark can't build here: {'; '.join(needed)}")
    homes = {engine: tmp_path / engine for engine in ("duckdb", "spark")}
    for engine, home in homes.items():
        shutil.copytree(fetched.home, home)
        done = fetched.run(home, engine)
        assert done.returncode == 0, done.stderr
    # what is going on is said before it has an end
    for said in (
        "writing raw.posts for Spark",
        "dbt reads the models first",
        "Java starts",
        "Java runs",
        "Spark runs",
    ):
        assert said in done.stderr
    assert done.stderr.index(" START sql table model ") < done.stderr.index(" OK created ")
    by_duckdb, by_spark = (published(home) for home in homes.values())
    assert sorted(by_duckdb) == sorted(by_spark)
    assert [name for name, content in by_duckdb.items() if by_spark[name] != content] == []
    assert sum(len(content[2]) for name, content in by_duckdb.items() if name.startswith("reports.")) > 4000
    pages = {engine: pages_of(home) for engine, home in homes.items()}
    assert len(pages["duckdb"]) >= 3 and pages["duckdb"].keys() == pages["spark"].keys()
    assert [name for name, page in pages["duckdb"].items() if pages["spark"][name] != page] == []
    # of what was handed over nothing is left, and DuckDB does not go on from what Spark made
    left = {path.name for path in (homes["spark"] / "spark").iterdir()}
    assert left == {"target"}
    again = started_anew(homes["spark"], "build", "--engine", "spark")
    assert "nothing new since build" in again.stderr, again.stderr
    by_default = started_anew(homes["spark"], "build")
    assert "building everything: the engine is another" in by_default.stderr, by_default.stderr


def test_a_build_by_spark_that_fails_leaves_the_last_one_as_it_was(tmp_path: Path) -> None:
    if needed := spark.missing():
        pytest.skip(f"Spark can't build here: {'; '.join(needed)}")
    settings = erasure_home.make_home(tmp_path / "home")
    erasure_home.bring_in(settings, tmp_path)
    dbt.build(settings)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("insert into raw.pages from raw.pages")  # no page is there twice
    before = built(settings)
    done = started_anew(settings.home, "build", "--engine", "spark")
    assert done.returncode == BuildFailed.exit_code and "not of its shape" in done.stderr, done.stderr
    assert str(settings.home / "spark" / "target" / "dbt.log") in done.stderr.replace("\n", "")
    assert built(settings) == before
    assert [path.name for path in (settings.home / "spark").iterdir()] == ["target"]


def test_a_setting_that_spark_cant_start_with_is_named_without_javas_stack(tmp_path: Path) -> None:
    if needed := spark.missing():
        pytest.skip(f"Spark can't build here: {'; '.join(needed)}")
    setting = "spark.sql.shuffle.partitions"
    config = f'{erasure_home.CONFIG}\n[engine]\nname = "spark"\nmemory = "1g"\nsettings = {{ "{setting}" = "many" }}\n'
    settings = erasure_home.make_home(tmp_path / "home", config)
    erasure_home.bring_in(settings, tmp_path)
    done = started_anew(settings.home, "build")
    said = done.stderr.replace("\n", " ")
    assert done.returncode == BuildFailed.exit_code and "'many'" in said, done.stderr
    assert f"correct {setting} in rapport.toml" in said and "(SparkSession" not in said
    assert "(SparkSession" in (spark.target_dir(settings) / "dbt.log").read_text(encoding="utf-8")


def test_what_a_killed_build_leaves_is_its_users_alone_and_goes_with_an_erasure(tmp_path: Path) -> None:
    if needed := spark.missing():
        pytest.skip(f"Spark can't build here: {'; '.join(needed)}")
    # no folder of the home is above it that would keep others out
    folder = tmp_path / "disk" / "spark"
    config = f'{erasure_home.CONFIG}\n[engine]\nname = "spark"\nmemory = "2g"\nfolder = "{folder}"\n'
    settings = erasure_home.make_home(tmp_path / "home", config)
    erasure_home.bring_in(settings, tmp_path)
    killed_while_spark_builds(settings)
    folder = settings.spark_dir
    left = [folder, *folder.rglob("*")]
    assert {"raw", "warehouse", "scratch"} <= {path.name for path in left}
    assert [str(path) for path in left if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    posts = duckdb.read_parquet(f"{folder}/raw/posts.parquet")
    assert posts.filter(f"contains(text, '{SAID}')").fetchall()
    assert any((folder / "warehouse").rglob("*.parquet"))
    # a disk that is not mounted: nobody knows what is on it
    disk = tmp_path / "disk"
    disk.rename(tmp_path / "elsewhere")
    done = started_anew(settings.home, "erase", "--post", erasure_home.SPOKEN, "--no-build")
    assert done.returncode == ErasureUnfinished.exit_code and str(folder) in done.stderr.replace("\n", "")
    (tmp_path / "elsewhere").rename(disk)
    done = started_anew(settings.home, "erase", "--no-build")
    assert done.returncode == 0, done.stderr
    assert not folder.exists() and [path.name for path in spark.target_dir(settings).rglob("*")] == [
        dbt.PARSED
    ]


def killed_while_spark_builds(settings: Settings) -> None:
    """`rapport build`, killed with all that it has started once some tables are made; the system's umask is open."""
    before = os.umask(0o022)
    build = subprocess.Popen(
        [sys.executable, "-m", "operations.cli", "build"],
        env=bare_environment() | {"RAPPORT_HOME": str(settings.home)},
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    os.umask(before)
    with build:
        try:
            lines = (line for line in build.stderr or () if " OK created " in line)
            assert len([*itertools.islice(lines, 5)]) == 5
        finally:
            os.killpg(build.pid, signal.SIGKILL)
    assert build.returncode == -signal.SIGKILL


def built(settings: Settings) -> list[Any]:
    """Each table that dbt has made, with how many rows it has, and the log of builds."""
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables() "
            "where schema_name <> 'raw' order by all"
        ).fetchall()
        return [*tables, *con.execute("select * from quality.builds order by rowid").fetchall()]


def published(home: Path) -> dict[str, tuple[str | None, list[Any], list[Any]]]:
    """Table of the published file → its comment, its columns with type and comment, and its rows in an order."""
    with duckdb.connect(str(home / "published" / "engagement.duckdb"), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        tables = con.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables()"
        ).fetchall()
        found = {}
        for table, comment in tables:
            schema, _, name = table.partition(".")
            columns = con.execute(
                "select column_name, data_type, comment from duckdb_columns() "
                "where schema_name = ? and table_name = ? order by column_index",
                [schema, name],
            ).fetchall()
            wanted = [column for column, *_ in columns if not OF_A_BUILD.match(column)]
            rows = con.execute(f"select {', '.join(wanted)} from {table} order by all").fetchall()
            found[table] = (comment, columns, rows)
        return found


def pages_of(home: Path) -> dict[str, bytes]:
    """Each page that people read, without what names its publication."""
    reports = home / "published" / "reports"
    return {
        str(path.relative_to(reports)): ON_PAGES.sub(b"", path.read_bytes())
        for path in sorted(reports.rglob("*"))
        if path.is_file()
    }
