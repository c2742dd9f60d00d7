"""What goes with posts and accounts that are erased: found by SQL in schema raw."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import duckdb

from extractors.raw import raw_store
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import Forgotten, OnNetwork, Pair

# A repost of a file may name no post: then it is known by what it repeats, cut short as it may be.
_SHORTEST_REPEATED = 12

_FOLLOWS = f"""
    with listed as (
        select distinct
            network,
            post_id,
            unnest(list_concat(
                [post_id], coalesce(edit_history_tweet_ids, []), coalesce(edit_history_post_ids, [])
            )) as version_id,
        from raw.posts where post_id is not null
    ),
    referring as (
        select
            network,
            post_id,
            unnest(list_concat(coalesce(referenced_tweets, []), coalesce(referenced_posts, []))) as reference,
        from raw.posts
    ),
    repeating as materialized (
        select distinct
            network,
            post_id,
            lower(regexp_extract(text, '^RT @([A-Za-z0-9_]+)', 1)) as handle,
            rtrim(regexp_replace(text, '^RT @[A-Za-z0-9_]+: ?', ''), '… ') as words,
        from raw.posts where text like 'RT @%'
    ),
    said as materialized (
        select distinct posts.network, unnest([text, note_tweet_text, note_post_text]) as words
        from raw.posts as posts
        semi join erased_posts as erased on posts.network = erased.network and posts.post_id = erased.id
    ),
    touched as (
        select listed.network, listed.post_id from listed
        semi join erased_posts as erased on listed.network = erased.network and listed.version_id = erased.id
        union
        select posts.network, posts.post_id from raw.posts as posts
        semi join erased_accounts as erased on posts.network = erased.network and posts.author_id = erased.id
        union
        select referring.network, referring.post_id from referring
        semi join erased_posts as erased
            on reference.type = 'retweeted'
                and referring.network = erased.network and reference.id = erased.id
        union
        select network, post_id from repeating semi join erased_handles using (network, handle)
        union
        select repeating.network, repeating.post_id
        from repeating inner join said
            on repeating.network = said.network
                and repeating.words[:{_SHORTEST_REPEATED}] = said.words[:{_SHORTEST_REPEATED}]
                and starts_with(said.words, repeating.words)
        where length(repeating.words) >= {_SHORTEST_REPEATED}
    )
    select network, version_id from listed semi join touched using (network, post_id)
    union
    select messages.network, messages.message_id from raw.messages as messages
    semi join erased_accounts as erased on messages.network = erased.network and messages.sender_id = erased.id
    where messages.message_id is not null
"""


# Everybody whom a text mentions, and on which page it stands.
NAMED_IN_TEXTS = """
    select
        page_key, network, post_id,
        unnest(list_concat(coalesce(mentions, []), coalesce(note_mentions, []))) as mention,
    from raw.posts
"""

_HANDLES = f"""
    select network, lower(username) from raw.users
    where (network, account_id) in (select (network, id) from erased_accounts) and username is not null
    union
    select network, lower(mention.username)
    from ({NAMED_IN_TEXTS})
    where (network, mention.id) in (select (network, id) from erased_accounts) and mention.username is not null
"""

_NAMESAKES = f"""
    select distinct named.network, named.post_id, named.mention.username, theirs.post_id is not null
    from ({NAMED_IN_TEXTS}) as named
    semi join shorts on named.network = shorts.network and starts_with(lower(named.mention.username), shorts.short)
    left join (
        select distinct network, post_id from ({NAMED_IN_TEXTS})
        where (network, mention.id) in (select (network, id) from erased_accounts)
    ) as theirs on named.network = theirs.network and named.post_id = theirs.post_id
"""


_OF_BOTH = """
    select distinct network, post_id, coalesce(text, ''), coalesce(mentions, [])
    from raw.posts semi join of_both using (network, post_id)
"""


def with_related(settings: Settings, forgotten: Forgotten) -> Forgotten:
    """With all that follows from it in raw: the account's posts, messages and handles, versions, reposts."""
    # An id that names its host is a handle as well, also of whom raw knows nothing any more.
    named = frozenset((name, one.lower()) for name, one in forgotten.accounts if "@" in one)
    forgotten = replace(forgotten, handles=forgotten.handles | named, unseen=forgotten.unseen - named)
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        while True:
            make_forgotten_tables(connection, forgotten)
            posts = frozenset(connection.execute(_FOLLOWS).fetchall())
            handles = frozenset(connection.execute(_HANDLES).fetchall())
            wider = forgotten | Forgotten(posts=posts, handles=handles)
            wider = replace(wider, unseen=wider.unseen - handles)
            if wider == forgotten:
                return _with_namesakes(connection, forgotten)
            forgotten = wider


def handles_of(settings: Settings, accounts: Collection[Pair]) -> frozenset[Pair]:
    """(network, handle in lower case) of every handle that raw knows the accounts by."""
    if not accounts or not settings.warehouse_path.exists():
        return frozenset()
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        _make_table(connection, "erased_accounts", "id", accounts)
        return frozenset(connection.execute(_HANDLES).fetchall())


def _with_namesakes(connection: duckdb.DuckDBPyConnection, forgotten: Forgotten) -> Forgotten:
    """With the posts that mention somebody else for whom texts say the same in short: apart, those that also mention
    somebody who is forgotten, or did so before an erasure that was stopped took that mention out.
    """
    shorts = {(name, short) for name in forgotten.networks for short in forgotten.on(name).shorts}
    _make_table(connection, "shorts", "short", shorts)
    found = {
        (network, post_id): is_theirs
        for network, post_id, username, is_theirs in connection.execute(_NAMESAKES).fetchall()
        if forgotten.on(network).is_namesake(username)
    }
    _make_table(connection, "of_both", "post_id", [post for post, is_theirs in found.items() if is_theirs])
    of_both = forgotten.of_both | {
        (network, post_id, tuple(_meant(forgotten.on(network), text, mentions)))
        for network, post_id, text, mentions in connection.execute(_OF_BOTH).fetchall()
    }
    known = {(network, post_id) for network, post_id, _ in of_both}
    return replace(forgotten, of_namesakes=frozenset(found.keys() - known), of_both=of_both)


def _meant(forgotten: OnNetwork, text: str, mentions: list[dict[str, Any]]) -> Iterator[bool]:
    """Of each handle that the text says in short, whether it is one to forget: a mention says whose it is, and without
    one nobody knows.
    """
    for place in forgotten.places_in_short(text):
        whose = [
            one["id"] for one in mentions if one["start"] is not None and one["start"] < place < one["end"]
        ]
        yield not whose or None in whose or not forgotten.account_ids.isdisjoint(whose)


def make_forgotten_tables(connection: duckdb.DuckDBPyConnection, forgotten: Forgotten) -> None:
    """Puts what is to be forgotten into the temporary tables erased_posts, erased_accounts and erased_handles.

    A handle is there in each way in which it may stand in what came.
    """
    spelled = {(name, text) for name in forgotten.networks for text in forgotten.on(name).spellings}
    for table, column, pairs in (
        ("erased_posts", "id", forgotten.posts),
        ("erased_accounts", "id", forgotten.accounts),
        ("erased_handles", "handle", spelled),
    ):
        _make_table(connection, table, column, pairs)


def _make_table(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, pairs: Collection[Pair]
) -> None:
    networks, values = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    connection.execute(
        f"create or replace temp table {table} as "
        f"select unnest($networks::varchar[]) as network, unnest($values::varchar[]) as {column}",
        {"networks": list(networks), "values": list(values)},
    )
