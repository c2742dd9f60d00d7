"""From the handles and ids of rapport.toml to account ids, asked of X once and remembered."""

from collections.abc import Callable
from typing import Any

from extractors import errors
from extractors.state.store import State
from extractors.x import fields, streams
from extractors.x.streams import NETWORK
from rapport.config import Client as ClientConfig
from rapport.networks import AccountRef


def ours(client: ClientConfig) -> list[AccountRef]:
    """The references that are us on this network: tracked and team accounts."""
    return [account for account in (*client.accounts, *client.team) if account.network == NETWORK]


def everyone(client: ClientConfig) -> list[AccountRef]:
    """All references of a client on this network whose profiles are kept: us, bots, stakeholders."""
    others = (*client.bots, *(stakeholder.handle for stakeholder in client.stakeholders))
    return [*ours(client), *(account for account in others if account.network == NETWORK)]


def handles(references: list[AccountRef]) -> list[str]:
    """The handles among the references, in lower case, sorted, each once."""
    return sorted({reference.handle.lower() for reference in references if reference.handle})


def known_ids(state: State, references: list[AccountRef]) -> dict[AccountRef, str]:
    """Reference → account id, for ids and for handles resolved before."""
    resolved = state.account_ids(NETWORK, handles(references))
    pairs = {
        reference: resolved.get(reference.handle.lower()) if reference.handle else reference.account_id
        for reference in references
    }
    return {reference: account_id for reference, account_id in pairs.items() if account_id}


def resolve(state: State, config: ClientConfig, ask: Callable[[dict[str, Any]], dict[str, Any]]) -> list[str]:
    """Account ids of us, tracked before team, each once. AccountUnknown names handles X does not know.

    `ask` looks up profiles, {"usernames": [...]} → a page's body; only for handles never resolved before.
    """
    references = ours(config)
    ids = known_ids(state, references)
    for target in streams.lookup_targets(
        handles([reference for reference in references if reference not in ids]), "usernames"
    ):
        remember(state, ask(dict(target.parameters)))
    ids = known_ids(state, references)
    lost = [str(reference) for reference in references if reference not in ids]
    if lost:
        raise errors.AccountUnknown(
            f"X knows no account {', '.join(lost)} (client '{config.id}')",
            "correct the handle in rapport.toml, or write the account's id: it survives a change of handle",
        )
    return list(dict.fromkeys(ids[reference] for reference in references))


def remember(state: State, body: dict[str, Any]) -> None:
    """Keeps handle → id of every user in the page's data."""
    users = [user for user in fields.objects(body.get("data")) if user.get("username") and user.get("id")]
    if users:
        state.remember_handles(NETWORK, {str(user["username"]): str(user["id"]) for user in users})
