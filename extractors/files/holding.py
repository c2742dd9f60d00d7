"""`rapport quarantine add`: posts, pages or files that somebody takes out of the next build."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from extractors import damaged_text
from extractors.raw import healing, raw_store, refusals
from rapport import networks, warehouse
from rapport.config import Settings
from rapport.errors import ConfigError


@dataclass(frozen=True)
class Held:
    """How much was taken out: rows of posts, and pages."""

    post_row_count: int
    page_count: int


def add(
    settings: Settings,
    by: str,
    why: str,
    posts: Sequence[str] = (),
    page_keys: Sequence[str] = (),
    files: Sequence[str] = (),
) -> Held:
    """Takes posts (an id of X or `network:id`, of whatever form), pages (by key) and files (by name) out of raw.

    They wait in quarantine, and loading or importing them again does not bring them back. All of them, or none:
    ConfigError for what raw does not hold.
    """
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        connection.begin()
        rows = 0
        for post in posts:
            network, post_id = _post(connection, post)
            rows += healing.hold_posts(connection, network, [post_id], why, by)
        keys = [*(_page(connection, key) for key in page_keys)]
        for name in files:
            keys += _pages_of(connection, name)
        count = healing.hold_pages(connection, list(dict.fromkeys(keys)), why) if keys else 0
        refusals.name_sources(settings, connection)
        connection.commit()
    return Held(rows, count)


def _post(connection: duckdb.DuckDBPyConnection, post: str) -> tuple[str, str]:
    """The network and the id of a post that raw holds. An odd id may have a colon in it."""
    for network, post_id in dict.fromkeys([networks.parts(post), (networks.DEFAULT, post)]):
        found = connection.execute(
            "select 1 from raw.posts where network = ? and post_id = ? limit 1", [network, post_id]
        ).fetchall()
        if found:
            return network, post_id
    raise ConfigError(
        f"no post of the id {post} was loaded",
        "give the id as raw.posts or a message of `rapport check` names it",
    )


def _page(connection: duckdb.DuckDBPyConnection, key: str) -> str:
    if not connection.execute("select 1 from raw.pages where page_key = ?", [key]).fetchall():
        raise ConfigError(f"no page of the key {key} was loaded", "give the key as raw.pages names it")
    return key


def _pages_of(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The pages that were made of files of this name, in whatever folder these lay."""
    name = damaged_text.mended(Path(name).name)  # as it is kept
    rows = connection.execute(
        "select page_key from raw.pages where source = 'file' and parameters->>'file' = ? order by page_key",
        [name],
    ).fetchall()
    if not rows:
        raise ConfigError(f"no file of the name {name} was imported", "give the name as it was imported")
    return [key for (key,) in rows]
