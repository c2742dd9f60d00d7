"""One Compose project of `make walk-containers`: its name, checkout, .env and image, and `docker compose` for it."""

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from operations.stack.api import AirflowApi
from operations.stack.process import free_port
from tests.paths import ROOT

ASIDE = ("RAPPORT_", "AIRFLOW", "COMPOSE_", "X_", "POSTGRES_")
PASSING = ("PYTHON_IMAGE", "POSTGRES_IMAGE")
SECRETS = ("POSTGRES_PASSWORD", "AIRFLOW_ADMIN_PASSWORD", "AIRFLOW_JWT_SECRET", "AIRFLOW_API_SECRET_KEY")
LASTING = ("postgres", "api-server", "scheduler", "dag-processor", "triggerer", "emulator")
HEALTHY_SECONDS = 300


class WalkFailed(Exception):
    """A step did not do what the docs say."""


def need(holds: bool, what: str) -> None:
    """Stops the walk unless it holds; `what` says what was found instead."""
    if not holds:
        raise WalkFailed(what)


def run(command: list[str], *, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
    """One command, its output caught; raises WalkFailed with the end of it."""
    options = {"stdin": subprocess.DEVNULL} | options if "input" not in options else options
    done = subprocess.run(command, text=True, capture_output=True, check=False, **options)
    if check and done.returncode != 0:
        told = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise WalkFailed(f"{' '.join(command)} ended with {done.returncode}:\n{told}")
    return done


def docker(*arguments: str, check: bool = True) -> str:
    return run(["docker", *arguments], check=check).stdout.strip()


def checkout(folder: Path) -> Path:
    """A copy of the files that git knows here, as they are now, as a `git clone` with umask 077 would make it."""
    names = run(["git", "ls-files", "-z"], cwd=ROOT).stdout.split("\0")
    for name in filter(None, names):
        if not (ROOT / name).is_file():
            continue  # removed, and not committed yet
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(ROOT / name, target)
        target.chmod(0o700 if os.access(ROOT / name, os.X_OK) else 0o600)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        path.chmod(0o700)
    return folder


class Project:
    """A context manager: what it has made in the engine is removed at its end, however it ends."""

    def __init__(self, name: str, source: Path, **values: str) -> None:
        self.name, self.source = name, source
        self.image = f"{name}:1.0"
        self.values = {secret: secrets.token_urlsafe(32) for secret in SECRETS} | {
            "AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "X_BEARER_TOKEN": "emulator",
            "RAPPORT_X_BASE_URL": "http://emulator:8931",
            "RAPPORT_BLUESKY_BASE_URL": "http://emulator:8931",
            "RAPPORT_BLUESKY_PDS_URL": "http://emulator:8931",
            "RAPPORT_MASTODON_BASE_URL": "http://emulator:8931/mastodon/{host}",
            "AIRFLOW_PORT": str(free_port()),
        }
        self.values |= {key: os.environ[key] for key in PASSING if os.environ.get(key)}
        self.values |= values | {"RAPPORT_IMAGE": self.image}
        self.images: set[str] = set()
        self.write_env()

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *_: object) -> None:
        if sys.exc_info()[0] is not None:
            print(self.compose("ps", "--all", check=False))
            print(self.compose("logs", "--tail", "15", "--no-color", check=False))
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)
        for image in {self.image, *self.images}:
            docker("image", "rm", "--force", image, check=False)

    def set(self, **values: str) -> None:
        """Changes .env, as an editor would."""
        self.values |= values
        self.write_env()

    def write_env(self) -> None:
        path = self.source / ".env"
        path.touch(mode=0o600)
        path.write_text("".join(f"{key}={value}\n" for key, value in self.values.items()), encoding="utf-8")

    def compose(self, *arguments: str, check: bool = True, **options: Any) -> str:
        """`docker compose` in the checkout, without the variables of whoever runs the walk."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(ASIDE)}
        environment |= {"COMPOSE_PROJECT_NAME": self.name, "COMPOSE_PROFILES": "emulator"}
        command = ["docker", "compose", *arguments]
        done = run(command, check=check, cwd=self.source, env=environment, **options)
        return done.stdout if check else done.stdout + done.stderr

    def run_once(self, *command: str, **options: Any) -> str:
        """A command in a new container of the scheduler, whether the services run or not."""
        return self.compose("run", "--rm", "--no-deps", "-T", "scheduler", *command, **options)

    def inside(self, *command: str, service: str = "scheduler", **options: Any) -> str:
        return self.compose("exec", "-T", service, *command, **options)

    def build(self) -> float:
        """Builds the image: seconds."""
        seconds = timed(lambda: self.compose("build", "--quiet"))
        self.images.add(docker("image", "inspect", "--format", "{{.Id}}", self.image))
        return seconds

    def own_megabytes(self) -> float:
        """The size of the layers on top of the packages."""
        listed = docker(
            "history", "--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", self.image
        )
        own = listed.partition(" COPY /opt/rapport/.venv ")[0].splitlines()[:-1]
        need(bool(own), f"{self.image} has no layer of packages")
        return sum(int(line.split()[0]) for line in own) / 1e6

    def layers(self) -> list[str]:
        listed = docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", self.image, check=False)
        return list(json.loads(listed)) if listed.startswith("[") else []

    def up(self) -> float:
        """Starts everything and waits until it is healthy: seconds."""
        return timed(lambda: self.compose("up", "--detach", "--wait", "--wait-timeout", str(HEALTHY_SECONDS)))

    def wait_until_healthy(self, *services: str) -> float:
        """Asks with their own health checks, and more often than the engine does: seconds."""
        begun = time.monotonic()
        for service in services or LASTING:
            container = self.container(service)
            told = docker("inspect", "--format", "{{json .Config.Healthcheck.Test}}", container)
            check = ["docker", "exec", container, *json.loads(told)[1:]]
            for _ in until(begun + HEALTHY_SECONDS, f"{service} to be healthy"):
                if run(check, check=False).returncode == 0:
                    break
        return time.monotonic() - begun

    def container(self, service: str) -> str:
        return self.compose("ps", "--all", "--quiet", service).strip()

    def state(self, service: str, member: str) -> str:
        return docker("inspect", "--format", f"{{{{.State.{member}}}}}", self.container(service))

    def api(self) -> AirflowApi:
        address = f"http://127.0.0.1:{self.values['AIRFLOW_PORT']}"
        return AirflowApi(address, "admin", self.values["AIRFLOW_ADMIN_PASSWORD"])

    def leaks(self) -> list[str]:
        """The secrets of .env that some log shows: those of the containers, and those of Airflow and its tasks."""
        printed = self.compose("logs", "--no-color")
        printed += self.inside("sh", "-c", "find /var/lib/airflow -type f -exec cat {} +", errors="replace")
        need(len(printed) > 10_000, "there is next to nothing in the logs")
        return [name for name in (*SECRETS, "AIRFLOW_FERNET_KEY") if self.values[name] in printed]


def timed(step: Callable[[], object]) -> float:
    begun = time.monotonic()
    step()
    return time.monotonic() - begun


def until(end: float, what: str) -> Iterator[None]:
    """Goes round every second until the caller leaves the loop; raises WalkFailed at that monotonic time."""
    while True:
        yield
        if time.monotonic() > end:
            raise WalkFailed(f"waited in vain for {what}")
        time.sleep(1)
