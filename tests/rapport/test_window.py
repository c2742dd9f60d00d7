"""Windows are half-open and in UTC, whatever way they are written."""

from datetime import UTC, date, datetime

import pytest

from rapport.errors import ConfigError
from rapport.window import Window


def test_dates_times_and_zones_meet_in_utc() -> None:
    window = Window.parse("2026-11-01", "2026-11-02T01:00+01:00")
    assert window == Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    assert window == Window.day(date(2026, 11, 1))
    assert str(window) == "2026-11-01 00:00 to 2026-11-02 00:00 UTC"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [("yesterday", "2026-11-02", "not an ISO"), ("2026-11-02", "2026-11-02", "later than the start")],
)
def test_what_is_no_window_is_refused(start: str, end: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Window.parse(start, end)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ConfigError, match="no time zone"):
        Window(datetime(2026, 11, 1), datetime(2026, 11, 2, tzinfo=UTC))  # noqa: DTZ001
