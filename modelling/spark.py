"""What a build by Spark needs, hands out and takes back: raw goes out as Parquet, and the tables made of it come in.

All of it lies in one folder: `raw/` with a file a table, `warehouse/` with what Spark has made, `scratch/` with what
did not fit into its memory. `modelling.dbt` runs the build. What lies there is what people wrote, so it is removed when
the tables have come back, or did not. A folder outside of the home is noted as long as copies may be there. dbt's own
files stay in the home: they may quote rows, too, and an erasure always reaches them there.
"""

import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb

from modelling.builds import NOT_READ
from rapport.config import Settings, environment
from rapport.config_engine import BY_A_WORD, FIXED, Engine
from rapport.errors import RapportError
from rapport.on_disk import refusal, write_bytes
from rapport.warehouse import literal

log = logging.getLogger("rapport.spark")

# The oldest Java that Spark 4 runs on.
JAVA = 17
# The lines of a stack of Java's: places in the code, and how many were left out.
_STACK = re.compile(r"(?:^[ \t]*(?:at [\w.$/<>@-]+\(.*\)|\.\.\. \d+ more)\n?)+", re.MULTILINE)
# What a build leaves in the folder.
_COPIES = ("raw", "warehouse", "scratch")
# What comes back: what is published, and what checks, files of clients and their remedies read besides. Staging holds
# every post once more, and changes are for daily builds.
_SCHEMAS = ("intermediate", "marts", "reports", "quality")
# What Spark notes of its tables' columns: macros/engine/spark.sql.
_DESCRIBED = "quality.described"
# What a build of another engine would leave: all that dbt makes, but for quality, where other tables lie, too.
_MADE = ("staging", "changes", "intermediate", "marts", "reports")

# What a build by Spark goes by where the home says nothing else; rapport.config_engine has what can't be otherwise.
_DEFAULTS = {
    # nobody but workers has to reach it
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    # for that page it would describe the plan of each query, which may have thousands of lines
    "spark.sql.maxPlanStringLength": "1000",
    # it would write into the lines that we read
    "spark.ui.showConsoleProgress": "false",
    # with its default of 200, planning takes longer than the work of a small home
    "spark.sql.shuffle.partitions": "8",
}


class SparkMissing(RapportError):
    """Something that Spark needs is not there."""


def version() -> str:
    """The engine's name and version, as a build notes it."""
    return f"spark {metadata.version('pyspark')}"


def missing() -> list[str]:
    """What has to be installed before Spark can build: what is missing, and how to get it."""
    found = []
    try:
        version(), metadata.version("dbt-spark")
    except metadata.PackageNotFoundError:
        found.append("pyspark and dbt-spark: `uv sync --extra spark`")
    return [*found, *_java_missing()]


def _java_missing() -> list[str]:
    """What is wrong with the Java that Spark would start. Where JAVA_HOME names one, it looks nowhere else."""
    home, java = environment().get("JAVA_HOME"), java_version()
    if java is not None and java >= JAVA:
        return []
    if not home:
        there = f"there is Java {java}" if java else "there is no java on the path, and no JAVA_HOME"
        return [f"Java {JAVA} or newer ({there}): on Debian `apt-get install openjdk-17-jre-headless`"]
    there = f"that is Java {java}" if java else "there is no java in its bin that runs"
    if not Path(home).is_absolute():
        there = "that is no whole path"
    on_path = _version_of("java")
    remedy = f"the folder of Java {JAVA} or newer"
    if on_path is not None and on_path >= JAVA:
        remedy += f", or unset it: the java on the path is {on_path}, and will do"
    return [f"a right JAVA_HOME (it is {home}, and {there}): set it to {remedy}"]


def java_version() -> int | None:
    """The number of the Java that Spark would start; None if there is none that runs."""
    home = environment().get("JAVA_HOME")
    # Spark is started in a folder of its own, so a path that begins here leads nowhere
    if home and not Path(home).is_absolute():
        return None
    return _version_of(str(Path(home) / "bin" / "java") if home else "java")


def _version_of(name: str) -> int | None:
    program = shutil.which(name)
    if program is None:
        return None
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    except OSError:  # a program for other machines
        return None
    number = re.search(r'version "(\d+)', told)
    return int(number[1]) if number else None


