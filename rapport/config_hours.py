"""When a client answers: its days, hours and holidays, as rapport.toml says."""

import re
from datetime import date, time
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator, model_validator

from rapport.config_faults import FaultAt
from rapport.config_values import Strict

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[str, ...] = get_args(Day)

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")


def _minutes(value: object) -> int:
    """The minutes since midnight of a time of day, as "9:30" or TOML's own 09:30:00; "24:00" ends a day."""
    if isinstance(value, time):
        value = f"{value:%H:%M}"
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError('write a time of day as "09:00" or "17:30", the end of the day as "24:00"')
    hour, _, minute = value.partition(":")
    return int(hour) * 60 + int(minute)


TimeOfDay = Annotated[int, BeforeValidator(_minutes)]


class Hours(Strict):
    """The hours in which a client answers, in its own time zone. Times are minutes since midnight."""

    days: list[Day] = Field(default=["mon", "tue", "wed", "thu", "fri"], min_length=1)
    begin: TimeOfDay = Field(default=9 * 60, alias="from")
    end: TimeOfDay = Field(default=17 * 60, alias="to")
    # Whose public holidays are none of these days: a country of ISO 3166, or one of its regions ("DE-BY").
    holidays: str = ""
    # Further days on which nobody answers.
    closed: list[date] = Field(default=[])

    @property
    def minutes_a_day(self) -> int:
        """How long a working day is."""
        return self.end - self.begin

    @field_validator("holidays")
    @classmethod
    def _are_known(cls, value: str) -> str:
        if value:
            # imported here: it takes a second, and few homes name a country
            from holidays import list_supported_countries

            country, _, region = value.partition("-")
            known = list_supported_countries()
            if country not in known:
                raise ValueError(
                    f"'{value}' is no country whose holidays are known; write DE, FR, GB or US, say"
                )
            if region and region not in known[country]:
                regions = ", ".join(known[country]) or "none"
                raise ValueError(
                    f"{country} has no region '{region}' with holidays of its own; known: {regions}"
                )
        return value

    @model_validator(mode="after")
    def _last(self) -> "Hours":
        if self.minutes_a_day <= 0:
            said = "the hours end before they begin: `to` must be later on the same day than `from`"
            raise FaultAt(said, ("to",))
        return self
