"""`rapport doctor`: what could keep Rapport from working here, looked for before it does.

Every look is read-only, says what it saw, and where something is wrong what to do. Nothing secret is ever shown:
of a token only whether the network takes it.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Literal

import duckdb
import httpx
import sqlalchemy as sa

from extractors.state.store import open_state
from extractors.x.reconcile import reconcile
from operations.backup.files import PLACES, last_begun_at
from operations.stack.background import asking_airflow
from operations.stack.errors import StackError
from rapport.config import Settings
from rapport.errors import RapportError, WarehouseBusy
from rapport.warehouse import hold

State = Literal["well", "look", "broken"]
PACKAGES = ("apache-airflow", "duckdb", "dbt-core", "dbt-duckdb", "tweepy", "great-expectations")
# A publication and a rewrite after an erasure each write a second copy of a file before they swap it in.
FREE_COPIES = 2
FREE_BYTES = 2_000_000_000
# The DAG `backup` takes one a day; one that failed is no reason yet.
BACKUP_MAX_AGE = timedelta(days=2)


@dataclass(frozen=True)
class Look:
    """One look: at what, how it stands, what was seen, and what to do where it is not well."""

    what: str
    state: State
    seen: str
    remedy: str = ""


def examine(settings: Settings, is_offline: bool = False) -> Iterator[Look]:
    """Looks at one thing after the other; `is_offline` leaves out what asks the network."""
    yield _config(settings)
    yield _token(settings, is_offline)
    yield _home(settings)
    yield _disk(settings)
    yield _versions()
    yield _lock(settings)
    yield _warehouse(settings)
    yield _state(settings)
    yield _published(settings)
    yield _backup(settings)
    yield _airflow(settings)


def _config(settings: Settings) -> Look:
    names = [client.id for client in settings.config.clients]
    if names:
        return Look("rapport.toml", "well", f"{settings.config_path} names {', '.join(names)}")
    return Look(
        "rapport.toml", "look", f"no client is tracked: {settings.config_path} is not there or names none",
        "write one with `rapport init`; without it only files can be imported",
    )  # fmt: skip


def _token(settings: Settings, is_offline: bool) -> Look:
    if settings.x_bearer_token is None:
        return Look(
            "X token", "look", "there is none in X_BEARER_TOKEN",
            "set it; or where Airflow's connection `x_api` has it (dags/README.md), its tasks find it there",
        )  # fmt: skip
    if is_offline:
        return Look("X token", "look", "there is one, not tried", "leave out --offline to try it")
    try:
        reconcile(settings, days=1, on_progress=lambda words: None)
    except RapportError as problem:
        return Look("X token", "broken", problem.words, problem.remedy)
    return Look(
        "X token", "well", f"{settings.x_base_url} takes it (asked for its usage, which costs nothing)"
    )


def _home(settings: Settings) -> Look:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        trial = settings.home / ".doctor"
        trial.write_text("", encoding="utf-8")
        trial.unlink()
    except OSError as problem:
        return Look(
            "home", "broken", f"{settings.home} can't be written: {problem.strerror}",
            "give the user that runs Rapport the right to write there, or set RAPPORT_HOME",
        )  # fmt: skip
    return Look("home", "well", f"{settings.home} can be written")


def _disk(settings: Settings) -> Look:
    free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
    held = sum(
        path.stat().st_size for path in (settings.warehouse_path, settings.published_path) if path.exists()
    )
    needed = max(FREE_BYTES, FREE_COPIES * held)
    seen = f"{free / 1e9:,.1f} GB free; the warehouse and the published file hold {held / 1e9:,.1f} GB"
    if free < needed:
        return Look(
            "disk", "look", seen,
            f"make room: {needed / 1e9:,.1f} GB let a publication and an erasure write a second copy",
        )  # fmt: skip
    return Look("disk", "well", seen)


def _versions() -> Look:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            return Look(
                "versions", "broken", f"{name} is not installed", "`uv sync` installs what uv.lock names"
            )
    python = ".".join(map(str, sys.version_info[:3]))
    told = ", ".join(f"{name} {version}" for name, version in found.items())
    return Look("versions", "well", f"Python {python}, {told}")


def _lock(settings: Settings) -> Look:
    try:
        with hold(settings, wait_seconds=0):
            return Look("lock", "well", "nobody holds the warehouse")
    except WarehouseBusy:
        return Look(
            "lock", "look", "another process holds the warehouse right now",
            "a load, build, check or publication is running; if none is, look for a `rapport` or Airflow process",
        )  # fmt: skip
    except RapportError as problem:  # a restore that was killed half-way
        return Look("lock", "broken", problem.words, problem.remedy)
    except OSError as problem:
        return Look(
            "lock", "broken", f"it can't be taken: {problem.strerror}", "mend what is said of the home"
        )


def _warehouse(settings: Settings) -> Look:
    if not settings.warehouse_path.exists():
        return Look("warehouse", "look", "there is none yet", "`rapport load` or `rapport import` makes it")
    return _asked(
        "warehouse", settings.warehouse_path,
        "select 'opens; about ' || format('{:,}', coalesce(sum(estimated_size), 0)::bigint) || ' rows' "
        "from duckdb_tables()",
        "if another program has it open, close it; if the file is damaged, docs/runbook.md, lost disk",
    )  # fmt: skip


def _state(settings: Settings) -> Look:
    shown = sa.make_url(settings.state_url).render_as_string(hide_password=True)
    try:
        with open_state(settings) as state:
            spent = state.spent_usd()
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as problem:
        reason = str(problem).splitlines()[0]
        return Look("state store", "broken", f"{shown}: {reason}", "check RAPPORT_STATE_URL and the server")
    return Look("state store", "well", f"{shown}; its ledger holds {spent:,.2f} USD")


def _published(settings: Settings) -> Look:
    if not settings.published_path.exists():
        return Look("published file", "look", "there is none yet", "`rapport run` makes it")
    return _asked(
        "published file", settings.published_path,
        "select 'published ' || coalesce(max(published_at)::varchar, 'at a time not known') "
        "from reports.rpt_publication",
        "`rapport publish` puts a whole one there",
    )  # fmt: skip


def _backup(settings: Settings) -> Look:
    remedy = "`rapport backup`, or switch the DAG `backup` on"
    try:
        at = last_begun_at(settings)
    except (RapportError, OSError) as problem:
        return Look("backup", "broken", str(problem).splitlines()[0], f"mend {settings.home / PLACES}")
    if at is None:
        return Look("backup", "look", "there is none that can be reached", remedy)
    seen = f"the newest is of {at:%Y-%m-%d %H:%M} UTC"
    is_old = datetime.now(UTC) - at > BACKUP_MAX_AGE
    return Look("backup", "look", seen, remedy) if is_old else Look("backup", "well", seen)


def _asked(what: str, path: Path, query: str, remedy: str) -> Look:
    """What a database answers, as text; broken where it doesn't."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            rows = connection.execute(query).fetchall()
    except duckdb.Error as problem:
        return Look(what, "broken", f"{path} can't be read: {problem}", remedy)
    return Look(what, "well", rows[0][0])


def _airflow(settings: Settings) -> Look:
    try:
        with asking_airflow(settings) as api:
            if api is None:
                return Look(
                    "Airflow", "look", "not started by `rapport up`",
                    "if another Airflow runs this home, ask that one: RAPPORT_AIRFLOW_URL names it",
                )  # fmt: skip
            ill = [f"{name} is {state}" for name, state in (api.health() or {}).items() if state != "healthy"]
            if ill:
                told = f"at {api.address} {', '.join(ill)}"
                return Look("Airflow", "broken", told, "see the logs of what is not healthy")
            unread = [error["filename"] for error in api.import_errors()]
            known = [dag["dag_id"] for dag in api.dags()]
    except StackError as problem:
        return Look("Airflow", "broken", problem.message, problem.remedy)
    except httpx.HTTPError as problem:
        return Look("Airflow", "broken", f"it stopped answering: {problem}", "see the log of its api-server")
    if unread:
        return Look(
            "Airflow", "broken", f"at {api.address} can't read {', '.join(unread)}",
            "its first page shows why, under import errors",
        )  # fmt: skip
    return Look("Airflow", "well", f"at {api.address} all of it is healthy, and has read {len(known)} DAGs")
