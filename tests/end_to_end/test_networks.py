"""Bluesky alone, Mastodon alone, and the three networks together, fetched from the emulator and built: what comes out
must be what the script says is true, exactly. No Airflow: how it runs the same steps is test_airflow.py's.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from emulator.demo import demo_config
from emulator.elsewhere.truth import of_people, on_network
from emulator.elsewhere.world import build_elsewhere
from emulator.truth import ClientTruth, Truth, truth_of
from emulator.world import build_world
from extractors.raw import raw_store
from operations.cli.building import run_build
from operations.cli.extracting import fetch_window
from operations.cli.terminal import Progress
from operations.stack import emulated
from operations.stack.world import WEEKS, World
from quality import gate
from rapport.config import Client, Config, Settings, load_settings
from rapport.networks import BLUESKY, MASTODON, X, qualified
from rapport.window import Window
from tests import clock
from tests.clock import UNTIL
from tests.end_to_end.truth import canonical, carried
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN

pytestmark = pytest.mark.slow
ALL = (X.name, BLUESKY.name, MASTODON.name)
# Half a year at once takes more requests than a server of Mastodon answers in 5 minutes.
LIMITS = {MASTODON.name: 10_000}


@dataclass(frozen=True)
class Built:
    """One home, and what is true of it. `alone`: the one network that was fetched. `edits`: post → how
    often it was changed and when last, where versions have no ids."""

    settings: Settings
    truth: Truth
    alone: str | None
    edits: dict[str, tuple[int, float]]

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            return connection.execute(query, list(parameters)).fetchall()

    def named(self, true_ids: set[str]) -> set[str]:
        return {self.name(one) for one in true_ids}

    def name(self, true_id: str) -> str:
        """An id of the truth as tables have it."""
        return qualified(self.alone, true_id) if self.alone else true_id


@pytest.fixture(scope="module", params=[(BLUESKY.name,), (MASTODON.name,), ALL], ids="+".join)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    networks: tuple[str, ...] = request.param
    home = tmp_path_factory.mktemp("home")
    (home / "rapport.toml").write_text(demo_config(UNTIL.date(), ALL), encoding="utf-8")
    world = build_world(UNTIL.date())
    elsewhere = build_elsewhere(world)
    alone = networks[0] if len(networks) == 1 else None
    with emulating(world, limits=LIMITS, elsewhere=elsewhere) as network:
        settings = replace(load_settings(home), now=clock.now)
        for fields in emulated.fields(settings.config, network.url, TOKEN).values():
            settings = replace(settings, **fields)
        if alone:
            settings = replace(settings, config=_unjoined(settings.config, alone))
        _run(settings, alone)
    true_world = on_network(elsewhere, alone) if alone else of_people(world, elsewhere)
    edits = {
        post.post_id: (len(post.edits), post.edits[-1][0].timestamp())
        for post in elsewhere.of(MASTODON.name)
        if post.edits and MASTODON.name in networks
    }
    return Built(settings, truth_of(true_world, world.until), alone, edits)


def _run(settings: Settings, alone: str | None) -> None:
    progress = Progress()
    whole = World(UNTIL.date()).window
    windows = [whole]
    if alone:  # as it goes in life: what a week brings is known before the next is asked for
        starts = [whole.start + timedelta(weeks=number) for number in range(WEEKS)]
        windows = [Window(start, start + timedelta(weeks=1)) for start in starts]
    for window in windows:
        fetch_window(settings, window, None, again=False, network=alone)
    raw_store.load(settings, progress)
    run_build(settings, progress)


def _unjoined(config: Config, network: str) -> Config:
    """With nobody joined by hand, and the clients that have an account there.

    Their other accounts stay: so a bridge's copy on this network is known as one.
    """

    def of(client: Client) -> Client:
        wanted = [one for one in client.stakeholders if one.handle.network == network]
        return client.model_copy(update={"stakeholders": wanted})

    there = [
        client for client in config.clients if any(account.network == network for account in client.accounts)
    ]
    return config.model_copy(update={"clients": list(map(of, there)), "people": []})


@pytest.fixture(params=["lichtung", "kupferhof"])
def client(request: pytest.FixtureRequest, built: Built) -> ClientTruth:
    if request.param not in built.truth.clients:
        pytest.skip(f"{request.param} has no account on {built.alone}")
    return built.truth.clients[request.param]


def test_stages_of_everybody_in_every_week(built: Built, client: ClientTruth) -> None:
    rows = built.rows(
        "select person_id, week_start_date, stage from marts.relationship_weeks where client_id = ? order by all",
        client.client_id,
    )
    found: dict[str, dict[date, str]] = {}
    for person, week, stage in rows:
        found.setdefault(person, {})[week] = stage
    assert {person: carried(weeks, UNTIL) for person, weeks in found.items()} == {
        built.name(person): weeks for person, weeks in client.stages.items()
    }


def test_every_move_of_a_tie(built: Built, client: ClientTruth) -> None:
    rows = built.rows(
        "select person_id, week_start_date, movement from reports.rpt_relationship_moves where client_id = ?",
        client.client_id,
    )
    true = [
        (built.name(person), week, kind)
        for person, weeks in client.movements.items()
        for week, kind in weeks.items()
    ]
    assert sorted(rows) == sorted(true)


def test_real_conversations(built: Built, client: ClientTruth) -> None:
    versions = canonical(UNTIL.date())
    rows = built.rows(
        "select network || ':' || root_post_id, real_person_count from reports.rpt_conversations "
        "where client_id = ? and is_real",
        client.client_id,
    )
    true: dict[str, int] = {}
    for root, _, _ in client.real_conversations:
        true[built.name(root)] = true.get(built.name(root), 0) + 1
    assert {versions.get(root, root): count for root, count in rows} == true
    assert len(rows) == len(true)


def test_who_waits_in_which_order(built: Built, client: ClientTruth) -> None:
    versions = canonical(UNTIL.date())
    rows = built.rows(
        "select network || ':' || post_id from reports.rpt_waiting where client_id = ? order by waiting_rank",
        client.client_id,
    )
    assert [versions.get(post, post) for (post,) in rows] == [built.name(post) for post in client.waiting]


def test_who_of_us_answered_what_and_when(built: Built, client: ClientTruth) -> None:
    versions = canonical(UNTIL.date())
    rows = built.rows(
        "select network || ':' || post_id, network || ':' || answer_post_id, epoch(answered_at) "
        "from reports.rpt_answers where client_id = ?",
        client.client_id,
    )
    assert {versions.get(post, post): tuple(answer) for post, *answer in rows} == {
        built.name(post): (built.name(answer.post_id), answer.at.timestamp()) if answer else (None, None)
        for post, answer in client.answers.items()
    }
    assert len(rows) == len(client.answers)


def test_whom_we_are_losing_and_how_far_it_has_come_with_stakeholders(
    built: Built, client: ClientTruth
) -> None:
    rows = built.rows("select person_id from reports.rpt_nurture where client_id = ?", client.client_id)
    assert sorted(person for (person,) in rows) == sorted(built.named(client.nurture))
    rows = built.rows(
        "select person_id, standing from reports.rpt_stakeholders where client_id = ?", client.client_id
    )
    assert dict(rows) == {built.name(person): standing for person, standing in client.standings.items()}


def test_us_bots_bridged_copies_and_likers_are_no_ties(built: Built, client: ClientTruth) -> None:
    absent = built.named(client.absent)
    assert absent
    for table in ("marts.relationship_weeks", "reports.rpt_relationships", "reports.rpt_waiting"):
        rows = built.rows(f"select person_id from {table} where client_id = ?", client.client_id)
        assert not {person for (person,) in rows} & absent, table


def test_how_often_and_when_a_post_was_changed(built: Built) -> None:
    rows = built.rows(
        "select post_id, edit_count, epoch(edited_at) from marts.posts where is_edited and network <> ?",
        X.name,
    )
    assert {post: tuple(edit) for post, *edit in rows} == built.edits
    assert bool(built.edits) == (built.alone != BLUESKY.name)
    odd = built.rows(
        "select post_id from marts.posts where (edit_count > 0) <> is_edited or edited_at < created_at"
    )
    assert odd == []


def test_what_nobody_counts_is_never_called_complete(built: Built) -> None:
    rows = built.rows(
        "select network, count(*) filter (where uncounted_post_count > 0 and completeness = 1), "
        "count(completeness) > 0, bool_or(completeness is null) from reports.rpt_conversations group by network"
    )
    found = {network: tuple(facts) for network, *facts in rows}
    # some talk on Mastodon is between people of one server, which counts it all
    true = {X.name: (0, True, False), BLUESKY.name: (0, False, True), MASTODON.name: (0, True, True)}
    assert found == {network: facts for network, facts in true.items() if built.alone in (None, network)}


def test_the_gate_lets_it_through(built: Built) -> None:
    receipt = gate.check(built.settings)
    assert receipt.check_count > 100 and receipt.warned_count == 0


def test_who_asks_not_to_be_shown_without_a_login_is_counted_and_not_shown(built: Built) -> None:
    if built.alone == MASTODON.name:
        pytest.skip("nobody can ask for that there")
    rows = built.rows(
        "select handle, count(*), count(text) from marts.posts inner join marts.accounts using (network, account_id) "
        "where handle in ('bea.sky.test', 'rita.sky.test') and kind <> 'repost' group by handle order by handle"
    )
    [(bea, said, shown), (rita, *counts)] = rows
    assert (bea, shown, rita) == ("bea.sky.test", 0, "rita.sky.test") and said > 0
    assert counts[0] == counts[1] > 0
    texts = {text for (text,) in built.rows(
        "select text from staging.stg_networks__posts inner join marts.accounts using (network, account_id) "
        "where handle = 'bea.sky.test' and text <> ''"
    )}  # fmt: skip
    assert texts
    tables = built.rows(
        "select table_schema, table_name, column_name from information_schema.columns "
        "where table_schema in ('marts', 'reports') and data_type = 'VARCHAR'"
    )
    for schema, table, column in tables:
        found = {text for (text,) in built.rows(f"select distinct {column} from {schema}.{table}")}
        assert not found & texts, f"{schema}.{table}.{column}"


def test_a_week_asks_for_no_talk_but_its_own_and_what_may_go_on(built: Built) -> None:
    """A page of what we wrote reaches back for months; the threads of all these were asked for before."""
    if not built.alone:
        pytest.skip("fetched in one go")
    rows = built.rows(
        "select pages.window_start_at, count(distinct pages.about_post_id), "
        "(select count(distinct posts.post_id) from raw.posts where posts.created_at < pages.window_end_at "
        f"and posts.created_at >= pages.window_end_at - interval {built.settings.config.polling.close_after_days} days "
        "- interval 7 days) "
        "from raw.pages where pages.stream in ('conversations', 'quotes', 'likers', 'reposters') group by all"
    )
    assert len(rows) == WEEKS
    assert [row for row in rows if row[1] > row[2]] == []


def test_every_post_once(built: Built) -> None:
    [(rows, posts)] = built.rows("select count(*), count(distinct (network, post_id)) from marts.posts")
    assert rows == posts > 0
