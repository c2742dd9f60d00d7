"""What asks the emulator instead of the networks: addresses, and the secrets that it takes, made from its token.

Nobody of the invented world is on a real network. So whatever serves a home of that world is told all of these, also
of networks that its rapport.toml does not name.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from rapport.config import Config, environment
from rapport.networks import BLUESKY, MASTODON, X

# The variable that says where a network is asked.
ADDRESSES: dict[str, str] = {
    X.name: "RAPPORT_X_BASE_URL",
    BLUESKY.name: "RAPPORT_BLUESKY_BASE_URL",
    MASTODON.name: "RAPPORT_MASTODON_BASE_URL",
}


def unaddressed(config: Config) -> list[str]:
    """The networks rapport.toml names for which the environment names no address."""
    return [name for name in config.networks if not is_addressed(name)]


def is_addressed(network: str) -> bool:
    """Whether the environment says where the network is asked; else the real one is."""
    return bool(environment().get(ADDRESSES.get(network, "")))


def variables(config: Config, address: str, token: str) -> dict[str, str]:
    """The environment in which all networks are the emulator at `address`."""
    return {
        ADDRESSES[X.name]: address,
        "X_BEARER_TOKEN": token,
        ADDRESSES[BLUESKY.name]: address,
        "RAPPORT_BLUESKY_PDS_URL": address,
        "BLUESKY_APP_PASSWORDS": _written(_secrets(config, BLUESKY.name, token)),
        ADDRESSES[MASTODON.name]: _of_mastodon(address),
        "MASTODON_TOKENS": _written(_secrets(config, MASTODON.name, token)),
    }


def fields(config: Config, address: str, token: str) -> dict[str, dict[str, Any]]:
    """The same as fields of the settings, by network."""
    return {
        X.name: {"x_base_url": address, "x_bearer_token": SecretStr(token)},
        BLUESKY.name: {
            "bluesky_base_url": address,
            "bluesky_pds_url": address,
            "bluesky_app_passwords": _secrets(config, BLUESKY.name, token),
        },
        MASTODON.name: {
            "mastodon_base_url": _of_mastodon(address),
            "mastodon_tokens": _secrets(config, MASTODON.name, token),
        },
    }


def _of_mastodon(address: str) -> str:
    # One address for all servers: each is a folder of its own there.
    return f"{address}/mastodon/{{host}}"


def _secrets(config: Config, network: str, token: str) -> dict[str, SecretStr]:
    """Handle → the secret that speaks for that account of ours."""
    handles = {
        account.handle.lower()
        for client in config.clients
        for account in (*client.accounts, *client.team)
        if account.network == network and account.handle
    }
    return {handle: SecretStr(f"{token}:{handle}") for handle in sorted(handles)}


def _written(secrets: Mapping[str, SecretStr]) -> str:
    return " ".join(f"{handle}={secret.get_secret_value()}" for handle, secret in secrets.items())
