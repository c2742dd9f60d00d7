"""The pen for Bluesky and Mastodon: as on X, every verb makes a post *and* declares what is true of it.

Whom a post addresses is declared by the caller (`to`, the parent, the quoted post). What is private, or not shown to
the public by the end of the script, declares nothing: the demo's clients have consented to no private messages.
"""

from __future__ import annotations

import hashlib
import random
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from emulator.elsewhere.ids import did, status_number, tid
from emulator.elsewhere.model import BLUESKY, MASTODON, Elsewhere, Said, Someone
from emulator.errors import ScriptError
from emulator.model import Act, ClientScript
from emulator.script.pen import Pen, asks
from emulator.script.scenes import Play


class NetworkPen(Pen, ABC):
    """Writes on one network. All times are UTC; accounts are named by their handles."""

    network: str

    def __init__(self, world: Elsewhere, clients: tuple[ClientScript, ...], seed: int) -> None:
        # Of its own: nothing that is said here changes what is said on X.
        dice = random.Random(f"{seed}, on {self.network}")
        acts, plans = world.acts.setdefault(self.network, []), world.plans.setdefault(self.network, [])
        super().__init__(world.until, seed, dice, acts, plans)
        self.world = world
        self.end = world.until
        self.clients = list(clients)
        world.clients[self.network] = clients
        self._handles: dict[str, Someone] = {}
        self._seconds: set[tuple[str, datetime]] = set()

    # --- who and when ---

    def account(self, handle: str, name: str, description: str = "", **more: Any) -> Someone:
        """A new account."""
        if handle.lower() in self._handles:
            raise ScriptError(f"There are two {handle} on {self.network}.")
        rng = self.random
        created_at = self.start - timedelta(days=rng.randrange(30, 900), seconds=rng.randrange(86_400))
        followers = more.pop("followers", int(rng.lognormvariate(4.8, 1.1)))
        made = Someone(
            self.network, self._account_id(handle), handle, name, description, created_at,
            followers=followers, following=rng.randrange(30, 600), **more,
        )  # fmt: skip
        self._handles[handle.lower()] = made
        self.world.people[self.network, made.account_id] = made
        return made

    def who(self, handle: str) -> Someone:
        """The account of that handle."""
        return self._handles[handle.lower()]

    # --- verbs ---

    def post(
        self, author: str, text: str, at: datetime, *, to: tuple[str, ...] = (), lang: str = "en", **more: Any
    ) -> Said:
        """An original post. `to`: the handles that are typed in its text."""
        made = self._make(author, text, at, to, lang=lang, **more)
        self._declare(made, [(handle, "mention") for handle in to])
        return made

    def reply(
        self,
        author: str,
        parent: Said,
        text: str,
        at: datetime,
        *,
        to: tuple[str, ...] = (),
        lang: str = "en",
        **more: Any,
    ) -> Said:
        """A reply. It addresses the parent's author, and whose handles are typed in its text (`to`)."""
        text, named = self._worded(author, parent, text, to)
        made = self._make(author, text, at, named, lang=lang, **more)
        made.parent_id, made.root_id = parent.post_id, parent.root_id or parent.post_id
        addressed = [(self._handle(parent.author_id), "reply"), *((handle, "mention") for handle in named)]
        self._declare(made, addressed)
        return made

    def quote(self, author: str, quoted: Said, text: str, at: datetime, **more: Any) -> Said:
        """A quote: the root of a conversation of its own. It addresses the quoted author, unless they said no."""
        made = self._make(author, text, at, (), **more)
        made.quoted_id = quoted.post_id
        if made.quote_state == "accepted":
            self._declare(made, [(self._handle(quoted.author_id), "quote")])
        return made

    def repost(self, author: str, post: Said, at: datetime) -> Said:
        """A repost: a nod, which addresses nobody."""
        made = self._make(author, "", at, ())
        made.reposted_id = post.post_id
        post.reposts = (*post.reposts, (made.author_id, made.created_at))
        return made

    def like(self, person: str, post: Said, at: datetime) -> None:
        """A like: a nod. Bluesky tells its time, Mastodon does not."""
        post.likes = (*post.likes, (self.who(person).account_id, at))

    def edit(self, post: Said, text: str, at: datetime) -> None:
        """Changes a post's text; what it asks is read from the newest one."""
        post.edits = (*post.edits, (at, text))
        for number, act in enumerate(self.acts):
            if act.post_id == post.post_id:
                self.acts[number] = replace(act, is_question=asks(text))

    def block(self, person: str, other: str) -> None:
        """Lets one block the other."""
        self.world.blocks.add((self.network, self.who(person).account_id, self.who(other).account_id))

    # --- what differs ---

    @abstractmethod
    def _account_id(self, handle: str) -> str: ...

    @abstractmethod
    def _post_id(self, author: Someone, at: datetime, text: str, number: str) -> str: ...

    @abstractmethod
    def _worded(
        self, author: str, parent: Said, text: str, to: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]]:
        """A reply's text and the handles in it."""

    def _number(self, author: Someone, at: datetime) -> str:
        """The post's number on its author's server, where servers number posts."""
        return ""

    # --- inside ---

    def _handle(self, account_id: str) -> str:
        return self.world.people[self.network, account_id].handle

    def _make(self, author: str, text: str, at: datetime, to: tuple[str, ...], **more: Any) -> Said:
        if not self.start <= at < self.end:
            raise ScriptError(f"{at} lies outside the world: {text[:40]}")
        someone = self.who(author)
        while (author, at) in self._seconds:  # one post of a person in one second
            at += timedelta(seconds=1)
        self._seconds.add((author, at))
        for handle in to:
            if f"@{handle}" not in text:
                raise ScriptError(f"@{handle} does not stand in: {text}")
        number = more.pop("number", "") or self._number(someone, at)
        made = Said(
            self.network, self._post_id(someone, at, text, number), someone.account_id, text, at, number=number,
            mentions=tuple(self.who(handle).account_id for handle in to), **more,
        )  # fmt: skip
        if (self.network, made.post_id) in self.world.posts:
            raise ScriptError(f"Two posts would be {made.post_id}.")
        self.world.posts[self.network, made.post_id] = made
        return made

    def _declare(self, made: Said, addressed: list[tuple[str, str]]) -> None:
        """Each addressee once, by the kind listed first. A bridge's copy of somebody is nobody."""
        is_shown = made.exists_at(self.end) and not self.world.is_shut_out(made)
        if made.is_private or made.bridged_from or not is_shown:
            return
        act = Act(
            at=made.created_at, from_id=made.author_id, to_id="", kind="", post_id=made.post_id,
            root_id=made.root_id or made.post_id, answers_id=made.parent_id, is_question=asks(made.text),
        )  # fmt: skip
        people = ((self.who(handle), kind) for handle, kind in addressed)
        self.declare(act, ((who.account_id, kind) for who, kind in people if who.bridged_from is None))


