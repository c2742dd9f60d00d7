"""When a build begins, and when there is nothing to build; used by engagement_build.

Not a DAG file itself (see .airflowignore).
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException
from rapport_airflow import RAW, settings

from rapport.config import Settings, load_settings

log = logging.getLogger("rapport.task")

# A backfill of many weeks takes hours. Readers see each hour what it has brought so far.
LONGEST_WAIT = timedelta(hours=1)


def is_all_loaded() -> bool:
    """Whether the backfill that started this run has loaded all its days, or an hour has passed. Others do not wait."""
    context = get_current_context()
    sources = [event.source_dag_run for event in context["triggering_asset_events"].get(RAW, ())]
    if not any(run and run.run_type.value == "backfill" for run in sources):
        return True
    extracts = [f"{network}_extract" for network in load_settings().config.networks]
    count = sum(context["ti"].get_dr_count(dag_id, states=["queued", "running"]) for dag_id in extracts)
    until = context["dag_run"].run_after + LONGEST_WAIT
    if count == 0 or datetime.now(UTC) >= until:
        log.info("%s runs of %s are queued or running; building what is loaded", count or "no", extracts)
        return True
    log.info(
        "a backfill: %d more runs of %s are queued or running. All are built together, at the latest from %s UTC on",
        count, extracts, f"{until:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return False


def skip_if_published(settings: Settings) -> None:
    """Skips a run that loads have started if the last load of all is published: the build before had waited for it.

    The task needs RAW as its inlet. The loads that have started the run are not enough to go by: of those that ended
    while another run was on, Airflow hands over the first. A run that somebody has triggered is never skipped.
    """
    from quality.standing import built_since

    context = get_current_context()
    if not context["triggering_asset_events"].get(RAW):
        return
    [last] = context["inlet_events"][RAW].ascending(False).limit(1)
    if found := built_since(settings, last.timestamp):
        raise AirflowSkipException(
            f"nothing to do: build {found} holds all that was loaded, and is published"
        )


@contextmanager
def unless_erased(of: Callable[[], Settings] = settings) -> Iterator[None]:
    """Around a task: skips one that finds nothing to go on because something was erased after the task before it.

    All has to be built again then. The run that the erasure starts does that.
    """
    from quality.errors import CheckRefused, PublishRefused
    from quality.standing import is_erased

    try:
        yield
    except (CheckRefused, PublishRefused):
        if is_erased(of()):
            raise AirflowSkipException(
                "something was erased since the task before; the next run builds all again"
            ) from None
        raise


def skip_if_stands(settings: Settings, is_new: bool) -> None:
    """Skips a run whose build found nothing new, if readers have the build before: it is checked, by the rules of now,
    and published."""
    from quality.errors import PublishRefused
    from quality.publish import latest_receipt
    from quality.standing import is_published

    if is_new or not get_current_context()["triggering_asset_events"].get(RAW):
        return
    with suppress(PublishRefused):
        receipt = latest_receipt(settings)
        if is_published(settings, receipt):
            raise AirflowSkipException(f"nothing to do: build {receipt.build_id} stands, and is published")
