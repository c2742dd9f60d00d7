"""The warm process: has imported dbt, has parsed the project, and forks for every call: see warm.py.

A fork finds the project as it was understood, and its Jinja translated: reading one and translating the other took a
quarter of a build. Both are dbt's own work, done once; a call with other variables has the project parsed for these.

Run as `python -m tests.support.warm_server FOLDER`; listens on FOLDER/socket until that is gone.
"""

import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.clients.jinja import MacroFuzzEnvironment, get_template, template_cache

from modelling import dbt_process
from rapport.project import PROJECT_DIR
from tests.paths import ROOT

PARSED = "partial_parse.msgpack"
# A parse is asked for what it writes.
PARSE = "parse"
# What the last test run parsed: dbt parses only what has changed since.
KEPT = ROOT / ".pytest_cache" / "dbt" / PARSED
LOOKS_AROUND_SECONDS = 1.0


@dataclass
class Parsed:
    """The project as it is with some variables: the file in which dbt keeps that, and the same in memory."""

    path: Path
    manifest: Manifest


def main(folder: Path) -> None:
    MacroFuzzEnvironment.compile = _translated_once(MacroFuzzEnvironment.compile)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
        listener.listen()
        sys.stdout.write(".")
        sys.stdout.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        all_parsed: dict[str, Parsed | None] = {}
        while (folder / "socket").exists():
            ready, _, _ = select.select([listener], [], [], LOOKS_AROUND_SECONDS)
            _collect()
            if not ready:
                continue
            caller, _ = listener.accept()
            with caller:
                request, outputs = _read(caller)
                if request is None:
                    continue
                project = _project_of(request)
                if project and project not in all_parsed:
                    all_parsed[project] = _parse(folder / f"target-{len(all_parsed)}", request)
                    # What every fork has in common: Python looks through none of it, so it stays in common.
                    gc.collect()
                    gc.freeze()
                if os.fork() == 0:
                    os._exit(_watch(caller, outputs, request, all_parsed.get(project)))
            for descriptor in outputs:
                os.close(descriptor)


def _read(caller: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """What is asked for, and the caller's stdin, stdout and stderr."""
    text, outputs, _, _ = socket.recv_fds(caller, 1 << 16, 3)
    while text and not text.endswith(b"\n"):
        more = caller.recv(1 << 16)
        if not more:
            break
        text += more
    return (json.loads(text) if text.endswith(b"\n") else None), outputs


def _project_of(request: dict[str, Any]) -> str:
    """Of which project the call is, with which variables. Nothing if it is not ours, or not for DuckDB."""
    given = request["arguments"]
    if "spark" in given or _given(request, "--project-dir") != str(PROJECT_DIR):
        return ""
    return _given(request, "--vars")


def _parse(target: Path, request: dict[str, Any]) -> Parsed | None:
    """Parses the project as this call would, and translates its Jinja.

    None if it can't be parsed: the call itself will say why.
    """
    target.mkdir()
    if KEPT.exists():
        shutil.copy(KEPT, target)
    os.environ.update(request["environment"])
    of_the_project = request["arguments"][request["arguments"].index("--project-dir") :]
    here = ["--log-level", "none", "--log-path", str(target), PARSE, *of_the_project]
    here[here.index("--target-path") + 1] = str(target)
    # Not here: dbt reads models with threads of Rust's, and a fork of a process that has such waits for them for ever.
    if (reader := os.fork()) == 0:
        os._exit(dbt_process.main(here))
    if os.waitpid(reader, 0)[1]:
        return None
    # Reads what was parsed, and needs no threads for it.
    manifest = dbtRunner().invoke(["--log-level-file", "none", "--no-write-json", *here]).result
    if not isinstance(manifest, Manifest):
        return None
    for macro in manifest.macros.values():
        if macro.package_name == manifest.metadata.project_name:  # of dbt's own, builds use a few
            template_cache.get_node_template(macro)
    for node in manifest.nodes.values():
        get_template(node.raw_code, {})
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    draft = KEPT.with_suffix(f".{os.getpid()}")
    shutil.copy(target / PARSED, draft)
    draft.replace(KEPT)
    return Parsed(target / PARSED, manifest)


def _translated_once(translate: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's translation to Python, which keeps what it has translated: dbt asks for the same again and again."""
    kept: dict[str, Any] = {}

    def translated(self: MacroFuzzEnvironment, source: Any, *more: Any, **named: Any) -> Any:
        if not isinstance(source, str) or more or named:
            return translate(self, source, *more, **named)
        if source not in kept:
            kept[source] = translate(self, source)
        return kept[source]

    return translated


def _watch(caller: socket.socket, outputs: list[int], request: dict[str, Any], parsed: Parsed | None) -> int:
    """Runs dbt in a fork of its own, and tells the caller how it ended; a caller that is gone takes it along."""
    end_is_here, end_is_there = os.pipe()  # the worker holds one end, and lets go of it however it ends
    worker = os.fork()
    if worker == 0:
        caller.close()
        _work(outputs, request, parsed)
    for descriptor in (*outputs, end_is_there):
        os.close(descriptor)
    ready, _, _ = select.select([end_is_here, caller], [], [])
    if end_is_here not in ready:
        os.kill(worker, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    if end_is_here in ready:
        caller.sendall(str(code).encode())
    return 0


def _work(outputs: list[int], request: dict[str, Any], parsed: Parsed | None) -> None:
    for number, descriptor in enumerate(outputs):
        os.dup2(descriptor, number)
        os.close(descriptor)
    code = 3
    try:
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        if parsed and PARSE in request["arguments"]:
            own = Path(_given(request, "--target-path"), PARSED)
            if not own.exists():
                own.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(parsed.path, own)
        elif parsed:
            dbt_process.dbtRunner = partial(dbtRunner, parsed.manifest)  # type: ignore[misc, assignment]
        code = dbt_process.main(request["arguments"])
        # as a process does that ends by itself: else the warehouse's log stays beside it, unwritten
        DuckDBConnectionManager.close_all_connections()
        gc.collect()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  told as Python tells it, and the process ends
        traceback.print_exc()
    finally:
        os._exit(code)


def _given(request: dict[str, Any], option: str) -> str:
    """The value of an option of dbt."""
    return str(request["arguments"][request["arguments"].index(option) + 1])


def _collect() -> None:
    """Lets forks that have ended go."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
