"""The lists that people keep by hand, rapport.toml, outcomes.csv, notes.csv and topics.csv, as tables of schema raw."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from extractors.files import hours, notes, outcomes
from extractors.files.hand_kept import HandKept, Kept
from extractors.raw import raw_store
from extractors.state import tombstones
from extractors.state.store import open_state
from extractors.topics import corrections
from rapport.config import Config, Settings
from rapport.config_clients import Client
from rapport.config_values import Owner
from rapport.networks import AccountRef

log = logging.getLogger("rapport.load")

Rows = list[dict[str, Any]]
# The columns that name an account.
Named = Callable[[AccountRef], dict[str, Any]]


def sync(settings: Settings) -> None:
    """Writes clients, their accounts, stakeholders, people, goals, outcomes, notes and corrected topics into raw, each
    table replaced whole.

    Ids of handles are filled in where they have been resolved before; handles of ids are not known here. An account
    that was erased is joined with no other, be it that [[people]] still names it. What stays in its file and is left
    out here is said, with its reason: an outcome or a note whose day is still to come (a meeting that may not take
    place would count as contact), and a note without a consent basis.
    """
    logged = _begun(settings, outcomes.FILE)
    noted = []
    for note in _begun(settings, notes.FILE):
        if note.consent_basis:
            noted.append(note)
        else:
            log.warning("note %s is left out: it has no consent basis", note.note_id)
    with open_state(settings) as state:
        erased = tombstones.erased(state).accounts
    ids = _resolved(settings, [*settings.config.references, *(entry.about for entry in (*logged, *noted))])

    def named(account: AccountRef) -> dict[str, Any]:
        return {
            "network": account.network,
            "handle": account.handle,
            "account_id": account.account_id or ids.get(account.key),
        }

    tables: dict[str, Rows] = {
        "owners": list(_owners(settings.config, named)),
        "tags": list(_tags(settings.config, named)),
        "notes": [
            {
                "client_id": note.client_id,
                "note_id": note.note_id,
                "noted_date": note.noted_date,
                "noted_by": note.noted_by,
                **named(note.about),
                "consent_basis": note.consent_basis,
                "note": note.note,
            }
            for note in noted
        ],
        "working_hours": _working_hours(settings),
        "clients": [],
        "client_accounts": [],
        "stakeholders": [],
        "people_accounts": [],
        "goals": [],
        "outcomes": [],
        "topic_corrections": corrections.rows(settings),
    }
    for client in settings.config.clients:
        of_client = {"client_id": client.id}
        tables["clients"].append({**of_client, "name": client.name})
        for role, accounts in (("tracked", client.accounts), ("team", client.team), ("bot", client.bots)):
            tables["client_accounts"] += [
                {**of_client, **named(account), "role": role} for account in accounts
            ]
        tables["stakeholders"] += [
            {
                **of_client,
                **named(stakeholder.handle),
                "why": stakeholder.why,
                "topic": stakeholder.topic,
                "priority": stakeholder.priority,
            }
            for stakeholder in client.stakeholders
        ]
        tables["goals"] += [
            {
                **of_client,
                "words": goal.words,
                "measure": goal.measure,
                "target": goal.target,
                "due_date": goal.by,
            }
            for goal in client.goals
        ]
    for number, person in enumerate(settings.config.people):
        tables["people_accounts"] += [
            {
                "person_number": number,
                "person_id": person.person_id,
                "name": person.name,
                "kind": person.kind,
                **named(account),
            }
            for account in person.accounts
            if not {
                (account.network, name) for name in (account.account_id, ids.get(account.key), account.handle)
            }
            & erased
        ]
    for outcome in logged:
        row = {
            "client_id": outcome.client_id,
            "outcome_id": outcome.outcome_id,
            "kind": outcome.kind,
            "occurred_date": outcome.occurred_date,
            **named(outcome.about),
            "consent_basis": outcome.consent_basis,
            "note": outcome.note,
        }
        if not outcome.consent_basis:  # nobody is named: neither by the row nor by its note
            row |= dict.fromkeys(("handle", "account_id", "consent_basis", "note"))
        tables["outcomes"].append(row)
    raw_store.replace_tables(settings, tables)


def _begun(settings: Settings, file: HandKept[Kept]) -> list[Kept]:
    """The entries of a file whose day has come; of the others it is said that they are left out."""
    begun = []
    for entry in file.read(settings):
        if file.is_to_come(settings, entry):
            log.warning(
                "%s %s of %s is left out until then", file.noun, file.id_of(entry), file.day_of(entry)
            )
        else:
            begun.append(entry)
    return begun


def _working_hours(settings: Settings) -> Rows:
    """The hours of each client that has some, for the years of its data and a little more. They change with the year,
    not with the day: else there would be something new to build every day.
    """
    clients = [client for client in settings.config.clients if client.hours]
    if not clients:
        return []
    began_at, ended_at = raw_store.span(settings)
    last = max(filter(None, (ended_at, settings.now())))
    first = min(filter(None, (began_at, settings.now())))
    return [
        {
            "client_id": client.id,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "minutes_a_day": client.hours.minutes_a_day,
        }
        for client in clients
        if client.hours
        for starts_at, ends_at in hours.stretches(
            client.hours, client.time_zone, date(first.year - 1, 11, 1), date(last.year + 1, 3, 1)
        )
    ]


def _owners(config: Config, named: Named) -> Iterator[dict[str, Any]]:
    """Who keeps the tie to whom. An owner under [[people]] who is an account counts for the clients that have it."""
    for client in config.clients:
        ours = {ref.key for ref in (*client.accounts, *client.team)}
        for account, owner, is_of_house in _said(
            config, client, lambda entry: [entry.owner] if entry.owner else []
        ):
            if owner.account is None or owner.account.key in ours:
                yield {
                    "client_id": client.id,
                    **named(account),
                    "is_of_house": is_of_house,
                    "owner_name": None if owner.account else owner.name,
                    **{f"owner_{name}": value for name, value in _named_owner(owner, named).items()},
                }


def _named_owner(owner: Owner, named: Named) -> dict[str, Any]:
    return named(owner.account) if owner.account else dict.fromkeys(("network", "handle", "account_id"))


def _tags(config: Config, named: Named) -> Iterator[dict[str, Any]]:
    for client in config.clients:
        for account, tag, is_of_house in _said(config, client, lambda entry: entry.tags):
            yield {"client_id": client.id, **named(account), "is_of_house": is_of_house, "tag": tag}


def _said(
    config: Config, client: Client, what: Callable[[Any], Iterable[Any]]
) -> Iterator[tuple[AccountRef, Any, bool]]:
    """What is said of accounts: by the client's own lists, and under [[people]], for every client."""
    for entry in client.listed:
        yield from ((entry.handle, value, False) for value in what(entry))
    for person in config.people:
        yield from ((account, value, True) for account in person.accounts for value in what(person))


def _resolved(settings: Settings, references: list[AccountRef]) -> dict[tuple[str, str], str]:
    """Key of a reference by handle → account id, of those that were resolved before."""
    found: dict[tuple[str, str], str] = {}
    with open_state(settings) as state:
        for network in sorted({account.network for account in references}):
            handles = [
                account.handle for account in references if account.network == network and account.handle
            ]
            known = state.account_ids(network, handles)
            found |= {AccountRef(network, handle).key: account_id for handle, account_id in known.items()}
    return found
