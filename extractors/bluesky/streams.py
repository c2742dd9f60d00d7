"""The streams: what is asked of Bluesky, how, in what bounds. Only declared here; extractors/fetching walks.

Bounds: the lexicons of 2026-11. Newest first everywhere. No endpoint knows a window, and all is free.
"""

from dataclasses import dataclass, field
from typing import Any

from extractors.fetching.streams import Stream as AnyStream
from extractors.fetching.streams import Target
from extractors.fetching.vocabulary import ObjectKind
from extractors.landing import landing_files
from rapport.networks import BLUESKY

NETWORK = BLUESKY.name
LOOKUP_SIZE = 25
# The endpoint would go down 1000 levels. Python's parser gives up below 480, and whoever walks down a page to erase
# something needs several calls a level; deeper branches are asked for from where they are cut.
THREAD_DEPTH = 100


@dataclass(frozen=True)
class Stream(AnyStream):
    """One kind of request to Bluesky. `method` is the XRPC query; `member` holds what was asked for in its answer;
    a target's `path_id` goes into `id_parameter`. `takes_no`: that what it asks for is not there is an answer, however
    it is said."""

    member: str = ""
    id_parameter: str | None = None
    fixed: dict[str, Any] = field(default_factory=dict)
    takes_no: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """What every request of the stream carries."""
        return {**self.fixed, **({"limit": self.page_sizes[1]} if self.page_sizes else {})}


def _one(name: str, query: str, kind: ObjectKind, member: str, **more: Any) -> Stream:
    """A stream whose requests have one page each."""
    return Stream(name, f"/xrpc/{query}", query, kind, member=member, **more)


def _paged(
    name: str, query: str, kind: ObjectKind, member: str, id_parameter: str | None, **more: Any
) -> Stream:
    """A stream that pages by a cursor."""
    return Stream(
        name, f"/xrpc/{query}", query, kind, (1, 100), "cursor", member=member, id_parameter=id_parameter, **more
    )  # fmt: skip


PROFILES = _one("profiles", "app.bsky.actor.getProfiles", "user", "profiles", wave=1)
OWN_POSTS = _paged(
    "own_posts", "app.bsky.feed.getAuthorFeed", "post", "feed", "actor",
    fixed={"filter": "posts_with_replies"}, wave=1, each="account",
)  # fmt: skip
# Only with an app password of the account: search is closed, so nobody else learns who mentions it.
MENTIONS = _paged(
    "mentions", "app.bsky.notification.listNotifications", "post", "notifications", None,
    fixed={"reasons": ["mention", "reply", "quote"]}, needs_user=True, wave=1, each="account",
)  # fmt: skip
# The token of a page after the first is ours: the posts at which the thread was cut (dialect.py).
CONVERSATIONS = Stream(
    "conversations", "/xrpc/app.bsky.feed.getPostThread", "app.bsky.feed.getPostThread", "post",
    None, "uri", member="thread", id_parameter="uri",
    fixed={"depth": THREAD_DEPTH, "parentHeight": THREAD_DEPTH}, wave=2,
)  # fmt: skip
QUOTES = _paged(
    "quotes", "app.bsky.feed.getQuotes", "post", "posts", "uri", wave=2, each="post", metric="quote"
)
REPOSTERS = _paged(
    "reposters", "app.bsky.feed.getRepostedBy", "user", "repostedBy", "uri",
    wave=2, each="post", metric="repost", is_nod=True,
)  # fmt: skip
LIKERS = _paged(
    "likers", "app.bsky.feed.getLikes", "user", "likes", "uri", wave=2, each="post", metric="like", is_nod=True
)  # fmt: skip
MISSING = _one("missing", "app.bsky.feed.getPosts", "post", "posts", wave=3)
# Not part of a run: rota.py looks up what we hold, in turns, and what was left out of the answer once more.
LOOKUPS = _one("lookups", "app.bsky.feed.getPosts", "post", "posts")
RECORD_LOOKUPS = _one("lookups", "com.atproto.repo.getRecord", "post", "value", takes_no=True)
ACCOUNT_LOOKUPS = _one("account_lookups", "app.bsky.actor.getProfiles", "user", "profiles")
SINGLE_ACCOUNT_LOOKUPS = _one("account_lookups", "app.bsky.actor.getProfile", "user", "did", takes_no=True)

# What a run is made of, in the order of planning.
BY_NAME = {
    stream.name: stream
    for stream in (PROFILES, OWN_POSTS, MENTIONS, CONVERSATIONS, QUOTES, REPOSTERS, LIKERS, MISSING)
}


def lookup_targets(values: list[str], parameter: str) -> list[Target]:
    """One request for each twenty-five accounts or posts."""
    batches = [values[start : start + LOOKUP_SIZE] for start in range(0, len(values), LOOKUP_SIZE)]
    # By their hash: handles do not become names of files, or rows of the state store.
    return [
        Target(f"{parameter} {landing_files.short_hash(','.join(batch))}", parameters=((parameter, batch),))
        for batch in batches
    ]
