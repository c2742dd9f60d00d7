"""Built in any order of pages, or day by day as the network gave them: the same tables as at once."""

import tomllib
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from emulator.demo import demo_config
from emulator.snowflake import time_of
from emulator.truth import truth_of
from emulator.world import build_world
from tests.clock import UNTIL
from tests.dbt.brute_force_reports import weeks_that_do_not_add_up
from tests.dbt.histories import START
from tests.dbt.homes import Home, pages_shuffled
from tests.dbt.looks import PEOPLE, TWO_CLIENTS, random_looks
from tests.extractors.emulated import emulating
from tests.extractors.x.mortal import work

SEED = 20261123
CLIENTS = ["lab", "rival"]


def test_any_order_of_pages_gives_what_a_full_refresh_gives(tmp_path: Path) -> None:
    looks = random_looks(SEED, 0.6)
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


_ANSWERS = """
    select client_id, post_id, answer_post_id, answered_by_account_id, answered_at, is_answered_within_day,
        is_unanswered
    from reports.rpt_answers
"""
_WEEKS = """
    select is_settled_week, count(distinct week_start_date), sum(address_in_count - answer_due_count)
    from reports.rpt_engagement_summary group by all order by all
"""


def test_the_emulators_days_give_what_a_full_refresh_gives(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", demo_config(UNTIL.date()), has_outcomes=False)
    world = build_world(UNTIL.date())
    bounds = [UNTIL - timedelta(weeks=8), UNTIL - timedelta(days=8), UNTIL]
    with emulating(world) as emulated:
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
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        rows = [row for row in connection.execute(_ANSWERS).fetchall() if time_of(row[1]) >= bounds[0]]
        assert weeks_that_do_not_add_up(connection) == []
        weeks = connection.execute(_WEEKS).fetchall()
    # what was asked in these weeks, and who answered it when, in time or not: as the script has it
    expected = {
        (client.client_id, post_id): (
            answer and answer.post_id,
            answer and answer.from_id,
            answer and answer.at,
        )
        for client in truth_of(world, world.until).clients.values()
        for post_id, answer in client.answers.items()
        if time_of(post_id) >= bounds[0]
    }
    assert {row[:2]: row[2:5] for row in rows} == expected
    assert len(rows) == len(expected) > 150
    for _, post_id, _, _, answered_at, is_prompt, is_unanswered in rows:
        asked_at = time_of(post_id).replace(microsecond=0)
        monday = asked_at.replace(hour=0, minute=0, second=0) + timedelta(days=7 - asked_at.weekday())
        assert is_prompt == (answered_at is not None and answered_at - asked_at <= timedelta(days=1))
        assert is_unanswered == (answered_at is None or answered_at >= monday + timedelta(days=1))
    # Nothing of a settled week is left out. The world ends with a week that is not; its Sunday was answered at once.
    assert weeks == [(False, 1, 0), (True, 8, 0)]
    assert home.differences(as_one_load=True) == []
    print(home.told())
