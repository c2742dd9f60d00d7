"""Text whose signs were cut in half, mended. Pure functions.

JSON can hold half a surrogate pair (half an emoji), and some programs write each half as three bytes of its own
(CESU-8). No database takes either. What replaces a half is U+FFFD, which means nothing: a "?" would make a question of
what was none.
"""

import re

# How `surrogateescape` decodes the three bytes of half a pair, and any byte that is no UTF-8.
_HALF = re.compile("\udced([\udca0-\udcbf])([\udc80-\udcbf])")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


def mended(text: str) -> str:
    """The text with the halves of a pair joined, and U+FFFD for each half that stands alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mended_utf8(text: str) -> str:
    """The same for a text that was decoded with the error handler `surrogateescape`.

    Raises ValueError for bytes that are no half of a pair either: nobody knows which signs they stand for.
    """
    wrong = _ESCAPED_BYTE.search(_HALF.sub("", text))
    if wrong:
        raise ValueError(f"the byte {ord(wrong[0]) & 0xFF:02X} is no UTF-8")
    return mended(_HALF.sub(_half, text))


def _half(found: "re.Match[str]") -> str:
    return chr(0xD000 | (ord(found[1]) & 0x3F) << 6 | (ord(found[2]) & 0x3F))
