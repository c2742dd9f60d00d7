"""A page of a report without what is to be forgotten. Pure functions over HTML.

Whatever shows a post bears `data-post-id`, whatever names a person `data-person-id(s)`: an element that bears
an id which is forgotten keeps its place and loses what it says. In the words of others the handle is masked.
Ids are network:id; pages of older versions bear ids alone, which are the default network's. Of everybody whom the
list of people names the page says which accounts are theirs: what it shows of them was made of all of these.
"""

import re
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser

from rapport.forgotten import Forgotten
from rapport.networks import DEFAULT, parts, qualified

POST_GONE = "This post was erased."
PERSON_GONE = "somebody whose account was erased"
# The page says with this that it bears ids wherever it has to.
MARKER = '<meta name="rapport" content="post-ids person-ids">'
# For each person whom the list of people names: the person's id, then those of the accounts.
_JOINT = re.compile(r'<meta name="rapport-person" content="([^"]+)">')
_SHORTEST_NAME = 4
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def with_accounts(html: str, joint_people: dict[str, list[str]]) -> str:
    """The page that says of everybody it names whom the list of people names, too, which accounts are theirs."""
    named = {one for ids in re.findall(r'data-person-ids?="([^"]*)"', html) for one in ids.split()}
    marks = [
        f'\n<meta name="rapport-person" content="{person} {" ".join(accounts)}">'
        for person, accounts in joint_people.items()
        if person in named
    ]
    return html.replace(MARKER, MARKER + "".join(marks), 1)


def without(html: str, what: Forgotten) -> str:
    """The page without it. Whatever does not concern it stays as it was, to the byte."""
    posts, people = _keys(what.post_ids), _keys(what.account_ids)
    groups = [[_key(member) for member in group.split()] for group in _JOINT.findall(html)]
    people |= {person for person, *accounts in groups if people & set(accounts)}
    rewriter = _Rewriter(what, posts, people, frozenset())
    rewriter.feed(html)
    rewriter.close()
    if not rewriter.names:
        return "".join(rewriter.parts)
    # What somebody is called is known where the page names them; it may stand in a sentence elsewhere, too.
    again = _Rewriter(what, posts, people, frozenset(rewriter.names))
    again.feed(html)
    again.close()
    return "".join(again.parts)


def _key(said: str) -> str:
    """network:id of an id as a page bears it."""
    return qualified(*parts(said))


def _keys(ids: Iterable[str]) -> set[str]:
    return {qualified(DEFAULT, bare_id) for bare_id in ids}


class _Rewriter(HTMLParser):
    """Writes a page again as it is read, leaving out the inside of elements that are forgotten."""

    def __init__(self, what: Forgotten, posts: set[str], people: set[str], names: frozenset[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.names: set[str] = set()
        self._known = sorted(names, key=len, reverse=True)
        self._is_person = False
        self._last_tag = ""
        self.parts: list[str] = []
        self._what = what
        self._posts = posts
        self._people = people
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
        text = self._what.mask(data)
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
        return self._what.mask(self.get_starttag_text() or "")

    def _put(self, text: str) -> None:
        if not self._depth:
            self.parts.append(text)

    def _note(self, attributes: dict[str, str]) -> str:
        """What stands in the element's place; nothing where it may stay."""
        if _key(attributes.get("data-post-id", "")) in self._posts:
            return POST_GONE
        people = {attributes.get("data-person-id", ""), *attributes.get("data-person-ids", "").split()}
        return PERSON_GONE if {_key(person) for person in people} & self._people else ""
