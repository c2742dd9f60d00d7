"""Makes the log of a failed task say at its end what is wrong and what to do; shared by all DAGs.

Not a DAG file itself (see .airflowignore). Airflow logs an exception with all its frames, and ends the log with lines
of its own that it folds away. An error of ours explains itself: it is logged without frames. Any other keeps them.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from airflow.sdk import TaskInstanceState
from airflow.sdk.log import redact

from operations.last_words import last_words
from rapport.errors import RapportError

log = logging.getLogger("rapport.task")


def leave_out_frames(context: Any) -> None:
    """Runs in the task's own process before the task does: from then on errors of ours are logged without frames."""
    # The list is changed in place: loggers that exist already hold this very list.
    processors = structlog.get_config()["processors"]
    if _without_frames not in processors:
        processors.insert(0, _without_frames)


def end_log(context: Any) -> None:
    """Runs in the task's own process after it has failed; the last callback of all, so that its line is the last."""
    is_tried_again = context["ti"].state == TaskInstanceState.UP_FOR_RETRY
    words = last_words(context.get("exception"), is_tried_again)
    # Airflow's page folds the lines of its own group, "Post Execute", in which this would stand.
    log.info("::endgroup::")
    # The supervisor masks secrets, too. This process may know more of them.
    log.log(logging.WARNING if is_tried_again else logging.ERROR, "%s", redact(words))


def _without_frames(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog, before the one that renders exceptions."""
    error = event.get("exc_info")
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, RapportError):
        # What it came from says nothing more to whoever reads this: its detail is part of its words.
        error.__cause__, error.__suppress_context__ = None, True
        event["exc_info"] = (type(error), error, None)
    return event


# Belongs into the default_args of a DAG, together with those of rapport_alerts.
LOGS = {"on_execute_callback": [leave_out_frames], "on_retry_callback": [end_log]}
