"""What a section of the report is made of. The sections themselves lie in `reporting/sections`, a folder each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Generic, TypeVar

import duckdb

from reporting.charts import Chart
from reporting.client import Client
from reporting.lists.narrowing import address
from reporting.words import pieces

T = TypeVar("T")


@dataclass(frozen=True)
class Sentence:
    """A sentence of the week in words. `place` orders the sentences.

    `marked` has the names of people as `words.marked` writes them. `listed` is the list that holds what it speaks of,
    and `narrowed` says which part of it: values of its filters. `below`: the section of the same page that has it one
    by one, where no list does.
    """

    place: int
    marked: str
    listed: str = ""
    narrowed: Mapping[str, str] = field(default_factory=dict)
    below: str = ""

    @property
    def text(self) -> str:
        return "".join(piece for piece, _ in pieces(self.marked))

    @property
    def address(self) -> str:
        """Where that list stands, as seen from the folder of lists."""
        return address(self.listed, **self.narrowed)

    @property
    def person_ids(self) -> tuple[str, ...]:
        """The people whom it names."""
        return tuple(sorted({person_id for _, person_id in pieces(self.marked) if person_id}))


@dataclass(frozen=True)
class Link:
    """The link to a section at the head of the page, and the number beside it."""

    label: str
    count: int | None = None


@dataclass(frozen=True)
class Section(Generic[T]):
    """One section of the report. `T` is what it reads of a client, a dataclass of its `record.py`.

    Its template is given `client`, `definitions`, `data` (what was read), `say` (its words), `charts`, and what all
    templates have.
    """

    name: str  # of the folder, and with - for _ of the section in the page
    words: ModuleType | None = None
    read: Callable[[duckdb.DuckDBPyConnection, Client], T] | None = None  # None: `client` holds all it shows
    charts: Callable[[Client, T], list[Chart]] | None = None
    # What it adds to the parts of the page that stand outside of it.
    sentences: Callable[[Client, T], list[Sentence]] | None = None
    link: Callable[[T], Link | None] | None = None  # of nothing to show: None
    badge: Callable[[T], str] | None = None  # beside the client's name on the index page; "" for none
    is_always_there: bool = False  # also while nothing is known yet of the client's talk


@dataclass(frozen=True)
class Part:
    """A section with what was read for one client."""

    section: Section[Any]
    client: Client
    data: Any

    @property
    def template(self) -> str:
        return f"{self.section.name}/template.html.j2"

    @property
    def anchor(self) -> str:
        return self.section.name.replace("_", "-")

    @property
    def say(self) -> ModuleType | None:
        return self.section.words

    @property
    def charts(self) -> dict[str, Chart]:
        """The section's charts by their key, without those that show nothing but zeros."""
        drawn = self.section.charts(self.client, self.data) if self.section.charts else []
        return {chart.key: chart for chart in drawn if not chart.is_empty}

    @property
    def sentences(self) -> list[Sentence]:
        return self.section.sentences(self.client, self.data) if self.section.sentences else []

    @property
    def link(self) -> Link | None:
        return self.section.link(self.data) if self.section.link else None

    @property
    def badge(self) -> str:
        return self.section.badge(self.data) if self.section.badge else ""


def read_part(con: duckdb.DuckDBPyConnection, section: Section[Any], client: Client) -> Part:
    """Reads one section of one client from the published file."""
    return Part(section, client, section.read(con, client) if section.read else None)
