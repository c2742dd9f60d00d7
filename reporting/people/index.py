"""The page on which everybody is found: from A to Z, by stage, network and last contact, and by what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from jinja2 import Environment

from reporting.client import Client
from reporting.folding import fold, words_of
from reporting.page import draw, script
from reporting.people.record import Person
from reporting.person_links import tag_key
from reporting.redaction import short_key
from reporting.words import STAGES, name

WORDS_KEPT = 80  # of what was said with one person, the newest; so thousands of people stay one page


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in the list."""

    person_id: str
    file_name: str
    handle: str
    display_name: str
    other_handles: tuple[str, ...]
    stage: str
    last_contact_at: datetime | None
    networks: tuple[str, ...]
    is_stakeholder: bool
    tags: tuple[str, ...]
    waiting_count: int
    said: tuple[str, ...]  # folded words of what was talked about
    said_posts: tuple[str, ...]  # short keys of the posts that they are from

    @property
    def name(self) -> str:
        return name(self.display_name, self.handle, self.person_id)

    @property
    def tag_keys(self) -> list[str]:
        return [tag_key(tag) for tag in self.tags]

    @property
    def letter(self) -> str:
        """The letter under which the name stands; "" for other scripts, for what is no letter, and for no name."""
        first = self._sorted_as[:1] if self.display_name or self.handle else ""
        return first.upper() if first.isascii() and first.isalpha() else ""

    @property
    def sort_key(self) -> tuple[bool, str, str]:
        """By the name without accents and signs before it; who stands under no letter comes last."""
        return not self.letter, self._sorted_as, self.person_id

    @property
    def _sorted_as(self) -> str:
        folded = fold(self.name)
        return folded[next((at for at, char in enumerate(folded) if char.isalnum()), 0) :]


@dataclass(frozen=True)
class Everyone:
    """The list, cut by letter, and what it can be narrowed to."""

    entries: list[Entry]

    @property
    def letters(self) -> list[tuple[str, list[Entry]]]:
        """Letter → who stands under it; last, under "", those whose names begin otherwise."""
        return [
            (letter, list(found)) for letter, found in groupby(self.entries, key=lambda entry: entry.letter)
        ]

    @property
    def stages(self) -> list[tuple[str, int]]:
        """The stages at which somebody is, from near to far, and how many are."""
        counts = {
            stage: sum(entry.stage == stage for entry in self.entries) for stage in (*STAGES, "stranger")
        }
        return [(stage, count) for stage, count in counts.items() if count]

    @property
    def networks(self) -> list[str]:
        return sorted({network for entry in self.entries for network in entry.networks})

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Each tag that somebody has, after what it is called in an address."""
        found = {tag for entry in self.entries for tag in entry.tags}
        return [(tag_key(tag), tag) for tag in sorted(found, key=fold)]

    @property
    def has_stakeholders(self) -> bool:
        return any(entry.is_stakeholder for entry in self.entries)

    @property
    def has_waiting(self) -> bool:
        return any(entry.waiting_count for entry in self.entries)


def everyone(people: Iterable[Person]) -> Everyone:
    """All people of a client, in the order of the list."""
    return Everyone(sorted((_entry(person) for person in people), key=lambda entry: entry.sort_key))


def draw_index(templates: Environment, client: Client, found: Everyone, made_of: str) -> bytes:
    """The page."""
    text, digest = script("narrow.js", "people.js")
    return draw(
        templates, "people.html.j2", client.joint_people,
        client=client, everyone=found, script=text, script_digest=digest, made_of=made_of,
    )  # fmt: skip


def _entry(person: Person) -> Entry:
    said, posts = _said(person)
    tie = person.tie
    return Entry(
        person_id=person.person_id,
        file_name=person.file_name,
        handle=tie.handle,
        display_name=tie.display_name,
        other_handles=tuple(
            account.handle for account in person.accounts if account.handle and account.handle != tie.handle
        ),
        stage=person.stage,
        last_contact_at=tie.last_contact_at,
        networks=person.networks,
        is_stakeholder=person.reason is not None,
        tags=person.tags,
        waiting_count=len(person.waiting),
        said=said,
        said_posts=posts,
    )


def _said(person: Person) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of what was talked about, the newest talk first, and the posts that they are from."""
    found: dict[str, None] = {}
    posts: dict[str, None] = {}
    for talk in person.talks:
        for line in talk.thread.lines:
            new = [word for word in words_of(line.post.text) if word not in found][: WORDS_KEPT - len(found)]
            if new:
                found.update(dict.fromkeys(new))
                posts[short_key(line.post.key)] = None
        if len(found) >= WORDS_KEPT:
            break
    return tuple(found), tuple(posts)
