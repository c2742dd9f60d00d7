"""Erasure in the logs of Airflow that `rapport up` keeps in the home: those of tasks in which something went wrong, and
whatever names the account.

A task logs ids and numbers. An error may quote a row, and nobody can say of which post; and an id may be a handle,
where accounts are known by their names. So the whole log of a task goes. The parts of Airflow have their logs open and
go on writing to them: there only the name goes.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from operations.stack.process import blank
from rapport.config import Settings
from rapport.forgotten import Forgotten

# As Airflow writes it, one JSON object a line.
_WENT_WRONG = (b'"level":"error"', b'"level":"critical"')
_TASKS = "dag_id="


def remove_telling(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Removes the logs of all tasks that logged an error, or that name a forgotten account; returns how many. Where
    other Airflows log, nothing is known.

    Only for what somebody asked to be erased: what the network shows no longer is erased every day, and operators would
    never see why a task failed. Those logs go after `[cleanup] keep_days`.
    """
    count = 0
    names = _names(forgotten)
    for path in _logs(settings).glob(f"{_TASKS}*/**/*.log"):
        content = path.read_bytes()
        if any(words in content for words in _WENT_WRONG) or any(name in content.lower() for name in names):
            path.unlink(missing_ok=True)
            count += 1
    if count:
        on_progress(f"removed the logs of {count:,} tasks that failed or name the account: they may quote it")
    return count


def mask_parts(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Writes underscores over the names of forgotten accounts in all other logs, which nothing removes by their age;
    returns how many files that were."""
    names = _names(forgotten)
    if not names:
        return 0
    # In the address of a request the signs of a name may be escaped.
    spellings = {*names, *(quote(name.decode(), safe="").lower().encode() for name in names)}
    either = b"|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    named = re.compile(b"(?:%b)(?![a-z0-9_])" % either, re.IGNORECASE)
    logs = [path for path in _logs(settings).rglob("*.log") if not _is_of_task(settings, path)]
    count = sum(blank(path, named) for path in sorted(logs))
    if count:
        on_progress(f"took the account's name out of {count:,} logs of Airflow's parts")
    return count


def _logs(settings: Settings) -> Path:
    return settings.home / "airflow" / "logs"


def _is_of_task(settings: Settings, path: Path) -> bool:
    return path.relative_to(_logs(settings)).parts[0].startswith(_TASKS)


def _names(forgotten: Forgotten) -> list[bytes]:
    """Names of the accounts as they may stand in ids: whole ones, which are no word that a log has anyway."""
    found: set[str] = set()
    for network in forgotten.networks:
        about = forgotten.on(network)
        called = replace(about, handles=about.handles | {one for one in about.account_ids if "@" in one})
        found |= {one for one in called.spellings if any(sign in one[1:] for sign in "@./")}
    return [name.encode() for name in sorted(found)]
