"""What a world is made of: accounts and posts (what the API shows), acts and plans (what is declared)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

WEEKS = 26


@dataclass(eq=False)
class Account:
    """One account. `account_id` is a Snowflake, or short for accounts older than those."""

    account_id: str
    handle: str
    name: str
    description: str
    created_at: datetime
    location: str | None = None
    followers: int = 0
    following: int = 0
    post_count: int = 0
    listed: int = 0
    kind: str = "person"  # person, organisation, bot
    verified_type: str = "none"
    is_protected: bool = False
    is_suspended: bool = False
    is_deactivated: bool = False

    @property
    def is_away(self) -> bool:
        """True where the API does not show the account at all."""
        return self.is_suspended or self.is_deactivated


@dataclass(eq=False)
class Post:
    """One version of one post, as the network keeps it.

    `text` is the whole text, unescaped, with the leading @handles of a reply. `history` holds the ids of all
    versions, oldest first; the API shows the newest one except to those who ask for an older one by its id.
    """

    post_id: str
    author: Account
    text: str
    at: datetime
    conversation_id: str
    root_id: str  # canonical: the first version of the root
    lang: str = "en"
    lead: tuple[Account, ...] = ()  # whose handles lead the text because the thread passes them on
    parent: Post | None = None
    quoted: Post | None = None
    reposted: Post | None = None
    in_reply_to: Account | None = None
    history: list[str] = field(default_factory=list)
    is_deleted: bool = False
    is_place_scrubbed: bool = False  # its author has had the places of posts forgotten
    withheld_in: tuple[str, ...] = ()
    likes: int = 0
    reposts: int = 0
    bookmarks: int = 0
    impressions: int = 0

    @property
    def number(self) -> int:
        """The id as a number: ids differ in length, so text order is no order."""
        return int(self.post_id)

    @property
    def canonical_id(self) -> str:
        """One id for all versions of a post: the first, which no later edit can change."""
        return self.history[0]

    @property
    def is_gone(self) -> bool:
        """True where the API will not show it: deleted, or its author gone, protected or suspended."""
        return self.is_deleted or self.author.is_protected or self.author.is_away


@dataclass(frozen=True)
class Message:
    """One direct message between two accounts."""

    message_id: str
    sender: Account
    receiver: Account
    text: str
    at: datetime


@dataclass(frozen=True)
class Act:
    """A declared fact: `from_id` deliberately addressed `to_id` in a post that the API shows.

    The script declares it when it writes the scene; nothing reads it out of the text.
    """

    at: datetime
    from_id: str
    to_id: str
    kind: str  # reply, quote, mention
    post_id: str  # canonical
    root_id: str  # canonical
    answers_id: str | None  # canonical id of the post replied to
    is_question: bool


@dataclass(frozen=True)
class Stakeholder:
    """Somebody the client wants to reach, as rapport.toml lists them. Priority 1 is the highest."""

    handle: str
    why: str
    topic: str
    priority: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Goal:
    """What the client wants, in their words, with a measure and a target."""

    words: str
    measure: str
    target: float
    week: int  # due on the last day of this week of the world


@dataclass(frozen=True)
class Topic:
    """What the client talks about, and words by which it is known; a * stands for any ending."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ClientScript:
    """One client of the agency: handles without @."""

    client_id: str
    name: str
    accounts: tuple[str, ...]
    team: tuple[str, ...]
    bots: tuple[str, ...]
    stakeholders: tuple[Stakeholder, ...]
    goals: tuple[Goal, ...]
    topics: tuple[Topic, ...]
    usd_per_day: float
    usd_per_month: float
    # days ("tue"), and from when to when ("10:00", "18:00") somebody is there to answer; None: nobody says
    hours: tuple[tuple[str, ...], str, str] | None = None

    @property
    def us(self) -> tuple[str, ...]:
        """Tracked and team handles."""
        return self.accounts + self.team


@dataclass(frozen=True)
class Plan:
    """What was planned for one person with one client, written down beside the scenes that play it.

    `spans` are (week number, stage) from which on the stage holds; an empty tuple means that the person must
    not appear in the client's ledger. `story` says why. `is_named` marks plans written by hand.
    """

    client_id: str
    handle: str
    spans: tuple[tuple[int, str], ...]
    story: str
    is_named: bool
    waits: int = 0  # how many of their addresses wait at the end of the world


@dataclass
class World:
    """All of it. Read-only once built."""

    until: datetime
    seed: int
    accounts: dict[str, Account]  # by handle
    posts: dict[str, Post]  # by id, every version, gone ones too
    acts: list[Act]  # in order of time
    clients: tuple[ClientScript, ...]
    plans: list[Plan]
    messages: list[Message] = field(default_factory=list)  # oldest first
    likes: dict[str, list[str]] = field(
        default_factory=dict
    )  # canonical id of a post -> handles, as scripted

    @property
    def start(self) -> datetime:
        """Monday 00:00 UTC of the first week."""
        return self.until - timedelta(weeks=WEEKS)

    def week_start(self, week: int) -> date:
        """Monday of week `week` (0 is the first)."""
        return (self.start + timedelta(weeks=week)).date()

    @cached_property
    def accounts_by_id(self) -> dict[str, Account]:
        """Accounts by id."""
        return {account.account_id: account for account in self.accounts.values()}

    @cached_property
    def accounts_by_lower_handle(self) -> dict[str, Account]:
        """Accounts by handle in lower case, as X compares handles."""
        return {account.handle.lower(): account for account in self.accounts.values()}

    @cached_property
    def newest_first(self) -> list[Post]:
        """Every version of every post, newest first."""
        return sorted(self.posts.values(), key=lambda post: post.number, reverse=True)

    @cached_property
    def posts_by_author(self) -> dict[str, list[Post]]:
        """Posts by author id, newest first."""
        grouped: dict[str, list[Post]] = defaultdict(list)
        for post in self.newest_first:
            grouped[post.author.account_id].append(post)
        return grouped

    @cached_property
    def _related(self) -> dict[str, list[Post]]:
        grouped: dict[str, list[Post]] = defaultdict(list)
        for post in self.newest_first:
            for target in (post.parent, post.quoted, post.reposted):
                if target:
                    grouped[target.post_id].append(post)
        return grouped

    def related(self, post_id: str) -> list[Post]:
        """Posts that reply to, quote or repost this version of a post, newest first."""
        return self._related.get(post_id, [])

    def client(self, client_id: str) -> ClientScript:
        """The client of this id."""
        return next(client for client in self.clients if client.client_id == client_id)
