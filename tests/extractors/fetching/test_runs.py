"""What a run of Airflow may be asked for, and which window that is."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from extractors.fetching.runs import Run, window_of
from rapport.errors import ConfigError
from rapport.window import Window
from tests.clock import NOW, UNTIL

YESTERDAY = (UNTIL - timedelta(days=1), UNTIL)
BOTH = {"window_start": "2026-10-05T00:00:00Z", "window_end": "2026-10-12T00:00:00Z"}


def window(
    kind: str = "manual", interval: tuple[datetime, datetime] | None = YESTERDAY, **form: Any
) -> Window:
    return window_of(Run(kind, form, interval, NOW, "x_extract"), NOW, last_day=date(2026, 11, 1))


def test_a_run_has_its_interval_or_what_the_form_says() -> None:
    assert window("scheduled") == window("backfill") == window() == Window(*YESTERDAY)
    assert window(interval=None) == Window(*YESTERDAY), "the day before it was due"
    assert window(**BOTH) == Window.parse("2026-10-05", "2026-10-12")
    assert window(window_start=None, window_end="", client_id=None) == Window(*YESTERDAY)
    assert window("backfill", client_id="acme") == Window(*YESTERDAY)


@pytest.mark.parametrize(
    ("kind", "form", "wrong", "remedy"),
    [
        ("manual", {"window_start": BOTH["window_start"]}, "window_end is not given", "give both"),
        ("manual", {"cleint_id": "acme"}, "cleint_id, which x_extract does not know", "client_id"),
        ("backfill", BOTH, "window_end and window_start", "the lower ones empty"),
        ("backfill", {"window_end": BOTH["window_end"]}, "window_end", "upper From and To"),
        ("manual", BOTH | {"window_end": "2026-11-03"}, "ends in the future", "2026-11-02T00:01Z"),
    ],
)
def test_what_is_refused_and_what_to_do(kind: str, form: dict[str, Any], wrong: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        window(kind, **form)
    if kind == "backfill":
        assert "for single runs" in caught.value.message
    assert (
        all(name in caught.value.message for name in wrong.split(" and ")) and remedy in caught.value.remedy
    )


def test_after_the_last_day_only_the_schedule_is_refused() -> None:
    after = (UNTIL, NOW)
    assert window("manual", after) == window("backfill", after) == Window(*after)
    with pytest.raises(ConfigError, match="last_day is 2026-11-01") as caught:
        window("scheduled", after)
    assert "switch x_extract off" in caught.value.remedy
