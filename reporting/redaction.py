"""A page of a report without what is to be forgotten. Pure functions over HTML.

Every element that shows a post has `data-post-id`, every element that names a person has `data-person-id(s)`, and
every element that shows an outcome has `data-entry-id`: it may name nobody. If that id is forgotten, the element stays
and loses its content and that id. What says something that was kept by hand about somebody (a stakeholder, a tag, a
meeting) has `data-kept-of`: there not even the element stays, as an id beside it may be a name. Links to that post lose
their address, wherever they stand. In what others wrote the handle is masked; what was kept by hand about somebody (a
note, an outcome, a tag) may name people of any network. Ids are `network:id`; pages of older versions have bare ids,
which are X's. For a person with several accounts the page says which: what it shows of the person was made of all of
them.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import unquote_plus

from rapport.config_clients import LANGUAGES
from rapport.forgotten import Forgotten
from rapport.networks import NETWORKS, PERSON, parts, post_url, qualified
from reporting.folding import words_of
from reporting.language import N_, SOURCE, _, speaking

POST_GONE = N_("This post was erased.")
PERSON_GONE = N_("somebody whose account was erased")
# The page says with this that it bears ids wherever it has to.
MARKER = '<meta name="rapport" content="post-ids person-ids">'
_IDS = re.compile(r'data-(?:(?:post|person)-ids?|kept-of)="([^"]*)"')
_BEARS_IDS = re.compile(r'(?<=\sdata-)((?:person-ids?|kept-of)=")([^"]*)')
_POST_ID = re.compile(r'\s*data-post-id="([^"]*)"')
_OWN_ID = re.compile(r'\s*data-(?:post|entry)-id="[^"]*"')
# What a tag says of a person: what is kept by hand.
_KEPT = re.compile(r'\s*data-(?:tag|stakeholder)="[^"]*"')
_PERSON_ID = re.compile(r'\s*data-person-id="[^"]*"')
_ENTRIES = re.compile(r'data-entry-id="([^"]*)"')
_ADDRESS = re.compile(r'\s*href="[^"]*"')
# For each person with several accounts: the person's id, then those of the accounts.
_JOINT = re.compile(r'\n?<meta name="rapport-person" content="([^"]+)">')
# The person whom the page is about.
_ABOUT = re.compile(r'<meta name="rapport-person-page" content="([^"]+)">')
_OF_PERSON = '<meta name="rapport-person'
# What the page was made of (reporting/people/pages.py).
MADE_OF = re.compile(r'<meta name="rapport-made-of" content="[0-9a-f]+">\n?')
_LANGUAGE = re.compile(r'<html lang="([a-z]+)"')
# Words of many posts, folded: of each post that they are from the attribute has the short key.
_WORDS_OF = re.compile(r'data-posts="([^"]*)"')
# What of an address is escaped, once or more often; and of a tag in the attribute that addresses are compared with.
_ESCAPED = re.compile(r"(?<![^\"'#=&;\s])[^\"'#=&;\s%]*%[^\"'#&;\s]*")
_HEX = "[0-9A-Fa-f]"
_SIGN = re.compile(rf"%(?:25)*(?:[0-7]{_HEX}|[C-Fc-f]{_HEX}(?:%(?:25)*[89ABab]{_HEX})+)|.")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_SHORTEST_NAME = 4
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def with_accounts(html: str, joint_people: dict[str, list[str]]) -> str:
    """The page that says of everybody it names which accounts are theirs, where these are several."""
    named = {
        person_id for ids in re.findall(r'data-person-ids?="([^"]*)"', html) for person_id in ids.split()
    }
    marks = [
        f'\n<meta name="rapport-person" content="{person} {" ".join(accounts)}">'
        for person, accounts in joint_people.items()
        if person in named
    ]
    return html.replace(MARKER, MARKER + "".join(marks), 1)


def without_ids(html: str, posts: Collection[str]) -> str:
    """The page whose elements do not bear the ids of these posts (network:id)."""
    return _POST_ID.sub(lambda mark: "" if unescape(mark[1]) in posts else mark[0], html) if posts else html


def short_key(post: str) -> str:
    """A post (network:id) where many stand in one attribute: 48 bits of a digest. Two posts that share one are erased
    together from the words of a list, which the next report makes anew."""
    return b64encode(
        hashlib.sha256(post.encode(errors="surrogatepass")).digest()[:6], altchars=b"-_"
    ).decode()


def by_handle(forgotten: Forgotten) -> Forgotten:
    """With whom pages know by the handle alone: stakeholders whose account was never seen."""
    named = frozenset((network, f"@{handle}") for network, handle in forgotten.handles)
    return replace(forgotten, accounts=forgotten.accounts | named)


def without(html: str, forgotten: Forgotten) -> str:
    """The page without it. Whatever does not concern it stays as it was, to the byte."""
    forgotten = _with_people(html, forgotten)
    if not may_show(html, forgotten):
        return html
    said = _LANGUAGE.search(html)
    with speaking(said[1] if said and said[1] in LANGUAGES else SOURCE):
        return _rewritten(html, forgotten)


def _rewritten(html: str, forgotten: Forgotten) -> str:
    rewriter = _Rewriter(forgotten)
    rewriter.feed(html)
    rewriter.close()
    if rewriter.names:
        # What somebody is called is known where the page names them; it may stand in a sentence elsewhere, too.
        again = _Rewriter(forgotten, rewriter.names)
        again.feed(html)
        again.close()
        rewriter = again
    # Nothing in the page is made of these accounts any more, so it need not say whose they are.
    return _JOINT.sub(
        lambda mark: "" if parts(mark[1].split()[0]) in forgotten.accounts else mark[0],
        "".join(rewriter.parts),
    )


def _unescaped(text: str) -> str:
    """What a part of an address says, however often it is escaped."""
    return unquote_plus(re.sub("%(?:25)+(?=..)", "%", text))


def is_about(html: str, forgotten: Forgotten) -> bool:
    """Whether it is the page of a person who is to be forgotten."""
    about = _ABOUT.search(html)
    return about is not None and parts(unescape(about[1])) in _with_people(html, forgotten).accounts


def _with_people(html: str, forgotten: Forgotten) -> Forgotten:
    """With the people whose accounts it names, as far as the page knows them."""
    groups = [group.split() for group in _JOINT.findall(html)]
    people = {
        parts(person)
        for person, *accounts in groups
        if forgotten.accounts & {parts(account) for account in accounts}
    }
    return replace(forgotten, accounts=forgotten.accounts | people)


def may_show(html: str, forgotten: Forgotten) -> bool:
    """Whether any of it may stand in the page: of thousands of pages few have to be read tag by tag."""
    ids = {parts(unescape(one)) for value in _IDS.findall(html) for one in value.split()}
    read = _STYLE.sub("", html)
    if ids & (forgotten.posts | forgotten.accounts) or forgotten.mask(read) != read:
        return True
    if forgotten.mentions(_unescaped("\n".join(_ESCAPED.findall(read)))):
        return True
    if {("outcome_id", unescape(entry)) for entry in _ENTRIES.findall(html)} & forgotten.entries:
        return True
    keys = {key for value in _WORDS_OF.findall(html) for key in value.split()}
    return bool(keys and keys & _short_keys(forgotten))


@lru_cache(maxsize=4)
def _short_keys(forgotten: Forgotten) -> frozenset[str]:
    return frozenset(short_key(qualified(*post)) for post in forgotten.posts)


@lru_cache(maxsize=4)
def _addresses(forgotten: Forgotten) -> frozenset[str | None]:
    return frozenset(post_url(*post) for post in forgotten.posts) - {None}


class _Rewriter(HTMLParser):
    """Writes a page again as it is read, leaving out the inside of elements that are forgotten."""

    def __init__(self, forgotten: Forgotten, known: Collection[tuple[str | None, str]] = ()) -> None:
        """`known`: what people who are forgotten are called, and on which network."""
        super().__init__(convert_charrefs=False)
        self.names: set[tuple[str | None, str]] = set()
        self._known = sorted(known, key=lambda named: len(named[1]), reverse=True)
        self._is_person = False
        self._is_words = False
        self._last_tag = ""
        self.parts: list[str] = []
        self._forgotten = forgotten
        # Of each open element: the network whose post or person it shows, if it or one around it says so.
        self._networks: list[str | None] = [None]
        # The post, if an element shows one: what a name in its text means depends on it.
        self._posts: list[str | None] = [None]
        # Whether it is about one person, so that what was written by hand about them may stand in it.
        self._by_hand = [False]
        self._depth = 0  # of open elements within the one that is left out; 0: nothing is
        self._is_whole = False  # whether its tags are left out, too
        self._at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._last_tag = tag
        attributes = {name: value or "" for name, value in attrs}
        if self._depth:
            self._depth += tag not in _VOID
            if self._is_whole and tag == "span":
                self._is_person = self._names_forgotten(attributes)
            return
        network = _network_of(attributes) or self._networks[-1]
        post = parts(attributes["data-post-id"])[1] if attributes.get("data-post-id") else self._posts[-1]
        is_about = "data-person-id" in attributes or "data-kept-of" in attributes
        by_hand = is_about or (self._by_hand[-1] and not _people(attributes))
        by_hand &= post is None
        kept_of = parts(attributes.get("data-kept-of", ""))
        self._is_whole = tag not in _VOID and kept_of in self._forgotten.accounts
        if self._is_whole:
            self._open(network, post, by_hand=by_hand)
            self._depth, self._is_person = 1, False
            return
        tag_text = self._tag(network, post, by_hand=by_hand)
        if self._is_forgotten(attributes):
            tag_text = _OWN_ID.sub("", tag_text)
        note = self._note(attributes)
        if note == PERSON_GONE:
            tag_text = _KEPT.sub("", tag_text)
            if "data-entry-id" in attributes:  # that there was one is kept by hand as well
                tag_text = _PERSON_ID.sub("", _OWN_ID.sub("", tag_text))
        if attributes.get("href") in _addresses(self._forgotten):
            tag_text = _ADDRESS.sub("", tag_text)
        self._put(tag_text)
        if tag not in _VOID:
            self._open(network, post, by_hand=by_hand)
        self._is_words = "data-posts" in attributes
        if note and tag not in _VOID:
            self._put(escape(_(note)))
            self._depth = 1
            self._is_person = note == PERSON_GONE

    def _open(self, network: str | None, post: str | None, *, by_hand: bool) -> None:
        self._networks.append(network)
        self._posts.append(post)
        self._by_hand.append(by_hand)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._put(self._tag(self._networks[-1], self._posts[-1], by_hand=self._by_hand[-1]))

    def parse_endtag(self, i: int) -> int:
        """Notes where the tag stands: it is put back as it was written (SVG tells capitals apart)."""
        self._at = i
        return super().parse_endtag(i)

    def handle_endtag(self, tag: str) -> None:
        if self._depth:
            self._depth -= tag not in _VOID
        if not self._depth and len(self._networks) > 1:
            self._networks.pop()
            self._posts.pop()
            self._by_hand.pop()
        if self._is_whole and not self._depth:
            self._is_whole = False
            return
        self._put(self.rawdata[self._at : self.rawdata.find(">", self._at) + 1])

    def handle_data(self, data: str) -> None:
        if self._depth:
            is_name = self._is_person and self._last_tag == "bdi" and len(data.strip()) >= _SHORTEST_NAME
            if is_name and not data.strip().startswith("@"):
                self.names.add((self._networks[-1], data.strip()))
            return
        if self.cdata_elem:  # in a style sheet @media is no name
            self._put(data)
            return
        here = self._networks[-1]
        is_by_hand = self._by_hand[-1] and not _is_handle(data.strip(), here)
        text = self._forgotten.mask(data, None if is_by_hand else here, self._posts[-1])
        for network, name in self._known:
            if network is None or here in (None, network):
                text = text.replace(name, escape(_(PERSON_GONE)))
        self._put(_without_words(text, self._known) if self._is_words else text)

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._put(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._put(f"<!{decl}>")

    def _tag(self, network: str | None, post: str | None, *, by_hand: bool) -> str:
        tag = self.get_starttag_text() or ""
        if network is not None:
            tag = self._forgotten.mask(tag, network, post)
            return _ESCAPED.sub(lambda found: self._escaped(found[0]), tag) if by_hand else tag
        if tag.startswith(_OF_PERSON):
            return tag
        # An id may be a handle, and stays.
        masked, at = "", 0
        for found in _BEARS_IDS.finditer(tag):
            masked += self._forgotten.mask(tag[at : found.start()]) + found[1]
            masked += " ".join(self._as_id(one) for one in found[2].split(" "))
            at = found.end()
        return _ESCAPED.sub(lambda found: self._escaped(found[0]), masked + self._forgotten.mask(tag[at:]))

    def _as_id(self, text: str) -> str:
        is_account = parts(unescape(text)) in self._forgotten.accounts and ":@" not in text
        return text if is_account else self._forgotten.mask(text)

    def _escaped(self, text: str) -> str:
        signs = _SIGN.findall(text)
        # one sign of each: what is escaped and is no text stands for none that a name has
        said = "".join(_unescaped(sign)[:1] for sign in signs)
        masked = self._forgotten.mask(said)
        return "".join(
            sign if one == other else other for sign, one, other in zip(signs, said, masked, strict=True)
        )

    def _put(self, text: str) -> None:
        if not self._depth:
            self.parts.append(text)

    def _is_forgotten(self, attributes: dict[str, str]) -> bool:
        """Whether the element shows a post or an outcome that is to be forgotten."""
        return self._is_post(attributes) or self._is_entry(attributes)

    def _is_post(self, attributes: dict[str, str]) -> bool:
        return parts(attributes.get("data-post-id", "")) in self._forgotten.posts

    def _is_entry(self, attributes: dict[str, str]) -> bool:
        return ("outcome_id", attributes.get("data-entry-id", "")) in self._forgotten.entries

    def _note(self, attributes: dict[str, str]) -> str:
        """What stands in the element's place; nothing where it may stay."""
        if self._is_post(attributes):
            return POST_GONE
        if _short_keys(self._forgotten) & {*attributes.get("data-posts", "").split()}:
            return " "  # nobody reads these words: a search does
        return PERSON_GONE if self._is_entry(attributes) or self._names_forgotten(attributes) else ""

    def _names_forgotten(self, attributes: dict[str, str]) -> bool:
        return any(parts(person) in self._forgotten.accounts for person in _people(attributes))


def _is_handle(text: str, network: str | None) -> bool:
    """Whether it is somebody's handle there and nothing else."""
    known = NETWORKS.get(network or "")
    return text.startswith("@") and (known.is_handle(text[1:]) if known else " " not in text)


def _without_words(text: str, known: Iterable[tuple[str | None, str]]) -> str:
    """Folded words without those of what people who are forgotten are called."""
    gone = {word for _, name in known for word in words_of(name)}
    return " ".join(word for word in text.split(" ") if word not in gone)


def _people(attributes: dict[str, str]) -> list[str]:
    about = ("data-person-id", "data-person-ids", "data-kept-of")
    return [person for name in about for person in attributes.get(name, "").split()]


def _network_of(attributes: dict[str, str]) -> str | None:
    """The network of the post or the one person that an element shows; none of people listed by hand, or of several."""
    shown = [attributes["data-post-id"]] if attributes.get("data-post-id") else _people(attributes)
    networks = {parts(object_id)[0] for object_id in shown}
    return networks.pop() if len(networks) == 1 and not networks & {PERSON} else None
