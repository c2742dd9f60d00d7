"""What all DAGs share: it turns Airflow's connections, parameters and intervals into Rapport's settings and windows.

Not a DAG file itself (see .airflowignore). Airflow puts this folder on the import path.
"""

from datetime import date, timedelta
from typing import Any

from airflow.sdk import (
    Asset,
    Connection,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    get_current_context,
)
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret
from rapport_alerts import TASKS

from extractors.fetching import runs
from rapport.config import Settings, load_settings
from rapport.config_environment import SECRETS
from rapport.on_disk import keep_private
from rapport.window import Window

# Tasks run in processes of Airflow, which know nothing of it.
keep_private()

RAW = Asset(name="rapport_raw", uri="rapport://warehouse/raw")
# For DAGs of others: README.md has an example.
PUBLISHED = Asset(name="rapport_published", uri="rapport://published")
EDITION = Asset(name="rapport_edition", uri="rapport://editions")
POOL = "warehouse"
# For tasks that change what is built. A build that went before them would be stale at once, and made again after them.
FIRST: dict[str, Any] = {"pool": POOL, "priority_weight": 100, "weight_rule": "absolute"}

# Extractors retry for minutes by themselves; what fails after that needs more time. All other errors need a person or
# are bugs, and a retry would only hide them. A task that was killed is retried.
DEFAULTS = TASKS | {
    "owner": "rapport",
    "retries": 2,
    "retry_delay": timedelta(minutes=2),
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule("extractors.errors.NetworkTrouble", RetryAction.RETRY, timedelta(minutes=5)),
            RetryRule("extractors.errors.RateLimited", RetryAction.RETRY, timedelta(minutes=15)),
            RetryRule("rapport.errors.WarehouseBusy", RetryAction.RETRY, timedelta(minutes=5)),
            # Sunday's extraction is not done yet; it may wait for the network for hours.
            RetryRule("quality.errors.EditionRefused", RetryAction.RETRY, timedelta(hours=2)),
            # A mail server or a chat did not take a message; nothing of it has arrived.
            RetryRule("operations.delivery.errors.NotDelivered", RetryAction.RETRY, timedelta(minutes=10)),
            # A locked state store, a full disk, a lost connection.
            RetryRule("sqlalchemy.exc.OperationalError", RetryAction.RETRY),
            RetryRule("builtins.OSError", RetryAction.RETRY),
        ],
        default=RetryAction.FAIL,
    ),
}


def settings(network: str | None = None) -> Settings:
    """Rapport's settings, for a task that asks a network with what its connections hold.

    The password of such a connection wins over the variable that it stands for. No log of the task shows a secret, be
    it from there or from the environment.
    """
    secrets = {}
    for variable, connection in SECRETS.get(network or "", {}).items():
        if password := _password(connection):
            mask_secret(password)  # as a whole: an error might quote it before it is taken apart
            secrets[variable] = password
    found = load_settings(secrets=secrets)
    by_account = (*found.bluesky_app_passwords.values(), *found.mastodon_tokens.values())
    for secret in (found.x_bearer_token, found.x_user_token, *by_account):
        if secret:
            mask_secret(secret.get_secret_value())
    return found


def _password(connection: str) -> str | None:
    try:
        return Connection.get(connection).password
    except AirflowNotFoundException:
        return None


def about(text: str | None) -> dict[str, Any]:
    """A DAG file's docstring as the DAG's notes, and its first sentence as the DAG's description."""
    notes = text or ""
    return {"doc_md": notes, "description": notes.partition("\n")[0]}


def run_form() -> dict[str, Param]:
    """What the trigger form of an extraction asks for. Airflow shows the same fields below those of a backfill."""
    moment: dict[str, Any] = {"type": ["null", "string"], "format": "date-time"}
    clients = [client.id for client in load_settings().config.clients]
    return {
        "client_id": Param(
            None,
            type=["null", "string"],
            enum=[None, *clients],
            values_display={"null": "all clients"},
            title="Clients",
            description="All clients of rapport.toml, or only this one.",
        ),
        "window_start": Param(
            None,
            **moment,
            title="A single run: from",
            description="First moment to fetch, UTC. Not in a backfill.",
        ),
        "window_end": Param(
            None, **moment, title="A single run: until", description="Where to stop, UTC. Not in a backfill."
        ),
    }


def run_window() -> Window:
    """The window of this run of an extraction. Raises ConfigError with what to do if it can't be fetched."""
    context, found = get_current_context(), load_settings()
    run = context["dag_run"]
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    asked = runs.Run(
        run.run_type.value, run.conf or {}, (start, end) if start and end else None, run.run_after, run.dag_id
    )
    return runs.window_of(asked, found.now(), found.config.schedule.last_day)


def run_id() -> str:
    """The run id under which this run's pages land."""
    return str(get_current_context()["run_id"])


def due_day() -> date:
    """The day on which this run was due, however late it is."""
    return get_current_context()["dag_run"].run_after.date()


def poll_id() -> str:
    """The run id under which a poll's pages land. It tells them from the pages of an extraction."""
    return f"poll__{run_id()}"


def poll_window() -> Window:
    """The quarter of an hour before a poll was due. Each conversation is asked for from its own last poll on."""
    due = get_current_context()["dag_run"].run_after
    return Window.parse((due - timedelta(minutes=15)).isoformat(), due.isoformat())


def client_id() -> str | None:
    """The client that the run is limited to; None for all."""
    return get_current_context()["params"]["client_id"] or None
