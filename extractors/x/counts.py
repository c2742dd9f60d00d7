"""How many posts a client's accounts write and are named in, counted by X: the cheap way to a forecast.

One request a question, at its list price; no post is read. Search, and so its counts, finds no reposts.
"""

from uuid import uuid4

from extractors.errors import ExtractionError
from extractors.fetching import accounts
from extractors.fetching.vocabulary import objects
from extractors.state.budget import Purse
from extractors.state.store import State
from extractors.x import streams
from extractors.x.client import Client
from extractors.x.streams import Stream
from rapport.config import Client as ClientConfig
from rapport.networks import X

DAYS = streams.RECENT_REACH.days


def per_day(state: State, client: Client, config: ClientConfig, stream: Stream) -> float | None:
    """Posts a day of the stream (own_posts or mentions), over the last 7 days; None where it can't be asked.

    Raises BudgetReached before anything is asked, and ExtractionError.
    """
    ours = accounts.ours(X.name, config)
    by_id = {
        account_id: reference for reference, account_id in accounts.known_ids(state, X.name, ours).items()
    }
    references = list(dict.fromkeys(by_id.get(reference.account_id or "", reference) for reference in ours))
    if stream.name == streams.OWN_POSTS.name:
        terms = [
            f"from:{reference.handle.lower() if reference.handle else reference.account_id}"
            for reference in references
        ]
    else:
        terms = [f"@{reference.handle.lower()}" for reference in references if reference.handle]
    queries = streams.either(terms, streams.COUNTS_QUERY_LIMIT)
    if not queries:
        return None
    total = 0
    purse = Purse(state.engine, X, config.id, config.budget, state.now)
    for query in queries:
        reservation = purse.reserve("counts", X.price_usd["count"], 1, 1)
        try:
            answer = client.ask(streams.COUNTS_METHOD, query, {"granularity": "day"})
        except ExtractionError as problem:
            purse.release(reservation, may_be_billed=problem.may_be_billed)
            raise
        # Every request is billed, also the same one again.
        purse.settle(reservation, {"count": {uuid4().hex}})
        total += sum(
            int(bucket.get("tweet_count", bucket.get("post_count", 0)))
            for bucket in objects(answer.value.get("data"))
        )
    return total / DAYS
