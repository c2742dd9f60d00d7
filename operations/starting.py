"""The rapport.toml that a newcomer begins with: the commented example, for the accounts they name."""

import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources

from rapport.errors import ConfigError
from rapport.networks import NETWORKS, AccountRef, label_of
from reporting.words import networks_do

# The example's own client, as its file says it.
_CLIENT = (
    """id = "our-institute"             """,
    '''name = "Our Institute"''',
    """accounts = ["@our_institute"]    """,
)


def own_accounts(given: Mapping[str, Sequence[str] | None]) -> list[AccountRef]:
    """The accounts given by network, as handles or ids. Raises ConfigError."""
    found = []
    for network, accounts in given.items():
        for account in accounts or ():
            try:
                found.append(AccountRef.parse(f"{network}:{account}"))
            except ValueError as problem:
                raise ConfigError(
                    f"'{account}' is no account on {label_of(network)}",
                    f'write a handle as "@name" or an id as {NETWORKS[network].account_id_words}',
                ) from problem
    return found


def example(accounts: Sequence[AccountRef] = (), called: str = "") -> str:
    """Text of rapport.example.toml; with accounts, its client is whose they are, by the name `called` if given."""
    text = resources.files("rapport").joinpath("rapport.example.toml").read_text(encoding="utf-8")
    if not accounts:
        return text
    first = accounts[0].handle or str(accounts[0].account_id)
    client_id = re.sub("[^a-z0-9]+", "-", first.lower()).strip("-")[:40].strip("-") or "us"
    listed = json.dumps([str(account) for account in accounts])
    own = (
        f"id = {json.dumps(client_id)}  ",
        f"name = {json.dumps(called or first, ensure_ascii=False)}",
        f"accounts = {listed}  ",
    )
    for line, instead in zip(_CLIENT, own, strict=True):
        text = text.replace(line, instead)
    return text


def next_steps(accounts: Sequence[AccountRef]) -> str:
    """What to do once it is written."""
    if not accounts:
        return "Name your accounts in it; X needs a key (X_BEARER_TOKEN), the others none. Then: rapport run"
    networks = dict.fromkeys(account.network for account in accounts)
    priced = [label_of(name) for name in networks if NETWORKS[name].price_usd]
    free = [label_of(name) for name in networks if not NETWORKS[name].price_usd]
    key = f"{networks_do(priced, 'need')} a key: set X_BEARER_TOKEN. " if priced else ""
    none = f"{networks_do(free, 'need')} no key, and reading there costs nothing. " if free else ""
    return f"{key}{none}Next: rapport run"
