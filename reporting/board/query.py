"""Reads the conversations that are worth reading, and with whom they were."""

from dataclasses import dataclass, field
from datetime import timedelta

import duckdb

from rapport.networks import qualified
from reporting.client import Client
from reporting.published import records
from reporting.sections.conversations.record import Conversation
from reporting.weeks import TALK_WEEKS

CONVERSATIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody of them who wrote in a conversation."""

    person_id: str
    handle: str
    display_name: str


@dataclass(frozen=True)
class WorthReading:
    """Conversations in which most people came back, and who of them wrote there, who wrote most first."""

    conversations: list[Conversation] = field(default_factory=list)
    participants: dict[str, list[Participant]] = field(default_factory=dict)  # by network:id of the root

    def of(self, conversation: Conversation) -> list[Participant]:
        """Who of them wrote in it."""
        return self.participants.get(conversation.key, [])


def read(con: duckdb.DuckDBPyConnection, client: Client) -> WorthReading:
    """Those with an exchange: first those in which most people came back, then the longest, then the newest."""
    shown = records(
        con,
        Conversation,
        "select {columns} from reports.rpt_conversations"
        " where client_id = ? and last_active_at >= ? and exchange_count > 0"
        " order by is_real desc nulls last, real_person_count desc, exchange_count desc, last_active_at desc,"
        " root_post_id, network limit ?",
        [client.client_id, client.as_of_at - timedelta(weeks=TALK_WEEKS), CONVERSATIONS_SHOWN],
    )
    rows = con.execute(
        "with wanted as (select network, root_post_id, post_id from marts.conversation_posts"
        "   where list_contains(?, network || ':' || root_post_id)),"
        " ours as (select distinct network, account_id from marts.client_accounts where client_id = ?)"
        " select wanted.network, wanted.root_post_id, accounts.person_id,"
        " arg_max(accounts.handle, posts.post_id), arg_max(accounts.display_name, posts.post_id)"
        " from wanted inner join marts.posts as posts using (network, post_id)"
        " inner join marts.accounts as accounts using (network, account_id)"
        " anti join ours using (network, account_id)"
        " where accounts.person_id is not null"
        " group by all order by count(*) desc, accounts.person_id",
        [[conversation.key for conversation in shown], client.client_id],
    ).fetchall()
    found: dict[str, list[Participant]] = {}
    for network, root, person_id, handle, name in rows:
        found.setdefault(qualified(network, root), []).append(
            Participant(person_id, handle or "", name or "")
        )
    return WorthReading(shown, found)
