"""dbt in a process of its own: runs one command, and prints a line of JSON for every event that `modelling.dbt` reads.

dbt's `--log-format json` formats every event, even those below the log level: 7,000 in a build, which is a quarter of
dbt's own time. So dbt's console log is off, and a callback prints the events that are needed.

It must not outlive the process that started it: that one held the lock, and dbt would go on writing without it.
"""

import json
import os
import sys
from threading import Lock, Thread

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import msg_to_dict

# The first event has the invocation's id. A RunResultError is of a node that ended without an event of its own.
_WANTED = {"MainReportVersion", "RunResultError"}
_LOCK = Lock()


def main(arguments: list[str]) -> int:
    """Runs `dbt ARGUMENTS`. Returns 0 if all went well, 1 if a node failed, 2 if dbt itself failed."""
    result = dbtRunner(callbacks=[_print]).invoke(arguments)
    if result.exception:
        print(result.exception, flush=True)
        return 2
    return 0 if result.success else 1


def _print(event: EventMsg) -> None:
    name = event.info.name
    is_end_of_node = name.startswith("Log") and name.endswith("Result")
    if is_end_of_node or name in _WANTED or event.info.level == "error":
        with _LOCK:  # events come from several threads
            print(json.dumps(msg_to_dict(event), default=str), flush=True)


def end_with_parent() -> None:
    """From now on this process ends with the one that started it, however that one ends.

    It holds the other end of our standard input, and writes nothing: the input ends when that process does.
    """

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os._exit(1)

    Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    end_with_parent()
    sys.exit(main(sys.argv[1:]))
