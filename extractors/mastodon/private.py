"""Which accounts are ours, and of which private statuses may be kept without a word of them: by written consent."""

from rapport.config import Config
from rapport.networks import MASTODON


def ours(config: Config) -> frozenset[str]:
    """The accounts (`name@host`) of all clients, as far as rapport.toml names them so."""
    return frozenset(
        (account.handle or account.account_id or "").lower()
        for client in config.clients
        for account in (*client.accounts, *client.team)
        if account.network == MASTODON.name
    )


def consents(config: Config) -> frozenset[str]:
    """Accounts (`name@host`) by whose token private statuses may be kept: of each client that has the account, there is
    a consent ([clients.direct_messages])."""
    given: dict[str, bool] = {}
    for client in config.clients:
        for account in (*client.accounts, *client.team):
            if account.network == MASTODON.name:
                name = (account.handle or account.account_id or "").lower()
                given[name] = given.get(name, True) and client.direct_messages is not None
    return frozenset(name for name, is_given in given.items() if is_given)
