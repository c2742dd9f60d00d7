"""What has to be erased, in the form that every package gets it: ids, and the handles that the accounts had.

Ids of posts and accounts may stay, in tombstones. Texts, names and handles may not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapport.networks import NETWORKS

# A network, and an id or a handle there: the same digits on another network are somebody else's.
Pair = tuple[str, str]

# What follows the @ of a mail address is no handle.
_AFTER_AT = r"(?<=[@＠])(?<![A-Za-z0-9_.][@＠])"
_END = r"(?![A-Za-z0-9_])"


@dataclass(frozen=True)
class OnNetwork:
    """Ids of posts (of every version) and of accounts on one network; handles in lower case, without @."""

    network: str
    post_ids: frozenset[str] = frozenset()
    account_ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.post_ids or self.account_ids)

    def mask(self, text: str) -> str:
        """The text with every @handle (also in addresses and queries) replaced by underscores.

        Their number stays the same, because the positions of mentions are stored beside the text.
        """
        return self._named.sub(_underscores, text) if self._named else text

    def mask_words(self, text: str) -> str:
        """The same, also for a handle without @: for errors and parameters, never for texts of people."""
        return self._words.sub(_underscores, text) if self._words else text

    @cached_property
    def _named(self) -> "re.Pattern[str] | None":
        known = NETWORKS.get(self.network)
        before = [rf"(?<=\b{re.escape(prefix)})" for prefix in (known.handle_prefixes if known else ())]
        return _pattern(f"(?:{'|'.join([_AFTER_AT, *before])})", self.handles)

    @cached_property
    def _words(self) -> "re.Pattern[str] | None":
        return _pattern(r"(?<![A-Za-z0-9_])", self.handles)


@dataclass(frozen=True)
class Forgotten:
    """Posts (every version), accounts, and handles in lower case without @: each with its network."""

    posts: frozenset[Pair] = frozenset()
    accounts: frozenset[Pair] = frozenset()
    handles: frozenset[Pair] = frozenset()

    @classmethod
    def of(
        cls,
        network: str,
        post_ids: Iterable[str] = (),
        account_ids: Iterable[str] = (),
        handles: Iterable[str] = (),
    ) -> "Forgotten":
        """What is to be forgotten of one network."""
        posts, accounts, names = (
            frozenset((network, value) for value in values) for values in (post_ids, account_ids, handles)
        )
        return cls(posts, accounts, names)

    def __bool__(self) -> bool:
        return bool(self.posts or self.accounts)

    def __or__(self, other: "Forgotten") -> "Forgotten":
        return Forgotten(
            self.posts | other.posts, self.accounts | other.accounts, self.handles | other.handles
        )

    @property
    def networks(self) -> list[str]:
        """The networks that any of it is of."""
        return list(self._by_network)

    def on(self, network: str) -> OnNetwork:
        """What of it is of one network, with bare ids."""
        return self._by_network.get(network) or OnNetwork(network)

    def mask(self, text: str, network: str | None = None) -> str:
        """The text without handles of the network; without one, where nobody knows of which it is, of any."""
        for name in self.networks if network is None else [network]:
            text = self.on(name).mask(text)
        return text

    @cached_property
    def _by_network(self) -> dict[str, OnNetwork]:
        names = sorted(
            {network for pairs in (self.posts, self.accounts, self.handles) for network, _ in pairs}
        )
        return {
            name: OnNetwork(
                name, *(_bare(name, pairs) for pairs in (self.posts, self.accounts, self.handles))
            )
            for name in names
        }


def _bare(network: str, pairs: frozenset[Pair]) -> frozenset[str]:
    return frozenset(value for name, value in pairs if name == network)


def _pattern(before: str, handles: frozenset[str]) -> "re.Pattern[str] | None":
    if not handles:
        return None
    # The longest first: if one handle is the beginning of another, the longer one is tried first.
    either = "|".join(re.escape(handle) for handle in sorted(handles, key=len, reverse=True))
    return re.compile(f"{before}(?:{either}){_END}", re.IGNORECASE)


def _underscores(found: "re.Match[str]") -> str:
    return "_" * len(found[0])
