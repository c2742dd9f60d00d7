"""Mastodon.py without its parsing. The only module that imports it."""

from collections.abc import Callable
from typing import Any

import mastodon

# Where to, and with what.
Send = Callable[[str, dict[str, Any]], Any]


class Library(mastodon.Mastodon):
    """Mastodon.py's methods, of which each knows its path and its parameters; what they ask for is sent by `send`.

    The library hands out objects of its own classes and forgets the bytes; of a refusal it forgets the headers, so that
    nobody knows when to ask again; and it waits and retries out of sight. All that is in the one method through which
    it sends. That is replaced here: the answer is landed as it came, and read afterwards by our own reader. The method
    is private, so the library is held to its minor version in pyproject.toml.

    The token never enters the library, which would take it for the name of a file first.
    """

    def __init__(self, send: Send) -> None:
        super().__init__(api_base_url="https://not-asked.invalid", version_check_mode="none")
        self._send = send

    def _Mastodon__api_request(  # the name that the library's own calls have after mangling
        self, method: str, endpoint: str, params: dict[str, Any] | None = None, **_: Any
    ) -> Any:
        if method != "GET":
            raise ValueError(f"{method} {endpoint}: nothing is ever changed on a server")
        return self._send(endpoint, dict(params or {}))
