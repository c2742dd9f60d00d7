"""The tables of schema raw that say what texts are about: `extractors/topics` decides, here it is written down.

A text is known by its hash. What is kept of one goes when no post in raw has it any more.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import duckdb

TABLES = ("topic_texts", "topic_vectors", "topic_matches")

# As staging has a text, so that a model can join by the hash of it.
_TEXT = "coalesce(posts.note_tweet_text, posts.note_post_text, posts.text)"
_IS_REPOST = (
    "len(list_filter(coalesce(posts.referenced_tweets, posts.referenced_posts), "
    "lambda one: one.type = 'retweeted')) > 0"
)


@dataclass(frozen=True)
class Topic:
    """A row of raw.topics."""

    client_id: str
    name: str
    number: int
    is_by_meaning: bool
    made_of: str


@dataclass(frozen=True)
class Match:
    """A text that is about a topic: found by a 'word' of it, or by 'meaning' with how sure that is."""

    client_id: str
    topic: str
    text_hash: str
    found_by: str
    score: float | None = None


def gather(
    connection: duckdb.DuckDBPyConnection,
    client_ids: Collection[str],
    is_one_house: bool,
    is_read: Callable[[str | None], bool],
) -> None:
    """Makes the temporary table `texts` (text_hash, text, is_read): what the clients' posts say, each text once.

    A page that nobody asked for alone, as a file, is of all clients; where they are one house, every page is.
    `is_read`: whether that is so of the language of one of these posts, as its network names it.
    """
    languages = [name for (name,) in connection.execute("select distinct lang from raw.posts").fetchall()]
    connection.execute(
        f"""
        create or replace temp table texts as
        select md5({_TEXT}) as text_hash, any_value({_TEXT}) as text,
            bool_or(coalesce(posts.lang, '') in (select unnest($languages::varchar[]))) as is_read
        from raw.posts as posts
        semi join (
            select page_key from raw.pages
            where $is_one_house or source <> 'api' or client_id in (select unnest($client_ids::varchar[]))
        ) as pages on posts.page_key = pages.page_key
        where trim({_TEXT}) <> '' and not coalesce({_IS_REPOST}, false)
        group by 1
        """,
        {
            "languages": [name or "" for name in languages if is_read(name)],
            "is_one_house": is_one_house,
            "client_ids": list(client_ids),
        },
    )


def sweep(connection: duckdb.DuckDBPyConnection, model: str) -> None:
    """Removes what was made of texts that are gone, and by another model than this one."""
    for table in TABLES:
        connection.execute(f"delete from raw.{table} where text_hash not in (select text_hash from texts)")
    if model:  # without one the vectors wait until it is back
        connection.execute("delete from raw.topic_vectors where model <> $model", {"model": model})


def clear(connection: duckdb.DuckDBPyConnection) -> bool:
    """Removes everything; whether there was anything."""
    deleted = [
        connection.execute(f"delete from raw.{table} returning 1").fetchall() for table in (*TABLES, "topics")
    ]
    return any(deleted)


def without_vector(connection: duckdb.DuckDBPyConnection, limit: int) -> list[tuple[str, str]]:
    """The next texts that can be read by meaning and have not been: (hash, text), in the order of their hashes."""
    return connection.execute(
        "select text_hash, text from texts anti join raw.topic_vectors using (text_hash) "
        "where is_read order by text_hash limit $limit",
        {"limit": limit},
    ).fetchall()


def add_vectors(
    connection: duckdb.DuckDBPyConnection, model: str, hashes: Sequence[str], vectors: Sequence[bytes]
) -> None:
    """Keeps the vectors of texts."""
    connection.execute(
        "insert into raw.topic_vectors select unnest($hashes::varchar[]), $model, unnest($vectors::blob[])",
        {"hashes": list(hashes), "model": model, "vectors": list(vectors)},
    )


def unmatched(
    connection: duckdb.DuckDBPyConnection, last_hash: str, limit: int, *, everything: bool
) -> list[tuple[str, str, bytes | None]]:
    """The next texts after a hash, with their vectors: all of them, or those that were not compared with topics yet."""
    new_only = "" if everything else "anti join raw.topic_texts using (text_hash)"
    return connection.execute(
        f"select text_hash, text, if(is_read, vector, null) from texts {new_only} "
        "left join raw.topic_vectors using (text_hash) "
        "where text_hash > $last_hash order by text_hash limit $limit",
        {"last_hash": last_hash, "limit": limit},
    ).fetchall()


def made_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Client → of what its matches were made."""
    rows = connection.execute("select client_id, any_value(made_of) from raw.topics group by all").fetchall()
    return dict(rows)


def replace_topics(connection: duckdb.DuckDBPyConnection, topics: Sequence[Topic]) -> None:
    """Makes these the topics there are."""
    connection.execute("delete from raw.topics")
    connection.executemany(
        "insert into raw.topics (client_id, topic, topic_number, is_by_meaning, made_of) values (?, ?, ?, ?, ?)",
        [[one.client_id, one.name, one.number, one.is_by_meaning, one.made_of] for one in topics],
    )


def forget_clients(connection: duckdb.DuckDBPyConnection, kept: Collection[str]) -> None:
    """Removes the matches of all clients but these."""
    connection.execute(
        "delete from raw.topic_matches where client_id not in (select unnest($kept::varchar[]))",
        {"kept": list(kept)},
    )


def add_matches(connection: duckdb.DuckDBPyConnection, matches: Sequence[Match]) -> None:
    """Adds what texts are about."""
    columns = dict.fromkeys(("client_id", "topic", "text_hash", "found_by"), "varchar") | {"score": "double"}
    connection.execute(
        f"insert into raw.topic_matches ({', '.join(columns)}) "
        f"select {', '.join(f'unnest(${name}::{kind}[])' for name, kind in columns.items())}",
        {name: [getattr(match, name) for match in matches] for name in columns},
    )


def note_texts(connection: duckdb.DuckDBPyConnection, is_by_meaning: bool) -> None:
    """Notes that all texts were compared with the topics, and how each was read."""
    read = "select text_hash, if(is_read and $is_by_meaning, 'meaning', 'words') as read_by from texts"
    values = {"is_by_meaning": is_by_meaning}
    connection.execute(f"delete from raw.topic_texts where (text_hash, read_by) not in ({read})", values)
    connection.execute(
        f"insert into raw.topic_texts {read} anti join raw.topic_texts using (text_hash)", values
    )


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Removes what was made of texts that no post in raw has any more. A later run makes what is missing."""
    for table in TABLES:
        connection.execute(
            f"delete from raw.{table} where text_hash not in "
            f"(select md5({_TEXT}) from raw.posts as posts where {_TEXT} is not null)"
        )
