"""Who keeps a tie, tags and notes in a random history: as their definitions, written plainly, say."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from rapport.definitions import definition
from tests.dbt import brute_force, brute_force_people, brute_force_reports, histories
from tests.dbt.brute_force import person_id
from tests.dbt.conftest import Built
from tests.dbt.histories import OURS

# What one of us is called: by the list of people, by the handle.
NAMES = {OURS[0]: f"@h{OURS[0]}", OURS[1]: "One of us, in private too"}
BY_HAND = {
    "x:500": NAMES[OURS[1]], "x:503": "Ben, who has no account", "x:504": NAMES[OURS[1]].lower(),
    "x:@never_there": NAMES[OURS[1]],
}  # fmt: skip
TAGS = {
    "x:500": ["funder", "press"], "x:503": ["school"], "x:510": ["press"], "x:@never_there": ["school"],
    "x:@nobody_there": ["press"],
}  # fmt: skip


@pytest.fixture(scope="module")
def acts(built: Built) -> list[brute_force.Act]:
    return brute_force.addresses(built.posts, brute_force.place(built.posts))


@pytest.fixture(scope="module")
def as_of(built: Built) -> datetime:
    return max(post.created_at for post in built.posts if post.is_captured) + timedelta(seconds=1)


@pytest.fixture(scope="module")
def answers(acts: list[brute_force.Act], as_of: datetime) -> dict[str, list[tuple[datetime, str]]]:
    """Person -> when each of their addresses was answered, and by which of us."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for address in brute_force_reports.answers(acts, as_of).values():
        if address.answer:
            given = found.setdefault(person_id(address.act.sender), [])
            given.append((address.answer.occurred_at, address.answer.sender))
    return found


def owner_of(answers: list[tuple[datetime, str]], as_of: datetime) -> str:
    """Most answers of late, then most ever, then the latest one."""
    since = as_of - timedelta(weeks=int(definition("connected_weeks")))
    late, ever = Counter(who for at, who in answers if at >= since), Counter(who for _, who in answers)
    last = {who: max(at for at, one in answers if one == who) for who in ever}
    return max(ever, key=lambda who: (late[who], ever[who], last[who]))


def test_who_answers_most_keeps_the_tie_unless_somebody_else_is_named(
    built: Built, answers: dict[str, list[tuple[datetime, str]]], as_of: datetime
) -> None:
    expected: dict[str, tuple[object, ...]] = {}
    for person, given in answers.items():
        who = owner_of(given, as_of)
        count = Counter(one for _, one in given)
        expected[person] = (NAMES[who], "by answers", count[who], len(given))
    assert len({owner for owner, *_ in expected.values()}) == 2 and len(expected) > 50
    # the question has another answer where only the number ever counts, and where only the last one does
    ever = {
        person: Counter(who for _, who in given).most_common(1)[0][0] for person, given in answers.items()
    }
    latest = {person: max(given)[1] for person, given in answers.items()}
    for other in (ever, latest):
        assert any(NAMES[who] != expected[person][0] for person, who in other.items())
    for entry, name in BY_HAND.items():
        given = answers.get(entry, [])
        known = None if name.startswith("Ben") else sum(who == OURS[1] for _, who in given)
        expected[entry] = (name, "by hand", known, len(given))
    rows = built.connection.sql(
        "select entry_id, owner_name, owner_basis, owner_answer_count, answer_count from reports.rpt_people"
    ).fetchall()
    found = {row[0]: row[1:] for row in rows}
    assert len(found) == len(rows)
    assert {entry: row for entry, row in found.items() if row[0] is not None} == expected
    assert {row[1:] for row in found.values() if row[0] is None} == {(None, None, 0)}
    # the owner of a handle that nobody has seen answered nobody; of one by name alone nobody knows
    assert expected["x:@never_there"][2] == 0 and expected["x:503"][2] is None


def test_everybody_is_there_once(built: Built) -> None:
    """Whom we talk with, whom a list names, and on whom there is a note; nobody of us, whatever the list says."""
    rows = built.connection.sql(
        "select entry_id, person_id, tags, note_count from reports.rpt_people"
    ).fetchall()
    ties = built.connection.sql("select person_id from reports.rpt_relationships").fetchall()
    wanted = built.connection.sql("select stakeholder_id from reports.rpt_stakeholders").fetchall()
    listed = {entry for (entry,) in (*ties, *wanted)}
    assert {row[0] for row in rows} == listed | {"x:503", "x:504", "x:@never_there"}
    assert {row[0]: row[2] for row in rows if row[2]} == TAGS
    assert {row[0]: row[3] for row in rows if row[3]} == {"x:500": 2, "x:503": 1}
    assert {row[0] for row in rows if row[1] is None} == {"x:@never_there", "x:@nobody_there"}


def test_tags_count_their_people_and_what_was_talked(
    built: Built, acts: list[brute_force.Act], as_of: datetime
) -> None:
    talks = brute_force.with_us(acts)
    monday = brute_force.monday(as_of) - timedelta(weeks=1)
    ledgers = {person: brute_force.ledger(talk, as_of) for person, talk in talks.items()}

    def rows_of(person: str, weeks: int) -> list[brute_force.Week]:
        rows = ledgers.get(person, {})
        return [row for at, row in rows.items() if monday - timedelta(weeks=weeks - 1) <= at <= monday]

    def real(person: str, weeks: int) -> int:
        return sum(row.real_conversation_count for row in rows_of(person, weeks))

    expected = {}
    for tag in ("funder", "press", "school"):
        entries = [entry for entry, tags in TAGS.items() if tag in tags]
        people = [entry.removeprefix("x:") for entry in entries if "@" not in entry]
        stages = Counter(brute_force_people.stage_now(talks[person], as_of) for person in people)
        waits = [len(brute_force.waiting(talks[person], as_of)) for person in people]
        movements = Counter(row.movement for person in people for row in rows_of(person, 1))
        quarter = int(definition("tag_weeks"))
        expected[tag] = (
            len(entries), len(TAGS),
            sum(stages[stage] for stage in ("acquainted", "conversing", "connected", "dormant")),
            stages["acquainted"], stages["conversing"], stages["connected"],
            sum(count > 0 for count in waits), sum(waits),
            monday.date(), sum(real(person, 1) for person in people),
            sum(movements[word] for word in ("new", "deepened", "revived")),
            sum(movements[word] for word in ("cooled", "lapsed")),
            sum(row.exchange_count for person in people for row in rows_of(person, quarter)),
            sum(real(person, quarter) for person in people),
        )  # fmt: skip
    rows = built.connection.sql(
        "select tag, person_count, tagged_person_count, met_count, acquainted_count, conversing_count, connected_count,"
        " waiting_person_count, waiting_count, week_start_date, week_real_conversation_count, won_count, lost_count,"
        " recent_exchange_count, recent_real_conversation_count from reports.rpt_tags"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == expected
    assert sum(row[-1] for row in expected.values()) > 0


def test_notes_are_of_people_and_go_no_further_without_a_basis(built: Built) -> None:
    rows = built.connection.sql(
        "select note_id, noted_date, noted_by, is_joined, person_id, handle, note from reports.rpt_notes"
    ).fetchall()
    people = {"@H500": ("x:500", "h500"), "500": ("x:500", "h500"), "503": ("x:503", "h503")}
    expected = {}
    for note_id, day, account, basis in histories.notes():
        person, handle = people.get(account, (None, None))
        if basis:
            note = f"of {note_id}" if person else None
            expected[note_id] = (day.date(), "ben", person is not None, person, handle, note)
    assert {row[0]: row[1:] for row in rows} == expected and len(rows) == 4
