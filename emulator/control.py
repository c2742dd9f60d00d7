"""What happens to the world after it was built, on order: answers, edits, deletions; accounts that vanish.

POST /emulator/world/<verb>, with the app's bearer token and a JSON object; outside of /2, as no client of the
API could do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse

from emulator.api.problems import Problem
from emulator.model import Account, Post, World
from emulator.snowflake import snowflake

CONTROL_PATH = "/emulator/world"
_CACHED = ("newest_first", "posts_by_author", "_related")


class Control:
    """Changes a world. Ids that do not exist raise KeyError."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self._world = world
        self._now = now

    def delete(self, post_ids: list[str]) -> int:
        """Deletes posts; with one version of an edited post the whole chain goes."""
        return self._each(post_ids, lambda post: setattr(post, "is_deleted", True))

    def withhold(self, post_ids: list[str], countries: list[str]) -> int:
        """Withholds posts in countries (ISO codes)."""
        return self._each(post_ids, lambda post: setattr(post, "withheld_in", tuple(countries)))

    def suspend(self, account_ids: list[str]) -> int:
        """Suspends accounts."""
        return self._accounts(account_ids, lambda account: setattr(account, "is_suspended", True))

    def deactivate(self, account_ids: list[str]) -> int:
        """Lets accounts be deleted by their owners, who for a while may come back."""
        return self._accounts(account_ids, lambda account: setattr(account, "is_deactivated", True))

    def scrub_places(self, post_ids: list[str]) -> int:
        """Takes the places off posts, as authors may ask for all of theirs."""
        return self._each(post_ids, lambda post: setattr(post, "is_place_scrubbed", True))

    def protect(self, account_ids: list[str]) -> int:
        """Makes accounts protected."""
        return self._accounts(account_ids, lambda account: setattr(account, "is_protected", True))

    def restore(self, post_ids: list[str] | None = None, account_ids: list[str] | None = None) -> int:
        """Undoes all of it for these posts and accounts."""

        def post_back(post: Post) -> None:
            post.is_deleted, post.withheld_in = False, ()

        def account_back(account: Account) -> None:
            account.is_suspended = account.is_protected = account.is_deactivated = False

        return self._each(post_ids or [], post_back) + self._accounts(account_ids or [], account_back)

    def edit(self, post_id: str, text: str) -> str:
        """Makes a new version of a post, now; its id."""
        old = self._world.posts[post_id]
        version = snowflake(self._now(), len(self._world.posts) % 4096)
        history = [*old.history, version]
        for earlier in old.history:
            self._world.posts[earlier].history = history
        conversation_id = version if old.conversation_id == old.post_id else old.conversation_id
        self._world.posts[version] = replace(
            old, post_id=version, text=text, at=self._now(), history=history, conversation_id=conversation_id
        )
        self._forget_caches()
        return version

    def reply(self, post_id: str, account_id: str, text: str, minutes_ago: int = 0) -> str:
        """Lets an account answer a post; the answer's id."""
        parent, author = self._world.posts[post_id], self._world.accounts_by_id[account_id]
        at = self._now() - timedelta(minutes=minutes_ago)
        answer = snowflake(at, len(self._world.posts) % 4096)
        self._world.posts[answer] = Post(
            answer, author, f"@{parent.author.handle} {text}", at, parent.conversation_id, parent.root_id,
            lead=(parent.author,), parent=parent, in_reply_to=parent.author, history=[answer],
        )  # fmt: skip
        self._forget_caches()
        return answer

    def _forget_caches(self) -> None:
        for name in _CACHED:
            self._world.__dict__.pop(name, None)

    def _each(self, post_ids: list[str], change: Callable[[Post], None]) -> int:
        posts = [
            self._world.posts[version]
            for post_id in post_ids
            for version in self._world.posts[post_id].history
        ]
        for post in posts:
            change(post)
        return len(posts)

    def _accounts(self, account_ids: list[str], change: Callable[[Account], None]) -> int:
        accounts = [self._world.accounts_by_id[account_id] for account_id in account_ids]
        for account in accounts:
            change(account)
        return len(accounts)


def add_control(
    app: FastAPI, world: World, now: Callable[[], datetime], authorize: Callable[[HttpRequest], object]
) -> None:
    """Adds the routes. `authorize` raises for whoever may not."""
    control = Control(world, now)
    verbs: dict[str, Callable[..., int | str]] = {
        "delete": control.delete,
        "withhold": control.withhold,
        "suspend": control.suspend,
        "deactivate": control.deactivate,
        "scrub_places": control.scrub_places,
        "protect": control.protect,
        "restore": control.restore,
        "edit": control.edit,
        "reply": control.reply,
    }
    add_verbs(app, CONTROL_PATH, verbs, authorize)


def add_verbs(
    app: FastAPI,
    path: str,
    verbs: Mapping[str, Callable[..., int | str]],
    authorize: Callable[[HttpRequest], object],
) -> None:
    """A route below `path` for each verb: it takes its arguments as a JSON object and answers {"done": result}."""

    def add(verb: str, do: Callable[..., int | str]) -> None:
        async def route(http: HttpRequest) -> JSONResponse:
            try:
                authorize(http)
                order: dict[str, Any] = await http.json()
                return JSONResponse({"done": do(**order)})
            except Problem as problem:
                return JSONResponse(problem.body, problem.status, media_type="application/problem+json")
            except (KeyError, TypeError, ValueError) as problem:
                return JSONResponse({"error": f"{verb}: {problem}"}, 400)

        app.add_api_route(f"{path}/{verb}", route, methods=["POST"], response_model=None)

    for verb, do in verbs.items():
        add(verb, do)
