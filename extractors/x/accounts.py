"""From the handles and ids of rapport.toml to account ids, asked of X once and remembered."""

from collections.abc import Callable
from typing import Any

from extractors import errors
from extractors.state.store import State
from extractors.x import fields, streams
from rapport.config import Client as ClientConfig

NETWORK = "x"


def ours(client: ClientConfig) -> list[str]:
    """The references (@handle or id) that are us: tracked and team accounts."""
    return [*client.accounts, *client.team]


def everyone(client: ClientConfig) -> list[str]:
    """All references of a client whose profiles are kept: us, bots, stakeholders."""
    return [*ours(client), *client.bots, *(one.handle for one in client.stakeholders)]


def handle_of(reference: str) -> str | None:
    """The handle in lower case and without @; None for an id."""
    return reference[1:].lower() if reference.startswith("@") else None


def known_ids(state: State, references: list[str]) -> dict[str, str]:
    """Reference → account id, for ids and for handles resolved before."""
    resolved = state.account_ids(NETWORK, [handle for one in references if (handle := handle_of(one))])
    pairs = {one: resolved.get(handle_of(one) or "") if handle_of(one) else one for one in references}
    return {one: account_id for one, account_id in pairs.items() if account_id}


def resolve(state: State, config: ClientConfig, ask: Callable[[dict[str, Any]], dict[str, Any]]) -> list[str]:
    """Account ids of us, tracked before team, each once. AccountUnknown names handles X does not know.

    `ask` looks up profiles, {"usernames": [...]} → a page's body; only for handles never resolved before.
    """
    references = ours(config)
    ids = known_ids(state, references)
    unknown = sorted({handle for one in references if one not in ids and (handle := handle_of(one))})
    for target in streams.lookup_targets(unknown, "usernames"):
        remember(state, ask(dict(target.parameters)))
    ids = known_ids(state, references)
    lost = [one for one in references if one not in ids]
    if lost:
        raise errors.AccountUnknown(
            f"X knows no account {', '.join(lost)} (client '{config.id}')",
            "correct the handle in rapport.toml, or write the account's id: it survives a change of handle",
        )
    return list(dict.fromkeys(ids[one] for one in references))


def remember(state: State, body: dict[str, Any]) -> None:
    """Keeps handle → id of every user in the page's data."""
    users = [one for one in fields.objects(body.get("data")) if one.get("username") and one.get("id")]
    if users:
        state.remember_handles(NETWORK, {str(one["username"]): str(one["id"]) for one in users})
