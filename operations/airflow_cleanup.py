"""Removes what Airflow keeps for ever: old log files, and old rows of its database. No data of Rapport is touched."""

import logging
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from rapport import config
from rapport.config import Settings
from rapport.errors import ConfigError, RapportError

log = logging.getLogger("rapport.cleanup")

Progress = Callable[[str], None]
# What Airflow writes into its folder of logs. Nothing else there is touched: in an Airflow of somebody's own it may be
# a folder of the system. `rapport up` cuts the logs of its parts itself.
_WRITTEN = ("dag_id=*", "dag_processor", "executor_callbacks", "scheduler", "triggerer")
# Those that grow; rows that belong to a run go with it. The last scheduled run of each DAG is kept.
_TABLES = (
    "dag_run", "log", "job", "asset_event", "import_error", "callback", "deadline", "revoked_token",
)  # fmt: skip
_FOUND = re.compile(r"Checking table (\w+)\nFound (\d+) rows")
LIMIT_SECONDS = 1800


class CleanupFailed(RapportError):
    """Old rows could not be removed. What was removed before is removed; the next run goes on."""


def oldest_kept(settings: Settings) -> datetime:
    """What is older is removed (`[cleanup] keep_days` in rapport.toml)."""
    return settings.now() - timedelta(days=settings.config.cleanup.keep_days)


def remove_logs(settings: Settings, folder: Path, on_progress: Progress = log.info) -> int:
    """Removes files that were last written to before that, and folders that are empty then. Returns how many files."""
    before = oldest_kept(settings)
    count = 0
    for pattern in _WRITTEN:
        for top in folder.glob(pattern):
            # The deepest first, so that a folder is empty when its turn comes.
            for path in (*sorted(top.rglob("*"), reverse=True), top):
                count += _remove_if_old(path, before)
    on_progress(f"removed {count:,} log files from before {before:%Y-%m-%d} in {folder}")
    return count


def clean_database(settings: Settings, on_progress: Progress = log.info) -> dict[str, int]:
    """Runs `airflow db clean`. Returns how many rows were removed, by table.

    A task must not use Airflow's database, and is not told where it is; RAPPORT_AIRFLOW_DATABASE_URL tells it. Raises
    ConfigError without that, CleanupFailed with the end of Airflow's words.
    """
    if settings.airflow_database_url is None:
        raise ConfigError(
            "Airflow's database was not cleaned: RAPPORT_AIRFLOW_DATABASE_URL is not set",
            "set it to the database's address for the tasks (docs/runbook.md); or pause this DAG, and let cron run "
            "`airflow db clean`",
        )
    env = config.environment() | {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": settings.airflow_database_url.get_secret_value()
    }
    env.pop("_AIRFLOW_PROCESS_CONTEXT", None)
    command = [
        sys.executable, "-m", "airflow", "db", "clean", "--tables", ",".join(_TABLES),
        "--clean-before-timestamp", oldest_kept(settings).isoformat(),
        "--skip-archive", "--error-on-cleanup-failure", "--yes",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - this very Python, with constants and a time
        command, env=env, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS
    )
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["it said nothing"]
        raise CleanupFailed(
            f"`airflow db clean` ended with exit code {done.returncode}",
            "see whether the database runs and has room; the next run goes on",
            detail=lines[-1].replace(settings.airflow_database_url.get_secret_value(), "***"),
        )
    counts = {table: int(count) for table, count in _FOUND.findall(done.stdout) if int(count)}
    said = ", ".join(f"{count:,} of {table}" for table, count in sorted(counts.items()))
    on_progress(f"removed rows from before {oldest_kept(settings):%Y-%m-%d}: {said or 'none was that old'}")
    return counts


def _remove_if_old(path: Path, before: datetime) -> int:
    """1 if it was a file and is removed."""
    try:
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
            return 0
        if path.lstat().st_mtime < before.timestamp():
            path.unlink()
            return 1
    except FileNotFoundError:  # somebody else was faster
        pass
    return 0
