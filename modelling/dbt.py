"""dbt, run as a command in a process of its own.

Run in this process, dbt would keep DuckDB's lock on the warehouse until Python ends (measured). `build` holds our own
lock as long as the dbt process runs.
"""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from modelling import builds, spark
from modelling.reminding import reminding
from rapport.config import Settings, environment
from rapport.definitions import with_definitions
from rapport.errors import BuildFailed
from rapport.networks import BRIDGES, NETWORKS
from rapport.project import PROJECT_DIR
from rapport.warehouse import hold, opened

log = logging.getLogger("rapport.dbt")

COMMAND = [sys.executable, "-P", "-m", "modelling.dbt_process"]

# The message of the hook expect_same_accounts (macros/record_build.sql) if a handle belongs to another account now.
ACCOUNTS_CHANGED = "accounts changed hands"

# Unit tests test the models, not the data: tests/dbt runs them. Tests of a model's shape are part of making it. Nothing
# is done for an exposure. Nobody reads what dbt would write of it as JSON, which takes a tenth of a build.
BUILD = [
    "--no-write-json", "build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure",
    "--selector", "build",
]  # fmt: skip

# What an interrupted dbt gets to end by itself.
_END_SECONDS = 10

# dbt's cache of the parsed project. It holds nothing but the project's own files.
PARSED = "partial_parse.msgpack"

# What begins, by the name of the event. dbt_process tells of it where Spark builds, in which each step takes seconds.
_BEGUN = {
    "FoundStats": "the models are read; Spark is next",
    "SparkStep": "{}",
    "LogHookStartLine": "{}",
    "LogStartLine": "{}",
}

# The beginning of dbt's message for a node that failed: dbt's own kind of error and where it happened, and on the
# next line DuckDB's kind of error, a count of rows, or what is wrong with the shape (macros/shape.sql). Up to there
# it quotes no row.
_KIND = re.compile(
    r"(?:[A-Za-z]+ Error in [^\n]*\n\s*)?"
    r"(?P<kind>not of its shape: [^\n]+|[A-Z][A-Za-z]*(?: [A-Za-z]+){0,3} Error(?=:| in )|Got \d+ results?)"
)


@dataclass(frozen=True)
class Node:
    """One model or test that dbt has run: `kind` is dbt's resource type, `seconds` what it took in its thread.

    Of a table `row_count` is how many rows were written: in a daily build, those that were made again. Of a unit test
    dbt does not say when it began and ended.
    """

    name: str
    kind: str
    seconds: float
    started_at: datetime | None
    finished_at: datetime | None
    row_count: int | None = None


@dataclass(frozen=True)
class BuildResult:
    """One `dbt build`: its invocation id, the nodes that ran, how long it took, and whether it built everything.

    `is_new` is false where nothing has changed since the last build: the id is that one's then, and no node ran.
    """

    build_id: str
    nodes: tuple[Node, ...]
    seconds: float
    is_full_refresh: bool
    is_new: bool = True

    @property
    def node_count(self) -> int:
        """How many nodes ran."""
        return len(self.nodes)


def build(
    settings: Settings, on_progress: Callable[[str], None] = log.info, full_refresh: bool = False
) -> BuildResult:
    """Builds and tests, in one dbt process, what was loaded since the last build, or everything if it has to.

    If nothing was loaded and nothing else has changed, dbt is not started, and the last build stands. Raises
    BuildFailed with the name and the kind of error of each node that failed, and dbt's messages as its detail. Spark,
    where [engine] of rapport.toml names it, builds everything whenever something is new.
    """
    started = monotonic()
    is_spark = settings.config.engine.name == "spark"
    if is_spark:
        spark.expect(spark.missing())
    with hold(settings):
        _remove_copies(settings, on_progress)  # a build by Spark that was killed leaves some
        with opened(settings) as connection:
            engine = spark.version() if is_spark else None
            inputs = builds.inputs_of(connection, PROJECT_DIR, variables(settings), engine)
            raw, last = builds.raw_of(connection), builds.last_build(connection)
        if last and not full_refresh and builds.is_current(last, inputs, raw):
            on_progress(f"nothing new since build {last.build_id} of {last.built_at:%Y-%m-%d %H:%M} UTC")
            return BuildResult(last.build_id, (), round(monotonic() - started, 1), False, is_new=False)
        why_full = "as asked" if full_refresh else builds.why_full(last, inputs)
        if is_spark:
            why_full = why_full or "Spark makes no daily builds"
        on_progress(f"building {f'everything: {why_full}' if why_full else builds.what_is_new(last, raw)}")
        result = (
            _build_by_spark(settings, on_progress)
            if is_spark
            else _build(settings, on_progress, is_full=why_full is not None)
        )
        if not why_full and ACCOUNTS_CHANGED in result.reasons:
            why_full = "a handle of a client's accounts or people leads to another account now"
            on_progress(f"building everything: {why_full}")
            result = _build(settings, on_progress, is_full=True)
        if result.returncode == 0:
            with opened(settings) as connection:
                builds.record_inputs(connection, result.invocation_id, inputs, raw)
    if result.returncode != 0:
        target = spark.target_dir(settings) if is_spark else settings.dbt_target_dir
        what = spark.to_correct(settings, result.reasons) if result.is_of_spark else "what is named above"
        raise BuildFailed(
            f"the build stopped, nothing was published; {result.kinds}",
            f"correct {what}, then run `rapport build` again; dbt's own log is {target / 'dbt.log'}",
            detail=f"\n{result.reasons}",
        )
    return BuildResult(
        result.invocation_id, tuple(result.nodes), round(monotonic() - started, 1), why_full is not None
    )


