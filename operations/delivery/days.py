"""Of which day or week a message is, when it is over, and who gets it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import chain
from zoneinfo import ZoneInfo

from quality import editions
from rapport.config_clients import Client
from rapport.config_delivery import DAY, Recipients

SATURDAY = 5  # as date.weekday() counts


def recipients(rows: Sequence[Recipients]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Mail addresses and chats, each once."""
    mail, chat = (row.mail for row in rows), (row.chat for row in rows)
    return tuple(dict.fromkeys(chain.from_iterable(mail))), tuple(dict.fromkeys(chain.from_iterable(chat)))


def day_of(as_of_at: datetime) -> date:
    """The day of a list, in UTC as all days of a publication: it holds everything from before that day."""
    return as_of_at.astimezone(UTC).date()


def is_over(what: str, of: str, now: datetime) -> bool:
    """Whether a message can't be due any more: that of a day once the next day has begun, that of a week with the next
    week.
    """
    today = now.astimezone(UTC).date()
    return of < (str(today) if what == DAY else editions.week_due(today))


def weekend(client: Client, as_of_at: datetime, now: datetime) -> str:
    """Why the list goes only to those who want it at weekends; '' if it goes to all. Weekends are the client's own.

    East of UTC, Sunday's list is still the newest when Monday begins. It is not kept for Monday, which gets its own.
    """
    zone = ZoneInfo(client.time_zone)
    if now.astimezone(zone).weekday() >= SATURDAY:
        return "it is the weekend"
    of, made = day_of(as_of_at), as_of_at.astimezone(zone)
    if of.weekday() >= SATURDAY and made.weekday() >= SATURDAY:
        return f"the list of {of} is one of the weekend"
    return ""
