"""What Rapport is told: rapport.toml (whom to follow) and the environment (where, and secrets).

The only module that reads environment variables; everything else is handed a `Settings`.
"""

import hashlib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from rapport.config_faults import fault
from rapport.config_values import Account, ClientId, Cron, PersonId
from rapport.errors import ConfigError
from rapport.networks import PERSON, AccountRef, qualified
from rapport.window import utc_now

# What a goal may be measured by: names of published columns, as in int_goals__measures.
GOAL_MEASURES = (
    "connected_count", "conversing_count", "acquainted_count", "stakeholder_conversing_count", "reader_count",
    "waiting_count", "real_conversation_count", "exchange_count", "new_count", "answered_within_day_share",
)  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stakeholder(_Strict):
    """Somebody the client wants to be in conversation with, and why."""

    handle: Account
    why: str = Field(min_length=1)
    topic: str = ""
    priority: int = Field(default=2, ge=1, le=3)


class Goal(_Strict):
    """What the client wants, in the client's own words, with a measure and a date."""

    words: str = Field(min_length=1)
    measure: str = Field(min_length=1)
    target: float = Field(ge=0)
    by: date

    @field_validator("measure")
    @classmethod
    def _is_measured(cls, value: str) -> str:
        """The published name; `conversing` is short for `conversing_count`."""
        for name in (value, f"{value}_count"):
            if name in GOAL_MEASURES:
                return name
        raise ValueError(f"nothing is measured as '{value}'; there is {', '.join(GOAL_MEASURES)}")


class Budget(_Strict):
    """What may be spent on the network's API, in US dollars."""

    # The smallest search there is may cost $0.45: with less, nothing would ever be fetched.
    usd_per_day: float = Field(ge=0.5)
    usd_per_month: float = Field(ge=0.5)


class DirectMessages(_Strict):
    """Direct messages are fetched only where somebody has written down on what consent that rests."""

    consent: str = Field(min_length=10)


class Client(_Strict):
    """Whom the reporting is for."""

    id: ClientId
    name: str = Field(min_length=1)
    accounts: list[Account] = Field(min_length=1)
    team: list[Account] = []
    bots: list[Account] = []
    stakeholders: list[Stakeholder] = []
    goals: list[Goal] = []
    budget: Budget | None = None
    access: Literal["recent", "archive"] = "recent"
    direct_messages: DirectMessages | None = None
    # Posts of ours that a run asks for their reposters (and likers) of. X answers 75 such requests in 15 minutes:
    # 25 leave room for three clients or a backfill. 0 turns both off; above 75 every run waits.
    nods_per_run: int = Field(default=25, ge=0, le=750)

    @model_validator(mode="after")
    def _one_role_each(self) -> "Client":
        seen: dict[tuple[str, str], str] = {}
        for role, refs in (("accounts", self.accounts), ("team", self.team), ("bots", self.bots)):
            for ref in refs:
                earlier = seen.setdefault(ref.key, role)
                if earlier != role:
                    raise ValueError(f"{ref} stands in both {earlier} and {role}; keep it in one of them")
        return self


class Person(_Strict):
    """One human or organisation behind several accounts, listed by hand; removing the lines undoes it.

    With one account it only says what kind of person that is. `id` keeps who they are when the name changes.
    """

    id: PersonId | None = None
    name: str = Field(min_length=1)
    accounts: list[Account] = Field(min_length=1)
    kind: Literal["person", "organisation", "bot"] | None = None

    @property
    def person_id(self) -> str:
        """Who they are in every table: `person:` and the id, or what stands for the name (capitals aside)."""
        own = self.id or hashlib.sha256(self.name.lower().encode()).hexdigest()[:12]
        return qualified(PERSON, own)


class Schedule(_Strict):
    """When the daily extraction runs and the week is frozen (cron, UTC), and which days extraction may reach."""

    extract: Cron = "0 0 * * *"
    # Monday, once the extraction of Sunday is built and published; where that is not yet so, it waits for hours.
    edition: Cron = "0 6 * * 1"
    first_day: date | None = None
    last_day: date | None = None


class Polling(_Strict):
    """How long a conversation is looked after between the daily runs."""

    # Two weeks without a post: of replies in public threads hardly any come later, and a mention or a post of
    # ours opens the conversation again. Range 2-60; each day more is a request for every twenty conversations.
    close_after_days: int = Field(default=14, ge=2, le=60)


