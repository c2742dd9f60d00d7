"""Posts as the report shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from rapport.networks import parts, qualified


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it is shown; `is_ours` is about the client whose report this is."""

    network: str
    post_id: str
    parent_post_id: str | None
    account_id: str
    handle: str
    display_name: str
    text: str
    created_at: datetime | None
    is_ours: bool

    @property
    def key(self) -> str:
        """network:id of the post."""
        return qualified(self.network, self.post_id)

    @property
    def author(self) -> str:
        """network:id of the account that wrote it; empty if that is not known."""
        return qualified(self.network, self.account_id) if self.account_id else ""


def is_message(post_id: str) -> bool:
    """True where a direct message stands in the place of a post: what it says is not in the published file."""
    return post_id.startswith("dm:")


def is_message_key(key: str) -> bool:
    """The same of network:id."""
    return is_message(parts(key)[1])


def erased_posts(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """network:id of the posts that were erased and of which rows may speak yet: those that were erased since the last
    build, of which no version is shown any more, and first posts of conversations."""
    rows = con.execute(
        "select network, post_id from marts.posts where latest_version_id is null"
        " union select network, root_post_id from marts.conversation_posts where is_root_erased"
    ).fetchall()
    return frozenset(qualified(network, post_id) for network, post_id in rows)


def read_posts(
    con: duckdb.DuckDBPyConnection, client_id: str, condition: str, parameters: Sequence[Any]
) -> list[Post]:
    """Posts in the order they were written, with the handle and name their account bears today."""
    rows = con.execute(
        "with wanted as (select network, post_id, parent_post_id, account_id, text, created_at"
        f" from marts.posts where {condition}),"
        " ours as (select distinct network, account_id from marts.client_accounts where client_id = ? and is_ours)"
        " select wanted.network, wanted.post_id, wanted.parent_post_id, wanted.account_id,"
        " accounts.handle, accounts.display_name, wanted.text, wanted.created_at,"
        " ours.account_id is not null as is_ours"
        " from wanted left join marts.accounts as accounts using (network, account_id)"
        " left join ours on wanted.network = ours.network and wanted.account_id = ours.account_id"
        " order by wanted.created_at, length(wanted.post_id), wanted.post_id, wanted.network",
        [*parameters, client_id],
    ).fetchall()
    return [
        Post(network, post_id, parent, account or "", handle or "", name or "", text or "", at, is_ours)
        for network, post_id, parent, account, handle, name, text, at, is_ours in rows
    ]
