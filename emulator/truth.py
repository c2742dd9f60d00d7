"""What is true of the world: taken from the script's plans and declared acts, never from posts.

Whole weeks come from the plans (written by hand for named characters, by their pattern for the audience). Only a
week that is cut short by `as_of` is reckoned from the declared acts. `check` holds plans and acts against each
other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from emulator.ledger import (
    Contact,
    by_number,
    contacts_with,
    is_being_lost,
    movement,
    real_conversations,
    stages,
    week_of,
)
from emulator.model import WEEKS, Act, ClientScript, Plan, World

WAITING_DAYS = 30


@dataclass(frozen=True)
class ClientTruth:
    """What is true for one client.

    stages: account_id -> Monday of week -> stage at the week's end, from the first contact on, every week.
    movements: account_id -> Monday of week -> new, deepened, cooled, lapsed or revived, where the tie moved.
    real_conversations: (canonical root post id, account_id, Monday of the week in which it became real).
    answers: canonical id of every post that addressed the client -> the first act of the client that answered it.
    waiting: canonical post ids in the order in which they should be answered.
    nurture: account ids of close ties that are silent for longer than is usual between the two.
    standings: account id of a stakeholder -> how far the client has come with them.
    absent: account ids that must have no row in the ledger although they are about (bot, team, likers, others).
    """

    client_id: str
    stages: dict[str, dict[date, str]]
    movements: dict[str, dict[date, str]]
    real_conversations: set[tuple[str, str, date]]
    answers: dict[str, Act | None]
    waiting: list[str]
    nurture: set[str]
    standings: dict[str, str]
    absent: set[str]


@dataclass(frozen=True)
class Truth:
    """What is true as of a time.

    edit_chains: ids of the versions of every edited post, oldest first; the first is the canonical id here.
    handles: account_id -> handle, to read the rest by.
    """

    as_of: datetime
    clients: dict[str, ClientTruth]
    edit_chains: list[list[str]]
    handles: dict[str, str]


def truth_of(world: World, as_of: datetime) -> Truth:
    """The truth as of `as_of` (UTC), which must lie within the world or at its end."""
    if not world.start <= as_of <= world.until:
        raise ValueError(f"{as_of} lies outside the world, {world.start} to {world.until}")
    chains = {post.canonical_id: post.history for post in world.posts.values() if len(post.history) > 1}
    return Truth(
        as_of=as_of,
        clients={client.client_id: _client_truth(world, client, as_of) for client in world.clients},
        edit_chains=[list(chain) for chain in chains.values()],
        handles={account.account_id: account.handle for account in world.accounts.values()},
    )


def _client_truth(world: World, client: ClientScript, as_of: datetime) -> ClientTruth:
    us, bots = _ids(world, client.us), _ids(world, client.bots)
    acts = [act for act in world.acts if act.at < as_of]
    contacts = contacts_with(acts, us, bots)
    planned = {world.accounts[plan.handle].account_id: plan for plan in _plans(world, client)}
    by_person: dict[str, dict[date, str]] = {}
    for person in contacts:
        whole = _spread(world, planned[person], as_of)
        open_week = week_of(as_of)
        reckoned = stages(person, contacts[person], as_of)
        if open_week in reckoned:
            whole[open_week] = reckoned[open_week]
        by_person[person] = whole
    real = {
        (conversation.root_id, person, week_of(conversation.at))
        for person, known in contacts.items()
        for conversation in real_conversations(person, known)
    }
    return ClientTruth(
        client_id=client.client_id,
        stages=by_person,
        movements={person: _movements(weeks) for person, weeks in by_person.items()},
        real_conversations=real,
        answers=_answers(world, client, acts),
        waiting=_waiting(world, client, acts, as_of),
        nurture={
            person
            for person, known in contacts.items()
            if by_person[person] and is_being_lost(by_person[person][max(by_person[person])], known, as_of)
        },
        standings={
            person: _standing(by_person.get(person, {}), contacts.get(person, []))
            for person in _ids(world, [stakeholder.handle for stakeholder in client.stakeholders])
        },
        absent={person for person, plan in planned.items() if not plan.spans} | us | bots,
    )


def _ids(world: World, handles: Iterable[str]) -> set[str]:
    return {world.accounts[handle].account_id for handle in handles}


def _plans(world: World, client: ClientScript) -> list[Plan]:
    return [plan for plan in world.plans if plan.client_id == client.client_id]


def _spread(world: World, plan: Plan, as_of: datetime) -> dict[date, str]:
    """A plan's spans, week by week, over the weeks that have ended by `as_of`."""
    spread: dict[date, str] = {}
    for number in range(WEEKS):
        if world.start + timedelta(weeks=number + 1) > as_of:
            break
        current = [stage for first, stage in plan.spans if first <= number]
        if current:
            spread[world.week_start(number)] = current[-1]
    return spread


