"""What a report knows of its client before any section is read: the name, the weeks, how far the data reaches."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import duckdb

from rapport.config import Settings
from rapport.config_clients import Client as Configured
from rapport.networks import DEFAULT, NETWORKS, label_of, parts, post_url, profile_url, qualified
from reporting.accounts import erased_people, former_handles, joint_handles, joint_people
from reporting.definitions import Definitions, read_definitions
from reporting.language import _, speaking
from reporting.person_links import file_name, people_with_page
from reporting.posts import erased_posts
from reporting.published import Publication, open_published, read_publication, records
from reporting.redaction import PERSON_GONE
from reporting.weeks import Week, last_complete_week, report_week
from reporting.words import name

WEEKS_SHOWN = 26  # half a year
# Client ids of rapport.toml have this form; a published file from elsewhere must not choose our paths.
CLIENT_FOLDER = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")


@dataclass(frozen=True)
class Client:
    """The client whose report it is. Every section is read for it, and may show what stands here."""

    client_id: str
    client_name: str
    as_of_at: datetime
    published_at: datetime | None
    publication_id: str = ""
    definitions: Definitions = field(default_factory=Definitions)
    weeks: list[Week] = field(default_factory=list)  # oldest first
    # (person id, handle) -> the handle before this one
    former_handles: dict[tuple[str, str], str] = field(default_factory=dict)
    # person id -> accounts (network:id), the oldest first, of everybody whom the list of people names
    joint_people: dict[str, list[str]] = field(default_factory=dict)
    # (person id, handle) of theirs -> the account (network:id) that has it
    joint_handles: dict[tuple[str, str], str] = field(default_factory=dict)
    networks: tuple[str, ...] = (DEFAULT,)  # those that the client's own accounts are on
    private_networks: tuple[str, ...] = ()  # those where private talk of the client is counted
    language: str = "en"
    time_zone: str = "UTC"
    people: frozenset[str] = frozenset()  # ids of those who have a page
    erased: frozenset[str] = frozenset()  # ids of those whose accounts were erased
    erased_posts: frozenset[str] = frozenset()  # network:id of those that were erased: see posts.py
    people_at: str = ""  # where these lie, as seen from the page that is drawn; "": it has no links to them
    on_page_of: str = ""  # the person whose page is drawn

    def speaking(self) -> AbstractContextManager[None]:
        """Within it, pages are in the client's language, and times in the client's zone."""
        return speaking(self.language, self.time_zone)

    @property
    def network_labels(self) -> list[str]:
        """What people call the networks that the client is on."""
        return [label_of(network) for network in self.networks]

    @property
    def week(self) -> Week | None:
        """The week the report is about."""
        return report_week(self.weeks)

    @property
    def has_hours(self) -> bool:
        """Whether the published figures know hours in which the client answers."""
        return any(week.working_day_due_count is not None for week in self.weeks)

    @property
    def edition(self) -> str:
        """The ISO week of the report, like 2026-W47."""
        day = self.week.week_start_date if self.week else last_complete_week(self.as_of_at)
        return f"{day:%G-W%V}"

    @cached_property
    def _people_by_account(self) -> dict[str, str]:
        return {account: person for person, accounts in self.joint_people.items() for account in accounts}

    def person_of(self, account: str) -> str:
        """The person whose account (network:id) it is."""
        return self._people_by_account.get(account, account)

    def person_url(self, person_id: str) -> str | None:
        """The page of a person, as seen from the page that is drawn; None where it has no link to one."""
        if not self.people_at or person_id not in self.people or person_id == self.on_page_of:
            return None
        return self.people_at + file_name(person_id)

    def called(self, person_id: str, display_name: str, handle: str) -> str:
        """What a person is called in a sentence; of somebody whose account was erased that it was, and no id."""
        return _(PERSON_GONE) if person_id in self.erased else name(display_name, handle, person_id)

    def profile_url(self, person_id: str, handle: str | None) -> str | None:
        """Where the network shows a person, by the account that has this handle; None where no link can be made.

        Without such an account it is the oldest of theirs. To one that was erased nothing leads.
        """
        if person_id in self.erased:
            return None
        oldest = self.joint_people.get(person_id, [person_id])[0]
        return profile_url(*parts(self.joint_handles.get((person_id, handle or ""), oldest)))

    def post_url(self, network: str, post_id: str) -> str | None:
        """Where a post can be read; None where no link can be made. To one that was erased nothing leads."""
        return None if qualified(network, post_id) in self.erased_posts else post_url(network, post_id)


def own_file(settings: Settings, client_id: str) -> Path | None:
    """The client's own publication; None where it has none."""
    path = settings.client_dir(client_id) / settings.published_path.name
    return path if CLIENT_FOLDER.match(client_id) and path.exists() else None


