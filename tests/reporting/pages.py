"""A page as a reader gets it, and parts of it."""

from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "col", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """A page as its tags, checked for being closed as they were opened."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def section(self, name: str) -> str:
        """The source of one section of the page."""
        return self.source.split(f'id="{name}"')[1].split("<section")[0]

    def words_between(self, title: str, until: str) -> str:
        """The words of the page from one heading to the next."""
        return self.words[self.words.rindex(title) : self.words.rindex(until)]
