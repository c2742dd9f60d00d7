"""The emulator is held to a real network (PLC, PDS, AppView): the same things are done in both, and both are asked.

What both cannot have alike is taken out of the answers: ids of content, and when an AppView saw what.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from emulator.app import create_app
from emulator.bluesky.sessions import app_password
from emulator.elsewhere.model import BLUESKY, Elsewhere, Said, Someone
from emulator.model import World
from tests.extractors.bluesky import peer
from tests.extractors.bluesky.peer import Json, Somebody
from tests.support.listening import listening

pytestmark = peer.NEEDED
NAMES = ("us", "ana", "ben", "cy", "dora")
# What differs between two networks, wherever it stands.
ALWAYS_OTHER = {
    "cid",
    "indexedAt",
    "cts",
    "associated",
    "cursor",
    "seenAt",
    "isRead",
    "viewer",
    "priority",
    "verification",
}
# What this client writes into records, and others do not.
WRITTEN = {"com.atproto.repo.strongRef", "app.bsky.feed.post#replyRef", "app.bsky.richtext.facet#byteSlice"}
POST = "app.bsky.feed.post"


@dataclass
class Both:
    """The same people and posts on a real network and in the emulator."""

    people: dict[str, Somebody]
    world: Elsewhere
    emulated: str
    password: str  # of us, on the network
    posts: dict[str, Json] = field(default_factory=dict)

    def uri(self, name: str) -> str:
        return str(self.posts[name]["uri"])

    def ask(self, method: str, **asked: Any) -> tuple[Any, Any]:
        """(the network's answer, the emulator's), each with its status."""
        path = f"/xrpc/{method}"
        real: Any = requests.get(f"{peer.APP_VIEW}{path}", asked, timeout=60)
        ours: Any = requests.get(f"{self.emulated}{path}", asked, timeout=60)
        return (real.status_code, real.json()), (ours.status_code, ours.json())


class Writer:
    """Does a thing on the network, and writes the same into the emulator's world."""

    def __init__(self, both: Both) -> None:
        self.both = both

    def say(self, name: str, by: str, text: str, parent: str | None = None, **how: Any) -> None:
        """A post, an answer, or with `quoted` a quote; `to`: who is named in it."""
        posts, world, person = self.both.posts, self.both.world, self.both.people[by]
        at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=120 - len(posts))
        record: Json = {"langs": ["en"], "createdAt": at.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
        said = Said(BLUESKY, "", person.did, text, at)
        if to := how.get("to"):
            other = self.both.people[to]
            start = len(text[: text.index(f"@{other.handle}")].encode())
            index = {"byteStart": start, "byteEnd": start + len(other.handle) + 1}
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": other.did}
            record["facets"] = [{"$type": "app.bsky.richtext.facet", "index": index, "features": [feature]}]
            said.mentions = (other.did,)
        if parent:
            above = world.posts[BLUESKY, self.both.uri(parent)]
            said.parent_id, said.root_id = above.post_id, above.root_id or above.post_id
            root = next(made for made in posts.values() if made["uri"] == said.root_id)
            record["reply"] = {"root": root, "parent": posts[parent]}
        if quoted := how.get("quoted"):
            record["embed"] = {"$type": "app.bsky.embed.record", "record": posts[quoted]}
            said.quoted_id = self.both.uri(quoted)
        posts[name] = person.write(POST, text=text, **record)
        said.post_id = self.both.uri(name)
        world.posts[BLUESKY, said.post_id] = said

    def like(self, by: str, name: str) -> None:
        person, said = self.both.people[by], self.both.world.posts[BLUESKY, self.both.uri(name)]
        at = said.created_at + timedelta(seconds=1 + len(said.likes))
        person.write("app.bsky.feed.like", subject=self.both.posts[name], createdAt=_written(at))
        said.likes = (*said.likes, (person.did, at))

    def repost(self, by: str, name: str) -> None:
        person, said = self.both.people[by], self.both.world.posts[BLUESKY, self.both.uri(name)]
        at = said.created_at + timedelta(seconds=30)
        made = person.write("app.bsky.feed.repost", subject=self.both.posts[name], createdAt=_written(at))
        said.reposts = (*said.reposts, (person.did, at))
        self.both.world.posts[BLUESKY, made["uri"]] = Said(
            BLUESKY, made["uri"], person.did, "", at, reposted_id=said.post_id
        )

    def delete(self, by: str, name: str) -> None:
        for said, made in self.both.posts.items():
            peer.until(lambda made=made: peer.is_shown(made), said)
        self.both.people[by].delete(self.both.posts[name])
        self.both.world.posts[BLUESKY, self.both.uri(name)].deleted_at = datetime.now(UTC)

    def gate(self, by: str, name: str) -> None:
        """Nobody may reply."""
        key = self.both.uri(name).rpartition("/")[2]
        said = self.both.world.posts[BLUESKY, self.both.uri(name)]
        at = _written(said.created_at)
        self.both.people[by].write("app.bsky.feed.threadgate", key, post=said.post_id, allow=[], createdAt=at)
        said.gate = "nobody"
        # A reply that the network sees before the gate is no offence.
        thread = {"uri": said.post_id}
        peer.until(lambda: "threadgate" in peer.ask("app.bsky.feed.getPostThread", **thread), "the gate")

    def block(self, by: str, other: str) -> None:
        people = self.both.people
        people[by].block(people[other])
        self.both.world.blocks.add((BLUESKY, people[by].did, people[other].did))


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _script(w: Writer) -> None:
    people = w.both.people
    w.say("root", "us", "Grüße 🌳 an alle")
    for number, by in enumerate(("ana", "us", "ben", "ana", "us", "ben", "cy")):
        w.say(f"chain{number}", by, f"chain {number}", f"chain{number - 1}" if number else "root")
    w.say("fan", "dora", "me too", "root")
    w.say("mention", "ben", f"👩‍👩‍👧 hallo @{people['us'].handle}, schön", to="us")
    w.say("quote", "cy", "look", quoted="root")
    w.say("quote of quote", "dora", "look here", quoted="quote")
    w.say("parted", "us", "with a deleted middle")
    w.say("deleted", "ana", "soon gone", "parted")
    w.say("below", "ben", "below it", "deleted")
    w.say("ours below", "us", "and we", "below")
    w.say("quote of deleted", "ben", "it was here", quoted="deleted")
    w.like("cy", "deleted")
    w.repost("dora", "deleted")
    w.delete("ana", "deleted")
    w.say("party", "us", "all are invited")
    w.say("cy comes", "cy", "I come", "party")
    w.say("dora answers", "dora", "me too", "cy comes")
    w.say("we answer dora", "us", "fine", "dora answers")
    w.say("cy quotes dora", "cy", "hm", quoted="fan")
    w.block("cy", "dora")
    w.say("gated", "us", "no replies")
    w.gate("us", "gated")
    w.say("shut out", "ana", "but why", "gated")
    for by in ("ana", "ben", "cy"):
        w.like(by, "root")
    w.like("us", "chain0")
    w.repost("ana", "root")
    w.repost("us", "mention")


@pytest.fixture(scope="module")
def both(world: World) -> Iterator[Both]:
    with peer.running():
        people = {name: Somebody(name) for name in NAMES}
        elsewhere = Elsewhere(world.until)
        for name, person in people.items():
            elsewhere.people[BLUESKY, person.did] = Someone(
                BLUESKY, person.did, person.handle, name.title(), f"I am {name}", datetime.now(UTC),
                is_bot=name == "ben",
            )  # fmt: skip
            labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]}
            said_of_self = {"displayName": name.title(), "description": f"I am {name}"}
            person.write(
                "app.bsky.actor.profile",
                "self",
                **said_of_self,
                **({"labels": labels} if name == "ben" else {}),
            )
        time.sleep(peer.INDEX_SECONDS)
        app = create_app(world, "t", elsewhere=elsewhere)
        with listening(app) as emulated:
            there = Both(people, elsewhere, emulated, people["us"].app_password())
            _script(Writer(there))
            elsewhere.forget_caches()
            _until_indexed(there)
            yield there


