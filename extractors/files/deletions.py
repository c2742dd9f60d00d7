"""Which posts that are here were deleted, as the notices of imported streams say."""

from collections.abc import Mapping

from extractors.raw import raw_store
from rapport import warehouse
from rapport.config import Settings


def of_known_posts(settings: Settings, network: str, deleted: Mapping[str, str]) -> list[str]:
    """Those of the deleted posts (id → author's id) that raw holds, by that author."""
    if not deleted:
        return []
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        rows = connection.execute(
            "select distinct post_id from raw.posts "
            "semi join (select unnest($posts) as post_id, unnest($authors) as author_id) as deleted "
            "using (post_id, author_id) where network = $network order by post_id",
            {"posts": list(deleted), "authors": list(deleted.values()), "network": network},
        ).fetchall()
    return [row[0] for row in rows]