def _movements(weeks: dict[date, str]) -> dict[date, str]:
    moved = {}
    before = "stranger"
    for week, stage in sorted(weeks.items()):
        kind = movement(before, stage)
        if kind:
            moved[week] = kind
        before = stage
    return moved


def _standing(weeks: dict[date, str], contacts: list[Contact]) -> str:
    """How far it has come with a stakeholder: the last stage in other words."""
    stage = weeks[max(weeks)] if weeks else "stranger"
    if stage == "noticed":
        return "sought out" if any(contact.is_ours for contact in contacts) else "reached out to us"
    return {
        "stranger": "not yet met",
        "acquainted": "answered",
        "conversing": "in conversation",
        "connected": "connected",
        "dormant": "fell silent",
    }[stage]


def _answers(world: World, client: ClientScript, acts: list[Act]) -> dict[str, Act | None]:
    """What addressed the client, and how it was first answered: by a reply, or later in the same conversation."""
    us, bots = _ids(world, client.us), _ids(world, client.bots)
    ours = [act for act in acts if act.from_id in us]
    return {
        act.post_id: next(
            (
                mine
                for mine in ours
                if mine.answers_id == act.post_id
                or (mine.to_id == act.from_id and mine.root_id == act.root_id and mine.at > act.at)
            ),
            None,
        )
        for act in acts
        if act.to_id in us and act.from_id not in us | bots
    }


def _waiting(world: World, client: ClientScript, acts: list[Act], as_of: datetime) -> list[str]:
    answers = _answers(world, client, acts)
    priority = {
        world.accounts[stakeholder.handle].account_id: stakeholder.priority
        for stakeholder in client.stakeholders
    }
    waiting: dict[str, tuple[int, bool, datetime, tuple[int, str]]] = {}
    for act in acts:
        if (
            act.post_id in answers
            and not answers[act.post_id]
            and act.at >= as_of - timedelta(days=WAITING_DAYS)
        ):
            rank = (priority.get(act.from_id, 99), not act.is_question, act.at, by_number(act.post_id))
            waiting[act.post_id] = rank
    return sorted(waiting, key=lambda post_id: waiting[post_id])


def check(world: World) -> list[str]:
    """Contradictions between plans and declared acts; an empty list for a sound script."""
    faults = []
    authors = {act.post_id: act.from_id for act in world.acts}
    for client in world.clients:
        us, bots = _ids(world, client.us), _ids(world, client.bots)
        contacts = contacts_with(world.acts, us, bots)
        plans = _plans(world, client)
        planned = {world.accounts[plan.handle].account_id: plan for plan in plans}
        if len(planned) != len(plans):
            faults.append(f"{client.client_id}: somebody has two plans")
        waits = _waiting(world, client, world.acts, world.until)
        for person in {*planned, *contacts}:
            handle = world.accounts_by_id[person].handle
            plan = planned.get(person)
            if plan is None:
                faults.append(f"{client.client_id} @{handle}: has acts and no plan")
                continue
            ruled = stages(person, contacts.get(person, []), world.until)
            spread = _spread(world, plan, world.until)
            if ruled != spread:
                first = next(
                    week for week in sorted({*ruled, *spread}) if ruled.get(week) != spread.get(week)
                )
                number = (first - world.start.date()).days // 7
                faults.append(
                    f"{client.client_id} @{handle} ({plan.story}): week {number} planned {spread.get(first)},"
                    f" by the rules {ruled.get(first)}"
                )
            count = sum(authors[post_id] == person for post_id in waits)
            if count != plan.waits:
                faults.append(f"{client.client_id} @{handle}: {count} wait, {plan.waits} planned")
    return faults


def truth_json(truth: Truth) -> str:
    """The truth as JSON text; sets and weeks sorted, dates in ISO form."""

    def plain(client: ClientTruth) -> dict[str, Any]:
        return {
            "stages": _dated(client.stages),
            "movements": _dated(client.movements),
            "real_conversations": [
                {"root_post_id": root, "account_id": person, "week_start_date": week.isoformat()}
                for root, person, week in sorted(client.real_conversations)
            ],
            "answers": {
                post_id: answer
                and {
                    "post_id": answer.post_id,
                    "account_id": answer.from_id,
                    "answered_at": answer.at.isoformat(),
                }
                for post_id, answer in sorted(client.answers.items())
            },
            "waiting": client.waiting,
            "nurture": sorted(client.nurture),
            "standings": client.standings,
            "absent": sorted(client.absent),
        }

    content = {
        "as_of_at": truth.as_of.isoformat(),
        "clients": {client_id: plain(client) for client_id, client in truth.clients.items()},
        "edit_chains": truth.edit_chains,
        "handles": truth.handles,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)


def _dated(by_person: dict[str, dict[date, str]]) -> dict[str, dict[str, str]]:
    return {
        person: {week.isoformat(): value for week, value in sorted(weeks.items())}
        for person, weeks in sorted(by_person.items())
    }
