"""Where what was refused comes from: the file and the line, or the landing file."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Refusal:
    """An object that the door did not let in. `page`: the last part of its page's key; `section`: where it stood."""

    page: str
    section: str
    reason: str


def of_runs(settings: Settings, runs: set[str]) -> dict[str, list[Refusal]]:
    """The objects refused on the pages of some runs: by how the keys of a run's pages begin, of one length for all."""
    with warehouse.connect(settings) as connection:
        rows = connection.execute(
            """
            select distinct
                left(page_key, $length) as run, split_part(page_key, '/', 4) as page, section, position, reason,
            from raw.rejects
            where object_kind not in ('line', 'page') and left(page_key, $length) in (select unnest($runs::varchar[]))
            order by all
            """,
            _runs(runs),
        ).fetchall()
    found: dict[str, list[Refusal]] = {}
    for run, page, section, _, reason in rows:
        found.setdefault(run, []).append(Refusal(page, section, reason))
    return found


def let_in(settings: Settings, runs: set[str]) -> dict[str | None, tuple[int, int]]:
    """Run (as of_runs) → how many distinct posts and users of its pages are in raw; None → of all these runs."""
    with warehouse.connect(settings) as connection:
        rows = connection.execute(
            """
            select run, count(distinct post_id), count(distinct account_id)
            from (
                select left(page_key, $length) as run, post_id, null as account_id from raw.posts
                union all
                select left(page_key, $length) as run, null as post_id, account_id from raw.users
            )
            where run in (select unnest($runs::varchar[]))
            group by grouping sets ((run), ())
            """,
            _runs(runs),
        ).fetchall()
    return dict.fromkeys(runs, (0, 0)) | {run: (posts, users) for run, posts, users in rows}


def _runs(runs: set[str]) -> dict[str, object]:
    return {"runs": list(runs), "length": max(map(len, runs), default=0)}


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
