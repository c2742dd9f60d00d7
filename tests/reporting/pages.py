"""A page as a reader gets it, and parts of it."""

from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "col", "br", "img", "input", "hr"}
# What a browser would move, or close by itself, if it stood elsewhere.
PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "summary": {"details"},
    "tr": {"thead", "tbody", "tfoot", "table"},
    "td": {"tr"},
    "th": {"tr"},
}
BLOCKS = {
    "article", "details", "div", "dl", "figure", "footer", "h1", "h2", "h3", "header", "main", "nav", "ol", "p",
    "section", "table", "ul",
}  # fmt: skip


class Page(HTMLParser):
    """A page as its tags, checked: they are closed as they were opened, stand where they may, and no id comes twice."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        self.close()
        assert self.open == []
        ids = [attributes["id"] for _, attributes in self.tags if attributes.get("id")]
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        assert tag not in PARENTS or self.open[-1] in PARENTS[tag], f"<{tag}> in <{self.open[-1]}>"
        assert tag not in BLOCKS or "p" not in self.open, f"<{tag}> in <p>"
        assert tag != "a" or "a" not in self.open, "a link in a link"
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
        """The source of one section of the page; a space at which no line ends is one as any other."""
        return self.source.split(f'id="{name}"')[1].split("<section")[0].replace("\u00a0", " ")

    def words_between(self, title: str, until: str) -> str:
        """The words of the page from one heading to the next."""
        return self.words[self.words.rindex(title) : self.words.rindex(until)]
