"""The page for somebody who asks what is held about them: in words, and in their language.

What the rooms of the house say of their records is English, as all that operators see. Here stands each of these
texts once more for the catalogs; a test holds the table to the rooms.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from rapport.held import Held
from reporting.language import N_, _, speaking
from reporting.lists.columns import COLUMNS
from reporting.lists.vocabulary import said
from reporting.page import draw, environment

# What records are, and where they came from.
TEXTS = (
    N_("rows that were published"),
    N_("rows of the warehouse"),
    N_("posts, profiles and messages, as they were sent"),
    N_("a page that can't be read"),
    N_("what was kept by hand"),
    N_("entries that name the person"),
    N_("the account that a handle belongs to; of the handle only a hash"),
    N_("the person's own page"),
    N_("a page or file that names the person, or shows a post of theirs"),
    N_("published from the warehouse"),
    N_("loaded from the landing file that page_key names, or from the lists kept by hand"),
    N_("built from schema raw"),
    N_("its envelope can't be read either"),
    N_("written by the users of Rapport"),
    N_("looked up"),
    N_("drawn from what was published"),
)
# What entries kept by hand consist of, where no column of a list is called so.
_FIELDS = {"client_id": N_("Client"), "where": N_("Where it stands"), "entry": N_("Entry")}
_WORDS = ("kind", "consent_basis")


class Holding(Protocol):
    """All that is held about one person."""

    @property
    def accounts(self) -> list[str]: ...

    @property
    def handles(self) -> list[str]: ...

    @property
    def everything(self) -> list[Held]: ...

    @property
    def posts(self) -> list[dict[str, Any]]: ...

    @property
    def by_hand(self) -> list[dict[str, Any]]: ...


def draw_held(
    found: Holding, pages: Sequence[tuple[str, str]], asked_at: datetime, language: str, zone: str
) -> bytes:
    """The page, in a language ("de"), with times of a zone. `pages`: name and place of each page about the person."""
    with speaking(language, zone):
        return draw(
            environment(), "held.html.j2", {},
            found=found, pages=pages, asked_at=asked_at, what=what, source=source, field=field, value=value,
        )  # fmt: skip


def what(held: Held) -> str:
    """What the records are."""
    return _(held.what) if held.what in TEXTS else held.what


def source(held: Held) -> str:
    """Where they came from: of what a network sent, from which of its addresses, and when."""
    if held.fetched_at:
        return _("%(address)s, fetched %(at)s", address=held.source, at=held.fetched_at)
    return _(held.source) if held.source in TEXTS else held.source


def field(name: str) -> str:
    """What a part of an entry is called."""
    if name in COLUMNS:
        return _(COLUMNS[name].label)
    return _(_FIELDS[name]) if name in _FIELDS else name.replace("_", " ")


def value(name: str, held: object) -> str:
    """A part of an entry, as it is said."""
    return said(str(held)) if name in _WORDS else str(held)
