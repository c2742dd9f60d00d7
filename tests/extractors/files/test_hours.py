"""The hours of a client as stretches of time, held against a clock on the wall that is looked at every minute."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.files.hours import stretches
from rapport.config import load_settings
from rapport.config_hours import DAYS, Hours
from rapport.errors import ConfigError

OFFICE = {"from": "09:00", "to": "17:00"}
BERLIN = "Europe/Berlin"


def of(said: dict[str, object], zone: str, first: date, last: date) -> list[tuple[datetime, datetime]]:
    return list(stretches(Hours.model_validate(said), zone, first, last))


def minutes_of(found: Iterable[tuple[datetime, datetime]]) -> set[datetime]:
    return {
        begin + timedelta(minutes=n)
        for begin, end in found
        for n in range(int((end - begin).total_seconds()) // 60)
    }


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from([BERLIN, "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "UTC"]),
    # around both changes of the clock in every one of these zones, and around New Year
    first=st.sampled_from([date(2026, 3, 5), date(2026, 3, 27), date(2026, 10, 22), date(2026, 12, 28)]),
    days=st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True),
    begin=st.integers(0, 23 * 60),
    length=st.integers(1, 24 * 60),
    closed=st.lists(st.integers(0, 11), max_size=3, unique=True),
)
def test_they_are_the_minutes_that_a_clock_on_the_wall_shows(
    zone: str, first: date, days: list[str], begin: int, length: int, closed: list[int]
) -> None:
    end = min(begin + length, 24 * 60)
    last = first + timedelta(days=11)
    free = [first + timedelta(days=number) for number in closed]
    said = {"days": days, "from": _clock(begin), "to": _clock(end), "closed": free}
    found = of(said, zone, first, last)
    wall = ZoneInfo(zone)
    moment = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
    expected = set()
    for _ in range(14 * 24 * 60):
        local = moment.astimezone(wall)
        if (
            first <= local.date() <= last
            and local.date() not in free
            and DAYS[local.weekday()] in days
            and begin <= local.hour * 60 + local.minute < end
        ):
            expected.add(moment)
        moment += timedelta(minutes=1)
    # what the clock shows twice or never is the only thing that may be told in two ways: an hour at most
    assert len(minutes_of(found) ^ expected) <= 60
    if not {3, 10} & {first.month}:
        assert minutes_of(found) == expected
    assert found == sorted(found) and all(one[1] <= other[0] for one, other in pairwise(found))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def test_a_clock_that_is_changed_moves_the_hours_and_not_their_length() -> None:
    found = of({"days": ["fri", "mon"], **OFFICE}, BERLIN, date(2026, 3, 27), date(2026, 3, 30))
    assert found == [
        (datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 3, 27, 16, tzinfo=UTC)),
        (datetime(2026, 3, 30, 7, tzinfo=UTC), datetime(2026, 3, 30, 15, tzinfo=UTC)),
    ]
    # a day that is worked from midnight to midnight has 23 hours then, and 25 in autumn
    whole = {"days": list(DAYS), "from": "00:00", "to": "24:00"}
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)):
        [(begin, end)] = of(whole, BERLIN, day, day)
        assert end - begin == timedelta(hours=hours)


def test_nobody_answers_on_holidays_of_the_region() -> None:
    def days(said: dict[str, object]) -> list[date]:
        return [begin.date() for begin, _ in of(said, BERLIN, date(2026, 1, 1), date(2026, 1, 8))]

    # New Year is one everywhere, Epiphany in Bavaria and not in Berlin
    everywhere = [date(2026, 1, day) for day in (2, 5, 6, 7, 8)]
    assert days(OFFICE) == [date(2026, 1, 1), *everywhere]
    assert days({**OFFICE, "holidays": "DE"}) == days({**OFFICE, "holidays": "DE-BE"}) == everywhere
    assert days({**OFFICE, "holidays": "DE-BY"}) == [day for day in everywhere if day.day != 6]
    assert days({**OFFICE, "holidays": "DE-BY", "closed": [date(2026, 1, 2)]}) == [
        date(2026, 1, day) for day in (5, 7, 8)
    ]


CLIENT = """[[clients]]
id = "lab"
name = "The Lab"
accounts = ["@the_lab"]
time_zone = "Europe/Berlin"
[clients.hours]
"""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('from = "17:00"\nto = "09:00"', "end before they begin"),
        ('from = "9"', r":7: clients\.0\.hours\.from: write a time of day"),
        ('to = "25:00"', "write a time of day"),
        ('days = ["monday"]', 'write "mon"'),
        ("days = []", "is empty; write at least one"),
        ('holidays = "Bavaria"', "'Bavaria' is no country"),
        ('holidays = "DE-XX"', "DE has no region 'XX'.*BY"),
        ('open = "09:00"', "is not a key Rapport knows"),
    ],
)
def test_what_is_no_hour_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "rapport.toml").write_text(CLIENT + line + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load_settings(tmp_path)


def test_times_of_toml_are_times(tmp_path: Path) -> None:
    (tmp_path / "rapport.toml").write_text(f'{CLIENT}from = 08:30:00\nto = "24:00"\n', encoding="utf-8")
    hours = load_settings(tmp_path).config.clients[0].hours
    assert hours is not None and (hours.begin, hours.end, hours.minutes_a_day) == (510, 1440, 930)
