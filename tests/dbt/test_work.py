"""What a build costs, in counted work: processes of dbt, nodes, rows written. Seconds say nothing on a busy machine.

Each limit stands a little above what was counted on 2026-11-29. Raise one only for what is worth it, and say why here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from modelling import dbt
from rapport.networks import NETWORKS
from tests.dbt.histories import START
from tests.dbt.homes import Home, pages_by_time
from tests.dbt.looks import random_looks

SEED = 20261129
# A year and two weeks at once, and a day.
BOUNDS = [START + timedelta(days=days) for days in (0, 384, 385)]

# A node costs dbt 30 ms or more of CPU, whatever it does. 104 in a full build and in a daily one on 2026-11-29, and two
# for rpt_clients and its key: an agency with ten clients sees none of them at a glance without it. Three for people
# with owners and tags, for tags and for notes: what is kept by hand is of no use where nobody sees it.
# Three more for topics on 2026-11-30: which posts they are about, and the two published tables, of topics and of posts.
# Two more on 2026-12-01, for the real conversations one by one: without that table nobody can count what a headline
# counts. It and rpt_content read what drew somebody in, which is a table since.
MOST_NODES = 115


@dataclass
class Work:
    """One build: its kind, how many processes of dbt it took, its nodes, and how many rows each model wrote."""

    result: dbt.BuildResult
    process_count: int

    @property
    def rows(self) -> dict[str, int]:
        return {node.name: node.row_count for node in self.result.nodes if node.row_count is not None}


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> list[Work]:
    """A full build, a day's build, and one with nothing new."""
    home = Home(tmp_path_factory.mktemp("work") / "home")
    works = []
    with pytest.MonkeyPatch.context() as patch:
        count = _counted(patch)
        for batch in [*pages_by_time(random_looks(SEED, 0.5), BOUNDS, ["lab", "rival"], SEED), []]:
            if batch:
                home.load(batch)
            before = count()
            works.append(Work(home.build(), count() - before))
    return works


def _counted(patch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many processes of dbt were started."""
    run, calls = dbt.run, []

    def counting(*given: Any, **named: Any) -> dbt.DbtRun:
        calls.append(given)
        return run(*given, **named)

    patch.setattr(dbt, "run", counting)
    return lambda: len(calls)


def test_a_build_is_one_process_of_few_nodes(works: list[Work]) -> None:
    full, day, nothing = works
    assert [(work.result.is_full_refresh, work.result.is_new) for work in works] == [
        (True, True), (False, True), (False, False)
    ]  # fmt: skip
    assert [work.process_count for work in works] == [1, 1, 0]
    assert 60 < full.result.node_count <= MOST_NODES
    assert day.result.node_count <= MOST_NODES
    assert nothing.result.node_count == 0
    assert nothing.result.build_id == day.result.build_id


def test_a_network_adds_no_node(manifest: dict[str, Any]) -> None:
    names = [node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(names) > 100
    assert [name for name in names for network in NETWORKS if f"_{network}_" in name] == []


def test_a_day_writes_what_it_changes(works: list[Work], manifest: dict[str, Any]) -> None:
    full, day, _ = works
    daily = {
        node["name"] for node in manifest["nodes"].values() if node["config"]["materialized"] == "incremental"
    }
    of_all, of_day = (
        sum(count for name, count in work.rows.items() if name in daily) for work in (full, day)
    )
    # 1,024 of 18,939: a day's posts, and the conversations and pairs that they are in
    assert 100 < of_day <= 0.08 * of_all
    # and what is made anew in every build is the smaller part: 5,515 of 23,390 rows, since one client has working hours
    # and a row for each moment that is judged by them, because hours may change for all of the past
    assert sum(full.rows.values()) - of_all <= 0.32 * of_all
