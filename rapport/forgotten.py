"""What has to be erased, in the form that every package gets it: ids, and the handles that the accounts had.

Ids of posts and accounts may stay, in tombstones. Texts, names and handles may not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapport.networks import NETWORKS

# How the ids of those rows of quality.builds begin that stand for an erasure.
ERASURE = "erasure-"
# A network, and an id or a handle there: the same digits on another network are somebody else's.
Pair = tuple[str, str]

# What follows the @ of a mail address is no handle.
_AFTER_AT = r"(?<=[@＠])(?<![A-Za-z0-9_.][@＠])"
_LETTER = "[A-Za-z0-9_]"
# What finds a post by its address on its own server is its id, and stays.
_NO_ID = "(?!/statuses/)"


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

    @property
    def spellings(self) -> frozenset[str]:
        """The handles as they may stand in what came from the network: alone, and in addresses of the account."""
        return self.handles | {f"{before}{name}" for before, name in self._behind_hosts}

    @cached_property
    def _named(self) -> "re.Pattern[str] | None":
        before = [rf"(?<=\b{re.escape(prefix)})" for prefix in self._prefixes if "{host}" not in prefix]
        handles = f"(?:{'|'.join([_AFTER_AT, *before])})(?:{_either(self.handles)}){self._end}"
        # `host/@name@another` is an account of another host.
        names = [
            rf"(?<=(?<![A-Za-z0-9.-]){re.escape(before)}){re.escape(name)}{self._end}(?!@){_NO_ID}"
            for before, name in self._behind_hosts
        ]
        return re.compile("|".join([handles, *names]), re.IGNORECASE) if self.handles else None

    @cached_property
    def _words(self) -> "re.Pattern[str] | None":
        if self._named is None:
            return None
        begin = f"(?<!{_LETTER})" + (f"(?<!{_LETTER}[{self._joints}])" if self._joints else "")
        return re.compile(
            f"{self._named.pattern}|{begin}(?:{_either(self.handles)}){self._end}", re.IGNORECASE
        )

    @property
    def _end(self) -> str:
        return f"(?!{_LETTER})" + (f"(?![{self._joints}]{_LETTER})" if self._joints else "")

    @property
    def _joints(self) -> str:
        known = NETWORKS.get(self.network)
        return re.escape(known.handle_joints) if known else ""

    @property
    def _prefixes(self) -> tuple[str, ...]:
        known = NETWORKS.get(self.network)
        return known.handle_prefixes if known else ()

    @property
    def _behind_hosts(self) -> list[tuple[str, str]]:
        """In an address the host stands before the name: what does, and the name."""
        return [
            (prefix.replace("{host}", host), name)
            for name, _, host in (handle.partition("@") for handle in sorted(self.handles))
            for prefix in self._prefixes
            if host and "{host}" in prefix
        ]


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


def _either(handles: frozenset[str]) -> str:
    # The longest first: if one handle is the beginning of another, the longer one is tried first.
    return "|".join(re.escape(handle) for handle in sorted(handles, key=len, reverse=True))


def _underscores(found: "re.Match[str]") -> str:
    return "_" * len(found[0])
