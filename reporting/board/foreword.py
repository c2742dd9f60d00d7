"""The foreword of a board page, written by hand: `RAPPORT_HOME/forewords/<client>.md`, or `<client>.2026-W47.md` for
one edition alone.

It is Markdown: paragraphs, emphasis, lists and links. HTML in it is shown as it stands, pictures are left out, and
links lead to https:, http: and mailto: only.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape, unescape
from itertools import dropwhile, repeat
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.on_disk import write_bytes
from reporting.board.faults import Fault

FOLDER = "forewords"
LARGEST = 700  # letters; those of East Asia take the room of two
_LARGEST_BYTES = 64_000
_SCHEMES = ("https:", "http:", "mailto:")
# One sign of a page as it may stand in the source: behind a backslash, as a character reference, or in an address.
_SIGN = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)|(%[2-7][0-9A-Fa-f])|.",
    re.DOTALL,
)
_LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n|\Z)")
# What stands for a handle that was masked; it is no emphasis.
_BLANK = re.compile(r"(?:(?<=[@＠/])_+|_{4,})(?!\w)")
# A sign that is read, and where it stands in the source.
_Read = tuple[str, int]
_NOWHERE = -1
_TAG = re.compile(r"</?(?:a|code|em|strong)\b[^>]*>")
_OPENING = re.compile(r"(?:<[^/>][^>]*>)*")
# A name, or an address, that goes on behind a tag.
_PART = r"[\w.:/%@＠-]"
_CROSSING = re.compile(
    rf"(?<!{_PART})(?=[.:/%-]*[\w@＠]){_PART}++(?<![:%])(?:(?:{_TAG.pattern})+[.@＠-]?\w(?:{_PART}*(?=<)|{_PART}*\w)?)+"
)
_NAMING = re.compile(r"[@＠]|\.\w+/")


def path_of(settings: Settings, client_id: str, edition: str) -> Path | None:
    """The file that is the foreword of this edition; None without one."""
    folder = settings.home / FOLDER
    for name in (f"{client_id}.{edition}.md", f"{client_id}.md"):
        if (folder / name).is_file():
            return folder / name
    return None


def read(settings: Settings, client_id: str, edition: str) -> str:
    """The Markdown of the foreword; '' without one. Raises Fault where it is no text, or too long for the page."""
    path = path_of(settings, client_id, edition)
    return text_of(path) if path else ""


def text_of(path: Path) -> str:
    """The Markdown of one of the files. Raises Fault as `read` does."""
    try:
        content = path.read_bytes()
        text = content[:_LARGEST_BYTES].decode(
            "utf-8-sig", "ignore" if len(content) > _LARGEST_BYTES else "strict"
        )
    except (OSError, UnicodeDecodeError) as problem:
        raise Fault(
            f"{path} cannot be read as text", "save the foreword as UTF-8", detail=problem
        ) from problem
    if (length := room(text.strip())) > LARGEST:
        raise Fault(
            f"{path} is too long for the board page: {length:,} letters", f"shorten it to {LARGEST} at most"
        )
    return text


def room(text: str) -> int:
    """How many letters' room a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def html(markdown: str) -> Markup:
    """The foreword as HTML in which nothing can run or be loaded.

    A handle stands in one element with its @ or its address: so an erasure finds it on pages that were drawn before.
    """
    return Markup(_CROSSING.sub(_in_one, _MARKDOWN.render(markdown)))  # noqa: S704 - made of Markdown with HTML switched off


def _in_one(found: re.Match[str]) -> str:
    """A name with all of it in the first of the elements that it stood in."""
    words = _TAG.sub("", found[0])
    if not _NAMING.search(words):
        return found[0]
    tags = "".join(_TAG.findall(found[0]))
    opening = _OPENING.match(found[0], found[0].index("<"))
    inside = opening[0] if opening else ""
    return inside + words + tags[len(inside) :]


