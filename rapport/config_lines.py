"""Where each key of rapport.toml stands, and each entry of a list: the parsers of TOML keep no lines."""

import re
from bisect import bisect_right

# The path of a key: names of tables and keys, and which of several it is.
Place = tuple[str | int, ...]

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_NAME = re.compile(r"""[ \t]*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([\w-]+))[ \t]*""", re.ASCII)
_VALUE = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*'|[^,\]}\n#]+''', re.DOTALL
)


class Lines:
    """The lines of a text that tomllib can read. `of` gives that of a key."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._begins_at = [0, *(end.end() for end in re.finditer("\n", text))]  # of each line
        # by dotted names: a setting of Spark's is one key with quotes, and several tables without
        self._lines: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        table: Place = ()
        while self._goes_on():
            if text[self._at] == "[":
                table = self._head()
            else:
                self._pair(table)

    def of(self, where: Place) -> int:
        """The line of a key, or of the deepest part of its path that is there."""
        parts = (_dotted(where[:depth]) for depth in range(len(where), 0, -1))
        return next((self._lines[part] for part in parts if part in self._lines), 1)

    def _goes_on(self) -> bool:
        """Goes over blanks and comments; whether something follows."""
        self._at = self._after(_BLANK)
        return self._at < len(self._text)

    def _after(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        return found.end() if found else len(self._text)

    def _note(self, where: Place, at: int) -> None:
        self._lines.setdefault(_dotted(where), bisect_right(self._begins_at, at))

    def _names(self) -> list[str]:
        """The names of a head or a key, which may have dots between them."""
        names: list[str] = []
        while found := _NAME.match(self._text, self._at):
            names.append(next(name for name in found.groups() if name is not None))
            self._at = found.end()
            if not self._text.startswith(".", self._at):
                break
            self._at += 1
        return names

    def _head(self) -> Place:
        """Reads [a.b] or [[a.b]]: the table that begins there, with which of several it is."""
        begin, is_of_several = self._at, self._text.startswith("[[", self._at)
        self._at += 1 + is_of_several
        table: Place = ()
        names = self._names()
        for position, name in enumerate(names, start=1):
            table += (name,)
            dotted = _dotted(table)
            if is_of_several and position == len(names):
                self._counts[dotted] = self._counts.get(dotted, -1) + 1
            self._note(table, begin)
            if dotted in self._counts:
                table += (self._counts[dotted],)
                self._note(table, begin)
        self._at += 1 + is_of_several
        return table

    def _pair(self, table: Place) -> None:
        """Reads `key = value` of that table."""
        begin = self._at
        for name in self._names():
            table += (name,)
            self._note(table, begin)
        self._at += 1
        self._value(table)

    def _value(self, where: Place) -> None:
        """Reads a value, and all that is in it."""
        self._goes_on()
        closing = {"[": "]", "{": "}"}.get(self._text[self._at : self._at + 1])
        if closing is None:
            self._at = self._after(_VALUE)
            return
        self._at += 1
        count = 0
        while self._goes_on() and self._text[self._at] != closing:
            if self._text[self._at] == ",":
                self._at += 1
            elif closing == "]":
                self._note((*where, count), self._at)
                self._value((*where, count))
                count += 1
            else:
                self._pair(where)
        self._at += 1


def _dotted(where: Place) -> str:
    return ".".join(map(str, where))
