"""From the handles and ids of rapport.toml to account ids, asked of the network once and remembered."""

from extractors import errors
from extractors.fetching import pager
from extractors.fetching.context import Context
from extractors.fetching.dialect import Reading
from extractors.fetching.streams import PROFILES
from extractors.state.store import State
from rapport.config import Client as ClientConfig
from rapport.networks import AccountRef


def ours(network: str, client: ClientConfig) -> list[AccountRef]:
    """The references that are us on this network: tracked and team accounts."""
    return [account for account in (*client.accounts, *client.team) if account.network == network]


def everyone(network: str, client: ClientConfig) -> list[AccountRef]:
    """All references of a client on this network whose profiles are kept: us, bots, stakeholders."""
    others = (*client.bots, *(stakeholder.handle for stakeholder in client.stakeholders))
    return [*ours(network, client), *(account for account in others if account.network == network)]


def handles(references: list[AccountRef]) -> list[str]:
    """The handles among the references, in lower case, sorted, each once."""
    return sorted({reference.handle.lower() for reference in references if reference.handle})


def known_ids(state: State, network: str, references: list[AccountRef]) -> dict[AccountRef, str]:
    """Reference → account id, for ids and for handles resolved before; all of one network."""
    resolved = state.account_ids(network, handles(references))
    pairs = {
        reference: resolved.get(reference.handle.lower()) if reference.handle else reference.account_id
        for reference in references
    }
    return {reference: account_id for reference, account_id in pairs.items() if account_id}


def resolve(context: Context, config: ClientConfig) -> list[str]:
    """Account ids of us, tracked before team, each once. AccountUnknown names handles the network does not know.

    Profiles are looked up only for handles never resolved before. They are paid for and not landed.
    """
    state, network, dialect = context.state, context.network, context.dialect
    references = ours(network, config)
    ids = known_ids(state, network, references)
    new = handles([reference for reference in references if reference not in ids])
    stream = dialect.stream(PROFILES)
    for target in dialect.profile_targets(new, [], None) if new else ():
        parameters = {**stream.parameters, **dict(target.parameters)}
        answer = pager.pay(context, stream, target, parameters)
        remember(state, network, dialect.read({"data_kind": stream.kind, **answer.facts}, answer.value))
    ids = known_ids(state, network, references)
    lost = [str(reference) for reference in references if reference not in ids]
    if lost:
        raise errors.AccountUnknown(
            f"{dialect.network.label} knows no account {', '.join(lost)} (client '{config.id}')",
            "correct the handle in rapport.toml, or write the account's id: it survives a change of handle",
        )
    return list(dict.fromkeys(ids[reference] for reference in references))


def remember(state: State, network: str, reading: Reading) -> None:
    """Keeps handle → id of every user that the page was asked for."""
    users = [user for user in reading.own if user.get("username") and user.get("id")]
    if users:
        state.remember_handles(network, {str(user["username"]): str(user["id"]) for user in users})
