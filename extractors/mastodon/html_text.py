"""The text that a reader sees of a status's or a profile's HTML.

Servers clean what they pass on, but not every server on the network is well-meant: whatever stands in the HTML, what
comes out is text. What browsers do not show (scripts, the hidden parts of links) is not in it.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_PARAGRAPHS = {"p", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"}
_LINES = {"li", "div"}
_VOID = {"br", "img", "hr", "wbr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track"}
_NEVER_SHOWN = {"script", "style", "template", "title", "noscript"}
_SPACES = re.compile(r"[ \t\r\n\f]+")
# Elements within elements: more than any server makes, and each costs a walk up the stack.
_DEEPEST = 200


@dataclass(frozen=True)
class Link:
    """A link in the text: from `start` to before `end`, in code points."""

    href: str
    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """What a reader sees, and the links in it in their order."""

    text: str
    links: tuple[Link, ...] = ()


def text_of(html: str, *, without_quoted: bool = False) -> Text:
    """Paragraphs are parted by an empty line, <br> by a new line; spaces are as browsers show them.

    `without_quoted`: leaves out the paragraph that names the quoted status (class quote-inline), which servers add for
    those who do not know quotes.
    """
    reader = _Reader(without_quoted)
    reader.feed(html)
    reader.close()
    return reader.result()


@dataclass
class _Open:
    tag: str
    is_hidden: bool
    href: str | None = None
    start: int = 0
    ends_with: str = ""


@dataclass
class _Reader(HTMLParser):
    without_quoted: bool
    stack: list[_Open] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    breaks: int = 0  # new lines that come before the next text
    has_space: bool = False  # a space that comes before the next text

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._break(self.breaks + 1)
        elif tag == "img":
            self._say(attributes.get("alt", ""))  # a custom emoji
        self._break_for(tag)
        if tag in _VOID or len(self.stack) >= _DEEPEST:
            return
        classes = set(attributes.get("class", "").split())
        is_hidden = (
            tag in _NEVER_SHOWN
            or "invisible" in classes
            or (self.without_quoted and "quote-inline" in classes)
            or any(element.is_hidden for element in self.stack[-1:])
        )
        href = attributes.get("href") if tag == "a" else None
        ends_with = "…" if "ellipsis" in classes and not is_hidden else ""
        self.stack.append(_Open(tag, is_hidden, href, self._place(), ends_with))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # <br/> is void; in HTML the slash of <a/> means nothing

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self.stack):
            return
        while self.stack:
            element = self.stack.pop()
            self._close(element)
            if element.tag == tag:
                break
        self._break_for(tag)

    def handle_data(self, data: str) -> None:
        if not (self.stack and self.stack[-1].is_hidden):
            self._say(data)

    def result(self) -> Text:
        while self.stack:
            self._close(self.stack.pop())
        return Text("".join(self.parts), tuple(sorted(self.links, key=lambda link: (link.start, link.end))))

    def _close(self, element: _Open) -> None:
        if element.ends_with and self.length > element.start:
            self._append(element.ends_with)
        if element.href is not None and element.start < self.length:
            self.links.append(Link(element.href, element.start, self.length))

    def _say(self, data: str) -> None:
        words = _SPACES.sub(" ", data)
        if words.startswith(" "):
            self.has_space, words = True, words[1:]
        if not words:
            return
        self._append(("\n" * self.breaks or " " * self.has_space) if self.length else "")
        self.breaks, self.has_space = 0, words.endswith(" ")
        self._append(words.rstrip(" "))

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _place(self) -> int:
        """Where text would begin if some came now."""
        return self.length + ((self.breaks or int(self.has_space)) if self.length else 0)

    def _break_for(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._break(2)
        elif tag in _LINES:
            self._break(1)

    def _break(self, count: int) -> None:
        # No more than one empty line: a reader sees no more of a hundred <br>.
        self.breaks = min(max(self.breaks, count), 2)
        self.has_space = False
