"""Rapport's configuration: rapport.toml (whom to follow) and the environment (where data lies, and secrets).

This is the only module that reads environment variables. All others get a `Settings`.
"""

import hashlib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from rapport import config_environment as environ
from rapport.config_clients import Client
from rapport.config_delivery import Delivery
from rapport.config_engine import Engine
from rapport.config_environment import AirflowLogin, MailServer
from rapport.config_faults import FaultAt, fault_of_toml, faults
from rapport.config_lines import Place
from rapport.config_sections import Alerts, Backup, Cleanup, Erasure, Polling, Privacy, Schedule
from rapport.config_values import Account, OwnerName, PersonId, Strict, Tag
from rapport.errors import ConfigError
from rapport.networks import DEFAULT, NETWORKS, PERSON, AccountRef, qualified
from rapport.window import utc_now

_REMEDY = "correct rapport.toml; `rapport init --print` shows a commented example"


class Person(Strict):
    """One human or organisation behind several accounts, listed by hand; removing the lines undoes it.

    With one account it only says what kind of person that is. `id` keeps who they are when the name changes.
    """

    id: PersonId | None = None
    name: str = Field(min_length=1)
    accounts: list[Account] = Field(min_length=1)
    kind: Literal["person", "organisation", "bot"] | None = None
    # For every client that has come across the person; what the client's own list says goes before the owner.
    owner: OwnerName | None = None
    tags: list[Tag] = Field(default=[])

    @property
    def person_id(self) -> str:
        """Who they are in every table: `person:` and the id, or what stands for the name (capitals aside)."""
        own = self.id or hashlib.sha256(self.name.lower().encode()).hexdigest()[:12]
        return qualified(PERSON, own)


class Config(Strict):
    """The whole of rapport.toml."""

    clients: list[Client] = Field(default=[])
    people: list[Person] = Field(default=[])
    schedule: Schedule = Schedule()
    polling: Polling = Polling()
    erasure: Erasure = Erasure()
    alerts: Alerts = Alerts()
    delivery: Delivery = Delivery()
    backup: Backup = Backup()
    cleanup: Cleanup = Cleanup()
    privacy: Privacy = Privacy()
    engine: Engine = Engine()

    @property
    def networks(self) -> list[str]:
        """The networks on which an account is named for a client, in the order in which they are declared.

        If none is named at all, the default network stands for what is to come.
        """
        there = {
            account.network
            for client in self.clients
            for account in (
                *client.accounts,
                *client.team,
                *client.bots,
                *(stakeholder.handle for stakeholder in client.stakeholders),
            )
        }
        return [name for name in NETWORKS if name in (there or {DEFAULT})]

    @model_validator(mode="after")
    def _ids_differ(self) -> "Config":
        ids = [client.id for client in self.clients]
        for number, client_id in enumerate(ids):
            if client_id in ids[:number]:
                said = f"two clients have the id {client_id}; give each its own"
                raise FaultAt(said, ("clients", number, "id"))
        asking = [number for number, client in enumerate(self.clients) if client.direct_messages is not None]
        if len(asking) > 1:
            raise FaultAt(
                "two clients ask for direct messages, and X_USER_TOKEN belongs to one account; use two homes",
                ("clients", asking[1], "direct_messages"),
            )
        return self

    @model_validator(mode="after")
    def _mails_have_a_sender(self) -> "Config":
        for number, client in enumerate(self.clients):
            for index, to in enumerate(client.deliveries):
                if to.mail and self.delivery.sender is None:
                    raise FaultAt(
                        f"{client.id} is sent mails, and [delivery] names no sender; write "
                        'sender = "reports@your.domain"',
                        ("clients", number, "deliveries", index, "mail"),
                    )
        return self

    @model_validator(mode="after")
    def _agency_gets_something(self) -> "Config":
        named = {to for client in self.clients for row in client.deliveries for to in (*row.mail, *row.chat)}
        for number, to in enumerate(self.delivery.agency):
            if to not in named:
                raise FaultAt(
                    f"'{to}' is named in agency of [delivery], and gets nothing; write it as it stands under "
                    "[[clients.deliveries]], or remove it",
                    ("delivery", "agency", number),
                )
        return self

    @model_validator(mode="after")
    def _one_person_each(self) -> "Config":
        seen: set[tuple[str, str]] = set()
        names: dict[str, str] = {}
        ours = {ref.key for client in self.clients for ref in (*client.accounts, *client.team)}
        for number, person in enumerate(self.people):
            here = ("people", number)
            if person.person_id in names:
                both = f"{names[person.person_id]} and {person.name}"
                raise FaultAt(
                    f"two people are {person.person_id}: {both}; give each an id of its own",
                    (*here, "id" if person.id else "name"),
                )
            names[person.person_id] = person.name
            for index, ref in enumerate(person.accounts):
                if ref.key in seen:
                    said = f"{ref} stands twice under people; an account belongs to one person"
                    raise FaultAt(said, (*here, "accounts", index))
                if person.kind == "bot" and ref.key in ours:
                    said = f"{ref} is an account of a client and under people a bot; keep one of them"
                    raise FaultAt(said, (*here, "accounts", index))
                seen.add(ref.key)
            if person.owner and person.owner.account and person.owner.account.key not in ours:
                raise FaultAt(
                    f"{person.owner.account} keeps the tie to {person.name}, and is no account or team account of a "
                    "client; add it there, written alike, or write a name",
                    (*here, "owner"),
                )
        return self

    @property
    def references(self) -> list[AccountRef]:
        """Every account that this file names, as often as it names it."""
        return [account for _, account in self.places]

    @property
    def places(self) -> list[tuple[Place, AccountRef]]:
        """The same, each with the path of the key that names it."""
        of_clients: list[tuple[Place, AccountRef]] = []
        for number, client in enumerate(self.clients):
            for role in ("accounts", "team", "bots"):
                of_clients += [
                    (("clients", number, role, index), account)
                    for index, account in enumerate(getattr(client, role))
                ]
            for table in ("stakeholders", "people"):
                of_clients += [
                    (("clients", number, table, index, "handle"), person.handle)
                    for index, person in enumerate(getattr(client, table))
                ]
        return of_clients + [
            (("people", number, "accounts", index), account)
            for number, person in enumerate(self.people)
            for index, account in enumerate(person.accounts)
        ]

    def client(self, client_id: str) -> Client:
        """The client with that id. Raises ConfigError with the ids there are."""
        for client in self.clients:
            if client.id == client_id:
                return client
        known = ", ".join(client.id for client in self.clients) or "none"
        raise ConfigError(
            f"there is no client '{client_id}' in rapport.toml", f"the clients there are: {known}"
        )


