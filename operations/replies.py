"""How many replies are held of those that each network counts, and of how many conversations nobody can say."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from rapport.networks import label_of
from reporting.words import count, of_how_many

_HELD = """
select
    network,
    coalesce(sum(least(captured_reply_count, reported_reply_count)), 0)::bigint,
    coalesce(sum(reported_reply_count), 0)::bigint,
    coalesce(sum(conversation_count), 0)::bigint as conversation_count,
    coalesce(sum(uncounted_conversation_count), 0)::bigint
from reports.rpt_coverage
group by network
having conversation_count > 0
order by network
"""


@dataclass(frozen=True)
class Held:
    """The replies of one network, over all clients. `uncounted_conversation_count`: in these nobody knows how many."""

    network: str
    held_count: int
    reported_count: int
    conversation_count: int
    uncounted_conversation_count: int

    @property
    def words(self) -> str:
        """ "replies on X: 97 of 445 (22%) held; not known in 2 of 40 conversations"."""
        parts = []
        if self.reported_count:
            parts.append(f"{of_how_many(self.held_count, self.reported_count)} held")
        if self.uncounted_conversation_count:
            conversations = count(self.conversation_count, "conversation")
            parts.append(
                f"how many there are is not known in {self.uncounted_conversation_count:,} of {conversations}"
            )
        return f"replies on {label_of(self.network)}: {'; '.join(parts) or 'none'}"


def held(connection: duckdb.DuckDBPyConnection) -> Iterator[Held]:
    """Of each network of the published file; nothing where a file of an earlier version does not say."""
    try:
        rows = connection.execute(_HELD).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return
    yield from (Held(*row) for row in rows)
