"""What the network shows of records: views, as an AppView makes them at one moment for one caller."""

from __future__ import annotations

from datetime import datetime

from emulator.bluesky.records import GATE, PROFILE, Json, Records, cid_of, like_uri, seen_at, stamp
from emulator.elsewhere.model import BLUESKY, Elsewhere, Said

_DEFS = "app.bsky.feed.defs"
# What is shown of a post in one that quotes it, beside its record.
_QUOTED = (
    "uri",
    "cid",
    "author",
    "labels",
    "likeCount",
    "replyCount",
    "repostCount",
    "quoteCount",
    "indexedAt",
)


class Views:
    """The world at `now`. `viewer`: the account of who asks, None without a session."""

    def __init__(self, world: Elsewhere, records: Records, now: datetime, viewer: str | None = None) -> None:
        self.world = world
        self.records = records
        self.now = now
        self.viewer = viewer

    # --- what exists ---

    def said(self, uri: str | None) -> Said | None:
        """The post at that address, if there is one by now and still."""
        said = self.world.posts.get((BLUESKY, uri or ""))
        return said if said and said.exists_at(self.now) else None

    def once_said(self, uri: str) -> Said | None:
        """The post at that address, also if it is deleted by now."""
        said = self.world.posts.get((BLUESKY, uri))
        return said if said and said.created_at <= self.now else None

    def did_of(self, actor: str) -> str | None:
        """The DID that a handle or a DID stands for."""
        if actor.startswith("did:"):
            return actor if (BLUESKY, actor) in self.world.people else None
        someone = self.world.by_handle(BLUESKY, actor)
        return someone.account_id if someone else None

    def is_blocked(self, one: str, other: str | None) -> bool:
        """Whether one of the two blocks the other."""
        blocks = self.world.blocks
        return other is not None and bool(
            {(BLUESKY, one, other), (BLUESKY, other, one)} & blocks if one != other else ()
        )

    def is_hidden(self, account_id: str) -> bool:
        """Whether who asks and that account block each other."""
        return self.viewer is not None and self.is_blocked(account_id, self.viewer)

    def feed(self, account_id: str) -> list[Said]:
        """What somebody wrote and reposted, newest first; reposts of what is gone are not in it."""
        return [
            said
            for said in self.world.by(BLUESKY, account_id)
            if said.exists_at(self.now) and (said.reposted_id is None or self.said(said.reposted_id))
        ]

    def replies(self, uri: str) -> list[Said]:
        """The replies that the network counts: not those that a thread gate shuts out."""
        found = self.world.replies(BLUESKY, uri)
        return [said for said in found if said.exists_at(self.now) and not self.world.is_shut_out(said)]

    def quotes(self, uri: str) -> list[Said]:
        """The quotes of a post, newest first; the network forgets them with the post."""
        found = self.world.quotes(BLUESKY, uri) if self.said(uri) else []
        return [said for said in found if said.exists_at(self.now)]

    def likes(self, said: Said) -> list[tuple[str, datetime]]:
        """(who, when), newest first."""
        return sorted(
            (pair for pair in said.likes if pair[1] <= self.now),
            key=lambda pair: (pair[1], pair[0]),
            reverse=True,
        )

    def reposters(self, said: Said) -> list[tuple[str, datetime]]:
        """(who, when), newest first."""
        return sorted(
            (pair for pair in said.reposts if pair[1] <= self.now),
            key=lambda pair: (pair[1], pair[0]),
            reverse=True,
        )

    # --- people ---

    def profile_basic(self, account_id: str) -> Json:
        """An account as it stands beside a post."""
        someone = self.world.people[BLUESKY, account_id]
        return {
            "did": account_id,
            "handle": someone.handle,
            "displayName": someone.display_name,
            "associated": {"activitySubscription": {"allowSubscriptions": "followers"}},
            "labels": self._labels(account_id),
            "createdAt": stamp(someone.created_at),
        }

    def profile(self, account_id: str) -> Json:
        """An account as it stands in a list of accounts."""
        someone = self.world.people[BLUESKY, account_id]
        return {
            **self.profile_basic(account_id),
            "description": someone.description,
            "indexedAt": stamp(someone.created_at),
        }

    def profile_detailed(self, account_id: str) -> Json:
        """An account that was asked for."""
        someone = self.world.people[BLUESKY, account_id]
        written = [said for said in self.feed(account_id) if said.reposted_id is None]
        view = self.profile(account_id)
        more = {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False}
        return {
            **view,
            "associated": {**more, **view["associated"]},
            "followersCount": someone.followers,
            "followsCount": someone.following,
            "postsCount": len(written),
        }

    def _labels(self, account_id: str) -> list[Json]:
        record = self.records.profile(self.world.people[BLUESKY, account_id])
        return [
            {
                "src": account_id,
                "uri": f"at://{account_id}/{PROFILE}/self",
                "cid": cid_of(record),
                "val": label["val"],
                "cts": record["createdAt"],
            }
            for label in record.get("labels", {}).get("values", [])
        ]

    # --- posts ---

    def post(self, said: Said, depth: int = 0) -> Json:
        """A post with its author and its counts."""
        view: Json = {
            **self.records.reference(said.post_id),
            "author": self.profile_basic(said.author_id),
            "record": self.records.post(said),
            "bookmarkCount": 0,
            "replyCount": len(self.replies(said.post_id)),
            "repostCount": len(self.reposters(said)),
            "likeCount": len(self.likes(said)),
            "quoteCount": len(self.quotes(said.post_id)),
            "indexedAt": stamp(seen_at(said)),
            "labels": [],
        }
        if said.quoted_id and depth < 2:
            view["embed"] = self._embed(said, depth + 1)
        if said.gate:
            view["threadgate"] = self.gate(said)
        return view

    def gate(self, said: Said) -> Json:
        """Who may reply, as an AppView shows it."""
        record = self.records.gate(said)
        did, _, key = said.post_id.removeprefix("at://").split("/")
        return {"uri": f"at://{did}/{GATE}/{key}", "cid": cid_of(record), "record": record, "lists": []}

    def _embed(self, said: Said, depth: int) -> Json:
        uri = str(said.quoted_id)
        quoted = self.said(uri)
        record: Json
        if quoted is None:
            record = {"uri": uri, "notFound": True, "$type": "app.bsky.embed.record#viewNotFound"}
        elif self.is_hidden(quoted.author_id) or self.is_blocked(quoted.author_id, said.author_id):
            record = {"uri": uri, "blocked": True, "author": {"did": quoted.author_id},
                      "$type": "app.bsky.embed.record#viewBlocked"}  # fmt: skip
        else:
            view = self.post(quoted, depth)
            kept = (
                "uri",
                "cid",
                "author",
                "labels",
                "likeCount",
                "replyCount",
                "repostCount",
                "quoteCount",
                "indexedAt",
            )
            record = {name: view[name] for name in kept}
            record |= {"value": view["record"], "$type": "app.bsky.embed.record#viewRecord"}
            if depth <= 1:
                record["embeds"] = [view["embed"]] if "embed" in view else []
        return {"record": record, "$type": "app.bsky.embed.record#view"}

    def feed_item(self, item: Said) -> Json:
        """One line of a feed: a post, or one that somebody reposted, with what it answers."""
        said = self.said(item.reposted_id) or item
        shown: Json = {"post": self.post(said)}
        if item.reposted_id:
            shown["reason"] = {
                "by": self.profile_basic(item.author_id),
                "uri": item.post_id,
                "cid": self.records.reference(item.post_id)["cid"],
                "indexedAt": stamp(seen_at(item)),
                "$type": f"{_DEFS}#reasonRepost",
            }
        if said.parent_id and not self.world.is_shut_out(said):
            shown["reply"] = self._reply_reference(said)
        return shown

    def _reply_reference(self, said: Said) -> Json:
        root, parent = self._maybe(said.root_id), self._maybe(said.parent_id)
        found_parent, found_root = self.said(said.parent_id), self.said(said.root_id)
        if found_parent and self.is_blocked(said.author_id, found_parent.author_id):
            parent = self._blocked(found_parent)
        if found_root and self.is_blocked(said.author_id, found_root.author_id):
            root = self._blocked(found_root)
        reference = {"root": root, "parent": parent}
        if "record" in parent and found_parent and found_parent.parent_id:
            grandparent = self.world.posts[BLUESKY, found_parent.parent_id]
            reference["grandparentAuthor"] = self.profile_basic(grandparent.author_id)
        return reference

    def _maybe(self, uri: str | None) -> Json:
        said = self.said(uri)
        if said is None:
            return _not_found(str(uri))
        if self.is_hidden(said.author_id):
            return self._blocked(said)
        return {**self.post(said), "$type": f"{_DEFS}#postView"}

    def _blocked(self, said: Said) -> Json:
        return {"uri": said.post_id, "blocked": True, "author": {"did": said.author_id},
                "$type": f"{_DEFS}#blockedPost"}  # fmt: skip

    # --- threads ---

    def thread(self, said: Said, depth: int, height: int) -> Json:
        """A post between its parents and its replies, as deep and as high as asked for.

        Replies that a block or a gate hides, and those under a deleted post, are left out without a word. Of a parent
        it is said that it is blocked or not found.
        """
        if self.is_hidden(said.author_id):
            return self._blocked(said)
        is_shown = not self.world.is_shut_out(said)
        above = self._parent(said, said.root_id, height) if is_shown else None
        return self._node(said, above, self._below(said, depth) if is_shown else None)

    def _node(self, said: Said, parent: Json | None, replies: list[Json] | None) -> Json:
        node: Json = {"post": self.post(said)}
        if parent is not None:
            node["parent"] = parent
        if replies is not None:
            node["replies"] = replies
        root = self.world.posts.get((BLUESKY, said.root_id or said.post_id))
        context: Json = {}
        for person, at in said.likes:
            if root and person == root.author_id and at <= self.now:
                context["rootAuthorLike"] = like_uri(said.post_id, person, at)
        return {**node, "threadContext": context, "$type": f"{_DEFS}#threadViewPost"}

    def _parent(self, child: Said, root_id: str | None, height: int) -> Json | None:
        """Upwards without recursion: a thread may be a thousand posts high."""
        line: list[Said] = []
        top: Json | None = None
        while height >= 1 and child.parent_id:
            height -= 1
            parent = self.said(child.parent_id)
            if parent is None:
                top = _not_found(child.parent_id)
                break
            if self.is_blocked(child.author_id, parent.author_id) or self.is_hidden(parent.author_id):
                top = self._blocked(parent)
                break
            if (parent.root_id or parent.post_id) != root_id:
                break
            line.append(parent)
            child = parent
        for said in reversed(line):
            top = self._node(said, top, None)
        return top

    def _below(self, said: Said, depth: int) -> list[Json] | None:
        if depth < 1:
            return None
        shown: list[Json] = []
        for reply in reversed(self.replies(said.post_id)):
            if self.is_blocked(reply.author_id, said.author_id):
                continue
            if self.is_hidden(reply.author_id):
                shown.append(self._blocked(reply))
            else:
                shown.append(self._node(reply, None, self._below(reply, depth - 1)))
        return shown


def _not_found(uri: str) -> Json:
    return {"uri": uri, "notFound": True, "$type": f"{_DEFS}#notFoundPost"}
