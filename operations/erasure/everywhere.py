"""`rapport erase` and the DAG `erasure`: one way through all rooms, in the order that survives being killed.

Tombstones first, then landing, the warehouse, the published files, the reports, and the same in every backup;
last the tombstones are closed. Whatever was not finished is taken up by the next erasure.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.erasure import erase as extraction
from extractors.erasure.tombstones import BY_NETWORK
from extractors.files import outcomes
from extractors.raw import raw_store
from modelling import dbt
from operations.erasure import backups as backup_erasure
from quality import editions
from quality.erasure import clean_published
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.warehouse import hold
from reporting.erasure import clean_reports

log = logging.getLogger("rapport.erase")


@dataclass(frozen=True)
class Erasure:
    """What one erasure came to."""

    post_count: int
    account_count: int
    page_count: int  # landing pages rewritten
    report_count: int  # report pages changed or removed
    backup_count: int = 0  # backups rewritten


def erase(
    settings: Settings,
    posts: Mapping[str, str] | None = None,
    accounts: Mapping[str, str] | None = None,
    on_progress: Callable[[str], None] = log.info,
    *,
    is_by_network: bool = False,
) -> Erasure:
    """Erases posts (ids) and accounts (ids or @handles), each with its reason, everywhere at once.

    What an earlier erasure did not finish goes with it. Afterwards the warehouse has to be built, checked and
    published again: what dbt had made is gone, too. Raises RapportError; running it again, also without any
    id, goes on where it stopped.
    """
    what = extraction.begin(settings, posts or {}, accounts or {}, on_progress, is_by_network=is_by_network)
    pages, reports = _clean(settings, what, on_progress) if what else (0, 0)
    backups = backup_erasure.follow(settings, erase_from, on_progress)
    if not what:
        on_progress("nothing to erase" if not backups else "nothing to erase but in backups")
        return Erasure(0, 0, 0, 0, backups)
    extraction.finish(settings, what, on_progress)
    on_progress("finished: the tombstones are closed")
    return Erasure(len(what.post_ids), len(what.account_ids), pages, reports, backups)


def erase_from(
    settings: Settings,
    posts: Mapping[str, str],
    accounts: Mapping[str, str],
    on_progress: Callable[[str], None],
) -> None:
    """Erases from a backup, or from what a restore makes of one, what was erased from the home."""
    what = extraction.begin(settings, posts, accounts, on_progress, is_by_network=True)
    if what:
        _clean(settings, what, on_progress)
        extraction.finish(settings, what, on_progress)


def _clean(settings: Settings, what: Forgotten, on_progress: Callable[[str], None]) -> tuple[int, int]:
    """Landing pages and report pages that were rewritten."""
    pages = extraction.clean_landing(settings, what, on_progress)
    outcomes.forget(settings, what)  # before the warehouse, which takes its table of outcomes from that file
    extraction.clean_warehouse(settings, what, on_progress)
    with hold(settings):  # nothing is published or frozen until both are through
        dbt.forget(settings)
        clean_published(settings, what, on_progress)
        reports = clean_reports(settings, what, on_progress)
        editions.seal(settings, what, on_progress)
    return pages, reports


def follow_network(
    settings: Settings, found: dict[str, Any], on_progress: Callable[[str], None] = log.info
) -> dict[str, Any]:
    """Erases what the network no longer shows, as `rota.look` found it; takes up what an earlier erasure left.

    Of accounts that are shown again the tombstones are lifted; what was erased of them stays erased. Returns
    {posts, accounts, load}. What the lookups brought is loaded, erased or not: newer versions are among it.
    """
    extraction.lift(settings, found["returned"])
    posts, accounts = (
        {one: f"{BY_NETWORK}{why}" for one, why in found[kind].items()} for kind in ("posts", "accounts")
    )
    done = erase(settings, posts, accounts, on_progress, is_by_network=True)
    return {
        "posts": done.post_count,
        "accounts": done.account_count,
        "load": raw_store.load(settings, on_progress),
    }