def reach(settings: Settings, client_id: str) -> tuple[datetime, datetime]:
    """Up to when a client's report speaks, and when that was published. Raises ReportError as `open_published` does."""
    with open_published(own_file(settings, client_id) or settings.published_path) as con:
        publication = read_publication(con)
        return reaches(con, client_id, publication), publication.published_at


def read_clients(
    con: duckdb.DuckDBPyConnection, settings: Settings, publication: Publication
) -> list[Client]:
    """The clients of the published file and of rapport.toml, by id; the latter may have no data yet."""
    published = dict(
        con.execute(
            "select client_id, arg_max(client_name, week_start_date) from reports.rpt_engagement_summary"
            " where client_id is not null group by client_id"
        ).fetchall()
    )
    configured = {client.id: client for client in settings.config.clients}
    names = {client_id: client.name for client_id, client in configured.items()} | published
    definitions = read_definitions(con)
    people = joint_people(con)
    return [
        _as_configured(
            _client(con, client_id, names[client_id] or client_id, publication, definitions, people),
            configured.get(client_id),
        )
        for client_id in sorted(names)
    ]


def _as_configured(client: Client, configured: Configured | None) -> Client:
    """With language and time zone of rapport.toml; English and UTC of a client that it no longer names."""
    if configured is None:
        return client
    return replace(client, language=configured.language, time_zone=configured.time_zone)


def _client(
    con: duckdb.DuckDBPyConnection,
    client_id: str,
    client_name: str,
    publication: Publication,
    definitions: Definitions,
    people: dict[str, list[str]],
) -> Client:
    as_of_at = reaches(con, client_id, publication)
    weeks = records(
        con,
        Week,
        "select {columns} from reports.rpt_engagement_summary where client_id = ?"
        " order by week_start_date desc limit ?",
        [client_id, WEEKS_SHOWN],
    )[::-1]
    return Client(
        client_id=client_id,
        client_name=client_name,
        as_of_at=as_of_at,
        published_at=publication.published_at,
        publication_id=publication.publication_id,
        weeks=weeks,
        former_handles=former_handles(con, as_of_at),
        definitions=definitions,
        joint_people=people,
        joint_handles=joint_handles(con),
        networks=networks_of(con, client_id) or (DEFAULT,),
        private_networks=private_networks_of(con, client_id),
        people=people_with_page(con, client_id),
        erased=erased_people(con),
        erased_posts=erased_posts(con),
    )


def networks_of(con: duckdb.DuckDBPyConnection, client_id: str) -> tuple[str, ...]:
    """The networks that the client's own accounts are on, by name."""
    rows = con.execute(
        "select distinct network from marts.client_accounts "
        "where client_id = ? and network is not null order by network",
        [client_id],
    ).fetchall()
    return tuple(network for (network,) in rows)


def private_networks_of(con: duckdb.DuckDBPyConnection, client_id: str) -> tuple[str, ...]:
    """The networks with private talk of the client. Some bring it among other posts, so that no stream tells."""
    rows = con.execute(
        "select distinct network from marts.interactions where private_to_client_id = ? order by network",
        [client_id],
    ).fetchall()
    return tuple(network for (network,) in rows)


def reaches(con: duckdb.DuckDBPyConnection, client_id: str, publication: Publication) -> datetime:
    """Up to when a client's report speaks."""
    return _as_of(con, client_id) or publication.as_of_at


def _as_of(con: duckdb.DuckDBPyConnection, client_id: str) -> datetime | None:
    """Where a client's own data ends: its newest fetched window. None when nothing was fetched for it."""
    row = con.execute(
        # Polls of conversations run ahead of the days that are fetched whole.
        "select coalesce("
        "max(last_window_end_at) filter (list_contains(?, network || ':' || stream)), max(last_window_end_at))"
        " from reports.rpt_coverage where client_id = ?",
        [
            [
                f"{network.name}:{stream}"
                for network in NETWORKS.values()
                for stream in network.expected_streams
            ],
            client_id,
        ],
    ).fetchone()
    return row[0] if row else None