def _build(settings: Settings, on_progress: Callable[[str], None], *, is_full: bool) -> "DbtRun":
    return run(settings, [*BUILD, *(["--full-refresh"] if is_full else [])], on_progress)


def _build_by_spark(settings: Settings, on_progress: Callable[[str], None]) -> "DbtRun":
    """Spark makes everything in a folder of its own. If all is well, the warehouse gets it at once; if not, it is as it
    was, and the build before still stands.
    """
    spark.make_folder(settings)
    with reminding(on_progress) as tell:
        try:
            return _made_by_spark(settings, tell)
        finally:
            _remove_copies(settings, tell)


def _remove_copies(settings: Settings, on_progress: Callable[[str], None]) -> None:
    for folder, why in spark.remove_copies(settings)[1].items():
        on_progress(f"copies of a build may be in {folder}, and {why}: {spark.remedy(settings)}")


def _made_by_spark(settings: Settings, on_progress: Callable[[str], None]) -> "DbtRun":
    with opened(settings) as connection:
        [(started_at,)] = connection.execute("select now()").fetchall()
        files = spark.export_raw(connection, settings.spark_dir / "raw", on_progress)
    size = sum(file.stat().st_size for file in files)
    on_progress(
        f"{len(files)} tables of raw ({size / 1e6:,.1f} MB) go to Spark at {settings.config.engine.master}; "
        "dbt reads the models first"
    )
    result = run_on_spark(settings, on_progress)
    if result.returncode == 0:
        with opened(settings) as connection:
            connection.begin()
            count = spark.take_in(connection, settings.spark_dir, on_progress)
            builds.record_good(connection, result.invocation_id, started_at, result.node_count)
            connection.commit()
        on_progress(f"{count} tables came back into the warehouse")
    return result


def run_on_spark(settings: Settings, on_progress: Callable[[str], None] = log.info) -> "DbtRun":
    """Builds and tests everything that was exported into raw/ of `settings.spark_dir`, in warehouse/ beside it."""
    place = Elsewhere(settings.spark_dir, spark.target_dir(settings), spark.given(settings))
    return run(settings, [*BUILD, "--full-refresh", "--target", "spark"], on_progress, place)


def document(settings: Settings, on_progress: Callable[[str], None] = log.info) -> Path:
    """Writes one HTML file with the meaning of every table and column, and their lineage; returns its path.

    The file needs no server and no network. Raises BuildFailed if dbt can't parse the project.
    """
    with hold(settings):
        result = run(settings, ["docs", "generate", "--static"], on_progress)
    if result.returncode != 0:
        raise BuildFailed(
            f"the page could not be written; {result.kinds}",
            f"correct what is named above, then run `rapport docs` again; dbt's own log is "
            f"{settings.dbt_target_dir / 'dbt.log'}",
            detail=f"\n{result.reasons}",
        )
    page = settings.dbt_target_dir / "static_index.html"
    page.write_text(with_definitions(page.read_text(encoding="utf-8")), encoding="utf-8")
    return page


