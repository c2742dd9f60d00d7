"""What is true on each network, and of people over all of them.

Both are worlds of the same kind as X's, so that the same rules read them: `truth_of(on_network(e, "bluesky"), as_of)`,
`truth_of(of_people(world, e), as_of)`, and `check` finds plans that do not follow. They hold what the rules need,
accounts, acts and plans, and no posts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from emulator.elsewhere.joined import X
from emulator.elsewhere.model import Elsewhere
from emulator.model import Account, Act, ClientScript, Plan, World


def on_network(elsewhere: Elsewhere, network: str) -> World:
    """One network alone, every account a person of its own; ids are the network's."""
    accounts = {
        one.handle: Account(one.account_id, one.handle, one.display_name, one.description, one.created_at)
        for one in elsewhere.people.values()
        if one.network == network
    }
    acts, plans = elsewhere.acts[network], elsewhere.plans[network]
    return World(elsewhere.until, 0, accounts, {}, acts, elsewhere.clients[network], plans)


def of_people(world: World, elsewhere: Elsewhere) -> World:
    """All networks together, the listed people joined.

    An account's id is that of its person, `person:<id>` of those listed by hand, else `<network>:<account id>`; posts
    are `<network>:<post id>`. In `accounts`, handles are qualified in the same way, but for X's.
    """
    by_network = {X: world} | {network: on_network(elsewhere, network) for network in elsewhere.acts}
    persons = {account: f"person:{one.person_id}" for one in elsewhere.joined for account in one.accounts}
    accounts: dict[str, Account] = {}
    acts: list[Act] = []
    plans: list[Plan] = []
    for network, single in by_network.items():
        ids = {
            account.account_id: persons.get((network, handle), f"{network}:{account.account_id}")
            for handle, account in single.accounts.items()
        }
        for handle, account in single.accounts.items():
            accounts[_named(network, handle)] = replace(account, account_id=ids[account.account_id])
        acts.extend(_qualified(act, network, ids) for act in single.acts)
        plans.extend(
            replace(plan, handle=_named(network, plan.handle))
            for plan in single.plans
            if not _is_replaced(elsewhere, network, plan)
        )
    plans.extend(plan for one in elsewhere.joined for plan in one.plans)
    acts.sort(key=lambda act: (act.at, act.post_id))
    clients = tuple(_everywhere(client, by_network) for client in world.clients)
    return World(world.until, world.seed, accounts, {}, acts, clients, plans)


def _named(network: str, handle: str) -> str:
    return handle if network == X else f"{network}:@{handle}"


def _qualified(act: Act, network: str, ids: dict[str, str]) -> Act:
    return replace(
        act, from_id=ids[act.from_id], to_id=ids[act.to_id], post_id=f"{network}:{act.post_id}",
        root_id=f"{network}:{act.root_id}", answers_id=f"{network}:{act.answers_id}" if act.answers_id else None,
    )  # fmt: skip


def _is_replaced(elsewhere: Elsewhere, network: str, plan: Plan) -> bool:
    """Whether a person's joint plan says what becomes of it."""
    return any(
        (network, plan.handle) in one.accounts and plan.client_id in {joint.client_id for joint in one.plans}
        for one in elsewhere.joined
    )


def _everywhere(client: ClientScript, by_network: dict[str, World]) -> ClientScript:
    """The client with its accounts on all networks."""
    others = [
        (network, other)
        for network, single in by_network.items()
        for other in single.clients
        if network != X and other.client_id == client.client_id
    ]

    def everywhere(role: Callable[[ClientScript], tuple[str, ...]]) -> tuple[str, ...]:
        more = [_named(network, handle) for network, other in others for handle in role(other)]
        return (*role(client), *more)

    return replace(
        client,
        accounts=everywhere(lambda one: one.accounts),
        team=everywhere(lambda one: one.team),
        bots=everywhere(lambda one: one.bots),
    )
