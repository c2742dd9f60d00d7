"""The foreword of a board page, written by hand: `RAPPORT_HOME/forewords/<client>.md`, or `<client>.2026-W47.md` for
one edition alone.

It is Markdown: paragraphs, emphasis, lists and links. HTML in it is shown as it stands, pictures are left out, and
links lead to https:, http: and mailto: only.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from html import escape, unescape
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
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
# What a page does not show between two signs of one word: emphasis, code, and the ends of links.
_UNSEEN = r"(?:[*_`\[]|\](?:\([^()\s]*\)|\[[^\[\]]*\])?)*?"
_INLINE_TAG = re.compile(r"</?(?:a|code|em|strong)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_AT_OUTSIDE = re.compile(r"([@＠])((?:<(?:a|code|em|strong)\b[^>]*>)+)(?=\w)")


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

    A handle stands in one element with its @: so an erasure finds it on pages that were drawn before.
    """
    return Markup(_AT_OUTSIDE.sub(r"\2\1", _MARKDOWN.render(markdown)))  # noqa: S704 - made of Markdown with HTML switched off


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

    Editors write `@ana\\_l` for @ana_l, and on the page `&#64;ana_l` and `@**ana_l**` are that as well.
    """
    found_signs = list(_SIGN.finditer(markdown))
    on_page = [_said(found) for found in found_signs]
    in_address = [unquote(one) if found[3] else one for one, found in zip(on_page, found_signs, strict=True)]
    gone = set[int]()
    for signs in (on_page, in_address):
        said = "".join(signs)
        gone |= _signs_at(signs, _covered(said, forgotten.mask(said)))
    gone |= _signs_at(on_page, _seen("".join(on_page), html(markdown), forgotten))
    return "".join("_" if at in gone else found[0] for at, found in enumerate(found_signs))


def _said(found: re.Match[str]) -> str:
    """What a page shows for a sign of the source."""
    escaped, reference, _in_address = found.groups()
    return unescape(reference) if reference else escaped or found[0]


def _signs_at(signs: Sequence[str], places: set[int]) -> set[int]:
    """Which of the signs stand at these places of the text that they make."""
    begins = accumulate((len(one) for one in signs), initial=0)
    return {
        at
        for at, (one, begin) in enumerate(zip(signs, begins, strict=False))
        if not places.isdisjoint(range(begin, begin + len(one)))
    }


def _seen(said: str, page: str, forgotten: Forgotten) -> set[int]:
    """Where the text says what the page names, with what is not seen there in between."""
    shown = unescape(_TAG.sub("\n", _INLINE_TAG.sub("", page)))
    gone = set[int]()
    for begin, end in _runs(_covered(shown, forgotten.mask(shown))):
        first = max(begin - 1, 0)  # the @ or the slash, or whatever else stands before it
        behind = r"\\?\s|\Z" if shown[end : end + 1].isspace() else re.escape(shown[end : end + 1])
        word = _UNSEEN.join(f"({_sign(one)})" for one in shown[first:end])
        for found in re.finditer(f"{word}(?={_UNSEEN}(?:{behind}))", said):
            gone |= {found.start(group + 1) for group in range(begin - first, end - first)}
    return gone


def _sign(shown: str) -> str:
    return r"\s|\A|[*_>#-]" if shown.isspace() else re.escape(shown)


def _covered(text: str, masked: str) -> set[int]:
    """The places that are masked, with underscores that the handle itself has."""
    gone = {at for at, (one, other) in enumerate(zip(text, masked, strict=True)) if one != other}
    for step in (1, -1):
        for at in sorted(gone, reverse=step < 0):
            while 0 <= at + step < len(text) and text[at + step] == "_":
                at += step
                gone.add(at)
    return gone


def _runs(places: set[int]) -> Iterator[tuple[int, int]]:
    """Places that lie side by side, as first and behind the last."""
    for begin in sorted(at for at in places if at - 1 not in places):
        end = begin
        while end in places:
            end += 1
        yield begin, end


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


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline"])
    made.validateLink = _links  # type: ignore[method-assign] # as its documentation has it

    def headings(state: Any) -> None:
        state.tokens = list(_plain_headings(state.tokens))

    made.core.ruler.push("headings", headings)
    made.add_render_rule("image", _instead_of_picture)
    return made


_MARKDOWN = _markdown()