class BlueskyPen(NetworkPen):
    """Writes on Bluesky. A reply's text names nobody who is not typed."""

    network = BLUESKY

    def _account_id(self, handle: str) -> str:
        return did(handle)

    def _post_id(self, author: Someone, at: datetime, text: str, number: str) -> str:
        kind = "post" if text else "repost"
        return f"at://{author.account_id}/app.bsky.feed.{kind}/{tid(at)}"

    def _worded(
        self, author: str, parent: Said, text: str, to: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]]:
        return text, to


class MastodonPen(NetworkPen):
    """Writes on Mastodon. A reply begins with the handles of the parent's author and of all whom the parent names."""

    network = MASTODON

    def __init__(self, world: Elsewhere, clients: tuple[ClientScript, ...], seed: int) -> None:
        super().__init__(world, clients, seed)
        self._numbers: set[tuple[str, str]] = set()

    def account(self, handle: str, name: str, description: str = "", **more: Any) -> Someone:
        """A new account; `number` is its id on its own server."""
        number = str(int(hashlib.sha256(handle.encode()).hexdigest()[:12], 16))
        return super().account(handle, name, description, **{"number": number, **more})

    def _account_id(self, handle: str) -> str:
        return handle.lower()

    def _number(self, author: Someone, at: datetime) -> str:
        """Unique on its server. On two servers, posts of one millisecond have the same."""
        serial = next(n for n in count() if (author.host, status_number(at, n)) not in self._numbers)
        self._numbers.add((author.host, status_number(at, serial)))
        return status_number(at, serial)

    def _post_id(self, author: Someone, at: datetime, text: str, number: str) -> str:
        name = author.handle.partition("@")[0]
        boost = "" if text else "/activity"
        return f"https://{author.host}/users/{name}/statuses/{number}{boost}"

    def _worded(
        self, author: str, parent: Said, text: str, to: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]]:
        everybody = dict.fromkeys([parent.author_id, *parent.mentions])
        named = [self._handle(account_id) for account_id in everybody]
        lead = [handle for handle in named if handle != author and handle not in to]
        return "".join(f"@{handle} " for handle in lead) + text, (*lead, *to)


class Scenes(Play[NetworkPen, Said]):
    """The scenes on Bluesky or Mastodon."""
