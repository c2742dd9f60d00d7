"""Usual gaps, shared third parties, nurture, stakeholders and people worth seeking out, written plainly."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from math import sqrt
from statistics import median

from tests.dbt.brute_force import Act, exchanges_of, ledger, waiting
from tests.dbt.histories import BOT, OURS, Post

WEIGHTS = {"reply": 1.0, "quote": 0.75, "mention": 0.5}
Talks = dict[str, list[tuple[str, Act]]]  # as brute_force.with_us gives it: person -> (direction, act)


def exchange_moments(talk: list[tuple[str, Act]]) -> list[datetime]:
    return [moment for moment, _, _ in exchanges_of(talk)]


def usual_gap(talk: list[tuple[str, Act]]) -> float | None:
    """The median days between days with an exchange."""
    days = sorted({moment.date() for moment in exchange_moments(talk)})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return median(gaps) if gaps else None


def stage_now(talk: list[tuple[str, Act]], as_of: datetime) -> str:
    rows = ledger(talk, as_of)
    return rows[max(rows)].stage if rows else "stranger"


def nurture(talks: Talks, as_of: datetime, met: Mapping[str, datetime]) -> dict[str, tuple[float, float]]:
    """person -> (usual gap, days silent) of close ties that are silent for longer than usual.

    `met`: person -> day of the last meeting or call logged by hand.
    """
    found = {}
    for person, talk in talks.items():
        gap = usual_gap(talk)
        if gap is None or stage_now(talk, as_of) not in ("conversing", "connected"):
            continue
        last = max([*exchange_moments(talk), *([met[person]] if person in met else [])])
        silent = (as_of - last).total_seconds() / 86400
        if silent > 2 * gap and silent > 14:
            found[person] = (gap, silent)
    return found


def standing(talk: list[tuple[str, Act]], as_of: datetime) -> str:
    """How far we have come with somebody."""
    stage = stage_now(talk, as_of)
    if stage == "noticed":
        return "sought out" if any(way == "out" for way, _ in talk) else "reached out to us"
    words = {"stranger": "not yet met", "acquainted": "answered", "conversing": "in conversation"}
    return words.get(stage, "fell silent" if stage == "dormant" else stage)


def between_people(acts: Iterable[Act]) -> dict[frozenset[str], list[Act]]:
    """What any two people said to each other, in order."""
    talk: dict[frozenset[str], list[Act]] = defaultdict(list)
    for act in acts:
        talk[frozenset((act.sender, act.receiver))].append(act)
    for line in talk.values():
        line.sort(key=lambda act: (act.occurred_at, int(act.post_id)))
    return talk


def tied(acts: Iterable[Act]) -> dict[str, set[str]]:
    """person -> everybody they have ever exchanged with."""
    found: dict[str, set[str]] = defaultdict(set)
    for pair, line in between_people(acts).items():
        last: dict[str, str] = {}
        for act in line:
            if last.get(act.root, act.sender) != act.sender:
                person, other = pair
                found[person].add(other)
                found[other].add(person)
            last[act.root] = act.sender
    return found


def third_parties(talks: Talks, acts: list[Act]) -> dict[str, int]:
    """How many people both we and a person have exchanged with."""
    ties = tied(acts)
    ours = {person for person, talk in talks.items() if exchange_moments(talk)}
    return {person: len(ties[person] & ours) for person in talks}


def strength(acts: Iterable[Act], as_of: datetime) -> float:
    return sum(
        WEIGHTS[act.kind] * 0.5 ** ((as_of - act.occurred_at).total_seconds() / 86400 / 30) for act in acts
    )


def worth_seeking_out(
    talks: Talks, acts: list[Act], posts: Iterable[Post], as_of: datetime
) -> dict[str, tuple[float, list[str], list[str]]]:
    """person -> (score, people between with the strongest way first, shared topics)."""
    ties, lines = tied(acts), between_people(acts)
    ours = {person for person, talk in talks.items() if exchange_moments(talk)}
    waits = {person for person, talk in talks.items() if waiting(talk, as_of)}
    said: dict[str, set[str]] = defaultdict(set)
    for post in posts:
        if post.is_captured and not post.reposted_post_id:
            said["us" if post.account_id in OURS else post.account_id] |= set(post.topics)
    ways: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for between in ours:
        ours_strength = strength((act for _, act in talks[between]), as_of)
        for person in ties[between] - ours - waits - {*OURS, BOT}:
            theirs = strength(lines[frozenset((between, person))], as_of)
            ways[person].append((-sqrt(ours_strength * theirs), int(between), between))
    found = {}
    for person, options in ways.items():
        shared = sorted(said[person] & said["us"], key=str.lower)
        score = -sum(way for way, _, _ in options) * (1 + len(shared) / (len(shared) + 1))
        found[person] = (score, [between for *_, between in sorted(options)], shared)
    return found
