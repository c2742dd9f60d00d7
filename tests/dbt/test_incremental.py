"""Built day by day or at once: the same tables, whatever came in which batch and order, and whoever was killed."""

import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from emulator.demo import demo_config
from emulator.world import build_world
from tests.dbt.histories import OURS, START, Post
from tests.dbt.homes import Home, Page, pages_by_time, pages_shuffled
from tests.dbt.looks import PEOPLE, TWO_CLIENTS, Look, random_looks
from tests.extractors.emulated import emulating
from tests.extractors.mortal import work

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261123
CLIENTS = ["lab", "rival"]
# A year and two weeks at once, a day, a quarter, the rest: weeks become complete and ties fall asleep, some in
# windows without a post.
BOUNDS = [START + timedelta(days=days) for days in (0, 384, 385, 487, 700)]
UNTIL = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass
class Growing:
    """A home after its first build, and the batches that come next."""

    home: Home
    batches: list[list[Page]]


@pytest.fixture(scope="module")
def looks() -> list[Look]:
    return random_looks(SEED, 0.6)


@pytest.fixture(scope="module")
def growing(looks: list[Look], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Growing]:
    home = Home(tmp_path_factory.mktemp("growing") / "home")
    first, *batches = pages_by_time(looks, BOUNDS, CLIENTS, SEED)
    home.load(first)
    home.build()
    yield Growing(home, batches)


def test_days_in_their_order_give_what_a_full_refresh_gives(growing: Growing, tmp_path: Path) -> None:
    home = growing.home.copy(tmp_path / "home")
    day, silent, late = growing.batches
    # the quarter's windows come without a post; what was written in them is found with the last batch
    windows = [page for page in silent if not page.looks]
    found = [page for page in silent if page.looks]
    for batch, is_compared in ((day, False), (windows, True), (found + late, False)):
        home.load(batch)
        assert not home.build().is_full_refresh
        assert not is_compared or home.differences() == []
    assert home.differences(as_one_load=True) == []
    print(home.told())


def test_any_order_of_pages_gives_what_a_full_refresh_gives(looks: list[Look], tmp_path: Path) -> None:
    home = Home(tmp_path / "home", TWO_CLIENTS + PEOPLE)
    window = (START, max(look.at for look in looks))
    full = []
    for batch in pages_shuffled(looks, 3, window, CLIENTS, SEED):
        home.load(batch)
        full.append(home.build().is_full_refresh)
    # a handle of rapport.toml that led elsewhere once its profile had come makes a build one of everything
    assert full[0] and not all(full[1:])
    assert home.differences(as_one_load=True) == []
    print(home.told())
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        met = dict(connection.execute(_MET).fetchall())
    assert all(met.values()), met
    assert met.keys() >= {"reply", "quote", "mention", "message", "repost", "like"}
    assert met.keys() >= {"new", "deepened", "held", "cooled", "lapsed", "revived"}


# What the world must hold for the comparison to mean anything, counted in what was built of it.
_MET = """
    select 'edited posts', count(*) from marts.posts where is_edited union all
    select 'missing parents', count(*) from marts.conversation_posts where is_parent_missing union all
    select 'missing roots', count(*) from marts.conversations where is_root_missing union all
    select kind, count(*) from marts.interactions group by all union all
    select movement, count(*) from marts.relationship_weeks group by all union all
    select 'merged people', count(*) from marts.people where account_count > 1 union all
    select 'moved handles', count(*) from (
        select account_id from raw.users group by all having count(distinct username) > 1
    ) union all
    select 'handles in other hands', count(*) from (
        select username from raw.users group by all having count(distinct account_id) > 1
    ) union all
    select 'posts on many pages', count(*) from (
        select post_id from raw.posts group by all having count(distinct page_key) > 1
    ) union all
    select 'posts without a conversation', count(*) from raw.posts where conversation_id is null union all
    select 'errors', count(*) from raw.errors union all
    select 'people worth seeking out', count(*) from reports.rpt_worth_seeking_out union all
    select 'nurture list', count(*) from reports.rpt_nurture union all
    select 'waiting', count(*) from reports.rpt_waiting union all
    select 'outcomes', count(*) from reports.rpt_outcomes
"""


