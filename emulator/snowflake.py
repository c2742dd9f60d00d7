"""Snowflake ids: 41 bits of milliseconds since X's epoch, then 22 bits that tell apart what shares one."""

from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_288_834_974_657  # 2010-11-04T01:42:54.657Z
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)


def snowflake(at: datetime, serial: int) -> str:
    """Id of something made at `at` (UTC, milliseconds); `serial` tells ids of one millisecond apart."""
    milliseconds = (at - _UNIX) // timedelta(milliseconds=1)
    return str(((milliseconds - EPOCH_MS) << 22) | (serial & 0x3FFFFF))


def time_of(identifier: str) -> datetime:
    """The time inside a Snowflake id (UTC)."""
    return _UNIX + timedelta(milliseconds=(int(identifier) >> 22) + EPOCH_MS)
