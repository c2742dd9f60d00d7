"""What the models find in random histories is what the definitions, written plainly, find."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest

from tests.dbt import brute_force
from tests.dbt.conftest import Built


@pytest.fixture(scope="module")
def placed(built: Built) -> dict[str, brute_force.Placed]:
    return brute_force.place(built.posts)


@pytest.fixture(scope="module")
def acts(built: Built, placed: dict[str, brute_force.Placed]) -> list[brute_force.Act]:
    return brute_force.addresses(built.posts, placed)


@pytest.fixture(scope="module")
def as_of(built: Built) -> datetime:
    return max(post.created_at for post in built.posts if post.is_captured) + timedelta(seconds=1)


def test_every_post_stands_where_walking_up_puts_it(
    built: Built, placed: dict[str, brute_force.Placed]
) -> None:
    rows = built.connection.sql(
        "select post_id, root_post_id, depth, is_parent_missing, is_new_turn from marts.conversation_posts"
    ).fetchall()
    found = {row[0]: brute_force.Placed(*row[1:]) for row in rows}
    assert found == placed


def test_conversations_add_up(
    built: Built, placed: dict[str, brute_force.Placed], acts: list[brute_force.Act]
) -> None:
    posts = {post.post_id: post for post in built.posts if post.is_captured}
    exchanges = brute_force.exchange_counts(acts)
    expected = {}
    for root in {place.root for place in placed.values()}:
        inside = {post_id: place for post_id, place in placed.items() if place.root == root}
        expected[root] = (
            len(inside),
            len({posts[post_id].account_id for post_id in inside}),
            max(place.depth for place in inside.values()),
            max(Counter(place.depth for place in inside.values()).values()),
            sum(place.is_new_turn for place in inside.values()),
            exchanges[root],
            root not in inside,
        )
    rows = built.connection.sql(
        "select root_post_id, post_count, participant_count, depth, width, turn_count, exchange_count, "
        "is_root_missing from marts.conversations"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == expected


def test_the_shape_of_every_tree(built: Built, placed: dict[str, brute_force.Placed]) -> None:
    posts = {post.post_id: post for post in built.posts if post.is_captured}
    rows = built.connection.sql(
        "select root_post_id, h_index, returner_count, structural_virality, balance, median_turn_gap_minutes "
        "from marts.conversations"
    ).fetchall()
    assert len(rows) == len({place.root for place in placed.values()})
    for root, h_index, returner_count, virality, balance, gap in rows:
        inside = {post_id: place for post_id, place in placed.items() if place.root == root}
        turns = sorted(
            (posts[post_id] for post_id, place in inside.items() if place.is_new_turn),
            key=lambda post: (post.created_at, int(post.post_id)),
        )
        assert h_index == brute_force.h_index(place.depth for place in inside.values())
        assert returner_count == sum(
            count >= 2 for count in Counter(turn.account_id for turn in turns).values()
        )
        assert virality == pytest.approx(brute_force.mean_distance(built.posts, placed, root))
        assert balance == pytest.approx(brute_force.evenness(turn.account_id for turn in turns))
        gaps = [
            (later.created_at - earlier.created_at).total_seconds() / 60 for earlier, later in pairwise(turns)
        ]
        assert gap == pytest.approx(median(gaps) if gaps else None)


def test_addresses_are_what_their_authors_meant(built: Built, acts: list[brute_force.Act]) -> None:
    rows = built.connection.sql(
        "select post_id, kind, from_account_id, to_account_id from marts.interactions where is_address"
    ).fetchall()
    assert sorted(rows) == sorted((act.post_id, act.kind, act.sender, act.receiver) for act in acts)


def test_the_ledger_is_what_walking_the_weeks_gives(
    built: Built, acts: list[brute_force.Act], as_of: datetime
) -> None:
    expected = {
        (brute_force.person_id(person), week.date()): (
            row.stage,
            row.movement,
            row.exchange_count,
            row.real_conversation_count,
        )
        for person, talk in brute_force.with_us(acts).items()
        for week, row in brute_force.ledger(talk, as_of).items()
    }
    rows = built.connection.sql(
        "select person_id, week_start_date, stage, movement, week_exchange_count, week_real_conversation_count "
        "from marts.relationship_weeks"
    ).fetchall()
    found = {(person, week): tuple(rest) for person, week, *rest in rows}
    assert found == expected
    stages = Counter(stage for stage, *_ in expected.values())
    movements = Counter(movement for _, movement, *_ in expected.values())
    # the histories are worth comparing only if everything that can happen happens in them
    assert set(stages) == {"noticed", "acquainted", "conversing", "connected", "dormant"}
    assert set(movements) == {"new", "deepened", "held", "cooled", "lapsed", "revived"}


def test_who_waits_is_who_nobody_answered(built: Built, acts: list[brute_force.Act], as_of: datetime) -> None:
    expected = {
        (brute_force.person_id(person), post_id)
        for person, talk in brute_force.with_us(acts).items()
        for post_id in brute_force.waiting(talk, as_of)
    }
    rows = built.connection.sql("select person_id, post_id from reports.rpt_waiting").fetchall()
    assert set(rows) == expected
    assert expected


def test_the_data_reaches_to_its_newest_post(built: Built, as_of: datetime) -> None:
    found = built.connection.sql(
        "select as_of_at from intermediate.int_coverage__as_of where client_id = 'lab'"
    ).fetchall()
    assert found[0][0].astimezone(UTC) == as_of
