"""Whom we lose, whom we want and whom to seek out in random histories: as their definitions, written plainly, say."""

from datetime import datetime, timedelta
from operator import itemgetter

import pytest

from tests.dbt import brute_force, brute_force_people, histories
from tests.dbt.brute_force import person_id
from tests.dbt.conftest import Built


@pytest.fixture(scope="module")
def acts(built: Built) -> list[brute_force.Act]:
    return brute_force.addresses(built.posts, brute_force.place(built.posts))


@pytest.fixture(scope="module")
def talks(acts: list[brute_force.Act]) -> brute_force_people.Talks:
    return brute_force.with_us(acts)


@pytest.fixture(scope="module")
def as_of(built: Built) -> datetime:
    return max(post.created_at for post in built.posts if post.is_captured) + timedelta(seconds=1)


def test_usual_gaps_and_shared_third_parties(
    built: Built, talks: brute_force_people.Talks, acts: list[brute_force.Act]
) -> None:
    shared = brute_force_people.third_parties(talks, acts)
    expected = {
        person_id(person): (brute_force_people.usual_gap(talk), shared[person])
        for person, talk in talks.items()
    }
    rows = built.connection.sql(
        "select person_id, usual_gap_days, shared_third_party_count from reports.rpt_relationships"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == expected
    assert len({gap for gap, _ in expected.values()}) > 10 and len(set(shared.values())) > 2


def test_whom_we_are_losing(built: Built, talks: brute_force_people.Talks, as_of: datetime) -> None:
    met = {person: day for _, day, person, basis in sorted(histories.outcomes(), key=itemgetter(1)) if basis}
    found = brute_force_people.nurture(talks, as_of, met)
    without = brute_force_people.nurture(talks, as_of, {})
    expected = {person_id(person): silence for person, silence in found.items()}
    rows = built.connection.sql(
        "select person_id, usual_gap_days, silent_days, last_mutual_at, nurture_rank from reports.rpt_nurture"
    ).fetchall()
    assert {row[0]: row[1:3] for row in rows} == {
        person: (gap, pytest.approx(silent)) for person, (gap, silent) in expected.items()
    }
    assert {row[0]: row[3] for row in rows} == {
        person_id(person): max(brute_force_people.exchange_moments(talk))
        for person, talk in talks.items()
        if person_id(person) in expected
    }
    assert sorted(row[4] for row in rows) == list(range(1, len(rows) + 1))
    close = [
        talk
        for talk in talks.values()
        if brute_force_people.stage_now(talk, as_of) in ("conversing", "connected")
    ]
    assert 0 < len(expected) < len(close)
    # whom a meeting took off the list, and who is on it again, for less long
    ended = built.connection.sql(
        "select person_id from reports.rpt_outcomes where is_end_of_silence"
    ).fetchall()
    assert {person for (person,) in ended} == {person_id(person) for person in without.keys() - found.keys()}
    assert ended and any(found[person] != without[person] for person in found)


def test_how_far_we_have_come_with_stakeholders(
    built: Built, talks: brute_force_people.Talks, as_of: datetime
) -> None:
    rows = built.connection.sql(
        "select stakeholder_id, person_id, standing, exchange_count, stakeholder_priority, waiting_count "
        "from reports.rpt_stakeholders"
    ).fetchall()
    listed = {"500": 1, "510": 2, "200": 3, "@nobody_there": 2}
    assert {row[0]: row[1:] for row in rows} == {
        person_id(account): (
            None if account.startswith("@") else person_id(account),
            brute_force_people.standing(talks.get(account, []), as_of),
            len(brute_force_people.exchange_moments(talks.get(account, []))),
            priority,
            len(brute_force.waiting(talks.get(account, []), as_of)),
        )
        for account, priority in listed.items()
    }


def test_whom_to_seek_out(
    built: Built, talks: brute_force_people.Talks, acts: list[brute_force.Act], as_of: datetime
) -> None:
    expected = brute_force_people.worth_seeking_out(talks, acts, built.posts, as_of)
    rows = built.connection.sql(
        "select person_id, score, via_person_ids, shared_topics from reports.rpt_worth_seeking_out "
        "order by seek_rank"
    ).fetchall()
    best = sorted(expected, key=lambda person: -expected[person][0])[:50]
    assert [row[0] for row in rows] == [person_id(person) for person in best]
    for person, (_, *row) in zip(best, rows, strict=True):
        score, ways, topics = expected[person]
        ways = [person_id(between) for between in ways]
        assert row == [pytest.approx(score, rel=1e-6, abs=1e-9), ways, topics]
    # worth comparing: several people between, topics in common, and people whom an exchange takes off the list
    assert max(len(ways) for _, ways, _ in expected.values()) > 1
    assert {bool(shared) for *_, shared in expected.values()} == {True, False}