@dataclass(frozen=True)
class Settings:
    """Where everything lies, how the network is reached, and the clock. `load_settings` makes it."""

    home: Path
    config_path: Path
    config: Config
    state_url: str
    x_base_url: str
    x_bearer_token: SecretStr | None = field(repr=False)
    # The token of an account that has authorised the app (OAuth 2.0), for likers and direct messages.
    x_user_token: SecretStr | None = field(default=None, repr=False)
    airflow: AirflowLogin | None = None
    # Airflow's own database, for its cleanup: tasks don't get the one that Airflow itself is told.
    airflow_database_url: SecretStr | None = field(default=None, repr=False)
    # {host} stands for the server's name.
    mastodon_base_url: str = "https://{host}"
    # `name@host` in lower case → the account's own access token: a server shows its mentions to nobody else.
    mastodon_tokens: Mapping[str, SecretStr] = field(default_factory=dict, repr=False)
    bluesky_base_url: str = "https://public.api.bsky.app"
    # Who knows the accounts' passwords: sessions are made there.
    bluesky_pds_url: str = "https://bsky.social"
    # Handle in lower case → an app password of the account, for its mentions.
    bluesky_app_passwords: Mapping[str, SecretStr] = field(default_factory=dict, repr=False)
    # Who has it may say that all is well, so it is a secret.
    heartbeat_url: SecretStr | None = field(default=None, repr=False)
    # By which mails leave; None where nothing can be mailed.
    mail_server: MailServer | None = None
    # Name → address of an incoming webhook. Who has it may post there, so it is a secret.
    chat_webhooks: Mapping[str, SecretStr] = field(default_factory=dict, repr=False)
    # The clock of windows, budgets, polls and ages: aware, in UTC. Tests set one of their own.
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
    def clients_dir(self) -> Path:
        return self.published_dir / "clients"

    def client_dir(self, client_id: str) -> Path:
        return self.clients_dir / client_id

    @property
    def reports_dir(self) -> Path:
        return self.published_dir / "reports"

    @property
    def editions_dir(self) -> Path:
        return self.published_dir / "editions"

    @property
    def restore_dir(self) -> Path:
        """Where a restore prepares the new files and keeps the old ones until it is done."""
        return self.home / ".restore"

    @property
    def quality_dir(self) -> Path:
        return self.home / "quality"

    @property
    def dbt_target_dir(self) -> Path:
        return self.home / "dbt"

    @property
    def spark_dir(self) -> Path:
        """What Spark reads and writes while it builds, and dbt's own files of that.

        Of a folder that is named it is a part of our own: its copies are removed, and whatever else lies there is not.
        Homes that share the folder have different parts.
        """
        folder = self.config.engine.folder
        if not folder:
            return self.home / "spark"
        part = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(folder).expanduser().resolve() / f"rapport-{part}"

    @property
    def spark_folders_path(self) -> Path:
        """Folders outside of the home in which copies for Spark may be, one a line: an erasure looks there, too."""
        return self.home / "spark-folders.txt"