def test_the_emulators_days_give_what_a_full_refresh_gives(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", demo_config(UNTIL.date()), has_outcomes=False)
    world = build_world(UNTIL.date())
    bounds = [UNTIL - timedelta(weeks=8), UNTIL - timedelta(days=8), UNTIL]
    with emulating(world, lambda: UNTIL + timedelta(minutes=1)) as emulated:
        for number, window in enumerate(pairwise(bounds)):
            order = {
                "home": str(home.path),
                "url": emulated.url,
                "clients": tomllib.loads(home.config)["clients"],
                "window": [moment.isoformat() for moment in window],
                "run_id": f"day {number}",
                "steps": ["fetch", "load"],
            }
            work(order)
            assert home.build().is_full_refresh == (number == 0)
    assert home.differences(as_one_load=True) == []
    print(home.told())


# table: (what is put into rows of it, how to know it again): what no other row has, and what moves no other
_MARKS = {
    "marts.conversations": ("median_turn_gap_minutes = 12345", "median_turn_gap_minutes = 12345"),
    "marts.conversation_posts": (
        "created_at = created_at + interval 1 microsecond", "epoch_us(created_at) % 1000 = 1",
    ),
    "marts.posts": ("lang = 'mark'", "lang = 'mark'"),
    "marts.interactions": (
        "occurred_at = occurred_at + interval 1 microsecond", "epoch_us(occurred_at) % 1000 = 1",
    ),
    "marts.relationship_weeks": (
        "last_contact_at = last_contact_at + interval 1 microsecond", "epoch_us(last_contact_at) % 1000 = 1",
    ),
}  # fmt: skip


def test_a_day_touches_only_what_it_affects(growing: Growing, tmp_path: Path) -> None:
    home = growing.home.copy(tmp_path / "home")
    answered, aside = _two_conversations(home)
    with duckdb.connect(str(home.settings.warehouse_path)) as connection:
        for table, (mark, _) in _MARKS.items():
            key = "client_id = 'lab' and person_id" if table == "marts.relationship_weeks" else "root_post_id"
            value = aside.person if table == "marts.relationship_weeks" else aside.root
            connection.execute(f"update {table} set {mark} where {key} = $value", {"value": value})
    before = _marked(home)
    assert all(before.values())
    moment = BOUNDS[1] - timedelta(minutes=1)
    post_id = str(((int(moment.timestamp() * 1000) - 1288834974657) << 22) + 77)
    answer = Post(post_id, OURS[0], moment, answered.root, answered.root, answered.person)
    look = Look("post", answer.payload(), BOUNDS[1])
    home.load([Page("own_posts", "lab", BOUNDS[1], (BOUNDS[0], BOUNDS[1]), [look])])
    assert not home.build().is_full_refresh
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        found = connection.execute(
            "select root_post_id from marts.conversation_posts where post_id = $post_id", {"post_id": post_id}
        ).fetchall()
    assert found == [(answered.root,)]
    assert _marked(home) == before
    # and the comparison that judges all of this sees every one of them
    assert {message.split(":")[0] for message in home.differences_from(growing.home)} >= {*_MARKS}


def _marked(home: Home) -> dict[str, int]:
    """In how many rows of each table the mark stands."""
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        return {
            table: connection.execute(f"select count(*) from {table} where {known}").fetchall()[0][0]
            for table, (_, known) in _MARKS.items()
        }


@dataclass(frozen=True)
class _Conversation:
    root: str
    person: str


def _two_conversations(home: Home) -> tuple[_Conversation, _Conversation]:
    """One of a person who is active now, one of a person whose tie has long been asleep."""
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        rows = connection.execute(
            "select conversations.root_post_id, relationships.person_id, stage = 'dormant' "
            "from reports.rpt_relationships as relationships "
            "inner join marts.posts on relationships.last_post_id = posts.post_id "
            "inner join marts.conversations using (root_post_id) "
            "where relationships.client_id = 'lab' and not is_root_missing and participant_count = 2 "
            "and conversations.exchange_count > 0 order by last_contact_at"
        ).fetchall()
    asleep = next(_Conversation(root, person) for root, person, is_dormant in rows if is_dormant)
    awake = next(_Conversation(root, person) for root, person, is_dormant in rows[::-1] if not is_dormant)
    return awake, asleep


def test_a_build_that_was_killed_is_made_good_by_the_next(growing: Growing, tmp_path: Path) -> None:
    home = growing.home.copy(tmp_path / "home")
    # while days are built, and while the next build makes good what that one left
    for batch, node_count in zip(growing.batches, (12, 40), strict=False):
        home.load(batch)
        _kill_a_build(home, node_count)
    assert home.build().is_full_refresh
    assert home.differences() == []


def _kill_a_build(home: Home, node_count: int) -> None:
    """Builds in a process group that is killed as soon as so many nodes are done."""
    script = (
        "import sys; from pathlib import Path; from rapport import dbt; from rapport.config import load_settings; "
        "dbt.build(load_settings(Path(sys.argv[1])), lambda line: print(line, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home.path)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout
        done = [line for _, line in zip(range(node_count), process.stdout, strict=False)]
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
    assert len(done) == node_count
    assert process.returncode == -signal.SIGKILL


def test_who_is_who_counts_at_once_and_as_long_as_it_is_said(growing: Growing, tmp_path: Path) -> None:
    home = growing.home.copy(tmp_path / "home")
    home.config = TWO_CLIENTS.replace('team = ["', 'team = ["@h505", "') + PEOPLE
    assert home.build().is_full_refresh
    assert home.differences() == []
    assert home.differences_from(growing.home) != []
    home.config = TWO_CLIENTS
    assert home.build().is_full_refresh
    assert home.differences_from(growing.home) == []
    print(home.told())
