"""What an id of X tells: its age among others, and the time it was made at."""

from datetime import UTC, datetime

_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


def in_order(ids: set[str]) -> list[str]:
    """Ids as unsigned numbers, smallest first: their lengths differ, so as text they do not sort by age."""
    return sorted((post_id for post_id in ids if post_id.isdigit()), key=int)


def moment_of(post_id: str) -> datetime:
    """The time inside a Snowflake id (UTC, milliseconds); for older ids a time in 2010."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, UTC)
