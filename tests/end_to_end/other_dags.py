"""The other DAGs, in the same running Airflow: what they are given to do, and what came of it."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import httpx

from emulator.control import CONTROL_PATH
from emulator.elsewhere.control import CONTROL_PATH as ELSEWHERE_PATH
from emulator.elsewhere.model import Elsewhere, Said
from emulator.elsewhere.world import build_elsewhere
from emulator.model import World
from extractors.state.store import open_state
from operations.stack import airflow
from operations.stack.api import FINISHED, AirflowApi
from operations.stack.runner import Stack
from operations.stack.watch import BUILD, changes, is_built
from rapport.config import Settings
from rapport.warehouse import hold
from tests.end_to_end.pages import EXTRACT

OTHERS = ("x_poll", "x_reconcile", "erasure")
EDITION = "weekly_edition"
OTHERS_SECONDS = 1200
LATE = "this comes late, and I still wonder"


@dataclass(frozen=True)
class Others:
    """What the other three DAGs did, all at once, after the main job: to what, and what their logs and runs say."""

    answered: str  # id of a post that came late, in a conversation that was due
    asked: str  # its conversation
    erased: dict[str, str]  # posts that their authors deleted, one on each network → words of theirs
    compared: list[str]  # the log of x_reconcile's task


def first_wave(api: AirflowApi) -> list[tuple[datetime, datetime]]:
    (run,) = [run for run in api.runs(EXTRACT, states=("success",)) if run["run_type"] == "manual"]
    tasks = api.tasks(EXTRACT, run["dag_run_id"])
    api.close()
    return [
        (datetime.fromisoformat(task["start_date"]), datetime.fromisoformat(task["end_date"]))
        for task in tasks
        if task["task_id"] == "fetch_accounts"
    ]


def run_the_others(stack: Stack, settings: Settings, built: World) -> Others:
    """Lets something be said and something be deleted on the network; then polls, compares and erases."""
    emulator = stack.address.emulator if stack.address else None
    token = airflow.Secrets.of(stack.airflow_home).emulator_token
    with httpx.Client(base_url=emulator or "", headers={"Authorization": f"Bearer {token}"}) as network:

        def order(verb: str, **what: object) -> str:
            folder = ELSEWHERE_PATH if "network" in what else CONTROL_PATH
            answer = network.post(f"{folder}/{verb}", json=what)
            assert answer.status_code == httpx.codes.OK, answer.text
            return str(answer.json()["done"])

        client, us = built.client("lichtung"), built.accounts["lichtung_inst"]
        ours = {account.account_id for account in map(built.accounts.get, client.us) if account}
        shown = [post for post in built.newest_first if not post.is_gone and len(post.history) == 1]
        root = next(post for post in shown if post.author is us and post.parent is None and not post.reposted)
        leaf = next(
            post
            for post in shown
            if post.author.account_id not in ours
            and post.parent
            and post.root_id != root.root_id
            and not built.related(post.post_id)
            and len(_known_by(post.text)) > 12
            and sum(_known_by(post.text) in other.text for other in built.posts.values()) == 1
        )
        answered = order(
            "reply", post_id=root.post_id, account_id=leaf.author.account_id, text=LATE, minutes_ago=5
        )
        order("delete", post_ids=[leaf.post_id])
        erased = {leaf.post_id: _known_by(leaf.text)}
        for said in _leaves(build_elsewhere(built)):
            order("delete", network=said.network, post_ids=[said.post_id])
            erased[said.post_id] = _known_by(said.text)
    # Half an hour ago somebody spoke there: that is what a daily run would have noted.
    with open_state(settings) as state:
        at = datetime.now(UTC) - timedelta(minutes=30)
        state.remember_conversations("x", client.client_id, {root.conversation_id: at})
    api = stack.api
    before = {run["dag_run_id"] for run in api.runs(BUILD)}
    for dag_id in OTHERS:
        due = (api.dag(dag_id) or {}).get("next_dagrun_run_after")
        api.unpause(dag_id)
        # One that is due begins by itself.
        if due is None or datetime.fromisoformat(due) > datetime.now(UTC):
            api.trigger(dag_id, {})
    deadline = time.monotonic() + OTHERS_SECONDS
    while True:
        stack.require_running()
        runs = [run for dag_id in OTHERS for run in api.runs(dag_id)]
        builds = [run for run in api.runs(BUILD) if run["dag_run_id"] not in before]
        failed = [run for run in [*runs, *builds] if run["state"] == "failed"]
        assert not failed, [_log(api, run) for run in failed]
        is_over = all(run["state"] == "success" for run in [*runs, *builds])
        # Asked only then: this Airflow shares its cores with the runs.
        if {run["dag_id"] for run in runs} == set(OTHERS) and is_over and _is_built(api, runs, builds):
            break
        assert time.monotonic() < deadline, (runs, builds)
        time.sleep(1)
    compared = [line for run in runs if run["dag_id"] == "x_reconcile" for line in _log(api, run)]
    api.close()
    return Others(answered, root.root_id, erased, compared)


def _leaves(elsewhere: Elsewhere) -> list[Said]:
    """The newest post to us on Bluesky and on Mastodon that nobody answers or quotes."""
    posts = list(elsewhere.posts.values())
    related = {other for post in posts for other in (post.parent_id, post.quoted_id, post.reposted_id)}
    found = {}
    for network, clients in elsewhere.clients.items():
        us = [elsewhere.by_handle(network, handle) for client in clients for handle in client.us]
        ours = {someone.account_id for someone in us if someone}
        asked = {post.post_id for post in posts if post.author_id in ours}
        found[network] = max(
            (
                post
                for post in posts
                if post.network == network
                and post.author_id not in ours
                and (post.parent_id in asked or ours & set(post.mentions))
                and post.bridged_from is None
                and not post.is_private
                and not post.edits
                and post.deleted_at is None
                and post.post_id not in related
                and len(_known_by(post.text)) > 12
                and sum(_known_by(post.text) in other.text for other in posts) == 1
            ),
            key=lambda post: post.created_at,
        )
    return list(found.values())


def _is_built(api: AirflowApi, runs: list[dict[str, Any]], builds: list[dict[str, Any]]) -> bool:
    """Whether at least two of the runs have changed the warehouse, and a build has followed all that did."""
    changed = [
        run
        for run in runs
        if any(
            changes(task["task_id"]) and task["state"] == "success"
            for task in api.tasks(run["dag_id"], run["dag_run_id"])
        )
    ]
    return len(changed) >= 2 and is_built(api, changed, builds)


def queue_edition(api: AirflowApi, due: datetime) -> str:
    """Asks for the edition that was due then; its DAG is off as yet, so it has to wait."""
    deadline = time.monotonic() + OTHERS_SECONDS
    while api.dag(EDITION) is None:
        assert time.monotonic() < deadline, api.import_errors()
        time.sleep(1)
    return api.trigger(EDITION, {}, due)


def freeze_edition(stack: Stack, run_id: str) -> None:
    """Switches the DAG on, and sees the edition that was asked for to its end."""
    api = stack.api
    api.unpause(EDITION)
    run = _at_the_end(stack, api, EDITION, run_id)
    assert run["state"] == "success", _log(api, run)
    api.close()


def block_a_publication(stack: Stack, settings: Settings) -> str:
    """Spoils a number of the newest build, and has it checked again; returns the id of the run that failed of it."""
    api = stack.api
    # The newest may have found all of it published, and skipped its tasks.
    run = next(
        run
        for run in api.runs(BUILD, states=("success",))
        if ("check", "success")
        in {(task["task_id"], task["state"]) for task in api.tasks(BUILD, run["dag_run_id"])}
    )
    with hold(settings), duckdb.connect(str(settings.warehouse_path)) as warehouse:
        warehouse.execute("update reports.rpt_readership set left_count = -1")
    api.clear(BUILD, run["dag_run_id"], "check")
    run = _at_the_end(
        stack, api, BUILD, run["dag_run_id"], not_before=datetime.fromisoformat(run["end_date"])
    )
    assert run["state"] == "failed", _log(api, run)
    api.close()
    return str(run["dag_run_id"])


def _at_the_end(
    stack: Stack, api: AirflowApi, dag_id: str, run_id: str, not_before: datetime | None = None
) -> dict[str, Any]:
    """The run, once it has ended; after `not_before`, where it had ended then and was begun anew."""
    deadline = time.monotonic() + OTHERS_SECONDS
    while True:
        stack.require_running()
        run = api.run(dag_id, run_id)
        is_over = run["state"] in FINISHED and run["end_date"]
        if is_over and (not_before is None or datetime.fromisoformat(run["end_date"]) > not_before):
            return run
        assert time.monotonic() < deadline, run
        time.sleep(1)


def _log(api: AirflowApi, run: dict[str, Any]) -> list[str]:
    """What all tasks of a run have logged; one that was skipped has no log."""
    tasks = api.tasks(run["dag_id"], run["dag_run_id"])
    ran = [task for task in tasks if task["start_date"] and task["state"] != "skipped"]
    return [str(event.get("event")) for task in ran for event in api.log(task)]


def _known_by(text: str) -> str:
    """Enough of a text to know it by, from where it is plain ASCII and every file spells it alike."""
    plain = re.split(r"[^A-Za-z0-9 ,.]+", text)
    return max(plain, key=len).strip()[-40:]
