"""`rapport doctor`: looks for what could keep Rapport from working here, before it does.

Every check is read-only. It says what it saw and, where something is wrong, what to do. No secret is shown: of a
token only whether the network takes it.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from importlib import metadata

import duckdb
import sqlalchemy as sa

from extractors.fetching import accounts
from extractors.fetching.registry import extractor, is_fetched
from extractors.state.store import is_made, open_state
from extractors.topics import meaning
from extractors.x.reconcile import counted_by_x
from modelling import spark
from operations import airflow_health, by_hand
from operations.backup.files import PLACES, default_place, last_begun_at
from operations.delivery import health as deliveries
from operations.health import Finding
from operations.networks import SECRETS, read_mentions, read_profiles
from operations.stack.shell import missing_emulator
from rapport.config import Settings
from rapport.config_environment import SECRETS as SECRETS_IN_AIRFLOW
from rapport.errors import RapportError, WarehouseBusy, first_line
from rapport.networks import X, label_of
from rapport.on_disk import open_to_others, refusal
from rapport.warehouse import hold, opened
from reporting.board import pdf

PACKAGES = ("apache-airflow", "duckdb", "dbt-core", "dbt-duckdb", "tweepy", "great-expectations")
# A publication, and a rewrite after an erasure, write a second copy of a file before it takes the first one's place.
FREE_COPIES = 2
FREE_BYTES = 2_000_000_000
# The DAG `backup` takes one a day. A single failed run is no reason to warn yet.
BACKUP_MAX_AGE = timedelta(days=2)


def examine(settings: Settings, is_offline: bool = False) -> Iterator[Finding]:
    """Checks one subject after the other; `is_offline` leaves out what would ask the network."""
    yield _config(settings)
    yield from _networks(settings, is_offline)
    yield _home(settings)
    yield _privacy(settings)
    yield _disk(settings)
    yield _versions()
    yield _engine(settings)
    yield _board()
    yield from by_hand.examine(settings)
    yield from deliveries.examine(settings, is_offline)
    yield _topics(settings)
    yield _lock(settings)
    yield _warehouse(settings)
    yield _state(settings)
    yield _published(settings)
    yield _backup(settings)
    yield airflow_health.examine(settings)


def _config(settings: Settings) -> Finding:
    names = [client.id for client in settings.config.clients]
    if names:
        return Finding("rapport.toml", "ok", f"{settings.config_path} names {', '.join(names)}")
    return Finding(
        "rapport.toml", "warning", f"no client is tracked: {settings.config_path} is not there or names none",
        "write one with `rapport init`; without it only files can be imported",
    )  # fmt: skip


def _networks(settings: Settings, is_offline: bool) -> Iterator[Finding]:
    """Whether each network that rapport.toml names can be asked, and who of us it shows mentions to."""
    networks = settings.config.networks
    if missing := missing_emulator(settings):
        yield Finding(_subject(networks[0]), "warning", missing.message, missing.remedy)
        return
    for network in networks:
        if network == X.name:
            yield _token(settings, is_offline)
        elif network in SECRETS and is_fetched(network):
            yield from _without_key(network, settings, is_offline)


def _subject(network: str) -> str:
    return "X token" if network == X.name else label_of(network)


def _without_key(network: str, settings: Settings, is_offline: bool) -> Iterator[Finding]:
    """A network that is read without a key: whether it answers, and takes the secrets of our accounts."""
    label, secret = label_of(network), SECRETS[network]
    given = secret.of(settings)
    references = [ref for client in settings.config.clients for ref in accounts.ours(network, client)]
    handles, ids = (
        accounts.handles(references),
        sorted({ref.account_id for ref in references if ref.account_id}),
    )
    without = [account for account in (*handles, *ids) if account not in given]
    mentions = f"of {', '.join(without)} only those mentions are seen that stand in threads we fetch"
    if is_offline:
        yield Finding(label, "ok", "reading needs no key, and costs nothing; not tried")
    else:
        found = extractor(network)
        with found.open_client(settings, lambda words: None) as client:
            yield _tried(
                label,
                "answers; reading needs no key, and costs nothing",
                partial(read_profiles, found.dialect, client, handles, ids),
            )
            for account in (account for account in (*handles, *ids) if account in given):
                yield _tried(
                    f"{label}, {secret.what} of {account}",
                    "is taken, so its mentions are seen",
                    partial(read_mentions, found.dialect, client, account),
                )
    if without:
        yield Finding(
            f"{label} mentions",
            "ok",
            f"{mentions}: there is no {secret.what} in {secret.variable} "
            f"(what Airflow's connection `{SECRETS_IN_AIRFLOW[network][secret.variable]}` has, only its tasks see)",
        )


def _tried(subject: str, seen: str, ask: Callable[[], object]) -> Finding:
    try:
        ask()
    except RapportError as problem:
        return Finding(subject, "error", problem.words, problem.remedy)
    return Finding(subject, "ok", seen)


def _token(settings: Settings, is_offline: bool) -> Finding:
    if settings.x_bearer_token is None:
        return Finding(
            "X token", "warning", "there is none in X_BEARER_TOKEN",
            "set it; or where Airflow's connection `x_api` has it (dags/README.md), its tasks find it there",
        )  # fmt: skip
    if is_offline:
        return Finding("X token", "warning", "there is one, not tried", "leave out --offline to try it")
    try:
        counted_by_x(settings, days=1)
    except RapportError as problem:
        return Finding("X token", "error", problem.words, problem.remedy)
    return Finding(
        "X token", "ok", f"{settings.x_base_url} takes it (asked for its usage, which costs nothing)"
    )


def _home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        trial = settings.home / ".doctor"
        trial.write_text("", encoding="utf-8")
        trial.unlink()
    except OSError as problem:
        return Finding(
            "home", "error", f"{settings.home} can't be written: {problem.strerror}",
            "give the user that runs Rapport the right to write there, or set RAPPORT_HOME",
        )  # fmt: skip
    return Finding("home", "ok", f"{settings.home} can be written")


def _privacy(settings: Settings) -> Finding:
    found = list(open_to_others(settings))
    shared = settings.config.privacy.published
    if not found:
        seen = "only this user can read the home" + ("" if shared == "private" else f", published/: {shared}")
        return Finding("privacy", "ok", seen)
    shown = ", ".join(map(str, found[:3])) + (f" and {len(found) - 3:,} more" if len(found) > 3 else "")
    return Finding(
        "privacy", "warning", f"other users of this machine can read or enter {shown}",
        f"`chmod -R go= {settings.home}`; to let others read published/, see [privacy] in rapport.toml",
    )  # fmt: skip


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
    held = sum(
        path.stat().st_size for path in (settings.warehouse_path, settings.published_path) if path.exists()
    )
    needed = max(FREE_BYTES, FREE_COPIES * held)
    seen = f"{free / 1e9:,.1f} GB free; the warehouse and the published file hold {held / 1e9:,.1f} GB"
    if free < needed:
        return Finding(
            "disk", "warning", seen,
            f"make room: {needed / 1e9:,.1f} GB let a publication and an erasure write a second copy",
        )  # fmt: skip
    return Finding("disk", "ok", seen)


def _versions() -> Finding:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            return Finding(
                "versions", "error", f"{name} is not installed", "`uv sync` installs what uv.lock names"
            )
    python = ".".join(map(str, sys.version_info[:3]))
    packages = ", ".join(f"{name} {version}" for name, version in found.items())
    return Finding("versions", "ok", f"Python {python}, {packages}")


def _engine(settings: Settings) -> Finding:
    """What builds, and whether Spark could: it is no part of what is installed without being asked for."""
    engine, needed = settings.config.engine, spark.missing()
    if engine.name == "spark":
        needed += spark.folder_faults(settings)
    there = spark.lacks(needed) if needed else f"{spark.version()}, Java {spark.java_version()}"
    if left := spark.out_of_reach(settings):
        where = "; ".join(f"{folder} ({why})" for folder, why in left.items())
        return Finding(
            "engine", "error", f"copies of a build by Spark may be in {where}", spark.remedy(settings)
        )
    if engine.name == "duckdb":
        return Finding("engine", "ok", f"DuckDB builds; {there}")
    if needed:
        return Finding(
            "engine",
            "error",
            there,
            'put right what is named, or write name = "duckdb" in [engine] of rapport.toml',
        )
    return Finding("engine", "ok", f"Spark builds at {engine.master} ({there})")


def _board() -> Finding:
    """Whether board pages can be drawn as PDF: what draws them needs a library of the system."""
    if why := pdf.missing():
        return Finding(
            "board page",
            "warning",
            f"it is written as HTML alone: {why}",
            "install what is named, and report again",
        )
    return Finding("board page", "ok", "can be drawn as PDF")


def _topics(settings: Settings) -> Finding:
    """Whether what clients have described by examples can be read by meaning: the model is an extra."""
    clients = [client for client in settings.config.clients if client.topics]
    by_examples = [client.id for client in clients if any(topic.examples for topic in client.topics)]
    if by_examples and not meaning.version():
        return Finding(
            "topics", "warning", f"those of {', '.join(by_examples)} are found by words alone, not by their examples",
            "`uv sync --extra topics`, and build again",
        )  # fmt: skip
    if not clients:
        return Finding("topics", "ok", "no client has described any")
    how = f"by words, and by meaning ({meaning.version()})" if by_examples else "by words alone"
    return Finding("topics", "ok", f"those of {', '.join(client.id for client in clients)} are found {how}")


def _lock(settings: Settings) -> Finding:
    try:
        with hold(settings, wait_seconds=0):
            return Finding("lock", "ok", "nobody holds the warehouse")
    except WarehouseBusy:
        return Finding(
            "lock", "warning", "another process holds the warehouse right now",
            "a load, build, check or publication is running; if none is, look for a `rapport` or Airflow process",
        )  # fmt: skip
    except RapportError as problem:  # a restore that was killed half-way
        return Finding("lock", "error", problem.words, problem.remedy)
    except OSError as problem:
        return Finding(
            "lock", "error", f"it can't be taken: {problem.strerror}", "see what is said of the home above"
        )


def _warehouse(settings: Settings) -> Finding:
    if not settings.warehouse_path.exists():
        return Finding(
            "warehouse", "warning", "there is none yet", "`rapport load` or `rapport import` makes it"
        )
    try:
        with opened(settings, read_only=True) as connection:
            query = "select coalesce(sum(estimated_size), 0)::bigint from duckdb_tables()"
            [(count,)] = connection.execute(query).fetchall()
    except WarehouseBusy as problem:
        remedy = f"if no step of ours runs (see lock), {problem.remedy}"
        return Finding("warehouse", "warning", "another process has it open right now", remedy)
    except RapportError as problem:
        return Finding("warehouse", "error", problem.words, problem.remedy)
    except duckdb.Error as problem:
        return Finding(
            "warehouse", "error", f"{settings.warehouse_path} can't be read: {first_line(problem)}",
            "docs/runbook.md, a disk is lost",
        )  # fmt: skip
    return Finding("warehouse", "ok", f"opens; about {count:,} rows")


def _state(settings: Settings) -> Finding:
    shown = sa.make_url(settings.state_url).render_as_string(hide_password=True)
    if not is_made(settings):
        return Finding("state store", "ok", f"there is none yet at {shown}: the first fetch makes it")
    try:
        with open_state(settings) as state:
            spent = state.spent_usd()
    except RapportError as problem:
        return Finding("state store", "error", problem.words, problem.remedy)
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as problem:
        return Finding(
            "state store",
            "error",
            f"{shown}: {first_line(problem)}",
            "check RAPPORT_STATE_URL and the server",
        )
    return Finding("state store", "ok", f"{shown}; its ledger holds {spent:,.2f} USD")


def _published(settings: Settings) -> Finding:
    if not settings.published_path.exists():
        return Finding("published file", "warning", "there is none yet", "`rapport run` makes it")
    try:
        with duckdb.connect(str(settings.published_path), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            [(at,)] = connection.execute("select max(published_at) from reports.rpt_publication").fetchall()
    except duckdb.Error as problem:
        return Finding(
            "published file", "error", f"{settings.published_path} can't be read: {first_line(problem)}",
            "`rapport publish` puts a whole one there",
        )  # fmt: skip
    seen = f"published at {at:%Y-%m-%d %H:%M} UTC" if at else "published at a time not known"
    return Finding("published file", "ok", seen)


def _backup(settings: Settings) -> Finding:
    remedy = "`rapport backup`, or switch the DAG `backup` on"
    try:
        at = last_begun_at(settings)
    except (RapportError, OSError) as problem:
        return Finding("backup", "error", first_line(problem), f"correct {settings.home / PLACES}")
    place = default_place(settings)
    if settings.config.backup.to and (why := refusal(place)):
        return Finding(
            "backup", "error", f"{place} can't be written: {why}",
            "correct `to` in [backup] of rapport.toml, or see that its disk is there and may be written",
        )  # fmt: skip
    if at is None:
        return Finding("backup", "warning", "there is none that can be reached", remedy)
    seen = f"the newest is of {at:%Y-%m-%d %H:%M} UTC"
    is_old = settings.now() - at > BACKUP_MAX_AGE
    return Finding("backup", "warning", seen, remedy) if is_old else Finding("backup", "ok", seen)
