"""dbt in a process of its own: runs one command, and prints a line of JSON for every event that `modelling.dbt` reads.

dbt makes a message of every event and formats it for each of its logs, even those below the level of the log: some
thousands in a build, which was a third of dbt's own time. So both of its logs are off, events of level debug go
nowhere, and what an event says is put together only if somebody asks. Of the rest `dbt.log` gets a line each, as dbt's
own has it.

A model that reads an ephemeral one begins with a `with` that has it. To find where that goes, dbt takes the whole query
apart, which takes as long as a node of its own. Ours begin with it, so here we look there first.

When dbt is done the process ends at once: Python would take apart all that dbt holds of the project, piece by piece.

It must not outlive the process that started it: that one held the lock, and dbt would go on writing without it.
"""

import atexit
import gc
import json
import logging
import os
import re
import sys
from functools import cached_property
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import dbt.compilation
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.nodes import InjectedCTE
from dbt_common.events.base_types import BaseEvent, EventLevel, EventMsg
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from dbt_common.events.functions import msg_to_dict

# The first event has the invocation's id. A RunResultError is of a node that ended without an event of its own.
_WANTED = {"MainReportVersion", "RunResultError"}
# What begins: Spark takes seconds for each step, and much longer before the first.
_WANTED_OF_SPARK = {"FoundStats", "LogHookStartLine", "LogStartLine"}
_LOCK = Lock()
_LOG_BYTES = 10 * 1024**2

# White space and comments, then what a query begins with.
_BEGINNING = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?P<word>with\s+recursive\b|with\b|select\b)", re.DOTALL | re.I
)
_dbts_own = dbt.compilation.inject_ctes_into_sql
_dbts_init = BaseEvent.__init__


def with_ephemeral(sql: str, ctes: list[InjectedCTE]) -> str:
    """The query with these steps before its own; it does what dbt's inject_ctes_into_sql does."""
    beginning = _BEGINNING.match(sql)
    if not ctes or not beginning:
        return _dbts_own(sql, ctes)
    steps, word = ", ".join(cte.sql for cte in ctes), beginning["word"]
    if word.lower() == "select":
        start = beginning.start("word")
        return f"{sql[:start]}with {steps} {sql[start:]}"
    return f"{sql[: beginning.end()]} {steps}, {sql[beginning.end() :]}"


def say_on_demand() -> None:
    """From now on an event keeps what it was given, and makes its message of that when the message is read."""

    def keep(event: BaseEvent, *values: Any, **named: Any) -> None:
        event.__dict__["given"] = values, named

    def message(event: BaseEvent) -> Any:
        values, named = event.__dict__.pop("given")
        _dbts_init(event, *values, **named)
        return event.__dict__["pb_msg"]

    on_demand = cached_property(message)
    on_demand.__set_name__(BaseEvent, "pb_msg")
    BaseEvent.__init__, BaseEvent.pb_msg = keep, on_demand  # type: ignore[method-assign, assignment]


class _Events(EventManager):
    """dbt's events without those of level debug."""

    def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *more: Any, **named: Any) -> None:
        if (level or e.level_tag()) not in (EventLevel.DEBUG, EventLevel.TEST):
            super().fire_event(e, level, *more, **named)


def main(arguments: list[str]) -> int:
    """Runs `dbt ARGUMENTS`. Returns 0 if all went well, 1 if a node failed, 2 if dbt itself failed."""
    ctx_set_event_manager(_Events())
    say_on_demand()
    dbt.compilation.inject_ctes_into_sql = with_ephemeral
    # What dbt holds of the project lives as long as this process. Left to itself, Python looks through all of it again
    # and again for what is no longer used, for a tenth of dbt's time.
    gc.set_threshold(100_000, 100, 100)
    folder = Path(arguments[arguments.index("--log-path") + 1])
    log = _log(folder)
    if "spark" in arguments:
        _keep_errors_apart(folder / "spark.log")
        say_how_spark_starts()
        _WANTED.update(_WANTED_OF_SPARK)
    result = dbtRunner(callbacks=[_print, lambda event: _write(log, event)]).invoke(
        ["--log-level", "none", "--log-level-file", "none", *arguments]
    )
    if result.exception:
        message, is_of_spark = _whole(result.exception)
        log.error("%s", message)
        told = {"name": "RunResultError", "level": "error", "msg": message}
        print(json.dumps({"info": told, "data": {"msg": message, "is_of_spark": is_of_spark}}), flush=True)
        return 2
    return 0 if result.success else 1


