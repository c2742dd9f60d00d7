"""What the reports on content, readership and the rest say, written plainly: see `brute_force`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.dbt.brute_force import Act, Placed, exchanges_of
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


def load(acts: Iterable[Act], as_of: datetime) -> dict[tuple[str, int], tuple[int, ...]]:
    """Per account of ours and week: real conversations, ties, addresses to it, answered in a day, due."""
    order = {"reply": 1, "quote": 2, "mention": 3}
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
    real: list[tuple[str, datetime, str]] = []  # (account, moment, person)
    asked: list[tuple[str, datetime, datetime | None]] = []  # (account, moment, answered at)
    for (person, _), talk in talks.items():
        talk.sort(key=lambda row: (row[1].occurred_at, int(row[1].post_id)))
        changes = 0
        for at, (direction, act) in enumerate(talk):
            if at and direction != talk[at - 1][0]:
                changes += 1
                if changes == 2:
                    account = act.sender if direction == "out" else act.receiver
                    real.append((account, act.occurred_at, person))
            if direction == "in":
                later = [answer.occurred_at for way, answer in talk[at + 1 :] if way == "out"]
                asked.append((act.receiver, act.occurred_at, min(later, default=None)))
    found = {}
    day = timedelta(hours=24)
    weeks = {monday_number(moment) for _, moment, *_ in (*real, *asked)}
    for account in OURS:
        for week in range(min(weeks), monday_number(as_of) + 1):
            end = min(as_of, datetime(1970, 1, 5, tzinfo=as_of.tzinfo) + timedelta(weeks=week + 1))
            came = [
                (at, done)
                for answered, at, done in asked
                if answered == account and monday_number(at) == week
            ]
            found[account, week] = (
                sum(answered == account and monday_number(at) == week for answered, at, _ in real),
                len(
                    {
                        who
                        for answered, at, who in real
                        if answered == account and week - 26 < monday_number(at) <= week
                    }
                ),
                len(came),
                sum(done is not None and done < end and done - at <= day for at, done in came),
                sum((done is not None and done < end) or at + day <= end for at, done in came),
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
