"""`rapport doctor`: what could keep Rapport from working here, looked for before it does.

Every look is read-only, says what it saw, and where something is wrong what to do. Nothing secret is ever shown:
of a token only whether the network takes it.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

import duckdb
import sqlalchemy as sa
from filelock import FileLock, Timeout

from extractors.state import open_state
from extractors.x.reconcile import reconcile
from rapport.config import Settings
from rapport.errors import RapportError
from rapport.stack.background import running_address

State = Literal["well", "look", "broken"]
PACKAGES = ("apache-airflow", "duckdb", "dbt-core", "dbt-duckdb", "tweepy", "great-expectations")
# A publication and a rewrite after an erasure each write a second copy of a file before they swap it in.
FREE_COPIES = 2
FREE_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Look:
    """One look: at what, how it stands, what was seen, and what to do where it is not well."""

    what: str
    state: State
    seen: str
    remedy: str = ""


def examine(settings: Settings, is_offline: bool = False) -> Iterator[Look]:
    """Looks at one thing after the other; `is_offline` leaves out what asks the network."""
    looks: list[Callable[[Settings], Look]] = [
        _config, _token, _home, _disk, _versions, _lock, _warehouse, _state, _published, _airflow,
    ]  # fmt: skip
    for look in looks:
        if look is _token and is_offline:
            yield _token_offline(settings)
        else:
            yield look(settings)


def _config(settings: Settings) -> Look:
    names = [client.id for client in settings.config.clients]
    if names:
        return Look("rapport.toml", "well", f"{settings.config_path} names {', '.join(names)}")
    return Look(
        "rapport.toml", "look", f"no client is tracked: {settings.config_path} is not there or names none",
        "write one with `rapport init`; without it only files can be imported",
    )  # fmt: skip


def _token_offline(settings: Settings) -> Look:
    if settings.x_bearer_token is None:
        return Look(
            "X token", "broken", "there is none", "set X_BEARER_TOKEN, or the Airflow connection: README"
        )
    return Look("X token", "look", "there is one, not tried", "leave out --offline to try it")


def _token(settings: Settings) -> Look:
    if settings.x_bearer_token is None:
        return _token_offline(settings)
    try:
        reconcile(settings, days=1, on_progress=lambda words: None)
    except RapportError as problem:
        return Look("X token", "broken", problem.message, problem.remedy)
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


def _versions(_settings: Settings) -> Look:
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
    path = settings.warehouse_path.with_name(settings.warehouse_path.name + ".lock")
    if not path.exists():
        return Look("lock", "well", "nobody has used the warehouse yet")
    try:
        with FileLock(path, timeout=0):
            return Look("lock", "well", "nobody holds the warehouse")
    except Timeout:
        return Look(
            "lock", "look", "another process holds the warehouse right now",
            "a load, build, check or publication is running; if none is, look for a `rapport` or Airflow process",
        )  # fmt: skip


def _warehouse(settings: Settings) -> Look:
    if not settings.warehouse_path.exists():
        return Look("warehouse", "look", "there is none yet", "`rapport load` or `rapport import` makes it")
    try:
        with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
            rows = connection.execute(
                "select coalesce(sum(estimated_size), 0) from duckdb_tables()"
            ).fetchall()
    except duckdb.Error as problem:
        return Look(
            "warehouse", "broken", f"{settings.warehouse_path} can't be opened: {problem}",
            "if another program has it open, close it; if the file is damaged, docs/runbook.md, lost disk",
        )  # fmt: skip
    return Look("warehouse", "well", f"opens; about {int(rows[0][0]):,} rows")


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
    path = settings.published_path
    if not path.exists():
        return Look("published file", "look", "there is none yet", "`rapport run` makes it")
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute("select max(published_at) from reports.rpt_publication").fetchone()
    except duckdb.Error as problem:
        return Look(
            "published file",
            "broken",
            f"{path} can't be read: {problem}",
            "`rapport publish` puts a whole one there",
        )
    return Look("published file", "well", f"published {row[0] if row else 'at a time not known'}")


def _airflow(settings: Settings) -> Look:
    address = running_address(settings)
    if address is None:
        return Look(
            "Airflow",
            "look",
            "the Airflow of this home does not run",
            "`rapport up` starts it; nothing is scheduled without",
        )
    return Look("Airflow", "well", f"runs at {address.airflow}")
