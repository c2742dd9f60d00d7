"""A Superset in an environment of its own, on loopback, for tests that have it import and draw our dashboard.

RAPPORT_SUPERSET names a folder: there the environment is made, with what PyPI gives, and kept for the next time.
Everything of a run lies elsewhere, and goes with it: its database, its key and its password.
"""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from operations.stack.process import free_port
from rapport.config import environment
from tests import needs

VARIABLE = "RAPPORT_SUPERSET"
# What was tried together; newer caches break its start (docs/bi.md says the same).
PINS = (
    "apache-superset==6.1.0", "duckdb-engine==0.17.0", "duckdb==1.5.6", "rich", "cachetools", "flask-caching==2.3.1",
    "cachelib==0.13.0",
)  # fmt: skip
_STEP_SECONDS = 1200  # making its database takes minutes where other work is on the machine
_START_SECONDS = 300


@dataclass(frozen=True)
class Superset:
    """A running one: where it is, and who may enter."""

    address: str
    user: str
    password: str


def environment_of_its_own() -> Path:
    """The environment, made if it is not there; skips where no folder is named, or it can't be made."""
    named = environment().get(VARIABLE)
    if not named:
        pytest.skip(
            f"{VARIABLE} is not set: a folder for an environment with Superset (0.7 GB); make test-superset"
        )
    folder = Path(named).expanduser().resolve() / "environment"
    done = folder / "made-of.txt"
    if not done.is_file() or done.read_text(encoding="utf-8") != "\n".join(PINS):
        uv = needs.uv()
        for arguments in (
            ["venv", "--quiet", "--clear", "--python", "3.11", str(folder)],
            ["pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), *PINS],
        ):
            ended = subprocess.run([uv, *arguments], capture_output=True, text=True, check=False)
            if ended.returncode != 0:
                pytest.skip(f"no environment with Superset can be made here: {ended.stderr.strip()[-300:]}")
        done.write_text("\n".join(PINS), encoding="utf-8")
    return folder


@contextmanager
def running(folder: Path, packed: dict[str, bytes]) -> Iterator[Superset]:
    """A Superset that has imported these zips (by name), in a folder of its own; it is stopped at the end."""
    made = environment_of_its_own()
    home = folder / "superset"
    home.mkdir()
    key, password, port = secrets.token_urlsafe(42), secrets.token_urlsafe(16), free_port()
    config = home / "superset_config.py"
    lines = [
        f"SECRET_KEY = {key!r}", f"SQLALCHEMY_DATABASE_URI = 'sqlite:///{home / 'superset.db'}'",
        "TALISMAN_ENABLED = False",
    ]  # fmt: skip
    config.write_text("\n".join(lines), encoding="utf-8")
    config.chmod(0o600)
    env = {
        name: value
        for name, value in environment().items()
        if not name.startswith(("RAPPORT_", "PYTHON", "VIRTUAL_ENV"))
    } | {
        "SUPERSET_CONFIG_PATH": str(config),
        "FLASK_APP": "superset",
        "HOME": str(home),
        "TZ": "America/New_York",
    }

    def do(*arguments: str) -> None:
        ended = subprocess.run(
            [str(made / "bin" / "superset"), *arguments],
            env=env, cwd=home, capture_output=True, text=True, timeout=_STEP_SECONDS, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, f"superset {arguments[0]}: {ended.stdout[-2000:]}{ended.stderr[-3000:]}"

    do("db", "upgrade")
    do("fab", "create-admin", "--username", "admin", "--firstname", "A", "--lastname", "B", "--email", "a@example.org",
       "--password", password)  # fmt: skip
    do("init")
    for name, content in packed.items():
        path = home / name
        path.write_bytes(content)
        do("import-dashboards", "-p", str(path), "-u", "admin")
    log = (home / "server.log").open("wb")
    server = subprocess.Popen(
        [str(made / "bin" / "superset"), "run", "-h", "127.0.0.1", "-p", str(port), "--with-threads"],
        env=env, cwd=home, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server, home / "server.log")
        yield Superset(address, "admin", password)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(20)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        try:
            if httpx.get(f"{address}/health", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise AssertionError(f"Superset did not start: {log.read_text(encoding='utf-8')[-3000:]}")
