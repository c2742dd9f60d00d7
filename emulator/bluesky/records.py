"""Records as they lie in the repositories of their authors, made from the model."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.elsewhere.ids import cid, tid
from emulator.elsewhere.model import BLUESKY, Elsewhere, Said, Someone

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
LIKE, PROFILE, GATE = "app.bsky.feed.like", "app.bsky.actor.profile", "app.bsky.feed.threadgate"
Json = dict[str, Any]


def stamp(at: datetime) -> str:
    """A time as the network writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def seen_at(said: Said) -> datetime:
    """When the network saw the record: a moment after its author's client wrote it, if the client's clock is right."""
    return said.created_at if said.claimed_at else said.created_at + timedelta(milliseconds=412)


def cid_of(record: Json) -> str:
    """The id of a record's content."""
    return cid(json.dumps(record, sort_keys=True, ensure_ascii=False))


def like_uri(post_id: str, account_id: str, at: datetime) -> str:
    """The address of a like's record. `post_id` tells apart likes of one person in one second."""
    return f"at://{account_id}/{LIKE}/{tid(at, sum(post_id.encode()) % 1024)}"


class Records:
    """Makes the records of a world."""

    def __init__(self, world: Elsewhere) -> None:
        self._world = world
        self._references: dict[str, Json] = {}

    def post(self, said: Said) -> Json:
        """The record of a post or a repost. `createdAt` is what its author's client claimed."""
        created_at = stamp(said.claimed_at or said.created_at)
        if said.reposted_id:
            return {"$type": REPOST, "subject": self.reference(said.reposted_id), "createdAt": created_at}
        record: Json = {"$type": POST, "text": said.text, "createdAt": created_at, "langs": [said.lang]}
        facets = self._facets(said)
        if facets:
            record["facets"] = facets
        if said.parent_id and said.root_id:
            root, parent = self.reference(said.root_id), self.reference(said.parent_id)
            record["reply"] = {"root": root, "parent": parent}
        if said.quoted_id:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": self.reference(said.quoted_id)}
        if said.bridged_from:
            record |= self._bridged(said.bridged_from)
        return record

    def reference(self, post_id: str) -> Json:
        """A strong reference: where the record is, and which content it had. It outlives the record."""
        if post_id not in self._references:
            content = cid_of(self.post(self._world.posts[BLUESKY, post_id]))
            self._references[post_id] = {"uri": post_id, "cid": content}
        return self._references[post_id]

    def like(self, post_id: str, at: datetime) -> Json:
        """The record of a like."""
        return {"$type": LIKE, "subject": self.reference(post_id), "createdAt": stamp(at)}

    def profile(self, someone: Someone) -> Json:
        """The record of a profile, with what it says of itself."""
        record: Json = {
            "$type": PROFILE, "displayName": someone.display_name, "description": someone.description,
            "createdAt": stamp(someone.created_at),
        }  # fmt: skip
        values = ["bot"] if someone.is_bot else []
        values += ["!no-unauthenticated"] if someone.asks_for_login else []
        if someone.bridged_from:
            values.append("bridged-from-bridgy-fed-activitypub")
            account = someone.bridged_from.partition(":")[2]
            record["bridgyOriginalUrl"] = _web_address(account)
        if values:
            labels = [{"val": value} for value in values]
            record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": labels}
        return record

    def gate(self, said: Said) -> Json:
        """The record that says who may reply to a post."""
        rules = [{"$type": f"{GATE}#mentionRule"}] if said.gate == "mentioned" else []
        return {"$type": GATE, "post": said.post_id, "allow": rules, "createdAt": stamp(said.created_at)}

    def _facets(self, said: Said) -> list[Json]:
        """Where the text names people: positions in bytes of UTF-8."""
        facets = []
        for account_id in said.mentions:
            name = f"@{self._world.people[BLUESKY, account_id].handle}"
            before = said.text.index(name)
            start = len(said.text[:before].encode())
            facets.append(
                {
                    "$type": "app.bsky.richtext.facet",
                    "index": {"byteStart": start, "byteEnd": start + len(name.encode())},
                    "features": [{"$type": "app.bsky.richtext.facet#mention", "did": account_id}],
                }
            )
        return facets

    def _bridged(self, source: str) -> Json:
        """What Bridgy Fed writes beside a copy: the original's text and web address, which is not its id."""
        network, _, post_id = source.partition(":")
        original = self._world.posts[network, post_id]
        return {
            "bridgyOriginalText": f"<p>{original.text}</p>",
            "bridgyOriginalUrl": f"{_web_address(original.author_id)}/{original.number}",
        }


def _web_address(account: str) -> str:
    """Where people see a Mastodon account."""
    name, _, host = account.partition("@")
    return f"https://{host}/@{name}"
