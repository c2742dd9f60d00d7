"""`rapport status`: what readers have, what keeps newer data from them, what is missing, what comes next.

It reads the published file, the warehouse, the state store and the running Airflow, and changes none of them. Where
one of them is missing, busy or damaged, the status says so, and the rest is reported all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import duckdb
import httpx
import sqlalchemy as sa

from extractors.errors import ExtractionError
from extractors.fetching import accounts
from extractors.files import quarantine
from extractors.state import budget
from extractors.state.gaps import Gap, everything
from extractors.state.store import is_made, open_state
from operations import airflow_state
from operations.airflow_state import Backfill, Scheduled
from operations.backup.files import last_begun_at
from operations.client_data import ClientData, reaches
from operations.delivery.errors import NotDelivered
from operations.delivery.health import Recent, recent
from operations.networks import apis
from operations.replies import Held, held
from operations.stack.background import asking_airflow, ended_parts, sudden_end
from operations.stack.supervision import PartState
from quality.docs import rule_trends
from quality.errors import CheckFailed
from quality.results import latest_build, unbuilt_page_count
from rapport.config import Settings
from rapport.errors import BuildFailed, RapportError, WarehouseBusy, first_line
from rapport.networks import NETWORKS, X
from rapport.warehouse import LAST_WRITTEN, connect, free_share, has_table

_RULE_FIELDS = (
    "table_name", "rule", "unexpected_count", "row_count", "sample_keys", "problem", "reason", "remedy",
)  # fmt: skip
_PUBLICATION_FIELDS = (
    "publication_id", "build_id", "published_at", "as_of_at", "check_count", "passed_count", "warned_count",
    "completeness", "gap_count", "gap_hours", "restatement_count",
)  # fmt: skip
# The newest first. docs/runbook.md says what to do when the version has changed.
_VERSIONS = """
select string_agg(version, ', before that ' order by first_fetched_at desc)
from (
    select
        api_version || ' since ' || strftime(min(fetched_at), '%Y-%m-%d %H:%M UTC') as version,
        min(fetched_at) as first_fetched_at
    from raw.pages
    where api_version is not null
    group by api_version
)
"""
# Errors of databases, of Airflow, of the system, of missing drivers, and of JSON that can't be read.
_UNREADABLE = (
    duckdb.Error, sa.exc.SQLAlchemyError, httpx.HTTPError, OSError, ImportError, ValueError, KeyError,
)  # fmt: skip
# The parts of a status, as sentences about them begin.
_SUBJECTS = {
    "published": "the published file", "warehouse": "the warehouse", "state store": "the state store",
    "Airflow": "Airflow", "backups": "the list of backups",
    "deliveries": "the list of what was sent",
}  # fmt: skip


@dataclass(frozen=True)
class Obstacle:
    """What keeps the newest data from readers, and what to do about it.

    `by` is `build` if the last build failed, `rule` if a rule of the checks blocks, and `step` if a step has not been
    taken yet; Airflow takes that by itself.
    """

    by: Literal["build", "rule", "step"]
    what: str
    remedy: str


@dataclass(frozen=True)
class Spending:
    """What one client has spent in US dollars, today and this month (UTC). Without a budget the caps are None.

    `free_networks`: what people call those of its networks where reading costs nothing; `is_free`: it has no others.
    """

    client_id: str
    day_usd: float
    day_cap_usd: float | None
    month_usd: float
    month_cap_usd: float | None
    free_networks: tuple[str, ...] = ()
    is_free: bool = False


@dataclass
class Status:
    """The status of a home. A part that could not be read is empty, and `unknown` has the reason."""

    looked_at: datetime
    publication: dict[str, Any] | None = None
    replies: list[Held] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    blocking_rules: list[dict[str, Any]] = field(default_factory=list)
    warning_rules: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    budgets: list[Spending] = field(default_factory=list)
    clients: list[ClientData] = field(default_factory=list)
    is_airflow_running: bool = False
    schedule: list[Scheduled] = field(default_factory=list)
    backfills: list[Backfill] = field(default_factory=list)
    extraction_troubles: list[str] = field(default_factory=list)
    ended_parts: list[PartState] = field(default_factory=list)
    stack_end: str | None = None
    waiting_in_quarantine_count: int | None = None
    last_backup_at: datetime | None = None
    deliveries: Recent | None = None  # None where nobody is named to get anything
    facts: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    # Those of the unknown that are damaged or down; the others are only in use.
    broken: list[str] = field(default_factory=list)

    @property
    def age_hours(self) -> float | None:
        """Hours since the last publication."""
        if self.publication is None or self.publication["published_at"] is None:
            return None
        return (self.looked_at - self.publication["published_at"]).total_seconds() / 3600

    @property
    def is_broken(self) -> bool:
        """Whether a file can't be read, or Airflow or a part of it is down though nobody has stopped it."""
        is_down = any(part.state != "running" for part in self.ended_parts)
        return bool(self.broken) or self.stack_end is not None or is_down

    def is_old(self, max_age_hours: float) -> bool:
        """Whether nothing is published, or the publication or the data of a client is older than that or lacks a
        stream."""
        fetched = [client for client in self.clients if client.reaches_at or client.never_fetched]
        ages = [self.age_hours, *(client.age_hours for client in fetched)]
        return any(age is None or age > max_age_hours for age in ages)

    def exit_code(self, max_age_hours: float) -> int:
        """For a monitor: 1 something is damaged or down, 4 a build failed, 5 a rule blocks, 3 an extraction failed or
        is missing, 6 the publication or a client's data is too old or not there, 9 a message was due and did not
        arrive, or may not have, else 0."""
        kinds = {obstacle.by for obstacle in self.obstacles}
        if self.is_broken:
            return RapportError.exit_code
        if "build" in kinds:
            return BuildFailed.exit_code
        if "rule" in kinds:
            return CheckFailed.exit_code
        if self.extraction_troubles:
            return ExtractionError.exit_code
        if self.is_old(max_age_hours):
            return WarehouseBusy.exit_code
        return NotDelivered.exit_code if self.deliveries and self.deliveries.left else 0