def _until_indexed(both: Both) -> None:
    us, root = both.people["us"].did, both.uri("root")
    peer.until(
        lambda: any("reason" in one for one in peer.ask("app.bsky.feed.getAuthorFeed", actor=us)["feed"]),
        "a repost",
    )
    peer.until(lambda: len(peer.ask("app.bsky.feed.getLikes", uri=root)["likes"]) == 3, "the likes")
    time.sleep(3)


def _alike(value: Any) -> Any:
    """An answer without what two networks cannot have alike. When an account was made is theirs."""
    if isinstance(value, dict):
        kept = {name: _alike(part) for name, part in value.items() if name not in ALWAYS_OTHER}
        if kept.get("$type") in WRITTEN:
            kept.pop("$type")
        if "rootAuthorLike" in kept:
            kept["rootAuthorLike"] = True
        if "handle" in kept:
            kept.pop("createdAt", None)
            kept["labels"] = [label["val"] for label in kept.get("labels", [])]
        return kept
    return [_alike(part) for part in value] if isinstance(value, list) else value


def _differences(real: Any, ours: Any, where: str = "") -> Iterator[str]:
    """Where two answers differ: a whole answer says too little."""
    if isinstance(real, dict) and isinstance(ours, dict):
        for name in sorted({*real, *ours}):
            if name in real and name in ours:
                yield from _differences(real[name], ours[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}: only {'there' if name in real else 'here'}"
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        for number, (one, other) in enumerate(zip(real, ours, strict=True)):
            yield from _differences(one, other, f"{where}[{number}]")
    elif real != ours:
        yield f"{where}: there {real}, here {ours}"


def _same(both: Both, method: str, **asked: Any) -> Json:
    (real_status, real), (status, ours) = both.ask(method, **asked)
    assert list(_differences(_alike(real), _alike(ours))) == [], (method, asked)
    assert (status, "cursor" in ours) == (real_status, "cursor" in real)
    return real


@pytest.mark.parametrize(("depth", "height"), [(1000, 1000), (1, 1), (0, 0), (2, 3)])
def test_threads_from_everywhere(both: Both, depth: int, height: int) -> None:
    for name in both.posts:
        _same(both, "app.bsky.feed.getPostThread", uri=both.uri(name), depth=depth, parentHeight=height)


@pytest.mark.parametrize("wanted", ["posts_with_replies", "posts_no_replies", "posts_and_author_threads"])
def test_feeds(both: Both, wanted: str) -> None:
    for person in both.people.values():
        _same(both, "app.bsky.feed.getAuthorFeed", actor=person.handle, limit=100, filter=wanted)


def test_pages(both: Both) -> None:
    """Each network with its own cursors, page by page."""
    asked: tuple[tuple[str, Json, str], ...] = (
        ("app.bsky.feed.getAuthorFeed", {"actor": both.people["us"].did, "limit": 2}, "feed"),
        ("app.bsky.feed.getLikes", {"uri": both.uri("root"), "limit": 1}, "likes"),
    )
    for method, given, rows in asked:
        real, ours = (_pages(method, url, given, rows) for url in (peer.APP_VIEW, both.emulated))
        assert list(_differences(real, ours)) == [] and len(real) > 2


def _pages(method: str, url: str, given: Json, rows: str) -> list[Any]:
    pages = []
    more: Json | None = {}
    while more is not None:
        body = requests.get(f"{url}/xrpc/{method}", {**given, **more}, timeout=60).json()
        pages.append(_alike(body[rows]))
        more = {"cursor": body["cursor"]} if "cursor" in body else None
    return pages


def test_what_others_did_with_a_post(both: Both) -> None:
    for name in ("root", "quote", "mention", "fan", "deleted"):
        for method in ("getLikes", "getRepostedBy", "getQuotes"):
            _same(both, f"app.bsky.feed.{method}", uri=both.uri(name), limit=100)
    _same(both, "app.bsky.feed.getPosts", uris=[both.uri(name) for name in both.posts][:25])


def test_accounts(both: Both) -> None:
    dids = [person.did for person in both.people.values()]
    _same(both, "app.bsky.actor.getProfiles", actors=[*dids, "nobody.test"])
    _same(both, "app.bsky.actor.getProfile", actor=both.people["ben"].handle)
    _same(both, "com.atproto.identity.resolveHandle", handle=both.people["us"].handle)


def test_notifications(both: Both) -> None:
    """Both tell of the same posts for the same reasons. A real network loses some under load: those may be missing."""
    told: list[set[tuple[str, str, str | None]]] = []
    us = both.people["us"].handle
    for url, password in ((peer.PDS, both.password), (both.emulated, app_password("t", us))):
        order = {"identifier": us, "password": password}
        logged_in = requests.post(f"{url}/xrpc/com.atproto.server.createSession", json=order, timeout=60)
        answer = requests.get(
            f"{url}/xrpc/app.bsky.notification.listNotifications",
            {"limit": 100},
            headers={"Authorization": f"Bearer {logged_in.json()['accessJwt']}"},
            timeout=60,
        )
        told.append(
            {
                (one["uri"], one["reason"], one.get("reasonSubject"))
                for one in answer.json()["notifications"]
                if one["reason"] not in ("like", "repost")
            }
        )
    real, ours = told
    assert real <= ours and ("mention", None) in {(reason, about) for _, reason, about in real}


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("app.bsky.feed.getAuthorFeed", {"actor": "nobody.test"}),
        ("app.bsky.feed.getAuthorFeed", {"actor": "nobody.test", "limit": 101}),
        ("app.bsky.feed.getAuthorFeed", {"actor": "nobody.test", "limit": 0}),
        ("app.bsky.feed.getAuthorFeed", {"actor": "nobody.test", "limit": "x"}),
        ("app.bsky.feed.getAuthorFeed", {}),
        ("app.bsky.actor.getProfile", {"actor": "not a handle"}),
        ("app.bsky.feed.getPostThread", {"uri": "nix"}),
        ("app.bsky.feed.getPostThread", {"uri": f"at://did:plc:{'a' * 24}/{POST}/b"}),
        ("app.bsky.feed.getPostThread", {"uri": f"at://did:plc:{'a' * 24}/{POST}/b", "depth": 1001}),
        ("app.bsky.feed.getPosts", {"uris": [f"at://did:plc:{'a' * 24}/{POST}/{n}" for n in range(26)]}),
        ("com.atproto.identity.resolveHandle", {"handle": "nix"}),
        ("com.atproto.identity.resolveHandle", {"handle": "nobody.test"}),
        ("com.atproto.repo.getRecord", {"repo": "nobody.test", "collection": POST, "rkey": "a"}),
        ("app.bsky.notification.listNotifications", {}),
        ("app.bsky.nix.nix", {}),
    ],
)  # fmt: skip
def test_refusals(both: Both, method: str, asked: Json) -> None:
    real, ours = both.ask(method, **asked)
    assert ours == real
