"""Writes the people's pages: those that would not come out as they are, and removes those of people who are gone."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from jinja2 import Environment

from rapport.pages import without_dead_links
from reporting.client import Client
from reporting.page import draw, write_page
from reporting.people import words as say
from reporting.people.chart import stage_chart
from reporting.people.index import draw_index, everyone
from reporting.people.record import Person
from reporting.person_links import FOLDER, INDEX

# A page says what it was made of. Of what it does not show, it is not made anew.
_MADE_OF = re.compile(rb'<meta name="rapport-made-of" content="([0-9a-f]+)">')
_HEAD_BYTES = 4096
_PAGE = re.compile(r"[0-9a-f]{20}\.html")


@dataclass(frozen=True)
class Written:
    """What a run came to: people with a page, pages drawn, files written and removed."""

    person_count: int
    drawn_count: int
    written_count: int
    removed_count: int


def write_people(
    templates: Environment,
    client: Client,
    people: Sequence[Person],
    places: Sequence[Path],
    on_progress: Callable[[str], None],
) -> Written:
    """Writes the pages into `people/` of each place (the folders of the client's reports), and removes what is left
    of people who are gone.

    A page that is there and made of the same is neither drawn nor written. Killed between two pages, the next run
    writes the rest. Raises ReportError when a page can't be written or removed.
    """
    here = replace(client, people_at="./")
    facts = _facts(here)
    drawn = written = 0
    for number, person in enumerate(people, start=1):
        made_of = _made_of(person, here, facts)
        stale = [
            path for place in places if _said_made_of(path := place / FOLDER / person.file_name) != made_of
        ]
        if not stale:
            continue
        own = replace(here, on_page_of=person.person_id)
        page = draw(
            templates, "person.html.j2", here.joint_people,
            person=person, client=own, say=say, chart=stage_chart(person), made_of=made_of,
        )  # fmt: skip
        drawn += 1
        for path in stale:
            write_page(path, page)
            written += 1
        if drawn % 500 == 0:
            on_progress(f"{client.client_name}: {number:,} of {len(people):,} people's pages")
    found = everyone(people)
    made_of = _digest(f"{facts}\n{found!r}")
    stale = [path for place in places if _said_made_of(path := place / FOLDER / INDEX) != made_of]
    if stale:
        page = draw_index(templates, here, found, made_of)
        for path in stale:
            write_page(path, page)
    removed = sum(_remove_gone(place, people) for place in places)
    return Written(len(people), drawn, written, removed)


def _facts(client: Client) -> str:
    """What all pages show of the client, and the code that draws them."""
    shown = (
        client.client_name, client.language, client.time_zone, client.networks,
        sorted(client.definitions.items()), sorted(client.joint_people.items()), _code(),
    )  # fmt: skip
    return repr(shown)


@cache
def _code() -> str:
    """A digest of this package: with another version of it pages come out otherwise."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent.parent
    for path in sorted(
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _made_of(person: Person, client: Client, facts: str) -> str:
    """A digest of all that a page shows, but for the time it is as of."""
    authors = {line.post.author for talk in person.talks for line in talk.thread.lines}
    named = {client.person_of(author) for author in authors} | {
        third.person_id for third in person.third_parties
    }
    return _digest(f"{facts}\n{person!r}\n{sorted(named & client.people)!r}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _said_made_of(path: Path) -> str | None:
    """What the page that is there says it was made of; None where there is no page, or not one that says so."""
    try:
        with path.open("rb") as file:
            found = _MADE_OF.search(file.read(_HEAD_BYTES))
    except OSError:
        return None  # where it can't be written either, writing says so
    return found[1].decode() if found else None


def _remove_gone(place: Path, people: Sequence[Person]) -> int:
    """Removes the pages of people who are gone, and has no report of an earlier week lead to one. Returns how many."""
    kept = {person.file_name for person in people}
    folder = place / FOLDER
    gone = [path for path in folder.glob("*.html") if _PAGE.fullmatch(path.name) and path.name not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    for path in sorted(place.glob("*/index.html")):
        html = path.read_bytes().decode()
        mended = without_dead_links(html, lambda link: _leads_to(link) not in {*kept, None})
        if mended != html:
            write_page(path, mended.encode())
    return len(gone)


def _leads_to(link: str) -> str | None:
    """The person's page that a link of a report leads to; None if it leads to something else."""
    folder, _, name = link.rpartition("/")
    return name if folder == f"../{FOLDER}" and _PAGE.fullmatch(name) else None
