"""How many posts were read, day by day: what /2/usage/tweets tells, and what a bill would be made of."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from emulator.api.problems import invalid
from emulator.api.render import stamp

if TYPE_CHECKING:
    from emulator.api.request import Request

PROJECT_ID = "1780000000000000001"
APP_ID = "27000001"
MONTHLY_CAP = 3_000_000
_SHOWN = {"cap_reset_day", "project_cap", "project_id", "project_usage"}
_DAILY = {"daily_project_usage", "daily_client_app_usage"}


class Meter:
    """Counts the posts returned. The same post twice in one UTC day counts once."""

    def __init__(self) -> None:
        self._read: defaultdict[datetime, set[str]] = defaultdict(set)
        self._lock = Lock()

    def count(self, body: dict[str, Any], now: datetime) -> None:
        """Counts the posts of one answer, those in `includes` too."""
        data = body.get("data", [])
        rows = data if isinstance(data, list) else [data]
        includes = body.get("includes", {})
        rows = [*rows, *includes.get("tweets", []), *includes.get("posts", [])]
        posts = {row["id"] for row in rows if "text" in row and "event_type" not in row}
        with self._lock:
            self._read[_day(now)] |= posts

    def on(self, day: datetime) -> int:
        """Posts read on the UTC day that holds `day`."""
        with self._lock:
            return len(self._read.get(_day(day), ()))


def usage(request: Request) -> dict[str, Any]:
    """GET /2/usage/tweets"""
    days = request.params.number("days", 1, 90, default=7)
    now, meter = request.view.now, request.meter
    wanted = set(request.params.listed("usage.fields")) & (_SHOWN | _DAILY) or _SHOWN
    # Numbers in the old dialect, text in the new one.
    shown = str if request.dialect == "new" else int
    month = [_day(now) - timedelta(days=back) for back in range(now.day)]
    span = [_day(now) - timedelta(days=back) for back in reversed(range(days))]
    daily = [{"date": stamp(day), "usage": shown(meter.on(day))} for day in span]
    following = (_day(now).replace(day=1) + timedelta(days=32)).replace(day=1)
    project_id: str | int = PROJECT_ID if request.dialect == "new" else 178001
    values = {
        "cap_reset_day": (following - _day(now)).days,
        "project_cap": shown(MONTHLY_CAP),
        "project_id": PROJECT_ID,
        "project_usage": shown(sum(meter.on(day) for day in month)),
        "daily_project_usage": {"project_id": project_id, "usage": daily},
        "daily_client_app_usage": [
            {"client_app_id": APP_ID, "usage": daily, "usage_result_count": len(daily)},
        ],
    }
    return {"data": {name: value for name, value in values.items() if name in wanted}}


def check_granularity(value: str | None) -> timedelta:
    """The length of a bucket of counts."""
    known = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    if (value or "hour") not in known:
        raise invalid(
            f"The `granularity` query parameter value [{value}] is not one of [minute,hour,day]",
            granularity=value,
        )
    return known[value or "hour"]


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
