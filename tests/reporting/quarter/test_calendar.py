"""Quarters of ISO weeks."""

from datetime import date, timedelta

import pytest

from reporting.quarter.calendar import Quarter, quarter_named, quarter_of

DAYS = [date(1999, 12, 27) + timedelta(weeks=number) for number in range(60 * 52)]


def test_each_week_is_in_one_quarter_of_its_own_iso_year() -> None:
    for monday in DAYS:
        quarter = quarter_of(monday)
        assert quarter.start <= monday < quarter.end
        assert quarter.year == monday.isocalendar().year
        assert quarter_named(f"{monday:%G-W%V}") == str(quarter)


def test_quarters_follow_each_other_without_a_gap() -> None:
    quarter = quarter_of(DAYS[0])
    while quarter.start < DAYS[-1]:
        assert quarter.after.before == quarter
        assert quarter.after.start == quarter.end == quarter.last_day + timedelta(days=1)
        assert list(quarter.weeks()) == [
            quarter.start + timedelta(weeks=number) for number in range(quarter.week_count)
        ]
        assert quarter.week_count in (12, 13, 14)
        quarter = quarter.after


@pytest.mark.parametrize(
    ("quarter", "first", "last", "weeks"),
    [
        (Quarter(2026, 4), date(2026, 9, 28), date(2027, 1, 3), 14),  # the year has 53 weeks
        (Quarter(2027, 1), date(2027, 1, 4), date(2027, 3, 28), 12),  # the first of April is a Thursday
        (Quarter(2026, 1), date(2025, 12, 29), date(2026, 3, 29), 13),
    ],
)
def test_days_that_a_calendar_shows(quarter: Quarter, first: date, last: date, weeks: int) -> None:
    assert (quarter.start, quarter.last_day, quarter.week_count) == (first, last, weeks)
