"""A server as this process knows it: where its API is, which host its accounts have, when it may be asked again."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from extractors.mastodon.problems import seconds_until_reset

# Names of the public internet: posts tell us of servers, and no post may send us to an address inside.
_PUBLIC_NAME = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])"
)
_INSIDE = (".local", ".internal", ".localhost", ".lan", ".home", ".corp", ".onion", ".arpa", ".intranet")


def is_public_name(host: str) -> bool:
    """Whether it is a name as servers on the internet have, no address and no name inside of a network."""
    return _PUBLIC_NAME.fullmatch(host) is not None and not host.endswith(_INSIDE)


@dataclass
class Server:
    """`host`: the name that it was asked by. `base_url`: where its API is. `domain`: the host of its accounts, which
    may be another name than that of its API. `has_api`: it has said that it is a server of this kind. `is_lost`: it
    does not answer at all, and is asked no more."""

    host: str
    base_url: str
    domain: str
    has_api: bool = False
    is_lost: bool = False
    # When whoever asks (an account's id; None: nobody) may ask again, Unix time.
    _free_at: dict[str | None, float] = field(default_factory=dict)

    def take_note(self, asker: str | None, headers: dict[str, str], now: float) -> None:
        """Of what an answer says of the rate limit."""
        if headers.get("x-ratelimit-remaining") == "0":
            self._free_at[asker] = now + seconds_until_reset(headers, now)
        else:
            self._free_at.pop(asker, None)

    def wait_seconds(self, asker: str | None, now: Callable[[], datetime]) -> float:
        """How long to wait before it is asked again."""
        return max(self._free_at.get(asker, 0.0) - now().timestamp(), 0.0)
