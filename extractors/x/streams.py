"""The streams: what is asked of X, how, in what bounds, at what price. Only declared here; pager.py walks.

Bounds and prices: the vendor's documentation of 2026-08. Newest first everywhere; `start_time` is inclusive,
`end_time` exclusive, both to the second.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from extractors.x import fields

POST_READ_USD = 0.005
USER_READ_USD = 0.010

LOOKUP_SIZE = 100
RECENT_REACH = timedelta(days=7)
# Search refuses an end_time less than 10 s old; the rest is for clocks that differ.
SETTLE_TIME = timedelta(seconds=15)


@dataclass(frozen=True)
class Stream:
    """One kind of request. `method` is tweepy's; page tokens go into `token_parameter` (None = one page)."""

    name: str
    endpoint: str
    method: str
    kind: fields.ObjectKind
    page_size: int | None = None
    token_parameter: str | None = None
    is_windowed: bool = False
    query_limit: int | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """What every request of the stream carries: fields, expansions, page size."""
        base: dict[str, Any] = dict(fields.POST_PARAMETERS if self.kind == "post" else fields.USER_PARAMETERS)
        if self.page_size is not None:
            base["max_results"] = self.page_size
        return base


@dataclass(frozen=True)
class Target:
    """What one walk is about: an account, a post, a query, a batch of ids. `label` tells targets apart."""

    label: str
    path_id: str | None = None
    parameters: tuple[tuple[str, Any], ...] = ()


PROFILES = Stream("profiles", "/2/users", "get_users", "user")
OWN_POSTS = Stream(
    "own_posts", "/2/users/:id/tweets", "get_users_tweets", "post", 100, "pagination_token", True
)
MENTIONS = Stream(
    "mentions", "/2/users/:id/mentions", "get_users_mentions", "post", 100, "pagination_token", True
)
CONVERSATIONS_RECENT = Stream(
    "conversations", "/2/tweets/search/recent", "search_recent_tweets", "post", 100, "next_token", True, 512
)
CONVERSATIONS_ARCHIVE = Stream(
    "conversations", "/2/tweets/search/all", "search_all_tweets", "post", 500, "next_token", True, 1024
)
QUOTES = Stream("quotes", "/2/tweets/:id/quote_tweets", "get_quote_tweets", "post", 100, "pagination_token")
MISSING = Stream("missing", "/2/tweets", "get_tweets", "post")

ALL = [PROFILES, OWN_POSTS, MENTIONS, CONVERSATIONS_RECENT, CONVERSATIONS_ARCHIVE, QUOTES, MISSING]
FIRST_WAVE = [PROFILES.name, OWN_POSTS.name, MENTIONS.name]
WITH_POSTS = [OWN_POSTS.name, MENTIONS.name, CONVERSATIONS_RECENT.name, QUOTES.name, MISSING.name]


def account_targets(account_ids: list[str]) -> list[Target]:
    """One walk for each account's timeline or mentions."""
    return [Target(account_id, path_id=account_id) for account_id in account_ids]


def post_targets(post_ids: list[str]) -> list[Target]:
    """One walk for each post's quotes."""
    return [Target(post_id, path_id=post_id) for post_id in post_ids]


def lookup_targets(values: list[str], parameter: str = "ids") -> list[Target]:
    """One request for each hundred ids (or usernames)."""
    batches = [values[start : start + LOOKUP_SIZE] for start in range(0, len(values), LOOKUP_SIZE)]
    return [Target(f"{parameter} {','.join(batch)}", parameters=((parameter, batch),)) for batch in batches]


def conversation_targets(conversation_ids: list[str], query_limit: int) -> list[Target]:
    """As many conversations in one query as its length allows, OR-ed."""
    targets: list[Target] = []
    query = ""
    for conversation_id in conversation_ids:
        term = f"conversation_id:{conversation_id}"
        longer = f"{query} OR {term}" if query else term
        if len(longer) > query_limit:
            targets.append(Target(query, parameters=(("query", query),)))
            longer = term
        query = longer
    if query:
        targets.append(Target(query, parameters=(("query", query),)))
    return targets


def estimated_cost_usd(post_count: int, user_count: int) -> float:
    """What X bills for so many returned objects, those in `includes` counted, no de-duplication assumed."""
    return post_count * POST_READ_USD + user_count * USER_READ_USD
