"""The pen that writes scenes: every verb makes a post *and* declares what is true of it.

Whom a post addresses is declared by the caller (`to`, the parent, the quoted post), not read from its text.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from emulator.errors import ScriptError
from emulator.model import Account, Act, ClientScript, Message, Post, World
from emulator.script.pen import Pen, asks
from emulator.snowflake import snowflake
from emulator.text import mentioned


class Writer(Pen):
    """Collects accounts, posts, acts and plans of one world. All times are UTC."""

    def __init__(self, until: datetime, seed: int) -> None:
        super().__init__(until, seed, random.Random(seed), [], [])
        self.until = until
        self.accounts: dict[str, Account] = {}
        self.by_lower: dict[str, Account] = {}
        self.posts: dict[str, Post] = {}
        self.clients: list[ClientScript] = []
        self.messages: list[Message] = []
        self.likes: dict[str, list[str]] = {}
        self._serial = 0
        self._seconds: set[datetime] = set()

    # --- who and when ---

    def account(
        self,
        handle: str,
        name: str,
        description: str = "",
        *,
        old: bool = False,
        kind: str = "person",
        location: str | None = None,
        followers: int | None = None,
        protected: bool = False,
        suspended: bool = False,
    ) -> Account:
        """A new account; `old` gives it a short id, which carries no time."""
        if len(handle) > 15 or handle.lower() in self.by_lower:
            raise ScriptError(f"@{handle} is too long for a handle, or taken.")
        rng = self.random
        if old:
            created = datetime(2009, 3, 1, tzinfo=self.until.tzinfo) + timedelta(hours=rng.randrange(20_000))
            identifier = str(rng.randrange(14_000_000, 290_000_000))
        else:
            created = self.start - timedelta(days=rng.randrange(60, 3000), seconds=rng.randrange(86_400))
            identifier = self._id(created)
        made = Account(
            account_id=identifier, handle=handle, name=name, description=description, created_at=created,
            location=location, kind=kind, is_protected=protected, is_suspended=suspended,
            followers=int(rng.lognormvariate(5.3, 1.1)) if followers is None else followers,
            following=rng.randrange(60, 900), post_count=rng.randrange(150, 9000), listed=rng.randrange(0, 12),
            verified_type="business" if kind == "organisation" else "none",
        )  # fmt: skip
        if any(other.account_id == identifier for other in self.accounts.values()):
            raise ScriptError(f"Two accounts would have the id {identifier}.")
        self.accounts[handle] = made
        self.by_lower[handle.lower()] = made
        return made

    # --- verbs ---

    def post(
        self,
        author: str,
        text: str,
        at: datetime,
        *,
        to: tuple[str, ...] = (),
        likes: int | None = None,
        **more: Any,
    ) -> Post:
        """An original post. Its mentions, all typed, address the handles in `to`.

        Where it begins with a mention, X sets in_reply_to_user_id although nothing is replied to.
        """
        made = self._make(author, text, at, likes=likes, **more)
        if to and text.startswith(f"@{to[0]}"):
            made.in_reply_to = self.accounts[to[0]]
        self._declare(made, [(handle, "mention") for handle in to])
        return made

    def reply(
        self,
        author: str,
        parent: Post,
        text: str,
        at: datetime,
        *,
        to: tuple[str, ...] = (),
        quoting: Post | None = None,
        likes: int | None = None,
        **more: Any,
    ) -> Post:
        """A reply. It addresses the parent's author; `to` are handles typed further on in the text."""
        lead = self._lead(self.accounts[author], parent)
        text = "".join(f"@{account.handle} " for account in lead) + text
        made = self._make(author, text, at, likes=likes, **more)
        made.lead, made.parent, made.quoted = lead, parent, quoting
        made.in_reply_to = parent.author
        made.conversation_id, made.root_id = parent.conversation_id, parent.root_id
        addressed = [(parent.author.handle, "reply")]
        if quoting:
            addressed.append((quoting.author.handle, "quote"))
        self._declare(made, addressed + [(handle, "mention") for handle in to])
        return made

    def quote(
        self,
        author: str,
        quoted: Post,
        text: str,
        at: datetime,
        *,
        to: tuple[str, ...] = (),
        likes: int | None = None,
    ) -> Post:
        """A quote: the root of a conversation of its own."""
        made = self._make(author, text, at, likes=likes)
        made.quoted = quoted
        self._declare(made, [(quoted.author.handle, "quote")] + [(handle, "mention") for handle in to])
        return made

    def repost(self, author: str, post: Post, at: datetime) -> Post:
        """A repost: a nod, which addresses nobody. Its conversation_id is its own id."""
        text = f"RT @{post.author.handle}: {post.text}"
        made = self._make(author, text if len(text) <= 140 else text[:139] + "…", at, likes=0)
        made.reposted, made.lang = post, post.lang
        made.bookmarks = made.impressions = 0
        return made

    def like(self, person: str, post: Post) -> None:
        """A like: a nod that has neither a time nor an id. The post's count is set by who makes the post."""
        self.likes.setdefault(post.canonical_id, []).append(person)

    def edit(self, post: Post, text: str, at: datetime) -> Post:
        """A new version of `post`: its own id, and as a root its own conversation_id too."""
        made = self._make(post.author.handle, text, at, likes=post.likes // 2, lang=post.lang)
        post.history.append(made.post_id)
        made.history = post.history  # one chain, shared by all versions
        made.root_id = post.root_id
        made.lead, made.parent, made.in_reply_to = post.lead, post.parent, post.in_reply_to
        if post.parent:
            made.conversation_id = post.conversation_id
        return made

    def world(self) -> World:
        """The finished world."""
        acts = sorted(self.acts, key=lambda act: (act.at, int(act.post_id)))
        return World(
            self.until, self.seed, self.accounts, self.posts, acts, tuple(self.clients), self.plans,
            self.messages, self.likes,
        )  # fmt: skip

    # --- inside ---

    def _id(self, at: datetime) -> str:
        self._serial += 1
        return snowflake(at, (self._serial * 2654435761) >> 7)

    def _make(
        self,
        author: str,
        text: str,
        at: datetime,
        *,
        likes: int | None = None,
        lang: str = "en",
        deleted: bool = False,
        withheld: tuple[str, ...] = (),
        reposts: int = 0,
    ) -> Post:
        if not self.start <= at < self.until:
            raise ScriptError(f"{at} lies outside the world: {text[:40]}")
        while at in self._seconds:  # one post a second, so that time alone orders the world
            at += timedelta(seconds=1)
        self._seconds.add(at)
        rng = self.random
        stamp = at + timedelta(milliseconds=0 if at == at.replace(hour=0, minute=0) else rng.randrange(1000))
        identifier = self._id(stamp)
        liked = int(rng.lognormvariate(1.6, 0.9)) if likes is None else likes
        made = Post(
            post_id=identifier, author=self.accounts[author], text=text, at=at, conversation_id=identifier,
            root_id=identifier, lang=lang, history=[identifier], is_deleted=deleted, withheld_in=withheld,
            likes=liked, reposts=reposts, bookmarks=liked // 9, impressions=liked * rng.randrange(30, 60) + 40,
        )  # fmt: skip
        self.posts[identifier] = made
        return made

    def _lead(self, author: Account, parent: Post) -> tuple[Account, ...]:
        """The run of handles that a reply inherits: the parent's author, then whom the parent mentions."""
        inherited = [parent.author, *mentioned(parent, self.by_lower)]
        return tuple(account for account in dict.fromkeys(inherited) if account is not author)

    def _declare(self, post: Post, addressed: list[tuple[str, str]]) -> None:
        """Each addressee once, by the kind listed first; posts nobody can see declare nothing."""
        if post.is_gone:
            return
        act = Act(
            at=post.at, from_id=post.author.account_id, to_id="", kind="", post_id=post.canonical_id,
            root_id=post.root_id, answers_id=post.parent.canonical_id if post.parent else None,
            is_question=asks(post.text),
        )  # fmt: skip
        self.declare(act, ((self.accounts[handle].account_id, kind) for handle, kind in addressed))
