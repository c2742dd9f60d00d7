"""Topics by their words: whole words, wherever they stand in a text, hashtags among it. Pure."""

import re
import unicodedata
from collections.abc import Sequence

# Scripts that put no blank between words: there a word is found wherever it stands.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_LINKS = re.compile(r"https?://\S+", re.IGNORECASE)
_HANDLES = re.compile(r"[@＠][\w.@-]+")


def said(text: str) -> str:
    """What a text says: without links and without the handles it names, which are names and no words."""
    return _HANDLES.sub(" ", _LINKS.sub(" ", text))


def plain(text: str) -> str:
    """The text with one spelling for signs that differ only in how they are stored, or in their width."""
    return unicodedata.normalize("NFKC", text)


def pattern_of(words: Sequence[str]) -> "re.Pattern[str] | None":
    """Finds any of the words in a `plain` text; None where there are none.

    A * at the end of a word stands for any ending. The parts of a phrase may be written as one, as hashtags do. A word
    in capitals is found in capitals, or as a hashtag: AI is not the French for "have".
    """
    patterns = [_pattern(plain(word)) for word in words]
    return re.compile("|".join(patterns)) if patterns else None


def _pattern(word: str) -> str:
    stem = word.rstrip("*").strip()
    phrase = r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", stem) if part)
    if _UNSPACED.search(stem):
        return f"(?i:{phrase})"
    # an underscore joins words in a hashtag
    begin, end = r"(?<![^\W_])", "" if word.endswith("*") else r"(?![^\W_])"
    if stem.isupper():
        return f"{begin}{phrase}{end}|(?<=#)(?i:{phrase}){end}"
    return f"{begin}(?i:{phrase}){end}"