class Erasure(_Strict):
    """How what vanished from the network is followed: when (cron, UTC), and how much is looked up a day."""

    at: Cron = "0 5 * * *"
    # A post that is still there costs $0.005 to look up, one that is gone nothing: 300 are at most $1.50 a day, and
    # 9,000 posts a month are seen again. 0 turns look-ups off; what is asked for by hand is erased all the same.
    lookups_per_day: int = Field(default=300, ge=0, le=100_000)
    # An account that is still there costs $0.010: 100 are at most $1.00 a day, and 3,000 a month are seen again.
    account_lookups_per_day: int = Field(default=100, ge=0, le=100_000)
    # X's batch endpoint names what is gone among all ids we hold, for nothing, where the access allows it.
    batch_compliance: bool = True


class Alerts(_Strict):
    """Who is told when a run fails, is late, or publishes nothing; the servers stand in Airflow's connections."""

    email_to: list[Annotated[str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")]] = []
    # Its address is a secret: it stands in the connection `rapport_webhook`.
    webhook: bool = False
    # A day of several clients takes an hour at most; half a year of them takes longer, and may be asked after.
    late_after_minutes: int = Field(default=360, ge=1, le=7 * 24 * 60)


class Backup(_Strict):
    """When the DAG `backup` runs (cron, UTC), where to, and how many are kept."""

    # After the erasure and the edition. Daily, for X shows conversations of seven days only: what a lost disk takes
    # with it can then still be asked for again.
    at: Cron = "0 7 * * *"
    # A folder on another disk; without it, backups/ in the home, which a lost disk takes along.
    to: str = ""
    # A fault is noticed within days. Each one more is a copy of the warehouse, which every erasure goes through.
    keep: int = Field(default=3, ge=1, le=1000)


class Config(_Strict):
    """The whole of rapport.toml."""

    clients: list[Client] = []
    people: list[Person] = []
    schedule: Schedule = Schedule()
    polling: Polling = Polling()
    erasure: Erasure = Erasure()
    alerts: Alerts = Alerts()
    backup: Backup = Backup()

    @model_validator(mode="after")
    def _ids_differ(self) -> "Config":
        ids = [client.id for client in self.clients]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"two clients have the id {', '.join(twice)}; give each its own")
        if sum(client.direct_messages is not None for client in self.clients) > 1:
            raise ValueError(
                "two clients ask for direct messages, and X_USER_TOKEN belongs to one account; use two homes"
            )
        return self

    @model_validator(mode="after")
    def _one_person_each(self) -> "Config":
        seen: set[tuple[str, str]] = set()
        names: dict[str, str] = {}
        ours = {ref.key for client in self.clients for ref in (*client.accounts, *client.team)}
        for person in self.people:
            if person.person_id in names:
                both = f"{names[person.person_id]} and {person.name}"
                raise ValueError(f"two people are {person.person_id}: {both}; give each an id of its own")
            names[person.person_id] = person.name
            for ref in person.accounts:
                if ref.key in seen:
                    raise ValueError(f"{ref} stands twice under people; an account belongs to one person")
                if person.kind == "bot" and ref.key in ours:
                    raise ValueError(
                        f"{ref} is an account of a client and under people a bot; keep one of them"
                    )
                seen.add(ref.key)
        return self

    @property
    def references(self) -> list[AccountRef]:
        """Every account that this file names, as often as it does."""
        of_clients = [
            one
            for client in self.clients
            for one in (
                *client.accounts, *client.team, *client.bots, *(person.handle for person in client.stakeholders)
            )
        ]  # fmt: skip
        return of_clients + [one for person in self.people for one in person.accounts]

    def client(self, client_id: str) -> Client:
        """The client of that id; ConfigError names the ones there are."""
        for client in self.clients:
            if client.id == client_id:
                return client
        known = ", ".join(client.id for client in self.clients) or "none"
        raise ConfigError(
            f"there is no client '{client_id}' in rapport.toml", f"the clients there are: {known}"
        )


@dataclass(frozen=True)
class AirflowLogin:
    """An Airflow that runs this home and was not started by `rapport up`, as in containers."""

    url: str
    user: str
    password: SecretStr = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Where everything lies, how the network is reached, and what time it is. Made by `load_settings`."""

    home: Path
    config_path: Path
    config: Config
    state_url: str
    x_base_url: str
    x_bearer_token: SecretStr | None = field(repr=False)
    # Of an account that has let the app in (OAuth 2.0): for likers and direct messages, off without it.
    x_user_token: SecretStr | None = field(default=None, repr=False)
    airflow: AirflowLogin | None = None
    # The clock that windows, budgets, polls and ages go by: aware, in UTC. Tests hand in one of their own.
    now: Callable[[], datetime] = field(default=utc_now, repr=False)

    @property
    def landing_dir(self) -> Path:
        return self.home / "landing"

    @property
    def warehouse_path(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def published_dir(self) -> Path:
        return self.home / "published"

    @property
    def published_path(self) -> Path:
        """The one file that BI tools and reports read."""
        return self.published_dir / "engagement.duckdb"

    @property
    def reports_dir(self) -> Path:
        return self.published_dir / "reports"

    @property
    def editions_dir(self) -> Path:
        return self.published_dir / "editions"

    @property
    def restore_dir(self) -> Path:
        """Where a restore makes what it puts in place, and keeps what was there, until it is done."""
        return self.home / ".restore"

    @property
    def quality_dir(self) -> Path:
        return self.home / "quality"

    @property
    def dbt_target_dir(self) -> Path:
        return self.home / "dbt"


def environment() -> dict[str, str]:
    """A copy of the process environment, for those who start processes."""
    return dict(os.environ)


def home_of(home: Path | None = None) -> Path:
    """The folder of all that is made: the argument, else RAPPORT_HOME, else ./rapport-home."""
    return (home or Path(os.environ.get("RAPPORT_HOME") or "rapport-home")).expanduser().resolve()


def load_settings(home: Path | None = None, config_path: Path | None = None) -> Settings:
    """Settings from the environment and rapport.toml; a missing rapport.toml means no client is tracked.

    RAPPORT_HOME (./rapport-home), RAPPORT_CONFIG ($RAPPORT_HOME/rapport.toml), RAPPORT_STATE_URL,
    RAPPORT_X_BASE_URL, X_BEARER_TOKEN, X_USER_TOKEN, RAPPORT_AIRFLOW_URL, RAPPORT_AIRFLOW_USER (admin) and
    RAPPORT_AIRFLOW_PASSWORD are read; arguments win over them.
    """
    env = os.environ
    home = home_of(home)
    chosen = config_path or (Path(env["RAPPORT_CONFIG"]) if env.get("RAPPORT_CONFIG") else None)
    if chosen is not None and not chosen.exists():
        raise ConfigError(
            f"there is no file {chosen}", "check RAPPORT_CONFIG or --config, or make one with `rapport init`"
        )
    path = (chosen or home / "rapport.toml").expanduser().resolve()
    token, user_token = (env.get(name, "").strip() for name in ("X_BEARER_TOKEN", "X_USER_TOKEN"))
    return Settings(
        home=home,
        config_path=path,
        config=read_config(path) if path.exists() else Config(),
        state_url=env.get("RAPPORT_STATE_URL") or f"sqlite:///{home / 'state.sqlite'}",
        x_base_url=(env.get("RAPPORT_X_BASE_URL") or "https://api.x.com").rstrip("/"),
        x_bearer_token=SecretStr(token) if token else None,
        x_user_token=SecretStr(user_token) if user_token else None,
        airflow=_airflow_login(env),
    )


def _airflow_login(env: Mapping[str, str]) -> AirflowLogin | None:
    """None without RAPPORT_AIRFLOW_URL. Its faults are told without it: somebody may have put a password there."""
    url = env.get("RAPPORT_AIRFLOW_URL", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        is_address = False
    if not is_address or "@" in parts.netloc:
        raise ConfigError(
            "RAPPORT_AIRFLOW_URL is no address of an Airflow",
            "write it as http://api-server:8080; user and password stand in variables of their own",
        )
    if not env.get("RAPPORT_AIRFLOW_PASSWORD"):
        raise ConfigError(
            "RAPPORT_AIRFLOW_PASSWORD is not set", "set it beside RAPPORT_AIRFLOW_URL, or unset that one"
        )
    return AirflowLogin(
        url.rstrip("/"),
        env.get("RAPPORT_AIRFLOW_USER") or "admin",
        SecretStr(env["RAPPORT_AIRFLOW_PASSWORD"]),
    )


def read_config(path: Path) -> Config:
    """rapport.toml as a Config; ConfigError names file, line, key and remedy of every fault in it."""
    text = path.read_text(encoding="utf-8")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(
            f"{path}: {problem}", "correct the line; strings stand in quotes, lists in [brackets]"
        ) from problem
    try:
        return Config.model_validate(document)
    except ValidationError as problem:
        faults = [fault(path, text, error) for error in problem.errors(include_url=False)]
        raise ConfigError(
            "\n".join(faults), "correct rapport.toml; `rapport init --print` shows a commented example"
        ) from problem
