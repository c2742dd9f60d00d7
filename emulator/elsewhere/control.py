"""What happens on Bluesky and Mastodon after the world was built, on order: posts, answers, edits, likes, deletions.

POST /emulator/elsewhere/<verb>, with the app's bearer token and a JSON object.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import FastAPI
from fastapi import Request as HttpRequest

from emulator.control import add_verbs
from emulator.elsewhere.ids import status_number, tid
from emulator.elsewhere.model import BLUESKY, Elsewhere, Said, Someone

CONTROL_PATH = "/emulator/elsewhere"


class Control:
    """Changes the world. Accounts are named by handle; what does not exist raises KeyError."""

    def __init__(self, world: Elsewhere, now: Callable[[], datetime]) -> None:
        self._world = world
        self._now = now
        self._made = 0

    def say(
        self,
        network: str,
        author: str,
        text: str,
        parent_id: str | None = None,
        quoted_id: str | None = None,
        to: list[str] | None = None,
        visibility: str = "public",
        minutes_ago: int = 0,
    ) -> str:
        """A post, an answer or a quote; its id. `to`: whose handles stand in its text, beside the parent's author."""
        someone = self._who(network, author)
        at = self._now() - timedelta(minutes=minutes_ago)
        self._made += 1
        parent = self._world.posts[network, parent_id] if parent_id else None
        named = [self._who(network, handle) for handle in to or []]
        number = ""
        if network == BLUESKY:
            # A key of its own, however many are made in one moment.
            post_id = f"at://{someone.account_id}/app.bsky.feed.post/{tid(at, self._made % 1024)}"
        else:
            if parent:
                named.insert(0, self._world.people[network, parent.author_id])
                text = f"@{named[0].handle} {text}"
            number = status_number(at, 40_000 + self._made)
            name = someone.handle.partition("@")[0]
            post_id = f"https://{someone.host}/users/{name}/statuses/{number}"
        self._world.posts[network, post_id] = Said(
            network, post_id, someone.account_id, text, at, parent_id=parent_id,
            root_id=(parent.root_id or parent_id) if parent else None, quoted_id=quoted_id,
            mentions=tuple(dict.fromkeys(one.account_id for one in named)), visibility=visibility, number=number,
        )  # fmt: skip
        self._world.forget_caches()
        return post_id

    def edit(self, network: str, post_id: str, text: str) -> int:
        """Changes a status's text. Bluesky knows no edits."""
        if network == BLUESKY:
            raise ValueError("nothing is edited on Bluesky")
        said = self._world.posts[network, post_id]
        said.edits = (*said.edits, (self._now(), text))
        return 1

    def like(self, network: str, post_id: str, handle: str) -> int:
        """Lets somebody like a post, now."""
        said = self._world.posts[network, post_id]
        said.likes = (*said.likes, (self._who(network, handle).account_id, self._now()))
        return 1

    def delete(self, network: str, post_ids: list[str]) -> int:
        """Deletes posts, now."""
        for post_id in post_ids:
            self._world.posts[network, post_id].deleted_at = self._now()
        return len(post_ids)

    def restore(self, network: str, post_ids: list[str]) -> int:
        """Undoes a deletion."""
        for post_id in post_ids:
            self._world.posts[network, post_id].deleted_at = None
        return len(post_ids)

    def _who(self, network: str, handle: str) -> Someone:
        found = self._world.by_handle(network, handle)
        if found is None:
            raise KeyError(handle)
        return found


def add_control(
    app: FastAPI, world: Elsewhere, now: Callable[[], datetime], authorize: Callable[[HttpRequest], object]
) -> None:
    """Adds the routes. `authorize` raises for whoever may not."""
    control = Control(world, now)
    verbs = (control.say, control.edit, control.like, control.delete, control.restore)
    add_verbs(app, CONTROL_PATH, {verb.__name__: verb for verb in verbs}, authorize)
