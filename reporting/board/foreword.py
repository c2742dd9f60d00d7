"""The foreword of a board page, written by hand: `RAPPORT_HOME/forewords/<client>.md`, or `<client>.2026-W47.md` for
one edition alone.

It is Markdown: paragraphs, emphasis, lists and links. HTML in it is shown as it stands, pictures are left out, and
links lead to https:, http: and mailto: only.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

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
    """The foreword as HTML in which nothing can run or be loaded."""
    return Markup(_MARKDOWN.render(markdown))  # noqa: S704 - made of Markdown with HTML switched off


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
        clean = forgotten.mask(before.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if clean != before:
            write_bytes(path, clean, mode=0o600)
            changed += 1
    for leftover in (settings.home / FOLDER).glob(".*.tmp"):
        leftover.unlink(missing_ok=True)
    if changed:
        on_progress(f"forewords: {changed} changed; names without @ stay as they were written")
    return changed


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
