"""Where what was refused comes from: the file and the line, or the landing file."""

import duckdb

from extractors import damaged_text
from extractors.errors import LandingUnreadable
from extractors.landing import landing_files
from rapport import networks, warehouse
from rapport.config import Settings


def name_sources(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Fills in source_path and line_number of the rejects that have none yet. The caller commits.

    The envelope of a page that was made of a file says of which, and the lines of its data: one for all of it, or one
    for each object.
    """
    keys = [
        key
        for (key,) in connection.execute(
            "select distinct page_key from raw.rejects where source_path is null order by page_key"
        ).fetchall()
    ]
    if not keys:
        return
    origins = [_envelope(settings, key) for key in keys]
    connection.execute(
        """
        update raw.rejects set
            source_path = sources.path,
            line_number = case
                when len(sources.numbers) = 1 then sources.numbers[1]
                when section = 'data' then sources.numbers[position + 1]
            end
        from (
            select
                unnest($keys::varchar[]) as page_key,
                unnest($paths::varchar[]) as path,
                unnest($numbers::bigint[][]) as numbers,
        ) as sources
        where rejects.page_key = sources.page_key and rejects.source_path is null
        """,
        {
            "keys": keys,
            "paths": [
                damaged_text.mended(str(origin.get("source_path") or _landing_path(settings, key)))
                for key, origin in zip(keys, origins, strict=True)
            ],
            "numbers": [_numbers(origin) for origin in origins],
        },
    )


def is_known(settings: Settings, post: str) -> bool:
    """Whether a post of this id (or `network:id`) is in raw or among what was refused."""
    network, post_id = networks.parts(post)
    if not post_id or not settings.warehouse_path.exists():
        return False
    with warehouse.connect(settings) as connection:
        if not warehouse.has_table(connection, "raw", "rejects"):
            return False
        return bool(
            connection.execute(
                "select 1 from raw.posts where network = $network and post_id = $post_id union all "
                "select 1 from raw.rejects where network = $network and object_kind = 'post' and object_id = $post_id "
                "limit 1",
                {"network": network, "post_id": post_id},
            ).fetchall()
        )


def _envelope(settings: Settings, key: str) -> dict[str, object]:
    try:
        return landing_files.read(settings.landing_dir, key).envelope
    except LandingUnreadable:
        return {}


def _landing_path(settings: Settings, key: str) -> str:
    return str(landing_files.path_of(settings.landing_dir, key).relative_to(settings.home))


def _numbers(origin: dict[str, object]) -> list[int]:
    numbers = origin.get("line_numbers")
    return [number for number in numbers if isinstance(number, int)] if isinstance(numbers, list) else []
