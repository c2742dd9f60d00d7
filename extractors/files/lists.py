"""The lists that people keep by hand, rapport.toml and outcomes.csv, as tables of schema raw."""

import logging
from typing import Any

from extractors.files import outcomes
from extractors.raw import raw_store
from extractors.state.store import open_state
from rapport.config import Settings
from rapport.networks import AccountRef

log = logging.getLogger("rapport.load")


def sync(settings: Settings) -> None:
    """Writes clients, their accounts, stakeholders, people, goals and outcomes into raw, each table replaced whole.

    Ids of handles are filled in where they have been resolved before; handles of ids are not known here. An outcome
    whose day is still to come is left out, and said: a meeting that may not take place would count as contact.
    """
    logged = []
    for outcome in outcomes.read(settings):
        if outcomes.is_to_come(settings, outcome):
            log.warning("outcome %s of %s is left out until then", outcome.outcome_id, outcome.occurred_date)
        else:
            logged.append(outcome)
    ids = _resolved(settings, [*settings.config.references, *(outcome.about for outcome in logged)])

    def named(account: AccountRef) -> dict[str, Any]:
        return {
            "network": account.network,
            "handle": account.handle,
            "account_id": account.account_id or ids.get(account.key),
        }

    tables: dict[str, list[dict[str, Any]]] = {
        "clients": [],
        "client_accounts": [],
        "stakeholders": [],
        "people_accounts": [],
        "goals": [],
        "outcomes": [],
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
