"""Built day by day or at once: the same tables, whatever came in between, and whoever was killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import psutil
import pytest

from rapport import warehouse
from tests.dbt.histories import OURS, START, Post
from tests.dbt.homes import Home, Page, pages_by_time
from tests.dbt.looks import PEOPLE, TWO_CLIENTS, Look, random_looks

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261123
CLIENTS = ["lab", "rival"]
# A year and two weeks at once, a day, a quarter, the rest: weeks become complete and ties fall asleep, some in
# windows without a post.
BOUNDS = [START + timedelta(days=days) for days in (0, 384, 385, 487, 700)]


@dataclass
class Growing:
    """A home after its first build, and the batches that come next."""

    home: Home
    batches: list[list[Page]]


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Growing]:
    home = Home(tmp_path_factory.mktemp("growing") / "home")
    first, *batches = pages_by_time(random_looks(SEED, 0.6), BOUNDS, CLIENTS, SEED)
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


# table: (what is put into rows of it, how to know it again): what no other row has, and what moves no other
_MARKS = {
    "marts.conversations": ("median_turn_gap_minutes = 12345", "median_turn_gap_minutes = 12345"),
    "intermediate.int_conversations__placed": (
        "created_at = created_at + interval 1 microsecond", "epoch_us(created_at) % 1000 = 1",
    ),
    "marts.posts": ("lang = 'mark'", "lang = 'mark'"),
    "intermediate.int_interactions__acts": (
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
    answer = Post(post_id, OURS[0], moment, answered.root, answered.root, answered.person.removeprefix("x:"))
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
            "inner join marts.posts on relationships.last_post_network = posts.network "
            "and relationships.last_post_id = posts.post_id "
            "inner join marts.conversations using (network, root_post_id) "
            "where relationships.client_id = 'lab' and not is_root_missing and participant_count = 2 "
            "and conversations.exchange_count > 0 order by last_contact_at"
        ).fetchall()
    asleep = next(_Conversation(root, person) for root, person, is_dormant in rows if is_dormant)
    awake = next(_Conversation(root, person) for root, person, is_dormant in rows[::-1] if not is_dormant)
    return awake, asleep


def test_a_build_that_was_killed_is_made_good_by_the_next(growing: Growing, tmp_path: Path) -> None:
    home = growing.home.copy(tmp_path / "home")
    # while days are built, and while the next build makes good what that one left
    kills = ((12, signal.SIGKILL), (40, signal.SIGTERM))
    for batch, (node_count, how) in zip(growing.batches, kills, strict=False):
        home.load(batch)
        _kill_a_build(home, node_count, how)
    assert home.build().is_full_refresh
    assert home.differences() == []


def _kill_a_build(home: Home, node_count: int, how: signal.Signals) -> None:
    """Builds in a process that is killed as soon as so many nodes are done; its dbt must end with it, by itself."""
    script = (
        "import sys; from pathlib import Path; from modelling import dbt; from rapport.config import load_settings; "
        "dbt.build(load_settings(Path(sys.argv[1])), lambda line: print(line, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home.path)], cwd=ROOT, text=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        done = [line for _, line in zip(range(node_count), process.stdout, strict=False)]
        [dbt_process] = psutil.Process(process.pid).children()
        assert process.poll() is None and dbt_process.is_running()
        process.send_signal(how)
        process.wait()
        _, alive = psutil.wait_procs([dbt_process], timeout=5)
        assert alive == []
    assert len(done) == node_count
    assert process.returncode == -how
    with warehouse.connect(home.settings, wait_seconds=0):
        pass


def test_who_is_who_counts_at_once_and_as_long_as_it_is_said(growing: Growing, tmp_path: Path) -> None:
    home = growing.home.copy(tmp_path / "home")
    with duckdb.connect(str(home.settings.warehouse_path)) as connection:
        connection.execute("create table reports.rpt_renamed as select 'of an older Rapport' as text")
        connection.execute("create view staging.stg_renamed as select 1 as one")
    home.config = TWO_CLIENTS.replace('team = ["', 'team = ["@h505", "') + PEOPLE
    assert home.build().is_full_refresh
    assert home.differences_from(growing.home) != []
    home.config = TWO_CLIENTS
    assert home.build().is_full_refresh
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        names = "select table_name from information_schema.tables where table_name like '%renamed'"
        assert connection.execute(names).fetchall() == []
    assert home.differences_from(growing.home) == []
    print(home.told())
