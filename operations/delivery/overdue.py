"""What should have been sent by now, and was not even tried: no server is named, or nobody runs `rapport deliver`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import duckdb
from croniter import croniter

from operations.delivery.days import SATURDAY, day_of, is_over, recipients, weekend
from operations.delivery.ledger import Key, Ledger
from quality import editions
from rapport.config import Settings
from rapport.config_clients import Client
from rapport.config_delivery import BOARD, DAY, WORKBOOK, Recipients
from rapport.errors import RapportError
from reporting.client import reach

# The DAG `delivery` sends what is new at once, and a server that takes nothing is tried again within that time.
GRACE = timedelta(hours=3)
# Where something is published all day long, no publication says when the day was first complete. By then it is.
BY = time(9)
# What waits for the end of a weekend goes by the DAG's clock.
CLOCK = timedelta(hours=6)
# For so long the DAG `weekly_edition` tries again.
FREEZING = timedelta(hours=6)


@dataclass(frozen=True)
class _Wanted:
    """A message that was to be sent at that time, and to whom."""

    of: str
    at: datetime
    rows: list[Recipients]
    why: str = ""  # it can't be


def overdue(settings: Settings, ledger: Ledger) -> Iterator[tuple[Key, datetime, str]]:
    """What was to be sent and is not in the ledger, since when, and what keeps it ('' if nothing is known of that).

    Who was named in rapport.toml a while ago has to have got it: the file may have changed since it was sent.
    """
    now = settings.now()
    for client in settings.config.clients:
        for what in (BOARD, DAY, WORKBOOK):
            rows = [row for row in client.deliveries if what in row.what]
            wanted = (
                (_list(settings, client, rows) if what == DAY else _week(settings, rows)) if rows else None
            )
            if wanted is None or is_over(what, wanted.of, now):
                continue
            named_at = datetime.fromtimestamp(settings.config_path.stat().st_mtime, UTC)
            if now < max(wanted.at, named_at) + GRACE:
                continue
            for to in chain.from_iterable(recipients(wanted.rows)):
                key = Key(client.id, what, wanted.of, to)
                if ledger.state(key) is None:
                    yield key, wanted.at, wanted.why


def _list(settings: Settings, client: Client, rows: list[Recipients]) -> _Wanted | None:
    """The list of the newest day that is published."""
    try:
        as_of_at, published_at = reach(settings, client.id)
    except (RapportError, duckdb.Error):
        return None  # said of the published file itself
    now, zone = settings.now(), ZoneInfo(client.time_zone)
    day = day_of(as_of_at)
    of, at = str(day), min(published_at, datetime.combine(day, BY, UTC))
    if weekend(client, as_of_at, now):
        return _Wanted(of, at, [row for row in rows if row.weekends])
    if published_at.astimezone(zone).weekday() >= SATURDAY:  # it had to wait
        monday = datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)
        return _Wanted(of, monday + CLOCK, rows)
    return _Wanted(of, at, rows)


def _week(settings: Settings, rows: list[Recipients]) -> _Wanted | None:
    """What is sent with the edition of the last week; None where no week has been frozen yet."""
    today = settings.now().astimezone(UTC).date()
    week, before = editions.week_due(today), editions.week_due(today - timedelta(weeks=1))
    if (settings.editions_dir / week / editions.MANIFEST).exists():
        manifest = editions.read_manifest(settings.editions_dir / week)
        return _Wanted(week, datetime.fromisoformat(manifest["frozen_at"]), rows)
    if not (settings.editions_dir / before / editions.MANIFEST).exists():
        return None
    monday = datetime.combine(today - timedelta(days=today.weekday()), time.min, UTC)
    at = croniter(settings.config.schedule.edition, monday - timedelta(seconds=1)).get_next(datetime)
    return _Wanted(week, at + FREEZING, rows, f"the edition {week} is not there")