def say_how_spark_starts() -> None:
    """From now on a line tells of each step of Spark's start: it may take a minute, and dbt says nothing of it."""
    context: Any = import_module("pyspark.core.context")
    launch, start = context.launch_gateway, context.SparkContext._initialize_context

    said = set[str]()

    def say(step: str) -> None:  # of each connection that tries once more nothing new is to be said
        if step not in said:
            said.add(step)
            _say(step)

    def launch_and_say(*given: Any, **named: Any) -> Any:
        say("Java starts")
        return launch(*given, **named)

    def start_and_say(*given: Any) -> Any:
        say("Java runs; Spark starts in it")
        found = start(*given)
        say("Spark runs; its first session begins, and dbt asks which tables there are")
        return found

    context.launch_gateway = launch_and_say
    context.SparkContext._initialize_context = start_and_say


def _say(message: str) -> None:
    with _LOCK:
        told = {"name": "SparkStep", "level": "info", "msg": message}
        print(json.dumps({"info": told, "data": {}}), flush=True)


def _whole(problem: BaseException) -> tuple[str, bool]:
    """The message of what ended dbt, with Java's own account where that is kept apart; and whether it is Spark's."""
    message, is_of_spark, one = str(problem), False, problem
    while one:
        is_of_spark |= type(one).__module__.partition(".")[0] in ("pyspark", "py4j")
        message += f"\n{stack}" if (stack := getattr(one, "_stackTrace", "")) else ""
        one = one.__cause__ or one.__context__  # type: ignore[assignment]
    return message, is_of_spark


def _keep_errors_apart(path: Path) -> None:
    """From now on standard error is a file: Spark's own process warns there, in the middle of our lines."""
    with path.open("ab") as file:
        os.dup2(file.fileno(), 2)


def _print(event: EventMsg) -> None:
    name = event.info.name
    is_end_of_node = name.startswith("Log") and name.endswith("Result")
    if is_end_of_node or name in _WANTED or event.info.level == "error":
        with _LOCK:  # events come from several threads
            print(json.dumps(msg_to_dict(event), default=str), flush=True)


def _log(folder: Path) -> logging.Logger:
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "dbt.log", maxBytes=_LOG_BYTES, backupCount=5, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s [%(levelname)-7s] [%(threadName)s]: %(message)s"))
    log = logging.getLogger("rapport.dbt_process")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)
    return log


def _write(log: logging.Logger, event: EventMsg) -> None:
    log.log(logging.getLevelNamesMapping()[event.info.level.upper()], "%s", event.info.msg)  # type: ignore[attr-defined]  # dbt does not declare it


def end_with_parent() -> None:
    """From now on this process ends with the one that started it, however that one ends.

    It holds the other end of our standard input, and writes nothing: the input ends when that process does.
    """

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def end_spark() -> None:
    """Ends the Java of this process, if Spark has started one, and waits for it.

    By itself it would end some time after this process, and until then have files open in a folder that is removed.
    """
    if "pyspark" not in sys.modules:
        return
    context = sys.modules["pyspark"].SparkContext
    if context._active_spark_context:
        context._active_spark_context.stop()
    if context._gateway:
        context._gateway.shutdown()
        context._gateway.proc.stdin.close()  # it ends with its input
        context._gateway.proc.wait()


def end(returncode: int) -> None:
    """Ends this process once what asked to be called at the end was called, such as what closes the warehouse."""
    end_spark()
    atexit._run_exitfuncs()
    gc.collect()  # after a failure dbt's last connection is part of a circle
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(returncode)


if __name__ == "__main__":
    end_with_parent()
    end(main(sys.argv[1:]))