def read_status(settings: Settings) -> Status:
    """Reads everything there is, without waiting: of a warehouse in use it says that it is in use."""
    status = Status(settings.now())
    _published(settings, status)
    _warehouse(settings, status)
    _state(settings, status)
    _airflow(settings, status)
    with _reading(status, "deliveries"):
        status.deliveries = recent(settings)
    with _reading(status, "backups"):
        status.last_backup_at = last_begun_at(settings)
    clients = ", ".join(client.id for client in settings.config.clients)
    landed = sum(1 for _ in settings.landing_dir.rglob("*.json.zst"))
    status.facts = {
        "home": str(settings.home),
        "clients": clients or f"none ({settings.config_path} names none)",
        **apis(settings),
        "landed": f"{landed:,} pages",
        **status.facts,
    }
    return status


@contextmanager
def _reading(status: Status, part: str) -> Iterator[None]:
    """If this part can't be read, the reason is noted as a whole sentence, and the next part is read."""
    try:
        yield
    except WarehouseBusy:
        status.unknown[part] = f"{_SUBJECTS[part]} is in use by another process right now"
    except RapportError as problem:
        status.broken.append(part)
        # The words may end with what DuckDB says, and that with a sign of its own.
        remedy = f". What to do: {problem.remedy}" if problem.remedy else ""
        status.unknown[part] = problem.words.rstrip(".!") + remedy
    except _UNREADABLE as problem:
        status.broken.append(part)
        status.unknown[part] = f"{_SUBJECTS[part]} can't be read: {first_line(problem)}"


def _published(settings: Settings, status: Status) -> None:
    if not settings.published_path.exists():
        return
    with (
        _reading(status, "published"),
        duckdb.connect(str(settings.published_path), read_only=True) as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        cursor = connection.execute("from reports.rpt_publication")
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone() or (), strict=False))
        # Files of earlier versions of Rapport have fewer of them.
        status.publication = {name: row.get(name) for name in _PUBLICATION_FIELDS}
        status.replies = list(held(connection))
        status.clients = list(reaches(settings, connection))


def _warehouse(settings: Settings, status: Status) -> None:
    if not settings.warehouse_path.exists():
        status.facts["loaded"] = "the warehouse is not there yet: `rapport load` or `rapport import` makes it"
        return
    with (
        _reading(status, "warehouse"),
        connect(settings, read_only=True, wait_seconds=0) as connection,
    ):
        if has_table(connection, "raw", "pages"):
            [(count, last)] = connection.execute("select count(*), max(loaded_at) from raw.pages").fetchall()
            [(versions,)] = connection.execute(_VERSIONS).fetchall()
            status.facts["loaded"] = (
                f"{count:,} pages, the last at {last:%Y-%m-%d %H:%M} UTC" if last else "not yet"
            )
            if versions or X.name in settings.config.networks:
                status.facts["X API version"] = versions or "not yet"
        size = settings.warehouse_path.stat().st_size / 1e6
        status.facts["warehouse"] = f"{size:,.1f} MB, {free_share(connection):.0%} of it free"
        status.waiting_in_quarantine_count = quarantine.count_waiting(connection)
        _obstacles(connection, status)


