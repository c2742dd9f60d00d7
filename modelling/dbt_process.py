"""dbt in a process of its own: does one command, and writes a line of JSON for every event that `modelling.dbt` reads.

dbt's `--log-format json` spells out every event, also those that it then throws away as below its level: 7,000 in a
build, a quarter of the time that dbt itself takes. So the console is silent, and what is wanted comes from a callback.
"""

import json
import sys
from threading import Lock

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import msg_to_dict

# The beginning, which bears the invocation's id, and an error that ended a node before its own event did.
_TOLD = {"MainReportVersion", "RunResultError"}


_ONE_LINE = Lock()


def main(arguments: list[str]) -> int:
    """Runs `dbt ARGUMENTS`; 0 if all went well, 1 if something in it failed, 2 if dbt itself did."""
    result = dbtRunner(callbacks=[_tell]).invoke(arguments)
    if result.exception:
        print(result.exception, flush=True)
        return 2
    return 0 if result.success else 1


def _tell(event: EventMsg) -> None:
    name = event.info.name
    is_end_of_node = name.startswith("Log") and name.endswith("Result")
    if is_end_of_node or name in _TOLD or event.info.level == "error":
        with _ONE_LINE:  # events come from several threads
            print(json.dumps(msg_to_dict(event), default=str), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
