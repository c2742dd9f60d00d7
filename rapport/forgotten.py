"""What has to be erased, in the form that every package gets it: ids, and the handles that the accounts had.

Ids of posts and accounts may stay, in tombstones. Texts, names and handles may not.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

# What stands before a handle that names an account: in a text, in an address or in a search query. What follows the @
# of a mail address is no handle.
_BEFORE = r"(?:(?<=[@＠])(?<![A-Za-z0-9_.][@＠])|(?<=\bx\.com/)|(?<=\btwitter\.com/)|(?<=\bfrom:)|(?<=\bto:))"
_END = r"(?![A-Za-z0-9_])"


@dataclass(frozen=True)
class Forgotten:
    """Ids of posts (of every version) and of accounts; handles in lower case, without @."""

    post_ids: frozenset[str] = frozenset()
    account_ids: frozenset[str] = frozenset()
    handles: frozenset[str] = field(default=frozenset())

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
        return _pattern(_BEFORE, self.handles)

    @cached_property
    def _words(self) -> "re.Pattern[str] | None":
        return _pattern(r"(?<![A-Za-z0-9_])", self.handles)


def _pattern(before: str, handles: frozenset[str]) -> "re.Pattern[str] | None":
    if not handles:
        return None
    # The longest first: if one handle is the beginning of another, the longer one is tried first.
    either = "|".join(re.escape(handle) for handle in sorted(handles, key=len, reverse=True))
    return re.compile(f"{before}(?:{either}){_END}", re.IGNORECASE)


def _underscores(found: "re.Match[str]") -> str:
    return "_" * len(found[0])
