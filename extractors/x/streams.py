"""The streams: what is asked of X, how, in what bounds, at what price. Only declared here; extractors/fetching walks.

Bounds: the vendor's documentation of 2026-08; prices: rapport/networks.py. Newest first everywhere;
`start_time` is inclusive, `end_time` exclusive, both to the second.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from extractors.fetching.streams import Stream as AnyStream
from extractors.fetching.streams import Target
from extractors.fetching.vocabulary import ObjectKind
from extractors.landing import landing_files
from extractors.state.budget import Kind
from extractors.x import fields
from rapport.config_clients import Budget
from rapport.networks import X

NETWORK = X.name
LOOKUP_SIZE = 100
RECENT_REACH = timedelta(days=7)
# Search refuses an end_time less than 10 s old; the rest is for clocks that differ.
SETTLE_TIME = timedelta(seconds=15)
# What one result may bring at most, `includes` counted. A post: itself, its author, the post it answers and the
# one it quotes, with the author of each (whom it answers is the author of the first).
_WORST: dict[ObjectKind, dict[Kind, int]] = {
    "post": {"post": 3, "user": 3},
    "user": {"user": 1},
    "message": {"message": 1, "user": 1},
}


@dataclass(frozen=True)
class Stream(AnyStream):
    """One kind of request to X. `method` is tweepy's; `query_limit` is how long a search's query may be."""

    query_limit: int | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """What every request of the stream carries: fields, expansions, page size."""
        base: dict[str, Any] = dict(fields.PARAMETERS[self.kind])
        if not self.has_includes:
            base.pop("expansions", None)
        if self.page_sizes is not None:
            base["max_results"] = self.page_sizes[1]
        return base

    @property
    def worst_usd(self) -> float:
        """What one result may cost at most, US dollars."""
        if not self.has_includes:
            return X.price_usd[self.kind]
        return sum(count * X.price_usd[kind] for kind, count in _WORST[self.kind].items())


PROFILES = Stream("profiles", "/2/users", "get_users", "user", wave=1)
OWN_POSTS = Stream(
    "own_posts", "/2/users/:id/tweets", "get_users_tweets", "post",
    (5, 100), "pagination_token", is_windowed=True, reach=3200, wave=1, each="account",
)  # fmt: skip
MENTIONS = Stream(
    "mentions", "/2/users/:id/mentions", "get_users_mentions", "post",
    (5, 100), "pagination_token", is_windowed=True, reach=800, wave=1, each="account",
)  # fmt: skip
CONVERSATIONS_RECENT = Stream(
    "conversations", "/2/tweets/search/recent", "search_recent_tweets", "post",
    (10, 100), "next_token", is_windowed=True, query_limit=512, wave=2,
)  # fmt: skip
CONVERSATIONS_ARCHIVE = Stream(
    "conversations", "/2/tweets/search/all", "search_all_tweets", "post",
    (10, 500), "next_token", is_windowed=True, query_limit=1024, wave=2,
)  # fmt: skip
# Polls overlap by themselves (polling.py).
CONVERSATIONS_POLLED = replace(CONVERSATIONS_RECENT, overlap=timedelta(0))
# Quotes may come to old posts, so of all that were seen.
QUOTES = Stream(
    "quotes", "/2/tweets/:id/quote_tweets", "get_quote_tweets", "post",
    (10, 100), "pagination_token", wave=2, each="post", metric="quote",
)  # fmt: skip
REPOSTERS = Stream(
    "reposters", "/2/tweets/:id/retweeted_by", "get_retweeters", "user",
    (1, 100), "pagination_token", wave=2, each="post", metric="repost", is_nod=True,
)  # fmt: skip
# Shows the newest 100 accounts of a post, ever.
LIKERS = Stream(
    "likers", "/2/tweets/:id/liking_users", "get_liking_users", "user",
    (1, 100), "pagination_token", needs_user=True, wave=2, each="post", metric="like", is_nod=True,
)  # fmt: skip
MISSING = Stream("missing", "/2/tweets", "get_tweets", "post", wave=3)
# Not part of a run: rota.py looks up what we hold; of posts, only whether they are there.
LOOKUPS = Stream("lookups", "/2/tweets", "get_tweets", "post", has_includes=False)
ACCOUNT_LOOKUPS = Stream("account_lookups", "/2/users", "get_users", "user")
# Reaches 30 days back. Only with consent written down in rapport.toml.
DIRECT_MESSAGES = Stream(
    "direct_messages", "/2/dm_events", "get_direct_message_events", "message",
    (1, 100), "pagination_token", needs_user=True, remembers=True, wave=1,
)  # fmt: skip
# Messages are paid for one by one, and a page of the newest brings old ones along: small pages, once it is known
# where the last run ended.
NEW_MESSAGES_PAGE = 20
# Not a stream of objects: what the app has used, by day. tweepy has no method for it; reconcile.py asks.
USAGE_ENDPOINT = "/2/usage/tweets"
# Nor is this: how many posts of the last 7 days a query finds (/2/tweets/counts/recent); counts.py asks.
COUNTS_METHOD = "get_recent_tweets_count"
COUNTS_QUERY_LIMIT = 512

# What a run is made of, in the order of planning.
ALL = [
    PROFILES, OWN_POSTS, MENTIONS, CONVERSATIONS_RECENT, CONVERSATIONS_ARCHIVE, QUOTES, REPOSTERS, LIKERS,
    DIRECT_MESSAGES, MISSING,
]  # fmt: skip
# The archive is another way to the same stream.
BY_NAME = {stream.name: stream for stream in ALL if stream is not CONVERSATIONS_ARCHIVE}


def searching(stream: AnyStream, search: Stream) -> Stream:
    """The same stream by way of a search, for what its own endpoint does not reach (reposts are not found)."""
    return replace(search, name=stream.name)


def lookup_targets(values: list[str], parameter: str = "ids", size: int = LOOKUP_SIZE) -> list[Target]:
    """One request for each hundred ids (or usernames), or fewer: see `lookup_size`."""
    batches = [values[start : start + size] for start in range(0, len(values), size)]
    return [Target(_batch_label(parameter, batch), parameters=((parameter, batch),)) for batch in batches]


def _batch_label(parameter: str, batch: list[str]) -> str:
    """Ids as they are. Handles do not become names of files, or rows of the state store: what a person is called
    can't be taken out of those."""
    named = ",".join(batch)
    return f"{parameter} {named if parameter == 'ids' else landing_files.short_hash(named)}"


def lookup_size(stream: AnyStream, budget: Budget | None) -> int:
    """How many ids one look-up may name. At its worst it must fit into half of a day's budget: unlike a page, it
    can't be asked for in parts when little is left."""
    if budget is None:
        return LOOKUP_SIZE
    usd = min(budget.usd_per_day, budget.usd_per_month) / 2
    return max(1, min(LOOKUP_SIZE, int(usd / stream.worst_usd)))


def conversation_targets(conversation_ids: list[str], query_limit: int) -> list[Target]:
    """As many conversations in one query as its length allows, OR-ed."""
    queries = either(
        [f"conversation_id:{conversation_id}" for conversation_id in conversation_ids], query_limit
    )
    return [Target(query, parameters=(("query", query),)) for query in queries]


def either(terms: list[str], query_limit: int) -> list[str]:
    """The terms OR-ed, in as few queries as their length allows."""
    queries: list[str] = []
    for term in terms:
        if queries and len(longer := f"{queries[-1]} OR {term}") <= query_limit:
            queries[-1] = longer
        else:
            queries.append(term)
    return queries
