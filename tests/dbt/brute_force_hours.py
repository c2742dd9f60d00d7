"""The working time of a client, counted minute by minute: see `brute_force`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from holidays import country_holidays

from rapport.config_clients import Client
from tests.dbt.brute_force_reports import Address

_MINUTE = timedelta(minutes=1)


@dataclass
class WorkingClock:
    """A clock that runs while a client works, from `first` to `last`, both whole minutes."""

    client: Client
    first: datetime
    last: datetime
    is_worked: list[bool] = field(init=False)
    before: list[int] = field(init=False)  # for each minute, how many were worked before it

    def __post_init__(self) -> None:
        hours = self.client.hours
        assert hours
        country, _, region = hours.holidays.partition("-")
        free = {*country_holidays(country, subdiv=region, years=range(self.first.year, self.last.year + 1))}
        zone = ZoneInfo(self.client.time_zone)
        self.is_worked = []
        moment = self.first
        while moment <= self.last:
            local = moment.astimezone(zone)
            self.is_worked.append(
                hours.begin <= local.hour * 60 + local.minute < hours.end
                and f"{local:%a}".lower() in hours.days
                and local.date() not in {*free, *hours.closed}
            )
            moment += _MINUTE
        self.before = [0, *accumulate(self.is_worked)]

    @property
    def day(self) -> timedelta:
        """How long a working day is."""
        assert self.client.hours
        return timedelta(minutes=self.client.hours.end - self.client.hours.begin)

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """How long the client worked between two moments."""
        return self._by(until) - self._by(since)

    def _by(self, moment: datetime) -> timedelta:
        number, rest = divmod(moment.astimezone(UTC) - self.first, _MINUTE)
        return self.before[number] * _MINUTE + (rest if self.is_worked[number] else timedelta())


@dataclass
class Judged:
    """An address to us by the hours of its client."""

    address: Address
    clock: WorkingClock

    @property
    def waited(self) -> timedelta | None:
        """What the client worked until it answered."""
        answer = self.address.answer
        return self.clock.worked(self.address.act.occurred_at, answer.occurred_at) if answer else None

    @property
    def is_prompt(self) -> bool:
        """Whether it was answered before the client had worked a day."""
        return self.waited is not None and self.waited < self.clock.day

    @property
    def is_final(self) -> bool:
        """Whether no answer that is not there could be that any more."""
        so_far = self.clock.worked(self.address.act.occurred_at, self.address.as_of)
        return self.address.answer is not None or so_far >= self.clock.day

    @property
    def row(self) -> tuple[object, ...]:
        """Its row of rpt_answers: seconds, in time, final."""
        seconds = None if self.waited is None else round(self.waited.total_seconds())
        return (seconds, self.is_prompt, self.is_final)
