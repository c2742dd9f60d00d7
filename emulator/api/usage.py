"""GET /2/usage/tweets: how many posts were read, day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.api.meter import day_of
from emulator.api.problems import invalid
from emulator.api.render import stamp
from emulator.api.request import Request

PROJECT_ID = "1780000000000000001"
APP_ID = "27000001"
MONTHLY_CAP = 3_000_000
_SHOWN = {"cap_reset_day", "project_cap", "project_id", "project_usage"}
_DAILY = {"daily_project_usage", "daily_client_app_usage"}


def usage(request: Request) -> dict[str, Any]:
    """GET /2/usage/tweets"""
    days = request.params.number("days", 1, 90, default=7)
    now, meter = request.view.now, request.meter
    wanted = set(request.params.listed("usage.fields")) & (_SHOWN | _DAILY) or _SHOWN
    # Numbers in the old dialect, text in the new one.
    shown = str if request.dialect == "new" else int
    month = [day_of(now) - timedelta(days=back) for back in range(now.day)]
    span = [day_of(now) - timedelta(days=back) for back in reversed(range(days))]
    daily = [{"date": stamp(day), "usage": shown(meter.on(day))} for day in span]
    following = (day_of(now).replace(day=1) + timedelta(days=32)).replace(day=1)
    project_id: str | int = PROJECT_ID if request.dialect == "new" else 178001
    values = {
        "cap_reset_day": (following - day_of(now)).days,
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
