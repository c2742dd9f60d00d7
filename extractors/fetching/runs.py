"""Which window a run of Airflow is asked for, and whether it may be asked for at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rapport.errors import ConfigError
from rapport.window import Window

# What the form of a run takes. All of it is for single runs; the client also holds for each day of a backfill.
FORM = ("window_start", "window_end", "client_id")


@dataclass(frozen=True)
class Run:
    """What Airflow knows of a run: `kind` is manual, scheduled or backfill, `form` what was filled in.

    `interval` is the stretch of time that the run is for; a run that was triggered without a date has none. `dag_id` is
    what it is a run of.
    """

    kind: str
    form: Mapping[str, Any]
    interval: tuple[datetime, datetime] | None
    due_at: datetime
    dag_id: str


def window_of(run: Run, now: datetime, last_day: date | None = None) -> Window:
    """The window of the run: what the form says, else its interval, else the day before it was due.

    So a backfilled day has that day as its window, whatever today is. Raises ConfigError with what to do if the form
    has other fields or half a window, if it gives a window to a backfill, if the window ends in the future, or if the
    schedule has gone on after its last day.
    """
    unknown = sorted(set(run.form) - set(FORM))
    if unknown:
        raise ConfigError(
            f"this run was given {', '.join(unknown)}, which {run.dag_id} does not know",
            f"trigger it again with nothing but {', '.join(FORM)}",
        )
    given: dict[str, Any] = {
        name: run.form.get(name) for name in ("window_start", "window_end") if run.form.get(name)
    }
    if given and run.kind == "backfill":
        raise ConfigError(
            f"this backfill was given {' and '.join(given)}, which are for single runs: every one of its days would "
            "fetch the same window",
            "start the backfill again, with its days in the upper From and To, and the lower ones empty",
        )
    window = _window(run, given)
    if run.kind == "scheduled" and last_day and window.start.date() > last_day:
        raise ConfigError(
            f"the schedule in rapport.toml has ended: its last_day is {last_day}, and this run is for {window}",
            f"switch {run.dag_id} off in Airflow, or take last_day out of rapport.toml",
        )
    window.require_over(now)
    return window


def _window(run: Run, given: Mapping[str, Any]) -> Window:
    if len(given) == 1:
        [there] = given
        missing = "window_end" if there == "window_start" else "window_start"
        raise ConfigError(f"{missing} is not given", "give both ends, or none for the run's own interval")
    if given:
        return Window.parse(given["window_start"], given["window_end"])
    if run.interval:
        # By way of text: Airflow's times are pendulum's, which can't be subtracted from plain ones.
        start, end = run.interval
        return Window.parse(start.isoformat(), end.isoformat())
    return Window.day((run.due_at - timedelta(days=1)).date())
