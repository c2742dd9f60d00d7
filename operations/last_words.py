"""How the log of a failed task ends: with what is wrong and what to do, as the command line would say it."""

import unicodedata

from rapport.errors import RapportError

# An unexpected message may be a whole query; the traceback above has all of it.
UNEXPECTED_LENGTH = 500
_UNEXPECTED = (
    "Rapport did not expect this. Run the task again; if it comes back, report it with its traceback"
)


def last_words(error: object, is_tried_again: bool) -> str:
    """The last lines of the log. `error` is what Airflow hands to a callback: an exception, a text, or nothing."""
    if isinstance(error, RapportError):
        words, remedy = error.words, error.remedy
    else:
        kind = type(error).__name__ if isinstance(error, BaseException) else "unexpected"
        words = f"{kind}: {_first_line(error)}"
        remedy = _UNEXPECTED
    if is_tried_again:
        return _printable(f"Not done yet, and tried again by itself: {words}")
    return _printable(f"Failed: {words}" + (f"\nWhat to do: {remedy}" if remedy else ""))


def _first_line(error: object) -> str:
    first = next(iter(str(error or "").strip().splitlines()), "no message")
    return first if len(first) <= UNEXPECTED_LENGTH else f"{first[:UNEXPECTED_LENGTH]} …"


def _printable(text: str) -> str:
    """An error may quote a file's name or a post, and Airflow's page draws what escape sequences say."""
    return "".join(
        "�" if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs") else char
        for char in text
    )