def expect(needed: list[str]) -> None:
    """Raises SparkMissing, with what to do, if there is anything that Spark needs."""
    if needed:
        raise SparkMissing(
            lacks(needed),
            'put right what is named, or build by DuckDB: `--engine duckdb`, or name = "duckdb" in rapport.toml',
        )


def lacks(needed: list[str]) -> str:
    """In words for people what Spark needs before it can build."""
    return f"Spark can't build here: it needs {'; '.join(needed)}"


def target_dir(settings: Settings) -> Path:
    """dbt's own files when Spark builds."""
    return settings.home / "spark" / "target"


def given(settings: Settings) -> dict[str, Any]:
    """The vars that dbt needs besides: where raw lies, and all of Spark's settings."""
    raw_folder = (settings.spark_dir / "raw").resolve()
    return {"raw_folder": str(raw_folder), "spark_settings": spark_settings(settings.config.engine)}


def spark_settings(engine: Engine) -> dict[str, str]:
    """All of Spark's settings for a build."""
    own = {"spark.master": engine.master, "spark.driver.memory": engine.memory}
    found = _DEFAULTS | engine.settings | {name: value for name, (value, _) in FIXED.items()} | own
    return {"spark.driver.bindAddress": found["spark.driver.host"], **found}


def to_correct(settings: Settings, message: str) -> str:
    """What may be wrong where Spark could not begin, by name: its message may quote a value, and not say of what."""
    given, theirs = spark_settings(settings.config.engine), {*BY_A_WORD, *settings.config.engine.settings}

    def listed(names: Iterable[str]) -> str:
        return ", ".join(
            f"{BY_A_WORD[name]} of [engine]" if name in BY_A_WORD else name for name in sorted(names)
        )

    if named := [name for name in given if name in message]:
        return f"{listed(named)} in rapport.toml"
    return (
        f"what Spark was given, of which it doesn't say what is wrong: by rapport.toml {listed(theirs)}; by Rapport "
        f"itself {listed(given.keys() - theirs)} (Java's other words are in {target_dir(settings) / 'spark.log'})"
    )


def without_stack(message: str) -> str:
    """The message without the places in Java's code: what it begins with, and what caused all of it."""
    parts = _STACK.split(message)
    if len(parts) == 1:
        return message
    causes = [part.strip() for part in parts if part.strip().startswith("Caused by: ")]
    return "\n".join([parts[0].rstrip(), *causes[-1:]])


def out_of_reach(settings: Settings) -> dict[Path, str]:
    """The folders in which copies may be and that nobody can look into now, as where a disk is not mounted → why."""
    return {folder: why for folder in _noted(settings) if (why := _why_not_there(folder))}


def remedy(settings: Settings) -> str:
    """What to do about a folder that is out of reach."""
    return (
        "put it in its place again (mount its disk, say), then run `rapport erase`, without ids; if it is gone for "
        f"good, remove its line from {settings.spark_folders_path} first"
    )


def folder_faults(settings: Settings) -> list[str]:
    """Why Spark's folder can't be used, and what to do. It is made to see, and what was made is taken away."""
    folder = settings.spark_dir
    if why := out_of_reach(settings).get(folder):
        return [f"{folder}, where copies of a build may be, and {why}: {remedy(settings)}"]
    if not (why_not := refusal(folder)):
        return []
    how = "let the user that runs Rapport write there"
    if settings.config.engine.folder:
        how = "correct `folder` in [engine] of rapport.toml"
    return [f"a folder to write into ({folder}: {why_not}): {how}"]


def make_folder(settings: Settings) -> None:
    """Makes the folder for Spark, for this user alone; one outside of the home is noted, as copies come there now.
    Raises SparkMissing if it can't be made.
    """
    folder, noted = settings.spark_dir, _noted(settings)
    expect(folder_faults(settings))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder not in noted and not folder.is_relative_to(settings.home):
        _note(settings, [*noted, folder])


