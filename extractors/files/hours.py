"""The hours in which a client answers, as stretches of time: its days, its time zone, holidays and all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rapport.config_hours import DAYS, Hours


def stretches(hours: Hours, time_zone: str, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """(begin, end) in UTC of the working hours of each working day from `first` to `last`, both included, in order.

    A time that the clock on the wall skips is taken as if it had not been put forward yet; of one that it shows twice,
    the first is taken.
    """
    zone = ZoneInfo(time_zone)
    free = {*hours.closed, *_holidays(hours, first, last)}
    day = first
    while day <= last:
        if DAYS[day.weekday()] in hours.days and day not in free:
            begin, end = (_moment(day, minutes, zone) for minutes in (hours.begin, hours.end))
            if begin < end:
                yield begin, end
        day += timedelta(days=1)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    days, minutes = divmod(minutes, 24 * 60)
    local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone)
    return (local + timedelta(days=days)).astimezone(UTC)  # a day more by the clock on the wall


def _holidays(hours: Hours, first: date, last: date) -> list[date]:
    if not hours.holidays:
        return []
    # imported here: it takes a second, and few homes name a country
    from holidays import country_holidays

    country, _, region = hours.holidays.partition("-")
    years = range(first.year, last.year + 1)
    return list(country_holidays(country, subdiv=region or None, years=years))
