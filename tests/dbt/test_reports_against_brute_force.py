"""What the reports say of random histories is what their definitions, written plainly, say."""

import operator
from datetime import date, datetime, timedelta

import pytest

from quality.suites.real_conversation_figures import CHECK
from rapport.config_clients import GOAL_MEASURES
from tests.dbt import brute_force, brute_force_reports, histories
from tests.dbt.conftest import Built, goal_target
from tests.dbt.histories import BOT, OURS, PRIVATE


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
    ranks = brute_force_reports.ranks({post_id: spark.place for post_id, spark in sparked.items()})
    expected = {
        post_id: (len(spark.answering), len(spark.real), len(spark.returners), len(spark.new), ranks[post_id])
        for post_id, spark in sparked.items()
    }
    rows = built.connection.sql(
        "select post_id, answering_person_count, real_conversation_count, returner_count, new_person_count, "
        "content_rank from reports.rpt_content"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == expected
    # every figure occurs, and conversations that began with a post of theirs are nobody's of ours
    assert all(any(row[at] for row in expected.values()) for at in range(4))
    everything = built.connection.sql(
        "select count(*) from intermediate.int_relationships__exchanges where exchange_number = 2"
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
        if receiver in OURS and sender not in (*OURS, PRIVATE, BOT) and moment < as_of
    }
    assert any(sender == PRIVATE and receiver in OURS for sender, receiver, _ in acts)
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


def test_goals_stand_where_the_weeks_before_put_them(built: Built) -> None:
    relation = built.connection.sql(
        "select summary.*, readership.reader_count from reports.rpt_engagement_summary as summary "
        "inner join reports.rpt_readership as readership using (client_id, week_start_date) "
        "where summary.is_complete_week order by week_start_date"
    )
    weeks = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    standing: dict[str, list[int]] = {"now": [], "then": []}
    for name, until in (("now", weeks[-1]), ("then", weeks[-9])):
        for (person,) in built.connection.sql(
            "select person_id from intermediate.int_clients__stakeholders where person_id is not null"
        ).fetchall():
            stages = built.connection.execute(
                "select stage from marts.relationship_weeks where person_id = ? and week_start_date <= ? "
                "order by week_start_date desc limit 1",
                [person, until["week_start_date"]],
            ).fetchall()
            standing[name].append(bool(stages) and stages[0][0] in ("conversing", "connected"))
    closer = {
        "connected_count": ["connected_count"],
        "conversing_count": ["connected_count", "conversing_count"],
        "acquainted_count": ["connected_count", "conversing_count", "acquainted_count"],
        "reader_count": ["reader_count"],
        "waiting_count": ["waiting_count"],
    }

    def value(measure: str, until: int, name: str) -> float:
        last_four = weeks[until - 4 : until]
        if measure == "stakeholder_conversing_count":
            return sum(standing[name])
        if measure == "answered_within_day_share":
            return sum(week["answered_within_day_count"] for week in last_four) / sum(
                week["answer_due_count"] for week in last_four
            )
        if measure in closer:
            return sum(weeks[until - 1][column] for column in closer[measure])
        return sum(week[measure] for week in last_four) / 4

    rows = built.connection.sql(
        "select measure, value, earlier_value, status, part_count, whole_count from reports.rpt_goals"
    ).fetchall()
    assert {row[0] for row in rows} == set(GOAL_MEASURES)
    for measure, now, then, status, *counts in rows:
        assert counts == (
            [sum(week[of] for week in weeks[-4:]) for of in ("answered_within_day_count", "answer_due_count")]
            if measure == "answered_within_day_share"
            else [None, None]
        ), measure
        assert now == pytest.approx(value(measure, len(weeks), "now")), measure
        assert then == pytest.approx(value(measure, len(weeks) - 8, "then")), measure
        days = (date(2026, 8, 30) - built_as_of(built)).days + 1
        expected = now + (now - then) / 8 * days / 7
        is_enough = operator.le if measure == "waiting_count" else operator.ge
        target = goal_target(measure)
        assert status == (
            "reached" if is_enough(now, target) else "on course" if is_enough(expected, target) else "behind"
        )


def built_as_of(built: Built) -> date:
    return built.connection.sql("select max(as_of_date) from reports.rpt_goals").fetchall()[0][0]


def test_outcomes_stand_beside_the_relationship_as_it_was_before(
    built: Built, talks: brute_force_reports.Talks, as_of: datetime
) -> None:
    expected: dict[str, tuple[object, ...]] = {}
    for outcome_id, day, person, basis in histories.outcomes():
        if not basis:
            expected[outcome_id] = (False, None, None, None, None, None, None)
            continue
        monday = brute_force.monday(day)
        talk = talks.get(person, [])
        ledger = brute_force.ledger(talk, as_of)
        over = [week for week in ledger if week < monday and week + timedelta(days=7) <= as_of]
        exchanges = brute_force.exchanges_of(talk)
        # what the ledger stands for at the last week that was over
        until = min(monday, brute_force.monday(as_of))
        expected[outcome_id] = (
            True,
            ledger[max(over)].stage if over else "stranger",
            sum(direction == "in" and act.occurred_at < until for direction, act in talk),
            sum(direction == "out" and act.occurred_at < until for direction, act in talk),
            sum(moment < until for moment, _, _ in exchanges),
            sum(moment < until and number == 2 for moment, _, number in exchanges),
            sum(monday <= moment < day for moment, _, _ in exchanges),
        )
    rows = built.connection.sql(
        "select outcome_id, is_joined, stage_before, address_in_count, address_out_count, exchange_count, "
        "real_conversation_count, exchange_since_count from reports.rpt_outcomes"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == expected
    assert {row[1] for row in expected.values()} >= {
        "acquainted",
        "conversing",
        "connected",
        "dormant",
        "stranger",
    }
    assert any(row[6] for row in expected.values())
    unnamed = built.connection.sql("from reports.rpt_outcomes where consent_basis is null").fetchall()
    assert unnamed and not [row for row in unnamed if "we met" in row or "h500" in row]


def test_every_account_has_its_own_share_of_the_talk(
    built: Built, placed: dict[str, brute_force.Placed], as_of: datetime
) -> None:
    acts = brute_force.addresses(built.posts, placed)
    expected = brute_force_reports.load(acts, as_of)
    rows = built.connection.sql(
        "select account_id, week_start_date, real_conversation_count, tie_count, address_in_count, "
        "answered_within_day_count, answer_due_count from reports.rpt_manageability"
    ).fetchall()
    found = {(row[0], (row[1] - date(1970, 1, 5)).days // 7): row[2:] for row in rows}
    empty = (0, 0, 0, 0, 0)
    assert found == {key: expected.get(key, empty) for key in found}
    assert {key for key, row in expected.items() if row != empty} <= set(found)
    assert all(any(row[at] for row in found.values()) for at in range(5))
    totals = built.connection.sql(
        "select sum(real_conversation_count) from reports.rpt_manageability union all "
        "select sum(real_conversation_count) from reports.rpt_engagement_summary"
    ).fetchall()
    assert totals[0] == totals[1]


def test_every_real_conversation_stands_there_once_for_each_person(
    built: Built, placed: dict[str, brute_force.Placed], talks: brute_force_reports.Talks
) -> None:
    acts = brute_force.addresses(built.posts, placed)
    sparked = brute_force_reports.sparked(built.posts, placed, talks)
    expected = {
        (brute_force.person_id(real.person), real.root): (
            real.answer.post_id, real.account, brute_force_reports.monday_number(real.answer.occurred_at),
            real.exchange_count,
        )
        for real in brute_force_reports.real_conversations(acts)
    }  # fmt: skip
    rows = built.connection.sql(
        "select person_id, root_post_id, answer_post_id, our_account_id,"
        " (week_start_date - date '1970-01-05') // 7, exchange_count from reports.rpt_real_conversations"
    ).fetchall()
    assert {row[:2]: row[2:] for row in rows} == expected
    assert len(rows) == len(expected) > 50
    by_post = built.connection.sql(
        "select person_id, spark_post_id from reports.rpt_real_conversations where spark_post_id is not null"
    ).fetchall()
    drawn = sorted(
        (brute_force.person_id(person), post_id)
        for post_id, spark in sparked.items()
        for person in spark.real
    )
    assert sorted(by_post) == drawn


def test_every_figure_of_real_conversations_counts_these_rows(built: Built) -> None:
    rows = built.connection.sql(
        f"select row_key, told_count, row_count from ({CHECK.query}) where told_count > 0 or row_count > 0"
    ).fetchall()
    assert len(rows) > 100
    assert [row for row in rows if row[1] != row[2]] == []


def test_every_address_to_us_is_in_one_week_with_its_answer(
    built: Built, placed: dict[str, brute_force.Placed], as_of: datetime
) -> None:
    acts = brute_force.addresses(built.posts, placed)
    expected = brute_force_reports.answers(acts, as_of)
    rows = built.connection.sql(
        f"select {brute_force_reports.Address.COLUMNS} from reports.rpt_answers"
    ).fetchall()
    assert {row[0]: row for row in rows} == {post_id: address.row for post_id, address in expected.items()}
    assert len(rows) == len(expected) > 500
    # somebody else of us answered, in the next week, too late for the day, too late for the week
    assert any(found.answer and found.account != found.act.receiver for found in expected.values())
    assert any(found.is_prompt and monday_of(found) > found.week for found in expected.values())
    assert any(
        found.answer and not found.is_prompt and not found.is_unanswered for found in expected.values()
    )
    assert any(found.answer and found.is_unanswered for found in expected.values())
    assert any(not found.is_final for found in expected.values())


def monday_of(address: brute_force_reports.Address) -> int:
    """The week of its answer."""
    assert address.answer
    return brute_force_reports.monday_number(address.answer.occurred_at)


def test_weeks_are_sums_of_their_addresses(built: Built) -> None:
    assert brute_force_reports.weeks_that_do_not_add_up(built.connection) == []
    # what came in in a settled week is all judged; in the week before it is settled, not all is
    assert built.connection.sql(
        "select is_settled_week, bool_and(address_in_count = answer_due_count), sum(answer_due_count) > 0 "
        "from reports.rpt_engagement_summary group by all order by all"
    ).fetchall() == [(False, False, True), (True, True, True)]


def test_new_people_come_through_others_or_from_elsewhere(
    built: Built, placed: dict[str, brute_force.Placed], talks: brute_force_reports.Talks
) -> None:
    acts = brute_force.addresses(built.posts, placed)
    expected = brute_force_reports.new_people(acts, talks)
    rows = built.connection.sql(
        "select person_id, shared_third_party_count, has_place, is_from_new_place "
        "from intermediate.int_circles__new_people"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == {
        brute_force.person_id(person): found for person, found in expected.items()
    }
    assert all(len({bool(row[at]) for row in expected.values()}) == 2 for at in range(3))
    sums = built.connection.sql(
        "select sum(new_count), sum(new_without_shared_count), sum(new_with_place_count), "
        "sum(new_from_new_place_count) from reports.rpt_new_circles"
    ).fetchall()[0]
    shares = list(expected.values())
    assert sums == (
        len(shares),
        sum(not shared for shared, _, _ in shares),
        sum(place for _, place, _ in shares),
        sum(is_new for _, _, is_new in shares),
    )


def test_a_client_is_told_by_its_last_complete_week(
    built: Built, talks: brute_force_reports.Talks, as_of: datetime
) -> None:
    this_week = brute_force.monday(as_of) - timedelta(weeks=1)
    ledgers = {person: brute_force.ledger(talk, as_of) for person, talk in talks.items()}

    def real(week: datetime) -> int:
        return sum(ledger[week].real_conversation_count for ledger in ledgers.values() if week in ledger)

    movements = [ledger[this_week].movement for ledger in ledgers.values() if this_week in ledger]
    usual = sum(real(this_week - timedelta(weeks=back)) for back in range(1, 9)) / 8
    stages = [
        ledger[max(week for week in ledger if week <= this_week)].stage
        for ledger in ledgers.values()
        if min(ledger, default=as_of) <= this_week
    ]
    wait = {post_id: person for person, talk in talks.items() for post_id in brute_force.waiting(talk, as_of)}
    wanted = {
        person
        for (person,) in built.connection.sql(
            "select person_id from intermediate.int_clients__stakeholders where person_id is not null"
        ).fetchall()
    }
    statuses = [
        status for (status,) in built.connection.sql("select status from reports.rpt_goals").fetchall()
    ]
    expected = {
        "week_start_date": this_week.date(),
        "real_conversation_count": real(this_week),
        "usual_real_conversation_count": usual,
        "is_below_usual": usual - real(this_week) >= max(1, 0.25 * usual + 1e-9),
        "connected_count": stages.count("connected"),
        "won_count": sum(movement in ("new", "deepened", "revived") for movement in movements),
        "lost_count": sum(movement in ("cooled", "lapsed") for movement in movements),
        "waiting_count": len(wait),
        "stakeholder_waiting_count": sum(brute_force.person_id(who) in wanted for who in wait.values()),
        "stakeholder_count": 4,
        "goal_count": len(statuses),
        "goal_behind_count": sum(status in ("behind", "missed") for status in statuses),
        "goal_on_course_count": sum(status in ("reached", "on course") for status in statuses),
        "gap_count": 0,
    }
    [row] = built.connection.sql("from reports.rpt_clients").to_df().to_dict("records")
    found = {name: row[name] for name in expected}
    found["week_start_date"] = found["week_start_date"].date()
    assert found == pytest.approx(expected)
    # the world has something of everything that is counted
    nothing = {name for name, value in expected.items() if not value}
    assert nothing <= {"is_below_usual", "gap_count", "stakeholder_waiting_count"}
    signs = ("is_stakeholder_waiting", "is_below_usual", "is_losing", "is_goal_behind", "is_stretched")
    assert row["is_losing"] == (row["lost_count"] > row["won_count"])
    assert row["warning_sign_count"] == sum(bool(row[name]) for name in signs) + (
        row["is_data_complete"] is False
    )