def remove_copies(settings: Settings) -> tuple[int, dict[Path, str]]:
    """Removes what builds have left of raw and of their tables. Returns how many folders there were, and those where
    copies may still be, as they can't be reached or cleaned now, each with the reason: they stay noted.
    """
    count, noted = 0, _noted(settings)
    left = out_of_reach(settings)
    for folder in dict.fromkeys([settings.spark_dir, *noted]):
        if folder in left:
            continue
        try:
            count += _remove_from(folder)
        except OSError as problem:
            if folder not in noted:
                raise
            left[folder] = f"{problem.filename or folder} can't be removed: {problem.strerror}"
    if len(left) < len(noted):
        _note(settings, [*left])
    return count, left


def _remove_from(folder: Path) -> int:
    doomed = [path for name in _COPIES if (path := folder / name).exists()]
    for path in doomed:
        shutil.rmtree(path, ignore_errors=True)  # a Spark that was killed may be removing files itself
        if path.exists():
            shutil.rmtree(path)
    # where a disk is not mounted, an empty one of ours must not look like the one on it
    with suppress(OSError):
        folder.rmdir()
    return len(doomed)


def _noted(settings: Settings) -> list[Path]:
    path = settings.spark_folders_path
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Path(line) for line in dict.fromkeys(lines) if line.strip()]


def _note(settings: Settings, folders: list[Path]) -> None:
    if not folders:
        return settings.spark_folders_path.unlink()
    write_bytes(settings.spark_folders_path, "".join(f"{folder}\n" for folder in folders).encode())


def _why_not_there(folder: Path) -> str | None:
    try:
        return None if folder.is_dir() else "it is not there"
    except OSError as problem:
        return f"it can't be looked into: {problem.strerror}"


def export_raw(
    connection: duckdb.DuckDBPyConnection, folder: Path, on_progress: Callable[[str], None] = log.info
) -> list[Path]:
    """Writes each table of raw that a model may read into `folder`, as <table>.parquet; returns the files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tables = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database() "
        "and schema_name = 'raw' and table_name not in (select unnest($not_read)) order by table_name",
        {"not_read": list(NOT_READ)},
    ).fetchall()
    files = [folder / f"{table}.parquet" for (table,) in tables]
    for file in files:
        on_progress(f"writing raw.{file.stem} for Spark")
        connection.execute(f"copy raw.{file.stem} to {literal(str(file))} (format parquet, compression zstd)")
    return files


def tables(folder: Path) -> dict[str, str]:
    """`<schema>.<table>` of everything that a build has made → the pattern of its Parquet files."""
    found = sorted(path for path in (folder / "warehouse").glob("*.db/*") if path.is_dir())
    return {f"{path.parent.stem}.{path.name}": f"{path}/*.parquet" for path in found}


def take_in(
    connection: duckdb.DuckDBPyConnection, folder: Path, on_progress: Callable[[str], None] = log.info
) -> int:
    """Puts what Spark has made of the models in the place of what was built before, with the types and comments that
    their .yml promise; returns how many tables. The caller begins and ends the transaction.
    """
    found = tables(folder)
    made, comments = _described(connection, found[_DESCRIBED])
    taken = [table for table in made if table.partition(".")[0] in _SCHEMAS]
    for schema in _MADE:
        connection.execute(f"drop schema if exists {schema} cascade")
    for schema in _SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    for table in taken:
        on_progress(f"taking {table} back into the warehouse")
        promised = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in made[table].items())
        columns = f"* replace ({promised})" if promised else "*"
        connection.execute(
            f"create or replace table {table} as select {columns} from read_parquet({literal(found[table])})"
        )
    for subject, comment in comments:
        connection.execute(f"comment on {subject} is {literal(comment)}")
    return len(taken)


def _described(
    connection: duckdb.DuckDBPyConnection, files: str
) -> tuple[dict[str, dict[str, str]], list[tuple[str, str]]]:
    """The table of each model → column → type, where its .yml says one; and what has which comment."""
    rows = connection.execute(
        f"select table_name, column_name, data_type, comment from read_parquet({literal(files)})"
    ).fetchall()
    made: dict[str, dict[str, str]] = {table: {} for table, *_ in rows}
    comments = []
    for table, column, kind, comment in rows:
        if kind:
            made[table][column] = kind
        if comment:
            comments.append((f"column {table}.{column}" if column else f"table {table}", comment))
    return made, comments
