"""`rapport erase` and the DAG `erasure`: one way through all rooms, in the order that survives being killed.

Tombstones are written first and closed last, when everything is gone, from the backups, too. Whatever was not
finished is taken up by the next erasure.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.files import erasing as files
from extractors.landing import erasing as landing
from extractors.raw import erasing as raw
from extractors.raw import raw_store, raw_tombstones
from extractors.state import erasing as state_store
from extractors.state import under_way
from extractors.state.store import open_state
from extractors.state.tombstones import BY_NETWORK
from modelling import erasing as modelling
from operations.backup import erasing as backups
from operations.erasure import airflow_logs, request
from quality import erased_editions
from quality import erasing as quality
from rapport.config import Settings
from rapport.errors import ErasureUnfinished
from rapport.forgotten import Forgotten
from rapport.networks import qualified
from rapport.warehouse import connect, hold
from reporting import erasing as reporting
from reporting.alone import alone
from reporting.lists import erasing as lists

log = logging.getLogger("rapport.erase")

Progress = Callable[[str], None]
# Each room forgets what is its own, and returns how much that was.
Room = Callable[[Settings, Forgotten, Progress], int]

# Raw is loaded again from landing, and takes its lists of people from files: it comes after both.
ROOMS: dict[str, Room] = {"landing": landing.erase_from, "files": files.erase_from, "raw": raw.erase_from}
# Nothing is built, published or frozen until all of these are through. What others have altered in editions is noted
# before anything is rewritten in them. Quality comes after reporting: the manifest of an edition has the hashes of its
# pages. The lists come after quality: they are written again from what it has cleaned.
HELD_ROOMS: dict[str, Room] = {
    "modelling": modelling.erase_from,
    "editions": erased_editions.note_altered,
    "reporting": reporting.erase_from,
    "quality": quality.erase_from,
    "lists": lists.erase_from,
}


@dataclass(frozen=True)
class Erasure:
    """What one erasure came to."""

    post_count: int
    account_count: int
    page_count: int  # landing pages rewritten
    report_count: int  # report pages changed or removed
    backup_count: int = 0  # backups rewritten
    handle_count: int = 0  # handles that no network has shown here


# Of one that was asked for nothing, with nothing left of an earlier one.
NOTHING = Erasure(0, 0, 0, 0)


def erase(
    settings: Settings,
    posts: Mapping[str, str] | None = None,
    accounts: Mapping[str, str] | None = None,
    on_progress: Progress = log.info,
    *,
    is_by_network: bool = False,
) -> Erasure:
    """Erases posts (`id` of X, or `network:id`) and accounts (as rapport.toml names one), each with its reason,
    everywhere at once. With an account go the copies that bridges make of it.

    What an earlier erasure did not finish goes with it. Afterwards the warehouse has to be built, checked and
    published again: what dbt had made is gone, too. Raises RapportError; running it again, also without any
    id, goes on where it stopped. Of a handle that no network has shown here goes what was kept by hand under it, and no
    tombstone stays. ErasureUnfinished, once all the rest is done, if there are landing pages that can't be
    read, or copies of Spark's that can't be reached: the tombstones stay open.
    """
    forgotten = request.begin(settings, posts or {}, accounts or {}, on_progress, is_by_network=is_by_network)
    if forgotten and not is_by_network:
        airflow_logs.remove_telling(settings, forgotten, on_progress)
    handle_count = len(under_way.read(settings).unseen)
    counts, unfinished = _erase_from_rooms(settings, forgotten, on_progress) if forgotten else ({}, None)
    # Late, as Airflow may name the account while the rest is erased.
    airflow_logs.mask_parts(settings, forgotten, on_progress)
    backup_count = backups.erase_from(settings, erase_home, on_progress)
    if not forgotten:
        on_progress("nothing to erase" if not backup_count else "nothing to erase but in backups")
        return Erasure(0, 0, 0, 0, backup_count)
    if unfinished:
        raise unfinished
    _finish(settings, forgotten, on_progress)
    on_progress(
        "finished: the tombstones are closed" if forgotten.posts or forgotten.accounts else "finished"
    )
    return Erasure(
        post_count=len(forgotten.posts),
        account_count=len(forgotten.accounts),
        page_count=counts["landing"],
        report_count=counts["reporting"],
        backup_count=backup_count,
        handle_count=handle_count,
    )


def erase_home(
    settings: Settings, posts: Mapping[str, str], accounts: Mapping[str, str], on_progress: Progress
) -> None:
    """Erases from one home alone: from a backup, or from what a restore makes of one."""
    forgotten = request.begin(settings, posts, accounts, on_progress, is_by_network=True)
    if forgotten:
        _, unfinished = _erase_from_rooms(settings, forgotten, on_progress)
        if unfinished:
            raise unfinished
        _finish(settings, forgotten, on_progress)


def follow_network(
    settings: Settings, found: dict[str, Any], on_progress: Progress = log.info
) -> dict[str, Any]:
    """Erases what the network no longer shows, as `rota.look` found it; takes up what an earlier erasure left.

    Of accounts that are shown again the tombstones are lifted, those of their posts stay: what was erased stays
    erased. Returns {posts, accounts, load}. What the lookups brought is loaded, erased or not: newer versions are
    among it.
    """
    network = found["network"]
    if found["returned"]:
        with connect(settings) as connection, open_state(settings) as state:
            raw_store.create_tables(connection)
            raw_tombstones.lift(state, connection, network, found["returned"])
    posts, accounts = (
        {qualified(network, object_id): f"{BY_NETWORK}{reason}" for object_id, reason in found[kind].items()}
        for kind in ("posts", "accounts")
    )
    done = erase(settings, posts, accounts, on_progress, is_by_network=True)
    return {
        "posts": done.post_count,
        "accounts": done.account_count,
        "load": raw_store.load(settings, on_progress),
    }


def _erase_from_rooms(
    settings: Settings, forgotten: Forgotten, on_progress: Progress
) -> tuple[dict[str, int], ErasureUnfinished | None]:
    """What each room returned; and why it can't be closed: if one page can't be read, all others are still cleaned."""
    counts: dict[str, int] = {}
    problems: list[ErasureUnfinished] = []

    def forget(rooms: dict[str, Room]) -> None:
        for name, erase_from in rooms.items():
            try:
                counts[name] = erase_from(settings, forgotten, on_progress)
            except ErasureUnfinished as problem:
                counts[name] = problem.done_count
                problems.append(problem)

    forget(ROOMS)
    with hold(settings), alone(settings):
        forget(HELD_ROOMS)
    if len(problems) < 2:
        return counts, problems[0] if problems else None
    message, remedy = (
        "; and ".join(part) for part in zip(*((one.message, one.remedy) for one in problems), strict=True)
    )
    return counts, ErasureUnfinished(message, remedy, sum(one.done_count for one in problems))


def _finish(settings: Settings, forgotten: Forgotten, on_progress: Progress) -> None:
    """The state store is the last room: until now an account could be named by its handle once more."""
    state_store.erase_from(settings, forgotten, on_progress)
    request.close(settings, forgotten, on_progress)
