"""The streams: what is asked of Mastodon's servers, how, in what bounds. Only declared here: extractors/fetching walks.

Bounds: docs.joinmastodon.org of 2026-07 (4.5). Newest first everywhere, by the server's own numbers. No endpoint knows
a window, and all is free: what is spent is the server's patience (300 requests in 5 minutes).
"""

from dataclasses import dataclass
from typing import Any

from extractors.fetching.streams import Stream as AnyStream
from extractors.fetching.streams import Target
from rapport.networks import MASTODON

NETWORK = MASTODON.name
# What may come by a notification and says something to us; favourites and boosts are asked of the posts.
NOTIFIED = ["mention", "quote"]
# Parameters of a target that say how to ask, and are no part of the request.
SERVER, NUMBER, AS = "_server", "_number", "_as"


@dataclass(frozen=True)
class Stream(AnyStream):
    """`method` is Mastodon.py's, or a path that it has no method with parameters for."""

    @property
    def parameters(self) -> dict[str, Any]:
        more: dict[str, Any] = {"types": NOTIFIED} if self.method == "notifications" else {}
        return more | ({"limit": self.page_sizes[1]} if self.page_sizes else {})


PROFILES = Stream("profiles", "/api/v1/accounts/lookup", "account_lookup", "user", wave=1)
OWN_POSTS = Stream(
    "own_posts", "/api/v1/accounts/:id/statuses", "account_statuses", "post",
    (1, 40), "max_id", wave=1, each="account",
)  # fmt: skip
MENTIONS = Stream(
    "mentions", "/api/v1/notifications", "notifications", "post",
    (1, 80), "max_id", needs_user=True, wave=1, each="account",
)  # fmt: skip
# Not paged: 40 above and 60 below without a token, 4,096 each way with one.
CONVERSATIONS = Stream("conversations", "/api/v1/statuses/:id/context", "status_context", "post", wave=2)
QUOTES = Stream(
    "quotes", "/api/v1/statuses/:id/quotes", "status_quotes", "post",
    (1, 40), "max_id", needs_user=True, wave=2, each="post", metric="quote",
)  # fmt: skip
REPOSTERS = Stream(
    "reposters", "/api/v1/statuses/:id/reblogged_by", "/api/v1/statuses/{id}/reblogged_by", "user",
    (1, 80), "max_id", wave=2, each="post", metric="repost", is_nod=True,
)  # fmt: skip
LIKERS = Stream(
    "likers", "/api/v1/statuses/:id/favourited_by", "/api/v1/statuses/{id}/favourited_by", "user",
    (1, 80), "max_id", wave=2, each="post", metric="like", is_nod=True,
)  # fmt: skip
# Asked for with the conversations, of what these show to have been changed (fetchers.py).
EDITS = Stream("edits", "/api/v1/statuses/:id/history", "status_history", "post")
MISSING = Stream("missing", "/api/v1/statuses/:id", "status", "post", wave=3)
# Not part of a run: rota.py looks up what we hold.
LOOKUPS = Stream("lookups", "/api/v1/statuses/:id", "status", "post")
ACCOUNT_LOOKUPS = Stream("account_lookups", "/api/v1/accounts/lookup", "account_lookup", "user")

# What a run is made of, in the order of planning.
ALL = [PROFILES, OWN_POSTS, MENTIONS, CONVERSATIONS, QUOTES, REPOSTERS, LIKERS, EDITS, MISSING]


def at(
    server: str,
    post_id: str,
    number: str | None = None,
    account_id: str | None = None,
    *,
    is_again: bool = False,
) -> Target:
    """A status as one server shows it; `number` is what that server calls it, `account_id` whose token asks.
    `is_again`: another look of the same run."""
    how = ((SERVER, server), (NUMBER, number), (AS, account_id))
    return Target(
        f"{post_id} at {server}{' again' if is_again else ''}",
        post_id,
        tuple((name, value) for name, value in how if value),
    )
