"""What the reports on content, readership and the rest say, written plainly: see `brute_force`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import duckdb

from tests.dbt.brute_force import Act, Placed, exchanges_of, number_of, person_id
from tests.dbt.histories import BOT, OURS, Post

Talks = dict[str, list[tuple[str, Act]]]  # as brute_force.with_us gives it: person -> (direction, act)


@dataclass
class Sparked:
    """What a post of ours started."""

    answering: set[str] = field(default_factory=set)
    real: list[str] = field(default_factory=list)
    returners: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)

    @property
    def place(self) -> tuple[int, int, int]:
        """What it is ranked by, higher is better."""
        real = len(self.real)
        return (real, len(self.returners), len(self.new)) if real else (0, 0, 0)


def sparked(posts: Iterable[Post], placed: dict[str, Placed], talks: Talks) -> dict[str, Sparked]:
    """Per post of ours (no reposts): whom it drew into a conversation, walking through every talk."""
    captured = {post.post_id: post for post in posts if post.is_captured}
    ours = {
        post.post_id for post in captured.values() if post.account_id in OURS and not post.reposted_post_id
    }
    found = {post_id: Sparked() for post_id in ours}
    for person, talk in talks.items():
        exchanges = exchanges_of(talk)
        for root in {act.root for _, act in talk}:
            first = next((act for direction, act in talk if direction == "in" and act.root == root), None)
            if first is None:
                continue
            post = captured[first.post_id]
            claims = (post.parent_post_id, post.quoted_post_id, root)
            spark = next((claim for claim in claims if claim in ours), None)
            if spark is None:
                continue
            turns = sum(
                place.is_new_turn and captured[post_id].account_id == person
                for post_id, place in placed.items()
                if place.root == root
            )
            found[spark].answering.add(person)
            if any(opened == root and number == 2 for _, opened, number in exchanges):
                found[spark].real.append(person)
            if turns >= 2:
                found[spark].returners.add(person)
            if exchanges and exchanges[0][1] == root:
                found[spark].new.add(person)
    return found


def ranks(places: dict[str, tuple[int, ...]]) -> dict[str, int]:
    """1 for the best; equals share a rank, and the next rank leaves room for them."""
    return {key: 1 + sum(other > place for other in places.values()) for key, place in places.items()}


def monday_number(moment: datetime) -> int:
    """ISO weeks counted from Monday 1970-01-05."""
    return (moment.date().toordinal() - datetime(1970, 1, 5).toordinal()) // 7  # noqa: DTZ001


def readers(acts: Iterable[tuple[str, datetime]], last_complete_week: int) -> dict[int, set[str]]:
    """Per week, who acted on our posts in two different weeks of the last eight; `acts` as (person, moment)."""
    weeks: dict[str, set[int]] = defaultdict(set)
    for person, moment in acts:
        weeks[person].add(monday_number(moment))
    first = min(min(acted) for acted in weeks.values())
    found: dict[int, set[str]] = {first - 1: set()}
    for week in range(first, last_complete_week + 2):
        active = {
            person for person, acted in weeks.items() if sum(week - 8 < act <= week for act in acted) >= 2
        }
        # in the week that runs nobody leaves yet
        found[week] = active if week <= last_complete_week else active | found[week - 1]
    return found


DAY = timedelta(hours=24)


@dataclass
class Address:
    """Somebody of them turned to us, and what came of it."""

    act: Act
    answer: Act | None
    as_of: datetime

    @property
    def week(self) -> int:
        """The week in which it came."""
        return monday_number(self.act.occurred_at)

    @property
    def settled_at(self) -> datetime:
        """A day after that week."""
        return datetime(1970, 1, 5, tzinfo=self.as_of.tzinfo) + timedelta(weeks=self.week + 1) + DAY

    @property
    def waited(self) -> timedelta | None:
        """From the address to its answer."""
        return self.answer.occurred_at - self.act.occurred_at if self.answer else None

    @property
    def is_prompt(self) -> bool:
        """Whether it was answered within a day."""
        return self.waited is not None and self.waited <= DAY

    @property
    def is_unanswered(self) -> bool:
        """Whether it was not answered when its week was settled."""
        return self.answer is None or self.answer.occurred_at >= self.settled_at

    @property
    def is_final(self) -> bool:
        """Whether no answer could be prompt any more that is not there."""
        return self.answer is not None or self.act.occurred_at + DAY < self.as_of

    @property
    def row(self) -> tuple[object, ...]:
        """Its row of rpt_answers, in the order of COLUMNS."""
        return (
            self.act.post_id, person_id(self.act.sender), self.act.receiver, self.week,
            self.answer.post_id if self.answer else None, self.answer.sender if self.answer else None,
            round(self.waited.total_seconds()) if self.waited is not None else None,
            self.is_prompt, self.is_unanswered, self.is_final,
        )  # fmt: skip

    COLUMNS = (
        "post_id, person_id, our_account_id, (week_start_date - date '1970-01-05') // 7, answer_post_id, "
        "answered_by_account_id, round(answer_hours * 3600), is_answered_within_day, is_unanswered, is_final"
    )

    @property
    def account(self) -> str:
        """Of us, whose it is: who answered, or who was addressed."""
        return self.answer.sender if self.answer and not self.is_unanswered else self.act.receiver


def _talks(acts: Iterable[Act]) -> dict[tuple[str, str], list[tuple[str, Act]]]:
    """Between us and each person, by conversation: who turned to whom, in order."""
    order = {"reply": 1, "quote": 2, "mention": 3, "message": 4}
    rows: dict[
        tuple[str, str, str], Act
    ] = {}  # (person, post, direction) -> the act toward or from one of us
    for act in sorted(acts, key=lambda act: (order[act.kind], act.receiver)):
        if act.sender in OURS and act.receiver not in (*OURS, BOT):
            rows.setdefault((act.receiver, act.post_id, "out"), act)
        if act.receiver in OURS and act.sender not in (*OURS, BOT):
            rows.setdefault((act.sender, act.post_id, "in"), act)
    talks: dict[tuple[str, str], list[tuple[str, Act]]] = defaultdict(list)
    for (person, _, direction), act in rows.items():
        talks[person, act.root].append((direction, act))
    for talk in talks.values():
        talk.sort(key=lambda row: (row[1].occurred_at, number_of(row[1].post_id)))
    return talks


def answers(acts: Iterable[Act], as_of: datetime) -> dict[str, Address]:
    """Every address to us by its post, with the first time that one of us turned back."""
    found = {}
    for talk in _talks(acts).values():
        for at, (direction, act) in enumerate(talk):
            if direction == "in" and act.occurred_at < as_of:
                later = (back for way, back in talk[at + 1 :] if way == "out" and back.occurred_at < as_of)
                found[act.post_id] = Address(act, next(later, None), as_of)
    return found


@dataclass
class Real:
    """A conversation with a person in which somebody came back: with which answer, and how often they answered."""

    person: str
    root: str
    answer: Act
    account: str  # of us
    exchange_count: int


def real_conversations(acts: Iterable[Act]) -> list[Real]:
    """All of them: a conversation that is real with two people is there twice."""
    found = []
    for (person, root), talk in _talks(acts).items():
        turned = [
            (direction, act)
            for at, (direction, act) in enumerate(talk)
            if at and direction != talk[at - 1][0]
        ]
        if len(turned) >= 2:
            direction, answer = turned[1]
            account = answer.sender if direction == "out" else answer.receiver
            found.append(Real(person, root, answer, account, len(turned)))
    return found


def load(acts: Iterable[Act], as_of: datetime) -> dict[tuple[str, int], tuple[int, ...]]:
    """Per account of ours and week: real conversations, ties, addresses to it, answered in a day, due."""
    acts = list(acts)
    real = [(one.account, one.answer.occurred_at, one.person) for one in real_conversations(acts)]
    asked = answers(acts, as_of).values()
    found = {}
    weeks = {monday_number(moment) for _, moment, _ in real} | {address.week for address in asked}
    for account in OURS:
        for week in range(min(weeks), monday_number(as_of) + 1):
            own = [address for address in asked if address.week == week and address.account == account]
            found[account, week] = (
                sum(answered == account and monday_number(at) == week for answered, at, _ in real),
                len(
                    {
                        who
                        for answered, at, who in real
                        if answered == account and week - 26 < monday_number(at) <= week
                    }
                ),
                sum(address.week == week and address.act.receiver == account for address in asked),
                sum(address.is_prompt for address in own),
                sum(address.is_final for address in own),
            )
    return found


def new_people(acts: Iterable[Act], talks: Talks) -> dict[str, tuple[int, bool, bool]]:
    """Per person with an exchange: acquaintances shared before it, a declared place, a place new to us."""
    met = {person: min(exchanges)[0] for person, talk in talks.items() if (exchanges := exchanges_of(talk))}
    since: dict[frozenset[str], datetime] = {}
    last: dict[tuple[str, frozenset[str]], str] = {}
    for act in sorted(acts, key=lambda act: (act.occurred_at, int(act.post_id))):
        pair = frozenset((act.sender, act.receiver))
        if last.get((act.root, pair), act.sender) != act.sender:
            since.setdefault(pair, act.occurred_at)
        last[act.root, pair] = act.sender
    place = {person: int(person) % 11 if int(person) % 3 else None for person in met}
    return {
        person: (
            sum(
                other != person and known < moment and since.get(frozenset((person, other)), moment) < moment
                for other, known in met.items()
            ),
            place[person] is not None,
            place[person] is not None
            and all(known >= moment for other, known in met.items() if place[other] == place[person]),
        )
        for person, moment in met.items()
    }


_SUMS = {
    "rpt_answers": """
        select client_id, week_start_date, count(*), count_if(is_answered_within_day), count_if(is_final),
            count_if(is_unanswered), median(round(answer_hours * 3600, 3)) filter (where not is_unanswered) / 3600
        from reports.rpt_answers group by all
    """,
    "rpt_engagement_summary": """
        select client_id, week_start_date, address_in_count, answered_within_day_count, answer_due_count,
            unanswered_count, median_answer_hours
        from reports.rpt_engagement_summary where address_in_count > 0
    """,
    "rpt_manageability": """
        select client_id, week_start_date, sum(address_in_count), sum(answered_within_day_count),
            sum(answer_due_count)
        from reports.rpt_manageability group by all having sum(address_in_count) > 0
    """,
}


def weeks_that_do_not_add_up(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, tuple[object, ...]]]:
    """Weeks of the summary and of the accounts together that are not the sum of the week's addresses to us."""
    rows = {name: set(connection.execute(query).fetchall()) for name, query in _SUMS.items()}
    answers = rows.pop("rpt_answers")
    assert answers
    return [
        (name, row)
        for name, found in rows.items()
        for row in found ^ {row[: len(next(iter(found)))] for row in answers}
    ]
