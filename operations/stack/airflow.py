"""Airflow 3 on one machine: its settings, its secrets and its four processes."""

import base64
import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import rapport
from operations.stack.errors import StackError
from operations.stack.postgres import new_password
from operations.stack.process import LOCALHOST
from rapport.on_disk import write_bytes

PROJECT_ROOT = Path(rapport.__file__).resolve().parents[1]
DAGS_DIR = PROJECT_ROOT / "dags"
USER = "admin"
POOL = "warehouse"
SCHEDULER = "scheduler"

# In this order. The scheduler waits until the api-server answers: its tasks ask that one for everything.
COMPONENTS: dict[str, list[str]] = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
    SCHEDULER: ["scheduler", "--skip-serve-logs"],
}


@dataclass(frozen=True)
class Secrets:
    """Generated once per home, in files that only their owner can read. Only the login is ever printed."""

    login_password: str
    postgres_password: str
    fernet_key: str
    jwt_secret: str
    api_secret_key: str
    emulator_token: str

    @classmethod
    def of(cls, airflow_home: Path) -> "Secrets":
        """The secrets of that AIRFLOW_HOME. On first use they are generated, and the login's file is written."""
        path = airflow_home / "secrets.json"
        if path.exists():
            try:
                found = cls(**json.loads(path.read_text(encoding="utf-8")))
            except (ValueError, TypeError) as problem:
                raise StackError(
                    f"{path} can't be read: {problem}",
                    f"remove {airflow_home} and start again (it keeps Airflow's history, no data of Rapport)",
                ) from problem
        else:
            found = cls(
                login_password=secrets.token_urlsafe(15),
                postgres_password=new_password(),
                fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                jwt_secret=secrets.token_urlsafe(64),
                api_secret_key=secrets.token_urlsafe(32),
                emulator_token=secrets.token_urlsafe(32),
            )
            _write_private(path, json.dumps(asdict(found)))
        _write_private(_passwords_path(airflow_home), json.dumps({USER: found.login_password}) + "\n")
        return found


def environment(
    base: Mapping[str, str], airflow_home: Path, found: Secrets, database_url: str, port: int
) -> dict[str, str]:
    """The environment of Airflow's processes, and so of the DAG files and the tasks."""
    address = f"http://{LOCALHOST}:{port}"
    cores = os.cpu_count() or 2
    settings = {
        "CORE__DAGS_FOLDER": str(DAGS_DIR),
        "CORE__PLUGINS_FOLDER": str(DAGS_DIR / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        # Fetching tasks wait for the network half of their time.
        "CORE__PARALLELISM": str(max(3, cores + 1)),
        "CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "CORE__FERNET_KEY": found.fernet_key,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords_path(airflow_home)),
        # In a fresh checkout the first import compiles a few thousand modules.
        "CORE__DAGBAG_IMPORT_TIMEOUT": "120",
        "DATABASE__SQL_ALCHEMY_CONN": database_url,
        "API__HOST": LOCALHOST,
        "API__PORT": str(port),
        "API__BASE_URL": address,
        "API__SECRET_KEY": found.api_secret_key,
        "API__WORKERS": "1",
        "API_AUTH__JWT_SECRET": found.jwt_secret,
        "LOGGING__COLORED_CONSOLE_LOG": "False",
        # It sets these itself, whatever the umask is.
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        # A run is a chain of short tasks: the next one starts at most so many seconds after the last one has ended.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        # When a task's process ends after its last word, Airflow often sees it at the next heartbeat only. Until then
        # nothing else runs in that task's place, and a failed task is not yet seen to have failed.
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # A changed DAG file is read at once; this is how soon a changed rapport.toml is seen.
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
    }
    # Settings of another Airflow are left out. Connections (a mail server's, say) are meant for this one as well.
    env = {
        name: value
        for name, value in base.items()
        if name.startswith("AIRFLOW_CONN_") or not name.startswith("AIRFLOW_")
    }
    env |= {f"AIRFLOW__{name}": value for name, value in settings.items()}
    env["AIRFLOW_HOME"] = str(airflow_home)
    # For the DAG `cleanup`.
    env["RAPPORT_AIRFLOW_DATABASE_URL"] = database_url
    # Commands of this Python environment are found even if it is not activated.
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), base.get("PATH", os.defpath)])
    env["PYTHONPATH"] = os.pathsep.join([str(PROJECT_ROOT), *filter(None, [base.get("PYTHONPATH")])])
    env["PYTHONUNBUFFERED"] = "1"
    for name in ("NO_PROXY", "no_proxy"):
        env[name] = ",".join(filter(None, [base.get(name), LOCALHOST, "localhost"]))
    # No usage statistics are sent.
    env |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return env


def write_config(airflow_home: Path) -> None:
    """Writes an airflow.cfg that sets nothing, at every start: Airflow then takes its own defaults.

    Where there is none, Airflow writes its defaults there, and reads them ever after: as they were in that version, and
    with the paths of that folder. A home that was moved or copied would go on writing its logs into the old place.
    """
    text = "# Written anew by `rapport up` at each start: its settings are in operations/stack/airflow.py.\n"
    write_bytes(airflow_home / "airflow.cfg", text.encode())


def command(*arguments: str) -> list[str]:
    """The command line of `airflow`, with the Python that runs this program."""
    return [sys.executable, "-m", "airflow", *arguments]


def _passwords_path(airflow_home: Path) -> Path:
    return airflow_home / "passwords.json"


def _write_private(path: Path, text: str) -> None:
    """Writes a file that others can read at no moment, not even between its creation and chmod."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
