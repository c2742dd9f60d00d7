"""What goes with posts and accounts that are erased: found by SQL in schema raw."""

from dataclasses import replace

import duckdb

from extractors.raw import raw_store
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import Forgotten

# A repost of a file may name no post: then it is known by what it repeats, cut short as it may be.
_SHORTEST_REPEATED = 12

_FOLLOWS = f"""
    with listed as (
        select distinct
            post_id,
            unnest(list_concat(
                [post_id], coalesce(edit_history_tweet_ids, []), coalesce(edit_history_post_ids, [])
            )) as version_id,
        from raw.posts where post_id is not null
    ),
    referring as (
        select
            post_id,
            unnest(list_concat(coalesce(referenced_tweets, []), coalesce(referenced_posts, []))) as reference,
        from raw.posts
    ),
    repeating as materialized (
        select distinct
            post_id,
            lower(regexp_extract(text, '^RT @([A-Za-z0-9_]+)', 1)) as handle,
            rtrim(regexp_replace(text, '^RT @[A-Za-z0-9_]+: ?', ''), '… ') as words,
        from raw.posts where text like 'RT @%'
    ),
    said as materialized (
        select distinct unnest([text, note_tweet_text, note_post_text]) as words
        from raw.posts semi join erased_posts on post_id = id
    ),
    touched as (
        select post_id from listed semi join erased_posts on version_id = id
        union
        select post_id from raw.posts semi join erased_accounts on author_id = id
        union
        select post_id from referring semi join erased_posts
            on reference.type = 'retweeted' and reference.id = erased_posts.id
        union
        select post_id from repeating semi join erased_handles using (handle)
        union
        select repeating.post_id
        from repeating inner join said
            on repeating.words[:{_SHORTEST_REPEATED}] = said.words[:{_SHORTEST_REPEATED}]
                and starts_with(said.words, repeating.words)
        where length(repeating.words) >= {_SHORTEST_REPEATED}
    )
    select version_id from listed semi join touched using (post_id)
    union
    select message_id from raw.messages semi join erased_accounts on sender_id = id where message_id is not null
"""


_HANDLES = """
    select lower(username) from raw.users
    where account_id in (select id from erased_accounts) and username is not null
    union
    select lower(mention.username)
    from (
        select unnest(list_concat(coalesce(mentions, []), coalesce(note_mentions, []))) as mention
        from raw.posts
    )
    where mention.id in (select id from erased_accounts) and mention.username is not null
"""


def with_related(settings: Settings, forgotten: Forgotten) -> Forgotten:
    """With all that follows from it in raw: the account's posts, messages and handles, versions, reposts."""
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        while True:
            make_forgotten_tables(connection, forgotten)
            posts = {row[0] for row in connection.execute(_FOLLOWS).fetchall()}
            handles = {row[0] for row in connection.execute(_HANDLES).fetchall()}
            wider = replace(
                forgotten, post_ids=forgotten.post_ids | posts, handles=forgotten.handles | handles
            )
            if wider == forgotten:
                return forgotten
            forgotten = wider


def make_forgotten_tables(connection: duckdb.DuckDBPyConnection, forgotten: Forgotten) -> None:
    """Puts what is to be forgotten into the temporary tables erased_posts, erased_accounts and erased_handles."""
    for table, column, values in (
        ("erased_posts", "id", forgotten.post_ids),
        ("erased_accounts", "id", forgotten.account_ids),
        ("erased_handles", "handle", forgotten.handles),
    ):
        connection.execute(
            f"create or replace temp table {table} as select unnest($values::varchar[]) as {column}",
            {"values": sorted(values)},
        )