@dataclass(frozen=True)
class Elsewhere:
    """Where dbt works if not on the warehouse: in which folder, with its own files where, given what besides."""

    folder: Path
    target_dir: Path
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass
class DbtRun:
    """The outcome of one dbt process."""

    returncode: int
    invocation_id: str
    nodes: list[Node]
    failures: list[tuple[str, str]]
    last_line: str
    is_of_spark: bool = False  # it was Spark that ended dbt itself

    @property
    def node_count(self) -> int:
        """How many nodes ran."""
        return len(self.nodes)

    @property
    def kinds(self) -> str:
        """Each node that failed with its kind of error, without the message, which may quote a row."""
        kinds = {name: _KIND.match(message) for name, message in self.failures}
        named = (f"{name} ({kind['kind'] if kind else 'error'})" for name, kind in kinds.items())
        return f"failed: {', '.join(named)}" if kinds else "dbt itself failed"

    @property
    def reasons(self) -> str:
        """Each node that failed with its message, a line each. Without any, the last line of dbt's output."""
        told = (f"  {name}: {spark.without_stack(message)}" for name, message in self.failures)
        return "\n".join(told) or f"  {self.last_line}"


def run(
    settings: Settings,
    command: list[str],
    on_progress: Callable[[str], None] = log.info,
    elsewhere: Elsewhere | None = None,
) -> DbtRun:
    """Runs one dbt command, on the warehouse or elsewhere; `on_progress` gets a line for each finished node."""
    place = elsewhere or Elsewhere(settings.home, settings.dbt_target_dir)
    place.target_dir.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(  # noqa: S603 - our own command, our own arguments
        [
            *COMMAND,
            "--log-path", str(place.target_dir),
            *command,
            "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
            "--target-path", str(place.target_dir),
            "--vars", json.dumps(variables(settings) | place.variables),
        ],
        stdin=subprocess.PIPE,  # it ends with this process: see dbt_process.end_with_parent
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        cwd=place.folder,  # where profiles.yml looks for the warehouse
        env=environment(),
    )  # fmt: skip
    outcome = DbtRun(0, "", [], [], "")
    try:
        for line in process.stdout or ():
            _read_event(line, outcome, on_progress)
        outcome.returncode = process.wait()
    finally:
        _end(process)
    return outcome


def _end(process: subprocess.Popen[str]) -> None:
    """Ends the process if it still runs, also if it does not listen."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()  # closes the pipes


def variables(settings: Settings) -> dict[str, Any]:
    """The vars of every dbt command."""
    return network_variables() | {"share_between_clients": settings.config.privacy.share_between_clients}


def network_variables() -> dict[str, Any]:
    """The vars that models take from the networks' declarations, so that these are stated only once."""
    names = (
        "post_url", "id_in_post_url", "epoch_ms", "expected_streams", "replies_stream", "conversation_streams",
        "talk_streams", "house_streams", "windowed_streams", "inherits_handles", "counts_replies", "verifies_links",
        "profile_addresses", "names_conversations", "postless_streams",
    )  # fmt: skip
    return {
        "networks": {
            name: {field: getattr(network, field) for field in names}
            | {"began_date": network.began_at.date().isoformat()}
            for name, network in NETWORKS.items()
        },
        "bridges": [asdict(bridge) | {"ending": bridge.ending} for bridge in BRIDGES],
    }


def _read_event(line: str, outcome: DbtRun, on_progress: Callable[[str], None]) -> None:
    """Adds one line of dbt_process's output to the outcome. A line that is not JSON may be an error message."""
    try:
        event: dict[str, Any] = json.loads(line)
        info, data = event["info"], event["data"]
    except (ValueError, KeyError, TypeError):
        outcome.last_line = line.strip() or outcome.last_line
        return
    outcome.invocation_id = info.get("invocation_id") or outcome.invocation_id
    if info["level"] == "error":
        outcome.last_line = info["msg"].strip()
    if info["name"] == "RunResultError":
        node = data.get("node_info", {}).get("node_name") or "dbt"
        outcome.failures.append((node, data.get("msg", info["msg"]).strip()))
        outcome.is_of_spark |= data.get("is_of_spark", False)
    elif info["name"].startswith("Log") and info["name"].endswith("Result"):
        node = data["node_info"]
        outcome.nodes.append(
            Node(
                node["node_name"],
                node["resource_type"],
                data["execution_time"],
                _moment(node["node_started_at"]),
                _moment(node["node_finished_at"]),
                _row_count(str(data.get("status"))),
            )
        )
        on_progress(info["msg"].strip())
    elif begun := _BEGUN.get(info["name"]):
        on_progress(begun.format(info["msg"].strip()))


def _row_count(status: str) -> int | None:
    """The number in what the macro `committed` says of a table (macros/engine/materializations.sql)."""
    count, _, unit = status.partition(" ")
    return int(count.replace(",", "")) if unit == "rows" else None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