def _obstacles(connection: duckdb.DuckDBPyConnection, status: Status) -> None:
    """Notes what keeps the newest data from readers: is it built, checked, published?"""
    build = latest_build(connection)
    if build is None:
        if status.facts.get("loaded", "not yet") != "not yet":
            status.obstacles.append(Obstacle("step", "what was loaded is not built yet", "`rapport build`"))
        return
    [(started_at,)] = connection.execute(
        "select max(started_at) from quality.builds where build_id = ?", [build.build_id]
    ).fetchall()
    status.facts["built"] = f"{build.build_id}, started {started_at:%Y-%m-%d %H:%M} UTC"
    if build.is_erasure:
        status.obstacles.append(
            Obstacle("step", "something was erased, and everything has to be built again", "`rapport build`")
        )
        return
    if not build.is_success:
        status.obstacles.append(
            Obstacle(
                "build",
                f"the build {build.build_id} failed or was stopped half-way",
                "correct what `rapport build` names, and let it run to its end",
            )
        )
        return
    _check_obstacles(connection, status, build.build_id)
    if new := unbuilt_page_count(connection):
        status.obstacles.append(
            Obstacle("step", f"{new:,} pages were loaded since the last build", "`rapport build`")
        )


def _check_obstacles(connection: duckdb.DuckDBPyConnection, status: Status, build_id: str) -> None:
    """Notes what the newest check says of that build, and whether it was published afterwards."""
    run = None
    if has_table(connection, "quality", "check_runs"):
        run = connection.execute(
            f"select build_id, is_success from quality.check_runs {LAST_WRITTEN}"
        ).fetchone()
    if run is None or run[0] != build_id:
        status.obstacles.append(
            Obstacle("step", f"the build {build_id} is not checked yet", "`rapport check`")
        )
        return
    rules = rule_trends(connection, 1)
    by_state = {
        state: [{name: getattr(rule, name) for name in _RULE_FIELDS} for rule in rules if rule.state == state]
        for state in ("blocks", "warns")
    }
    status.blocking_rules, status.warning_rules = by_state["blocks"], by_state["warns"]
    if not run[1]:
        count = len(status.blocking_rules)
        status.obstacles.append(
            Obstacle(
                "rule",
                f"{count} of {len(rules)} rules block the build {build_id}",
                "do what each of them says, then `rapport build`, `rapport check`, `rapport publish`",
            )
        )
    elif "published" not in status.unknown and (status.publication or {}).get("build_id") != build_id:
        status.obstacles.append(
            Obstacle("step", f"the build {build_id} is checked and not published yet", "`rapport publish`")
        )


def _state(settings: Settings, status: Status) -> None:
    if not is_made(settings):
        return  # nothing was fetched yet
    today = status.looked_at.replace(hour=0, minute=0, second=0, microsecond=0)
    with _reading(status, "state store"), open_state(settings) as state:
        status.gaps = everything(state)
        with state.engine.connect() as connection:
            for client in settings.config.clients:
                day, month = (
                    budget.spent_usd(connection, client.id, start) for start in (today, today.replace(day=1))
                )
                caps = (
                    (client.budget.usd_per_day, client.budget.usd_per_month)
                    if client.budget
                    else (None, None)
                )
                named = [network for name, network in NETWORKS.items() if accounts.ours(name, client)]
                free = tuple(network.label for network in named if not network.price_usd)
                is_free = bool(free) and len(free) == len(named)
                status.budgets.append(Spending(client.id, day, caps[0], month, caps[1], free, is_free))


def _airflow(settings: Settings, status: Status) -> None:
    status.stack_end = sudden_end(settings)
    status.ended_parts = ended_parts(settings)
    with _reading(status, "Airflow"), asking_airflow(settings) as api:
        if api is None:
            return
        status.is_airflow_running = True
        status.schedule = list(airflow_state.scheduled(api))
        for dag in status.schedule:
            if dag.is_extraction:
                status.backfills += airflow_state.backfills(api, dag.dag_id)
    status.extraction_troubles = airflow_state.extraction_troubles(
        status.schedule, status.backfills, status.looked_at
    )
