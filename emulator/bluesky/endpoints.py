"""The queries: what each takes, by its lexicon, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.bluesky.notices import notices
from emulator.bluesky.pages import by_time, page
from emulator.bluesky.params import Flag, Rule, Text, Texts, Whole
from emulator.bluesky.problems import XrpcError, invalid
from emulator.bluesky.records import GATE, LIKE, POST, PROFILE, REPOST, Json, cid_of, like_uri, stamp
from emulator.bluesky.views import Views
from emulator.elsewhere.model import BLUESKY, Said

Given = dict[str, Any]
_LIMIT = Whole(50, 1, 100)
_ABOUT_POST: dict[str, Rule] = {
    "uri": Text("at-uri", required=True), "cid": Text(), "limit": _LIMIT, "cursor": Text(),
}  # fmt: skip


@dataclass(frozen=True)
class Query:
    """One method: its parameters, its answer, and whether it takes a session."""

    rules: Mapping[str, Rule]
    answer: Callable[[Views, Given], Json]
    needs_session: bool = False


def _actor(views: Views, given: Given) -> str:
    did = views.did_of(given["actor"])
    if did is None:
        raise invalid("Profile not found")
    return did


def _uri(views: Views, uri: str) -> str:
    """The address with a DID in it; one of an unknown handle as it is."""
    authority, slash, rest = uri.removeprefix("at://").partition("/")
    return f"at://{views.did_of(authority) or authority}{slash}{rest}"


def _place(views: Views, said: Said) -> tuple[Any, str]:
    return said.created_at, views.records.reference(said.post_id)["cid"]


def author_feed(views: Views, given: Given) -> Json:
    """app.bsky.feed.getAuthorFeed: newest first, by the time of the post or of the repost."""
    did = _actor(views, given)
    if views.is_hidden(did):
        raise invalid(f"Requester has blocked actor: {did}", "BlockedActor")
    rows = views.feed(did)
    wanted = given["filter"]
    if wanted in ("posts_with_media", "posts_with_video"):
        rows = []  # nobody shows pictures in this world
    elif wanted == "posts_no_replies":
        rows = [said for said in rows if said.parent_id is None]
    elif wanted == "posts_and_author_threads":
        own = f"at://{did}/"
        rows = [said for said in rows if said.parent_id is None or str(said.root_id).startswith(own)]
    shown, more = page(rows, lambda said: _place(views, said), given["limit"], given["cursor"])
    if wanted == "posts_and_author_threads":
        shown = [said for said in shown if said.reposted_id or _is_self_thread(said, shown)]
    return {"feed": [views.feed_item(said) for said in shown], **more}


def _is_self_thread(said: Said, shown: list[Said]) -> bool:
    """Whether all that it answers, up to the root, stands on the same page."""
    by_id = {other.post_id: other for other in shown if other.reposted_id is None}
    above: Said | None = said
    while above is not None and above.parent_id:
        above = by_id.get(above.parent_id)
    return above is not None


def post_thread(views: Views, given: Given) -> Json:
    """app.bsky.feed.getPostThread."""
    uri = _uri(views, given["uri"])
    said = views.said(uri)
    if said is None or said.reposted_id:
        raise invalid(f"Post not found: {uri}", "NotFound")
    answer: Json = {"thread": views.thread(said, given["depth"], given["parentHeight"])}
    root = views.said(said.root_id or said.post_id)
    if root and root.gate:
        answer["threadgate"] = views.gate(root)
    return answer


def posts(views: Views, given: Given) -> Json:
    """app.bsky.feed.getPosts: those there are, each once; of the others no word."""
    found = [views.said(_uri(views, uri)) for uri in dict.fromkeys(given["uris"])]
    shown = [said for said in found if said and not said.reposted_id and not views.is_hidden(said.author_id)]
    return {"posts": [views.post(said) for said in shown]}


def quotes(views: Views, given: Given) -> Json:
    """app.bsky.feed.getQuotes; not those between two of whom one blocks the other."""
    uri = _uri(views, given["uri"])
    rows = views.quotes(uri)
    shown, more = page(rows, lambda said: _place(views, said), given["limit"], given["cursor"])
    about = views.said(uri)
    visible = [
        said
        for said in shown
        if not views.is_hidden(said.author_id)
        and not (about and views.is_blocked(said.author_id, about.author_id))
    ]
    return {"posts": [views.post(said) for said in visible], **_asked(given), **more}


def likes(views: Views, given: Given) -> Json:
    """app.bsky.feed.getLikes: who, and when; of a deleted post, too."""
    said = views.once_said(_uri(views, given["uri"]))
    rows = views.likes(said) if said else []
    shown, more = page(rows, lambda like: (like[1], like[0]), given["limit"], given["cursor"])
    visible = [
        {"actor": views.profile(did), "createdAt": stamp(at), "indexedAt": stamp(at)}
        for did, at in shown
        if said and not views.is_hidden(did) and not views.is_blocked(did, said.author_id)
    ]
    return {"likes": visible, **_asked(given), **more}


def reposted_by(views: Views, given: Given) -> Json:
    """app.bsky.feed.getRepostedBy: who, and not when; of a deleted post, too."""
    said = views.once_said(_uri(views, given["uri"]))
    rows = views.reposters(said) if said else []
    shown, more = page(rows, lambda repost: (repost[1], repost[0]), given["limit"], given["cursor"])
    visible = [views.profile(did) for did, _ in shown if not views.is_hidden(did)]
    return {"repostedBy": visible, **_asked(given), **more}


def _asked(given: Given) -> Json:
    return {"uri": given["uri"]} | ({"cid": given["cid"]} if given["cid"] else {})


def profile(views: Views, given: Given) -> Json:
    """app.bsky.actor.getProfile."""
    return views.profile_detailed(_actor(views, given))


def profiles(views: Views, given: Given) -> Json:
    """app.bsky.actor.getProfiles: those there are, as often as they were asked for."""
    dids = [views.did_of(actor) for actor in given["actors"]]
    return {"profiles": [views.profile_detailed(did) for did in dids if did]}


def list_notifications(views: Views, given: Given) -> Json:
    """app.bsky.notification.listNotifications. The reasons are looked at after a page was cut, as on the network."""
    rows = notices(views, str(views.viewer))
    shown, more = by_time(rows, lambda notice: notice.at, given["limit"], given["cursor"])
    reasons = given["reasons"]
    return {
        "notifications": [notice.view(views) for notice in shown if not reasons or notice.reason in reasons],
        **more,
        "priority": False,
    }


def resolve_handle(views: Views, given: Given) -> Json:
    """com.atproto.identity.resolveHandle."""
    did = views.did_of(given["handle"])
    if did is None:
        raise invalid("Unable to resolve handle")
    return {"did": did}


def get_record(views: Views, given: Given) -> Json:
    """com.atproto.repo.getRecord: of posts, reposts, likes, thread gates and profiles."""
    did = views.did_of(given["repo"])
    if did is None:
        raise invalid(f"Could not find repo: {given['repo']}")
    uri = f"at://{did}/{given['collection']}/{given['rkey']}"
    record = _record(views, did, given["collection"], given["rkey"])
    if record is None or given["cid"] not in (None, cid_of(record)):
        raise invalid(f"Could not locate record: {uri}", "RecordNotFound")
    return {"uri": uri, "cid": cid_of(record), "value": record}


def _record(views: Views, did: str, collection: str, key: str) -> Json | None:
    said = views.said(f"at://{did}/{POST if collection == GATE else collection}/{key}")
    if collection in (POST, REPOST):
        return views.records.post(said) if said else None
    if collection == GATE:
        return views.records.gate(said) if said and said.gate else None
    if collection == PROFILE and key == "self":
        return views.records.profile(views.world.people[BLUESKY, did])
    if collection == LIKE:
        for liked in views.world.of(BLUESKY):
            for by, at in views.likes(liked):
                if by == did and like_uri(liked.post_id, by, at).endswith(f"/{key}"):
                    return views.records.like(liked.post_id, at)
    return None


def search_posts(views: Views, given: Given) -> Json:
    """app.bsky.feed.searchPosts: refused without a session. Rapport never asks, so nobody is answered."""
    raise XrpcError(403, "Forbidden", "Forbidden")


QUERIES: dict[str, Query] = {
    "app.bsky.feed.getAuthorFeed": Query(
        {"actor": Text("AT identifier", required=True), "limit": _LIMIT, "cursor": Text(), "filter": Text()},
        author_feed,
    ),
    "app.bsky.feed.getPostThread": Query(
        {"uri": Text("at-uri", required=True), "depth": Whole(6, 0, 1000), "parentHeight": Whole(80, 0, 1000)},
        post_thread,
    ),
    "app.bsky.feed.getPosts": Query({"uris": Texts("at-uri", 25, required=True)}, posts),
    "app.bsky.feed.getQuotes": Query(_ABOUT_POST, quotes),
    "app.bsky.feed.getLikes": Query(_ABOUT_POST, likes),
    "app.bsky.feed.getRepostedBy": Query(_ABOUT_POST, reposted_by),
    "app.bsky.feed.searchPosts": Query({"q": Text(required=True), "limit": _LIMIT, "cursor": Text()}, search_posts),
    "app.bsky.actor.getProfile": Query({"actor": Text("AT identifier", required=True)}, profile),
    "app.bsky.actor.getProfiles": Query({"actors": Texts("AT identifier", 25, required=True)}, profiles),
    "app.bsky.notification.listNotifications": Query(
        {"limit": _LIMIT, "cursor": Text(), "reasons": Texts(), "priority": Flag(False)},
        list_notifications,
        needs_session=True,
    ),
    "com.atproto.identity.resolveHandle": Query({"handle": Text("handle", required=True)}, resolve_handle),
    "com.atproto.repo.getRecord": Query(
        {
            "repo": Text("AT identifier", required=True), "collection": Text("nsid", required=True),
            "rkey": Text("record key", required=True), "cid": Text(),
        },
        get_record,
    ),
}  # fmt: skip
