"""What all DAGs share: where Airflow's words (connection, parameters, intervals) become Rapport's.

Not a DAG file itself (see .airflowignore). Airflow puts this folder on the import path.
"""

from dataclasses import replace
from datetime import date, timedelta

from airflow.sdk import Asset, Connection, ExceptionRetryPolicy, RetryAction, RetryRule, get_current_context
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret
from pydantic import SecretStr
from rapport_alerts import TASKS

from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.window import Window

RAW = Asset(name="rapport_raw", uri="rapport://warehouse/raw")
POOL = "warehouse"
CONNECTION = "x_api"

# Extractors already retry for minutes by themselves; what still fails then needs time. Other errors say what a
# person has to do, or are faults: trying again would only hide them. A task that was killed is tried again.
DEFAULTS = TASKS | {
    "retries": 2,
    "retry_delay": timedelta(minutes=2),
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule("extractors.errors.NetworkTrouble", RetryAction.RETRY, timedelta(minutes=5)),
            RetryRule("extractors.errors.RateLimited", RetryAction.RETRY, timedelta(minutes=15)),
            RetryRule("rapport.errors.WarehouseBusy", RetryAction.RETRY, timedelta(minutes=5)),
            # Sunday's extraction is not through yet: it may wait for the network for hours.
            RetryRule("quality.errors.EditionRefused", RetryAction.RETRY, timedelta(hours=2)),
            # A locked state store, a full disk, a lost connection.
            RetryRule("sqlalchemy.exc.OperationalError", RetryAction.RETRY),
            RetryRule("builtins.OSError", RetryAction.RETRY),
        ],
        default=RetryAction.FAIL,
    ),
}


def settings() -> Settings:
    """Rapport's settings; the X API's token comes from the connection `x_api`, else from the environment.

    The connection's password is the bearer token. Either way no log of the task shows it.
    """
    found = load_settings()
    try:
        token = Connection.get(CONNECTION).password
    except AirflowNotFoundException:
        token = None
    if token:
        found = replace(found, x_bearer_token=SecretStr(token))
    if found.x_bearer_token:
        mask_secret(found.x_bearer_token.get_secret_value())
    return found


def run_window() -> Window:
    """What this run covers: its parameters if given, else its data interval, else the day before it was due.

    So a backfill of a day is this day's window, whatever today is.
    """
    context = get_current_context()
    start, end = context["params"]["window_start"], context["params"]["window_end"]
    if start and end:
        return Window.parse(start, end)
    if start or end:
        missing = "window_end" if start else "window_start"
        raise ConfigError(
            f"{missing} is not given", "give both ends, or none for the run's own data interval"
        )
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    if start and end:
        # Through text: Airflow's times are pendulum's, which do not subtract from plain ones.
        return Window.parse(start.isoformat(), end.isoformat())
    return Window.day((context["dag_run"].run_after - timedelta(days=1)).date())


def run_id() -> str:
    """The name under which this run's pages land."""
    return str(get_current_context()["run_id"])


def due_day() -> date:
    """The day on which this run was due, however late it is."""
    return get_current_context()["dag_run"].run_after.date()


def poll_id() -> str:
    """The name under which a poll's pages land; it sets them apart from those of the windows."""
    return f"poll__{run_id()}"


def poll_window() -> Window:
    """The quarter of an hour before a poll was due; each conversation in it has a beginning of its own."""
    due = get_current_context()["dag_run"].run_after
    return Window.parse((due - timedelta(minutes=15)).isoformat(), due.isoformat())


def client_id() -> str | None:
    """The only client to work for, None for all."""
    return get_current_context()["params"]["client_id"] or None
