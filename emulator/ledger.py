"""The rules of ties, applied to declared acts: an independent reading of the definitions, for truth and for checks.

Written from the definitions alone, in plain loops; it shares nothing with the SQL that it helps to check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from emulator.model import Act

SILENCE_WEEKS = 13
COOLING_WEEKS = 4
LOOK_BACK_WEEKS = 26
LEAST_BALANCE = 0.25
LOSING_FACTOR = 2
LOSING_DAYS = 14
RANK = {"stranger": 0, "noticed": 1, "dormant": 1, "acquainted": 2, "conversing": 3, "connected": 4}
LADDER = ("stranger", "noticed", "acquainted", "conversing", "connected")


def week_of(at: datetime) -> date:
    """Monday of the ISO week of `at` (UTC)."""
    return at.date() - timedelta(days=at.weekday())


@dataclass(frozen=True)
class Contact:
    """One address between us and one person."""

    at: datetime
    is_ours: bool
    post_id: str
    root_id: str


@dataclass(frozen=True)
class RealConversation:
    """A conversation that became real at its second exchange."""

    root_id: str
    account_id: str
    at: datetime


def contacts_with(acts: Iterable[Act], us: set[str], not_them: set[str]) -> dict[str, list[Contact]]:
    """Contacts by person, in order of time. A post to several of us is one contact."""
    found: dict[str, dict[tuple[str, bool], Contact]] = defaultdict(dict)
    for act in acts:
        if (act.from_id in us) == (act.to_id in us):
            continue
        is_ours = act.from_id in us
        person = act.to_id if is_ours else act.from_id
        if person not in not_them:
            found[person].setdefault(
                (act.post_id, is_ours), Contact(act.at, is_ours, act.post_id, act.root_id)
            )
    return {person: sorted(posts.values(), key=_order) for person, posts in found.items()}


def by_number(post_id: str) -> tuple[int, str]:
    """A key that sorts ids that are numbers as numbers, and any others in some fixed order."""
    return len(post_id), post_id


def _order(contact: Contact) -> tuple[datetime, tuple[int, str]]:
    return contact.at, by_number(contact.post_id)


def exchanges(contacts: list[Contact]) -> list[Contact]:
    """The contacts that answered: each change of direction within one conversation, in order of time."""
    last: dict[str, bool] = {}
    answers = []
    for contact in contacts:
        if last.get(contact.root_id, contact.is_ours) != contact.is_ours:
            answers.append(contact)
        last[contact.root_id] = contact.is_ours
    return answers


def real_conversations(person: str, contacts: list[Contact]) -> list[RealConversation]:
    """Conversations with a second exchange, dated at it."""
    counted: dict[str, int] = defaultdict(int)
    real = []
    for answer in exchanges(contacts):
        counted[answer.root_id] += 1
        if counted[answer.root_id] == 2:
            real.append(RealConversation(answer.root_id, person, answer.at))
    return real


def is_being_lost(stage: str, contacts: list[Contact], as_of: datetime) -> bool:
    """A close tie, silent since its last exchange for over twice its usual gap and over two weeks.

    The usual gap is the median of the days between days with an exchange.
    """
    answers = [answer.at for answer in exchanges([contact for contact in contacts if contact.at < as_of])]
    days = sorted({at.date() for at in answers})
    if stage not in ("conversing", "connected") or len(days) < 2:
        return False
    usual = timedelta(days=median((later - one).days for one, later in pairwise(days)))
    silence = as_of - answers[-1]
    return silence > LOSING_FACTOR * usual and silence > timedelta(days=LOSING_DAYS)


def stages(person: str, contacts: list[Contact], as_of: datetime) -> dict[date, str]:
    """Stage at the end of every week from the first contact to `as_of`.

    In a week that `as_of` cuts short promotions count, ageing waits for its end.
    """
    contacts = [contact for contact in contacts if contact.at < as_of]
    if not contacts:
        return {}
    answers = exchanges(contacts)
    real = real_conversations(person, contacts)
    result: dict[date, str] = {}
    stage = "stranger"
    last_step: date | None = None
    week = week_of(contacts[0].at)
    while _midnight(week, as_of) < as_of:
        end = _midnight(week, as_of) + timedelta(weeks=1)
        so_far = [contact for contact in contacts if contact.at < end]
        answered = [week_of(answer.at) for answer in answers if answer.at < end]
        entitled = _entitled(
            week, so_far, answered, [conversation for conversation in real if conversation.at < end]
        )
        silent = (week - answered[-1]).days // 7 if answered else 0
        has_ended = end <= as_of
        if answered and silent >= SILENCE_WEEKS:
            stage = "dormant" if has_ended else stage
        elif stage == "dormant":
            stage = entitled if answered[-1] == week else stage
        elif RANK[entitled] > RANK[stage]:
            stage = entitled
        elif RANK[entitled] < RANK[stage] and has_ended and silent >= COOLING_WEEKS:
            rested = last_step is None or (week - last_step).days // 7 >= COOLING_WEEKS
            if rested and RANK[stage] > RANK["acquainted"]:
                stage = LADDER[LADDER.index(stage) - 1]
                last_step = week
        result[week] = stage
        week += timedelta(weeks=1)
    return result


def _entitled(week: date, contacts: list[Contact], answered: list[date], real: list[RealConversation]) -> str:
    if not answered:
        return "noticed"
    ours = sum(contact.is_ours for contact in contacts)
    balance = min(ours, len(contacts) - ours) / max(ours, len(contacts) - ours)
    oldest = week - timedelta(weeks=LOOK_BACK_WEEKS - 1)
    recent = [week_of(conversation.at) for conversation in real if week_of(conversation.at) >= oldest]
    if len(recent) >= 3 and len(set(recent)) >= 3 and balance >= LEAST_BALANCE:
        return "connected"
    if len(real) >= 2 and len({week_of(conversation.at) for conversation in real}) >= 2:
        return "conversing"
    return "acquainted"


def movement(before: str, after: str) -> str | None:
    """What happened to the tie in a week, or None where it held."""
    if before == after or (RANK[after] <= RANK["noticed"] and after != "dormant"):
        return None
    if after == "dormant":
        return "lapsed"
    if before == "dormant":
        return "revived"
    if RANK[before] <= RANK["noticed"]:
        return "new"
    return "deepened" if RANK[after] > RANK[before] else "cooled"


def _midnight(week: date, like: datetime) -> datetime:
    return datetime(week.year, week.month, week.day, tzinfo=like.tzinfo)
