"""Which week a report is about."""

from datetime import UTC, date, datetime, timedelta

from reporting.client import Client
from reporting.weeks import last_complete_week, report_week
from tests.reporting.published import AS_OF, WEEK, client, past, week


def test_the_report_is_about_the_last_complete_week() -> None:
    running = week(WEEK + timedelta(weeks=1), is_complete_week=False)
    assert report_week([*past(1), week(), running]) == week()
    assert report_week([running]) == running
    assert report_week([]) is None
    assert client(week(), running).edition == "2026-W47"
    assert client().edition == "2026-W47"
    assert last_complete_week(AS_OF - timedelta(seconds=1)) == date(2026, 11, 9)
    assert Client("c", "C", datetime(2027, 1, 5, tzinfo=UTC), None).edition == "2026-W53"
