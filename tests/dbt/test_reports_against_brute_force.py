"""What the reports say of random histories is what their definitions, written plainly, say."""

from datetime import date, datetime, timedelta

import pytest

from tests.dbt import brute_force, brute_force_reports
from tests.dbt.conftest import Built
from tests.dbt.histories import BOT, OURS


@pytest.fixture(scope="module")
def placed(built: Built) -> dict[str, brute_force.Placed]:
    return brute_force.place(built.posts)


@pytest.fixture(scope="module")
def talks(built: Built, placed: dict[str, brute_force.Placed]) -> brute_force_reports.Talks:
    return brute_force.with_us(brute_force.addresses(built.posts, placed))


@pytest.fixture(scope="module")
def as_of(built: Built) -> datetime:
    return max(post.created_at for post in built.posts if post.is_captured) + timedelta(seconds=1)


def test_content_is_ranked_by_the_conversations_it_started(
    built: Built, placed: dict[str, brute_force.Placed], talks: brute_force_reports.Talks
) -> None:
    sparked = brute_force_reports.sparked(built.posts, placed, talks)
    ranks = brute_force_reports.ranks({post_id: one.place for post_id, one in sparked.items()})
    expected = {
        post_id: (len(one.answering), len(one.real), len(one.returners), len(one.new), ranks[post_id])
        for post_id, one in sparked.items()
    }
    rows = built.connection.sql(
        "select post_id, answering_person_count, real_conversation_count, returner_count, new_person_count, "
        "content_rank from reports.rpt_content"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == expected
    # every figure occurs, and conversations that began with a post of theirs are nobody's of ours
    assert all(any(row[at] for row in expected.values()) for at in range(4))
    everything = built.connection.sql(
        "select count(*) from intermediate.int_relationships__real_conversations"
    ).fetchall()[0][0]
    assert 0 < sum(row[1] for row in expected.values()) < everything


def test_readers_come_back_in_another_week(
    built: Built, placed: dict[str, brute_force.Placed], as_of: datetime
) -> None:
    captured = {post.post_id: post for post in built.posts if post.is_captured}
    acts = [
        (act.sender, act.receiver, act.occurred_at)
        for act in brute_force.addresses(built.posts, placed)
        if act.kind != "mention"
    ] + [
        (post.account_id, captured[post.reposted_post_id].account_id, post.created_at)
        for post in captured.values()
        if post.reposted_post_id in captured
    ]
    theirs = {
        (sender, moment)
        for sender, receiver, moment in acts
        if receiver in OURS and sender not in (*OURS, BOT) and moment < as_of
    }
    last_complete_week = brute_force_reports.monday_number(as_of) - 1
    by_week = brute_force_reports.readers(theirs, last_complete_week)
    expected = {
        week: (
            len({person for person, at in theirs if brute_force_reports.monday_number(at) == week}),
            len(readers),
            len(readers - by_week[week - 1]),
            len(readers & by_week[week - 1]),
            len(by_week[week - 1] - readers),
        )
        for week, readers in by_week.items()
        if week - 1 in by_week
    }
    rows = built.connection.sql(
        "select week_start_date, acting_person_count, reader_count, joined_count, stayed_count, left_count "
        "from reports.rpt_readership where client_id = 'lab'"
    ).fetchall()
    found = {(row[0] - date(1970, 1, 5)).days // 7: row[1:] for row in rows}
    assert found == {week: expected.get(week, (0, 0, 0, 0, 0)) for week in found}
    assert set(expected) <= set(found)
    assert all(any(row[at] for row in found.values()) for at in range(5))
