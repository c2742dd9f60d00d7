"""What the world is made of on Bluesky and Mastodon. Both APIs are rendered from it.

An account is keyed by network and id: on Bluesky its DID, on Mastodon `name@host`. A post is keyed by network and id:
on Bluesky its at:// URI, on Mastodon the `uri` that its own server gave it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from emulator.model import Act, ClientScript, Plan

BLUESKY, MASTODON = "bluesky", "mastodon"
Key = tuple[str, str]
K = TypeVar("K")


@dataclass(frozen=True)
class Someone:
    """One account.

    `verified_links`: addresses in a Mastodon profile that link back to it (`fields[].verified_at`). `other_links`:
    those that nobody has verified. `bridged_from`: of an account that a bridge made, whose copy it is, as
    `network:account_id`. `moved_to`: the account that a Mastodon profile says it has moved to. `number`: on Mastodon,
    the account's id on its own server; other servers give it other ids.
    """

    network: str
    account_id: str
    handle: str
    display_name: str
    description: str
    created_at: datetime
    is_bot: bool = False
    asks_for_login: bool = False  # not to be shown to whoever is not logged in
    verified_links: tuple[str, ...] = ()
    other_links: tuple[str, ...] = ()
    bridged_from: str | None = None
    moved_to: str | None = None
    followers: int = 0
    following: int = 0
    number: str = ""

    @property
    def host(self) -> str:
        """The Mastodon server that it is at home on."""
        return self.account_id.partition("@")[2]


@dataclass
class Said:
    """One post; on Mastodon a status. `text` is plain: the APIs make facets or HTML of it.

    `number`: on Mastodon, the status's id on its own server; other servers give it other ids. `mentions`: accounts
    whose handles stand in `text` as `@handle`, in their order, and on Mastodon also whom a reply answers.
    `visibility`: public, unlisted, private (followers only) or direct. `edits`: (when, the text from then on), oldest
    first; `text` is the first version. `parent_id` and `root_id` stay when what they name is deleted. A repost has no
    text. `bridged_from`: of a bridge's copy, the post that it copies, as `network:post_id`. `gate`: on Bluesky, who may
    reply to a root: None (all), "nobody", "mentioned". `quote_state`: on Mastodon, whether the quoted author agreed:
    accepted, pending or revoked. `claimed_at`: on Bluesky, the time that its author's client wrote into the record,
    where that is later than the time the network saw it, which is `created_at`.
    """

    network: str
    post_id: str
    author_id: str
    text: str
    created_at: datetime
    parent_id: str | None = None
    root_id: str | None = None
    quoted_id: str | None = None
    reposted_id: str | None = None
    mentions: tuple[str, ...] = ()
    visibility: str = "public"
    edits: tuple[tuple[datetime, str], ...] = ()
    deleted_at: datetime | None = None
    likes: tuple[tuple[str, datetime], ...] = ()
    reposts: tuple[tuple[str, datetime], ...] = ()
    bridged_from: str | None = None
    number: str = ""
    lang: str = "en"
    gate: str | None = None
    quote_state: str = "accepted"
    claimed_at: datetime | None = None

    @property
    def is_private(self) -> bool:
        """Whether it is not for everybody: servers have more words for that than those above."""
        return self.visibility not in ("public", "unlisted")

    def exists_at(self, now: datetime) -> bool:
        """Whether the network has it at that time."""
        return self.created_at <= now and (self.deleted_at is None or now < self.deleted_at)

    def text_at(self, now: datetime) -> str:
        """Its text at that time."""
        return next((text for at, text in reversed(self.edits) if at <= now), self.text)

    def edited_at(self, now: datetime) -> datetime | None:
        """When it was last edited before that time."""
        return next((at for at, _ in reversed(self.edits) if at <= now), None)


@dataclass(frozen=True)
class Joined:
    """One person behind accounts of several networks, whom the demo's rapport.toml lists by hand.

    `accounts`: (network, handle); on X the handle as X has it. `plans`: what is true of them with a client over all of
    these accounts, in place of what is planned for each.
    """

    person_id: str
    name: str
    accounts: tuple[Key, ...]
    plans: tuple[Plan, ...]


@dataclass
class Elsewhere:
    """All of it on both networks. `blocks`: (network, who blocks, whom).

    `acts` (in order of time), `plans` and `clients` are by network, and declare what is true there. Bots that say so
    themselves are among a client's bots here, and in no rapport.toml.
    """

    until: datetime
    people: dict[Key, Someone] = field(default_factory=dict)
    posts: dict[Key, Said] = field(default_factory=dict)
    blocks: set[tuple[str, str, str]] = field(default_factory=set)
    acts: dict[str, list[Act]] = field(default_factory=dict)
    plans: dict[str, list[Plan]] = field(default_factory=dict)
    clients: dict[str, tuple[ClientScript, ...]] = field(default_factory=dict)
    joined: tuple[Joined, ...] = ()

    def by_handle(self, network: str, handle: str) -> Someone | None:
        """The account of that handle, whose capitals do not matter."""
        return self._handles.get((network, handle.lower()))

    def of(self, network: str) -> list[Said]:
        """All posts of a network, newest first, deleted ones too; reposts among them."""
        return self._newest_first[network]

    def by(self, network: str, account_id: str) -> list[Said]:
        """What somebody wrote or reposted, newest first."""
        return self._by_author[network, account_id]

    def replies(self, network: str, post_id: str) -> list[Said]:
        """Direct replies, oldest first, deleted ones too."""
        return self._replies[network, post_id]

    def quotes(self, network: str, post_id: str) -> list[Said]:
        """Quotes of it, newest first."""
        return self._quotes[network, post_id]

    def is_shut_out(self, post: Said) -> bool:
        """Whether the root's thread gate does not allow it, so that the network shows it to nobody in the thread."""
        root = self.posts.get((post.network, post.root_id or ""))
        if root is None or root.gate is None or post.author_id == root.author_id:
            return False
        return root.gate == "nobody" or post.author_id not in root.mentions

    def forget_caches(self) -> None:
        """To be called after `posts` or `people` have changed."""
        for name in ("_handles", "_newest_first", "_by_author", "_replies", "_quotes"):
            self.__dict__.pop(name, None)

    @cached_property
    def _handles(self) -> dict[Key, Someone]:
        return {(one.network, one.handle.lower()): one for one in self.people.values()}

    @cached_property
    def _newest_first(self) -> dict[str, list[Said]]:
        posts = sorted(self.posts.values(), key=lambda post: (post.created_at, post.post_id), reverse=True)
        return _grouped((post.network, post) for post in posts)

    @cached_property
    def _by_author(self) -> dict[Key, list[Said]]:
        return _grouped(((post.network, post.author_id), post) for post in self._all())

    @cached_property
    def _replies(self) -> dict[Key, list[Said]]:
        oldest_first = reversed(list(self._all()))
        return _grouped(((post.network, post.parent_id), post) for post in oldest_first if post.parent_id)

    @cached_property
    def _quotes(self) -> dict[Key, list[Said]]:
        return _grouped(((post.network, post.quoted_id), post) for post in self._all() if post.quoted_id)

    def _all(self) -> Iterable[Said]:
        for posts in self._newest_first.values():
            yield from posts


def _grouped(pairs: Iterable[tuple[K, Said]]) -> dict[K, list[Said]]:
    found: dict[K, list[Said]] = defaultdict(list)
    for key, post in pairs:
        found[key].append(post)
    return found
