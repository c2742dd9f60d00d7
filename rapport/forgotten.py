"""What has to be forgotten, as every room of the house is told it: ids, and for a while the handles they had.

Ids of posts and accounts may stay (they are what tombstones are made of); texts, names and handles may not.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

# What stands before a handle where it names an account: in a text, in an address, in a search query.
# (The name in a mail address is not one.)
_BEFORE = r"(?:(?<=[@＠])(?<![A-Za-z0-9_.][@＠])|(?<=\bx\.com/)|(?<=\btwitter\.com/)|(?<=\bfrom:)|(?<=\bto:))"
_END = r"(?![A-Za-z0-9_])"


@dataclass(frozen=True)
class Forgotten:
    """Ids of posts (every version of each) and accounts; handles in lower case, without @."""

    post_ids: frozenset[str] = frozenset()
    account_ids: frozenset[str] = frozenset()
    handles: frozenset[str] = field(default=frozenset())

    def __bool__(self) -> bool:
        return bool(self.post_ids or self.account_ids)

    def mask(self, text: str) -> str:
        """The text with every @handle (also in addresses and queries) as underscores of the same length.

        The same length: where the mentions of a text stand is kept beside it, in characters.
        """
        return self._named.sub(_underscores, text) if self._named else text

    def mask_words(self, text: str) -> str:
        """The same, and the handle as a word of its own: for errors and parameters, never for what people say."""
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
    # The longest first: of two handles that begin alike the whole one is meant.
    either = "|".join(re.escape(one) for one in sorted(handles, key=len, reverse=True))
    return re.compile(f"{before}(?:{either}){_END}", re.IGNORECASE)


def _underscores(found: "re.Match[str]") -> str:
    return "_" * len(found[0])
