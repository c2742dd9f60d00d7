"""A page of a report without what is to be forgotten. Pure functions over HTML.

Every element that shows a post has `data-post-id`, and every element that names a person has `data-person-id(s)`. If
that id is forgotten, the element stays and loses its content. In what others wrote the handle is masked. For a person
with several accounts the page says which: what it shows of the person was made of all of them.
"""

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

from rapport.forgotten import Forgotten

POST_GONE = "This post was erased."
PERSON_GONE = "somebody whose account was erased"
# The page says with this that it bears ids wherever it has to.
MARKER = '<meta name="rapport" content="post-ids person-ids">'
# For each person with several accounts: the person's id, then those of the accounts.
_JOINT = re.compile(r'<meta name="rapport-person" content="([0-9 ]+)">')
_SHORTEST_NAME = 4
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def with_accounts(html: str, joint_people: dict[str, list[str]]) -> str:
    """The page with a mark for each person it names who has several accounts: which these are."""
    named = {
        person_id for ids in re.findall(r'data-person-ids?="([^"]*)"', html) for person_id in ids.split()
    }
    marks = [
        f'\n<meta name="rapport-person" content="{person} {" ".join(accounts)}">'
        for person, accounts in joint_people.items()
        if person in named
    ]
    return html.replace(MARKER, MARKER + "".join(marks), 1)


def without(html: str, forgotten: Forgotten) -> str:
    """The page without it. Whatever does not concern it stays as it was, to the byte."""
    groups = [group.split() for group in _JOINT.findall(html)]
    people = {person for person, *accounts in groups if forgotten.account_ids & set(accounts)}
    forgotten = replace(forgotten, account_ids=forgotten.account_ids | people)
    rewriter = _Rewriter(forgotten, frozenset())
    rewriter.feed(html)
    rewriter.close()
    if not rewriter.names:
        return "".join(rewriter.parts)
    # What somebody is called is known where the page names them; it may stand in a sentence elsewhere, too.
    again = _Rewriter(forgotten, frozenset(rewriter.names))
    again.feed(html)
    again.close()
    return "".join(again.parts)


class _Rewriter(HTMLParser):
    """Writes a page again as it is read, leaving out the inside of elements that are forgotten."""

    def __init__(self, forgotten: Forgotten, names: frozenset[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.names: set[str] = set()
        self._known = sorted(names, key=len, reverse=True)
        self._is_person = False
        self._last_tag = ""
        self.parts: list[str] = []
        self._forgotten = forgotten
        self._depth = 0  # of open elements within the one that is left out; 0: nothing is
        self._at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._last_tag = tag
        if self._depth:
            self._depth += tag not in _VOID
            return
        self._put(self._tag())
        note = self._note({name: value or "" for name, value in attrs})
        if note and tag not in _VOID:
            self._put(escape(note))
            self._depth = 1
            self._is_person = note == PERSON_GONE

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._put(self._tag())

    def parse_endtag(self, i: int) -> int:
        """Notes where the tag stands: it is put back as it was written (SVG tells capitals apart)."""
        self._at = i
        return super().parse_endtag(i)

    def handle_endtag(self, tag: str) -> None:
        if self._depth:
            self._depth -= tag not in _VOID
        self._put(self.rawdata[self._at : self.rawdata.find(">", self._at) + 1])

    def handle_data(self, data: str) -> None:
        if self._depth:
            is_name = self._is_person and self._last_tag == "bdi" and len(data.strip()) >= _SHORTEST_NAME
            if is_name and not data.strip().startswith("@"):
                self.names.add(data.strip())
            return
        text = self._forgotten.mask(data)
        for name in self._known:
            text = text.replace(name, escape(PERSON_GONE))
        self._put(text)

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._put(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._put(f"<!{decl}>")

    def _tag(self) -> str:
        return self._forgotten.mask(self.get_starttag_text() or "")

    def _put(self, text: str) -> None:
        if not self._depth:
            self.parts.append(text)

    def _note(self, attributes: dict[str, str]) -> str:
        """What stands in the element's place; nothing where it may stay."""
        if attributes.get("data-post-id") in self._forgotten.post_ids:
            return POST_GONE
        people = {attributes.get("data-person-id", ""), *attributes.get("data-person-ids", "").split()}
        return PERSON_GONE if people & self._forgotten.account_ids else ""