def environment() -> dict[str, str]:
    """A copy of the process environment, for the processes that we start."""
    return dict(os.environ)


def home_of(home: Path | None = None) -> Path:
    """The folder of everything that Rapport makes: the argument, else RAPPORT_HOME, else ./rapport-home."""
    return (home or Path(os.environ.get("RAPPORT_HOME") or "rapport-home")).expanduser().resolve()


def load_settings(
    home: Path | None = None, config_path: Path | None = None, secrets: Mapping[str, str] | None = None
) -> Settings:
    """Settings from the environment and rapport.toml; a missing rapport.toml means no client is tracked.

    RAPPORT_HOME (./rapport-home), RAPPORT_CONFIG ($RAPPORT_HOME/rapport.toml), RAPPORT_STATE_URL,
    RAPPORT_X_BASE_URL, X_BEARER_TOKEN, X_USER_TOKEN, RAPPORT_BLUESKY_BASE_URL, RAPPORT_BLUESKY_PDS_URL,
    BLUESKY_APP_PASSWORDS, RAPPORT_MASTODON_BASE_URL, MASTODON_TOKENS, RAPPORT_AIRFLOW_URL,
    RAPPORT_AIRFLOW_USER (admin), RAPPORT_AIRFLOW_PASSWORD, RAPPORT_AIRFLOW_DATABASE_URL, RAPPORT_HEARTBEAT_URL,
    RAPPORT_SMTP_URL and RAPPORT_CHAT_WEBHOOKS are read; arguments win over them, and `secrets` over variables of the
    same name.
    """
    env = {**os.environ, **(secrets or {})}
    home = home_of(home)
    chosen = config_path or (Path(env["RAPPORT_CONFIG"]) if env.get("RAPPORT_CONFIG") else None)
    if chosen is not None and not chosen.exists():
        raise ConfigError(
            f"there is no file {chosen}", "check RAPPORT_CONFIG or --config, or make one with `rapport init`"
        )
    path = (chosen or home / "rapport.toml").expanduser().resolve()
    return Settings(
        home=home,
        config_path=path,
        config=read_config(path) if path.exists() else Config(),
        state_url=env.get("RAPPORT_STATE_URL") or f"sqlite:///{home / 'state.sqlite'}",
        x_base_url=(env.get("RAPPORT_X_BASE_URL") or "https://api.x.com").rstrip("/"),
        x_bearer_token=environ.secret(env, "X_BEARER_TOKEN"),
        x_user_token=environ.secret(env, "X_USER_TOKEN"),
        bluesky_base_url=environ.address(env, "RAPPORT_BLUESKY_BASE_URL", "https://public.api.bsky.app"),
        bluesky_pds_url=environ.address(env, "RAPPORT_BLUESKY_PDS_URL", "https://bsky.social"),
        bluesky_app_passwords=environ.bluesky_app_passwords(env),
        mastodon_base_url=environ.mastodon_base_url(env),
        mastodon_tokens=environ.mastodon_tokens(env),
        airflow=environ.airflow_login(env),
        airflow_database_url=environ.secret(env, "RAPPORT_AIRFLOW_DATABASE_URL"),
        heartbeat_url=environ.heartbeat_url(env),
        mail_server=environ.mail_server(env),
        chat_webhooks=environ.chat_webhooks(env),
    )


def read_config(path: Path) -> Config:
    """Reads rapport.toml. Raises ConfigError with the file, line and key of every error in it."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise ConfigError(
            f"{path}:{line}: this is not UTF-8",
            "save the file as UTF-8, in an editor that lets you choose the encoding",
        ) from problem
    try:
        document = tomllib.loads(text)
    except ValueError as problem:  # a number with thousands of digits is none of tomllib's own errors
        raise ConfigError(fault_of_toml(path, text, problem), _REMEDY) from problem
    try:
        return Config.model_validate(document)
    except ValidationError as problem:
        found = faults(path, text, problem.errors(include_url=False), Config)
        raise ConfigError("\n".join(found), _REMEDY) from problem