def paths(settings: Settings) -> list[Path]:
    """All forewords, of whichever client and edition."""
    return sorted((settings.home / FOLDER).glob("*.md"))


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Masks the handles of forgotten accounts in all forewords. Returns how many files changed.

    What somebody is called is not looked for: in a text written by hand the same word may mean another.
    """
    changed = 0
    for path in paths(settings):
        before = path.read_bytes()
        # what is no text of ours is masked all the same, and otherwise left as it is
        clean = without(before.decode("utf-8", "surrogateescape"), forgotten).encode(
            "utf-8", "surrogateescape"
        )
        if clean != before:
            write_bytes(path, clean, mode=0o600)
            changed += 1
    for leftover in (settings.home / FOLDER).glob(".*.tmp"):
        leftover.unlink(missing_ok=True)
    if changed:
        on_progress(f"forewords: {changed} changed; names without @ stay as they were written")
    return changed


def names(markdown: str, forgotten: Forgotten) -> bool:
    """Whether a foreword, or the page that is made of it, has a handle of theirs."""
    return without(markdown, forgotten) != markdown


def without(markdown: str, forgotten: Forgotten) -> str:
    """The Markdown with handles masked, however they are written there; all else is left as it is.

    Editors write `@ana\\_l` for @ana_l, and on the page `&#64;ana_l` and `@**ana_l**` are that as well. What no page
    shows is read sign by sign: addresses, titles, and whatever is far too long for one.
    """
    signs = list(_SIGN.finditer(markdown))
    readings: list[Iterable[_Read]] = [
        ((sign, found.start()) for found in signs for sign in _said(found)),
        (
            (sign, found.start())
            for found in signs
            for sign in (unquote(found[0]) if found[3] else _said(found))
        ),
    ]
    if len(markdown) <= _LARGEST_BYTES:
        readings.append(_shown(markdown))
    gone = {place for reading in readings for place in _masked(reading, forgotten)}
    return "".join(found[0] if gone.isdisjoint(range(*found.span())) else "_" for found in signs)


def _said(found: re.Match[str]) -> str:
    """What a page shows for a sign of the source."""
    escaped, reference, _in_address = found.groups()
    return unescape(reference) if reference else escaped or found[0]


def _masked(reading: Iterable[_Read], forgotten: Forgotten) -> Iterator[int]:
    """Where in the source handles stand, with underscores that they have themselves."""
    read = list(reading)
    said = "".join(sign for sign, _place in read)
    for blank in re.finditer("_+", forgotten.mask(said)):
        begin, end = blank.span()
        if blank[0] != said[begin:end]:
            yield from (place for _sign, place in read[begin:end])


def _shown(markdown: str) -> Iterator[_Read]:
    """The text of the page, and of each sign where it stands in the source."""
    lines = list(_LINE.finditer(markdown.replace("\0", "\ufffd")))  # Markdown does so, too
    for block in _WITH_PLACES.parse(markdown):
        first, end = block.map or (0, 0)
        places = list(_places(block.content, lines[first + (block.type == "fence") : end]))
        content = block.content.replace("\n", " ")
        at = 0
        for token in block.children or [block]:
            if token.type == "place":
                at = token.meta["at"]
            elif token.tag == "br":
                yield "\n", _NOWHERE
            elif token.content:
                shown, length = token.content.replace("\n", " "), len(token.content)
                # What is code, a picture or an address begins behind its marks. An escaped sign has `info`.
                begin = at if token.info else content.find(shown, at, at + length + len(token.markup) + 2)
                stands = places[begin : begin + length] if begin >= 0 else repeat(_NOWHERE)
                yield from zip(shown, stands, strict=False)
        yield "\n", _NOWHERE


def _places(content: str, source: Iterable[re.Match[str]]) -> Iterator[int]:
    """Where the signs of a block stand: its lines are those of the source without what they begin and end with, and
    without such as are blank."""
    lines = [line.lstrip(" \t") for line in content.split("\n")]
    found_lines = dropwhile(lambda found: lines[0] not in found[1], source)
    for line, stripped, found in zip(content.split("\n"), lines, found_lines, strict=False):
        begin = found.start() + found[1].rfind(stripped) + len(stripped) - len(line)
        yield from range(begin, begin + len(line))
        yield _NOWHERE


def _links(url: str) -> bool:
    return url.lower().startswith(_SCHEMES)


def _plain_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    """Headings of a foreword stand below the title of the page, all of one kind."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2"
        yield token


def _instead_of_picture(_: Any, tokens: Sequence[Token], at: int, *_rest: Any) -> str:
    """The words that stand for a picture: the page holds none but the logo."""
    return escape(tokens[at].content)


def _blank(state: StateInline, silent: bool) -> bool:
    found = _BLANK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


def _place(state: StateInline, silent: bool) -> bool:
    if not silent:
        state.push("place", "", 0).meta["at"] = state.pos
    return False  # now the rule of what stands there


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline"])
    made.validateLink = _links  # type: ignore[method-assign] # as its documentation has it

    def headings(state: Any) -> None:
        state.tokens = list(_plain_headings(state.tokens))

    made.core.ruler.push("headings", headings)
    made.inline.ruler.before("emphasis", "blank", _blank)
    made.add_render_rule("image", _instead_of_picture)
    return made


def _with_places() -> MarkdownIt:
    """What says of each piece of a text where in its block it stands."""
    made = _markdown()
    made.inline.ruler.before("text", "place", _place)
    return made


_MARKDOWN = _markdown()
_WITH_PLACES = _with_places()
