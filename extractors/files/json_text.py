"""The text of a file, read a block at a time, and the JSON values in it.

What is kept in memory is the value that is being read, and at most a block more: a file may be of any size.
"""

import codecs
import json
import re
from typing import IO, Any

_BLOCK = 1024 * 1024
# A value that is longer is not read to its end.
_LONGEST = 128 * 1024 * 1024
# No word or escape of JSON is longer: an error that close to the end of what was read may be no error.
_LONGEST_WORD = 12


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


class Text:
    """Where reading has come to: the next character is `held[at]`, on the line `line` (from 1).

    Bytes that are no UTF-8 are kept as `surrogateescape` gives them. `indent`: the blanks between the beginning of the
    line and here; 0 if something else stands there.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.held = ""
        self.at = 0
        self.line = 1
        self.indent = 0
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._is_ended = False

    def next_character(self, blanks: "re.Pattern[str]") -> str:
        """The next character that is none of the blanks (a pattern that also matches nothing); "" at the end."""
        while True:
            match = blanks.match(self.held, self.at)
            if match:
                self.move(match.end())
            if self.at < len(self.held):
                return self.held[self.at]
            if not self._read_on():
                return ""

    def match(self, pattern: "re.Pattern[str]", longest: int) -> "re.Match[str] | None":
        """What the pattern matches here; `longest` is how many characters that can be."""
        while len(self.held) - self.at < longest and self._read_on():
            pass
        return pattern.match(self.held, self.at)

    def value(self, offset: int = 0) -> tuple[Any, int, str]:
        """(the JSON value that begins `offset` characters from here, where it ends from here, "").

        Or (None, 0, why there is none).
        """
        while True:
            try:
                value, end = _DECODER.raw_decode(self.held, self.at + offset)
            except json.JSONDecodeError as problem:
                is_cut = problem.msg.startswith("Unterminated string")
                if (is_cut or problem.pos >= len(self.held) - _LONGEST_WORD) and self._read_on():
                    continue
                if not self._is_ended and self.ahead >= _LONGEST:
                    return None, 0, f"it is a value of more than {_LONGEST // 1024**2} MB"
                after = problem.pos - self.at - offset
                return None, 0, f"it is not whole JSON: {problem.msg} after {after:,} characters"
            except RecursionError:
                return None, 0, "it is not whole JSON: too many lists and objects within each other"
            except ValueError as problem:
                return None, 0, f"it is not whole JSON: {problem}"
            return value, end - self.at, ""

    def find(self, pattern: "re.Pattern[str]", offset: int, longest: int) -> int | None:
        """Where the next match of the pattern ends, from here; None if there is none in what can be held.

        `offset`: where to begin to look. `longest`: how many characters a match can be.
        """
        while True:
            match = pattern.search(self.held, self.at + offset)
            if match:
                return match.end() - self.at
            offset = max(offset, len(self.held) - self.at - longest)
            if not self._read_on():
                return None

    @property
    def ahead(self) -> int:
        """How many characters are held from here on."""
        return len(self.held) - self.at

    def move(self, to: int) -> None:
        """Goes on at `held[to]`."""
        passed = self.held[self.at : to]
        newlines = passed.count("\n")
        tail = passed[passed.rfind("\n") + 1 :] if newlines else passed
        is_blank = not tail or tail.isspace()
        self.indent = (len(tail) + (0 if newlines else self.indent)) if is_blank else 0
        self.line += newlines
        self.at = to

    def _read_on(self) -> bool:
        """Reads as much again as is held. False at the end of the file, or if too much would be held."""
        ahead = len(self.held) - self.at
        if self._is_ended or ahead >= _LONGEST:
            return False
        block = self._file.read(max(_BLOCK, ahead))
        self._is_ended = not block
        more = self._decoder.decode(block, self._is_ended)
        self.held = self.held[self.at :] + more
        self.at = 0
        return bool(more) or not self._is_ended
