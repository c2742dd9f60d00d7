"""Erasure in the logs of Airflow that `rapport up` keeps in the home: those of tasks in which something went wrong.

A task logs ids and numbers. Only an error may quote a row, and nobody can say of which post; so the whole log goes.
"""

from collections.abc import Callable

from rapport.config import Settings

# As Airflow writes it, one JSON object a line.
_WENT_WRONG = (b'"level":"error"', b'"level":"critical"')


def remove_failed(settings: Settings, on_progress: Callable[[str], None]) -> int:
    """Removes the logs of all tasks that logged an error; returns how many. Where other Airflows log, nothing is known.

    Only for what somebody asked to be erased: what the network shows no longer is erased every day, and operators would
    never see why a task failed. Those logs go after `[cleanup] keep_days`.
    """
    count = 0
    for path in (settings.home / "airflow" / "logs").glob("dag_id=*/**/*.log"):
        if any(words in path.read_bytes() for words in _WENT_WRONG):
            path.unlink(missing_ok=True)
            count += 1
    if count:
        on_progress(f"removed the logs of {count:,} failed tasks: they may quote it")
    return count
