"""Texts as they are compared when somebody searches: without accents, in small letters. Pure.

`templates/people.js` folds what is typed in the same way.
"""

import re
import unicodedata

# What no decomposition takes apart, and people type without the sign.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_SAID = re.compile(r"https?://\S+|(?<![\w.])[@＠][\w.@-]+|\bwww\.\S+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LONGEST = 40


def fold(text: str) -> str:
    """ "Müller, Ångström" as "muller, angstrom"."""
    apart = unicodedata.normalize("NFKD", text).lower()
    return "".join(char for char in apart if not unicodedata.category(char).startswith("M")).translate(
        _LETTERS
    )


def words_of(text: str) -> list[str]:
    """The folded words of a post, in their order: without addresses, handles and what is too short to be looked for."""
    found = _WORD.findall(fold(_NOT_SAID.sub(" ", text)))
    return [word[:_LONGEST] for word in found if len(word) > 2 or not word.isascii()]
