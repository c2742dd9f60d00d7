"""What a list is: a published table of a client, row by row in one order."""

from collections.abc import Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class List:
    """One list. `name` is that of its files, `table` where its rows stand in schema reports.

    `shown`: the columns of its page; `more`: those that only the files have beside them. `where` leaves out rows that
    are no part of it. `short_title`: for its sheet in the workbook, where the title is too long in any language.
    """

    name: str
    title: str
    about: str
    table: str
    order: str
    shown: tuple[str, ...]
    more: tuple[str, ...] = ()
    where: str = "true"
    short_title: str = ""

    @property
    def sheet(self) -> str:
        """What its sheet in the workbook is called: a name there has 31 signs at most."""
        return self.short_title or self.title

    @property
    def columns(self) -> tuple[str, ...]:
        return self.shown + self.more

    def without(self, columns: Collection[str]) -> "List":
        """The list as it is without these columns."""
        shown, more = (
            tuple(name for name in names if name not in columns) for names in (self.shown, self.more)
        )
        return replace(self, shown=shown, more=more)


def names(text: str) -> tuple[str, ...]:
    """Names of columns, as one text with blanks between them."""
    return tuple(text.split())
