"""How this home reaches each network: where it is asked, with what, and whether it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from extractors.fetching.dialect import Client, Dialect
from extractors.fetching.streams import PROFILES, Target
from operations.stack.shell import missing_emulator
from rapport.config import Settings
from rapport.networks import BLUESKY, MASTODON, X, label_of


@dataclass(frozen=True)
class Secret:
    """What lets a network show an account its mentions: where it stands, and what people call it."""

    variable: str
    what: str
    of: Callable[[Settings], Mapping[str, SecretStr]]


SECRETS = {
    BLUESKY.name: Secret(
        "BLUESKY_APP_PASSWORDS", "app password", lambda settings: settings.bluesky_app_passwords
    ),
    MASTODON.name: Secret("MASTODON_TOKENS", "access token", lambda settings: settings.mastodon_tokens),
}


def apis(settings: Settings) -> dict[str, str]:
    """Where each network that rapport.toml names is asked, and with what."""
    token = "with" if settings.x_bearer_token else "without"
    passwords, tokens = len(settings.bluesky_app_passwords), len(settings.mastodon_tokens)
    found = {
        X.name: f"{settings.x_base_url} ({token} a bearer token)",
        BLUESKY.name: f"{settings.bluesky_base_url} (needs no key; {passwords} app passwords)",
        MASTODON.name: f"{settings.mastodon_base_url} (needs no key; {tokens} access tokens)",
    }
    missing = missing_emulator(settings)
    return {
        f"{label_of(name)} API": f"{missing.message}. What to do: {missing.remedy}"
        if missing
        else found[name]
        for name in settings.config.networks
        if name in found
    }


def read_profiles(dialect: Dialect, client: Client, handles: list[str], ids: list[str]) -> None:
    """Asks for the profiles of these accounts. Raises ExtractionError."""
    stream = dialect.stream(PROFILES)
    for target in dialect.profile_targets(handles, ids, None):
        client.page(stream, target, {**stream.parameters, **dict(target.parameters)})


def read_mentions(dialect: Dialect, client: Client, account: str) -> None:
    """Asks, in the name of that account (as its secret names it), who has mentioned it. Raises ExtractionError."""
    stream = dialect.stream("mentions")
    client.page(stream, Target(account, path_id=account), dict(stream.parameters))
