"""Notifications: what is turned to an account, as the network decides it when it sees a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from emulator.bluesky.records import Json, cid_of, like_uri, stamp
from emulator.bluesky.views import Views
from emulator.elsewhere.model import BLUESKY, Said

# How far up a thread the authors are told of a reply.
_TOLD_UP_TO = 5


@dataclass(frozen=True)
class Notice:
    """One notification: what somebody did at `at`, and which post it is about."""

    at: datetime
    uri: str
    by: str
    reason: str
    about: str | None
    record: Callable[[], Json]

    def view(self, views: Views) -> Json:
        """As it is shown."""
        record = self.record()
        view = {
            "uri": self.uri, "cid": cid_of(record), "author": views.profile(self.by), "reason": self.reason,
            "record": record, "isRead": False, "indexedAt": stamp(self.at), "labels": [],
        }  # fmt: skip
        return view | ({"reasonSubject": self.about} if self.about else {})


def notices(views: Views, account_id: str) -> list[Notice]:
    """Mentions, quotes, replies, likes and reposts, newest first; not those of somebody's own, or over a block."""
    found = [
        notice
        for said in views.world.of(BLUESKY)
        if said.exists_at(views.now)
        for notice in (*_by_post(views, said, account_id), *_likes(views, said, account_id))
        if notice.by != account_id and not views.is_blocked(notice.by, account_id)
    ]
    return sorted(found, key=lambda notice: (notice.at, notice.uri), reverse=True)


def _by_post(views: Views, said: Said, account_id: str) -> Iterator[Notice]:
    shared = views.said(said.reposted_id)
    told: tuple[str, str | None] | None = _told(views, said).get(account_id)
    if shared and shared.author_id == account_id:
        told = ("repost", shared.post_id)
    if told:
        yield Notice(said.created_at, said.post_id, said.author_id, *told, partial(views.records.post, said))


def _likes(views: Views, said: Said, account_id: str) -> Iterator[Notice]:
    if said.author_id == account_id:
        for by, at in views.likes(said):
            record = partial(views.records.like, said.post_id, at)
            yield Notice(at, like_uri(said.post_id, by, at), by, "like", said.post_id, record)


def _told(views: Views, said: Said) -> dict[str, tuple[str, str | None]]:
    """Whom a post is told to, each once: (reason, the post of theirs that it is about).

    That is decided when the post comes: a parent that is deleted later has led upwards all the same.
    """
    told: dict[str, tuple[str, str | None]] = {}
    for account_id in said.mentions:
        told.setdefault(account_id, ("mention", None))
    quoted = _then(views, said, said.quoted_id)
    if quoted:
        told.setdefault(quoted.author_id, ("quote", quoted.post_id))
    above = None if views.world.is_shut_out(said) else _then(views, said, said.parent_id)
    for _ in range(1, _TOLD_UP_TO):
        if above is None:
            break
        told.setdefault(above.author_id, ("reply", above.post_id))
        above = _then(views, said, above.parent_id)
    return {
        account_id: (reason, about)
        for account_id, (reason, about) in told.items()
        if about is None or views.said(about)
    }


def _then(views: Views, said: Said, uri: str | None) -> Said | None:
    """The post at that address, if it was there when `said` came."""
    other = views.world.posts.get((BLUESKY, uri or ""))
    return other if other and other.exists_at(said.created_at) else None
