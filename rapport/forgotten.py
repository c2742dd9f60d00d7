"""What has to be erased, in the form that every package gets it: ids, and the handles that the accounts had.

Ids of posts and accounts may stay, in tombstones. Texts, names and handles may not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapport.networks import NETWORKS

# How the ids of those rows of quality.builds begin that stand for an erasure.
ERASURE = "erasure-"
# A network, and an id or a handle there: the same digits on another network are somebody else's.
Pair = tuple[str, str]
# A network, a post there, and of each handle that its text says in short, in their order, whether it is one to forget.
Meant = tuple[str, str, tuple[bool, ...]]

# What follows the @ of a mail address is no handle.
_AFTER_AT = r"(?<=[@＠])(?<![A-Za-z0-9_][@＠])"
# Behind a slash stands a name of whatever server the address is of.
_SHORT_AFTER_AT = r"(?<=[@＠])(?<![A-Za-z0-9_/-][@＠])"
_LETTER = "[A-Za-z0-9_]"
# What finds a post by its address on its own server is its id, and stays.
_NO_ID = "(?!/statuses/)"
# How a name goes on that is somebody else's, of whichever network. Behind a dot that has no blank behind it a sentence
# may begin.
_AT_A_HOST = re.compile(r"(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?[@＠][A-Za-z0-9]")
_IN_A_DOMAIN = re.compile(
    r"(?:-[A-Za-z0-9_-]*)?\.(?P<label>[A-Za-z0-9][A-Za-z0-9_-]*)(?P<more>\.[A-Za-z0-9])?(?P<words>\s+\w)?"
)
_WITH_A_PORT = re.compile(":[0-9]")
# What stands before the @ of a name in the address of its page, as Mastodon's servers have it; and how long it may be.
_ITS_SERVER = re.compile(
    r"(?<![A-Za-z0-9_.@＠-])(?P<host>(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(?::[0-9]+)?/)(?:web/)?[@＠]\Z"
)
_ADDRESS_LENGTH = 300


@dataclass(frozen=True)
class OnNetwork:
    """Ids of posts (of every version) and of accounts on one network; handles in lower case, without @. In the posts
    `of_namesakes` the short form of a handle is somebody else's; in those `of_both` some are, and some are not. The
    handles `unseen` are nobody's whom the network has shown here: they are known whole, and never in short."""

    network: str
    post_ids: frozenset[str] = frozenset()
    account_ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    of_namesakes: frozenset[str] = frozenset()
    of_both: frozenset[Meant] = frozenset()
    unseen: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.post_ids or self.account_ids or self.handles)

    def mask(self, text: str, post_id: str | None = None) -> str:
        """The text with every @handle (also in short, in addresses and in queries) replaced by underscores. Without @ a
        handle goes where it names its host, as `name@host`: else it is a word.

        Their number stays the same, because the positions of mentions are stored beside the text. `post_id`: whose
        text it is. The short form goes wherever nobody knows that it is somebody else's.
        """
        return self._without(self._named, text, post_id)

    def mask_by_hand(self, text: str) -> str:
        """The same of what somebody wrote who may mean any network: `@ana.example` and `@ana@wald.test` are whole names
        of others than `@ana`, and `mastodon:ana@wald.test` is one."""
        for pattern in (self._named_by_hand, self._short_by_hand):
            if pattern is not None:
                text = pattern.sub(
                    lambda found: found[0] if self._is_anothers(found) else _underscores(found), text
                )
        return text

    def _is_anothers(self, found: "re.Match[str]") -> bool:
        """Whether it is but a part of a name or an address of somebody else."""
        if self._goes_on(found):
            return True
        if found.re is self._named_by_hand and any("{host}" in prefix for prefix in self._prefixes):
            return False  # what names such a server was found with it
        server = _ITS_SERVER.search(found.string[max(0, found.start() - _ADDRESS_LENGTH) : found.start()])
        own = tuple(f".{prefix}" for prefix in self._prefixes)
        return server is not None and not f".{server['host'].lower()}".endswith(own)

    def _goes_on(self, found: "re.Match[str]") -> bool:
        """Whether it is but the beginning of a name. Where capitals make it a name or the end of a sentence, it is the
        latter: better a name too few than one that should be gone."""
        end = found.end()
        if _AT_A_HOST.match(found.string, end) or (
            "@" in found[0].replace("＠", "@") and _WITH_A_PORT.match(found.string, end)
        ):
            return True
        domain = _IN_A_DOMAIN.match(found.string, end)
        if domain is None:
            return False
        label, name = domain["label"], found[0].lstrip("_")
        if not label[0].isupper():
            return True
        if domain["more"] and name[:1].isupper():
            return True
        if len(label) > 1 and label.isupper() and name.isupper():
            return True
        return name[:1].isupper() and not label.isupper() and not domain["words"]

    def mask_words(self, text: str, post_id: str | None = None) -> str:
        """The same, also for a handle without @: for errors and parameters, never for texts of people.

        A handle of which no account is known may be any word there: it goes with its @ alone, whoever else is
        forgotten.
        """
        return self._without(self._words if self.account_ids else self._named, text, post_id)

    def _without(self, pattern: "re.Pattern[str] | None", text: str, post_id: str | None) -> str:
        if pattern is None:
            return text
        text = pattern.sub(_underscores, text)
        if self._short is None or post_id in self.of_namesakes:
            return text
        # A text that was cut, or is not that of the post alone, says less or more: there all of them go.
        found = self._short.findall(text)
        known = [meant for meant in self._meant.get(post_id or "", ()) if len(meant) == len(found)]
        meant = iter(known[0] if len(known) == 1 else (True,) * len(found))
        return self._short.sub(lambda found: _underscores(found) if next(meant) else found[0], text)

    def places_in_short(self, text: str) -> list[int]:
        """Where a text says a handle in short: the places of the names, behind their @."""
        text = self._named.sub(_underscores, text) if self._named else text
        return [found.start() for found in self._short.finditer(text)] if self._short else []

    @cached_property
    def _meant(self) -> dict[str, set[tuple[bool, ...]]]:
        """Of posts of both what their texts mean, before and after: an edited post has several."""
        found: dict[str, set[tuple[bool, ...]]] = {}
        for _, post_id, meant in self.of_both:
            found.setdefault(post_id, set()).update((meant, tuple(one for one in meant if not one)))
        return found

    def is_namesake(self, handle: str) -> bool:
        """Whether texts may say the same in short for this handle as for one that is to be forgotten."""
        return handle.lower() not in self.handles and bool(
            {handle.lower(), self._short_of(handle.lower())} & self.shorts
        )

    @cached_property
    def shorts(self) -> frozenset[str]:
        """What texts say in short for the handles, without @."""
        return frozenset(short for handle in self.handles - self.unseen if (short := self._short_of(handle)))

    def _short_of(self, handle: str) -> str | None:
        known = NETWORKS.get(self.network)
        return known.short_of(handle) if known else None

    @property
    def spellings(self) -> frozenset[str]:
        """The handles as they may stand in what came from the network: alone, in short, and in addresses of the
        account."""
        in_short = {f"{at}{short}" for short in self.shorts for at in "@＠"}
        wide = {handle.replace("@", "＠") for handle in self.handles}
        return self.handles | wide | in_short | {f"{before}{name}" for before, name in self._behind_hosts}

    @cached_property
    def _named(self) -> "re.Pattern[str] | None":
        return self._pattern(_begin(self._joints), self._end)

    @cached_property
    def _named_by_hand(self) -> "re.Pattern[str] | None":
        # What a colon stands before, be it the network's name, does not go on in the name behind it.
        begin = _begin(self._joints.replace(":", ""))
        return self._pattern(begin, f"(?!{_LETTER})", self._behind_network)

    def _pattern(self, begin: str, end: str, more: str = "") -> "re.Pattern[str] | None":
        before = [rf"(?<=\b{re.escape(prefix)})" for prefix in self._prefixes if "{host}" not in prefix]
        handles = f"(?:{'|'.join([_AFTER_AT, *before])})(?:{_either(self.handles)}){end}"
        # `host/@name@another` is an account of another host.
        names = [
            rf"(?<=(?<![A-Za-z0-9.-]){re.escape(before)}){re.escape(name)}{end}(?!-{_LETTER})(?!@){_NO_ID}"
            for before, name in self._behind_hosts
        ]
        hosted = frozenset(one for one in self.handles if "@" in one)
        whole = [f"{begin}(?:{_either(hosted)}){end}"] if hosted else []
        named = [f"{more}{end}"] if more else []
        return (
            re.compile("|".join([handles, *names, *whole, *named]), re.IGNORECASE) if self.handles else None
        )

    @property
    def _behind_network(self) -> str:
        """What stands behind the network's name and a colon without an @: but for digits, which are an id there."""
        known = NETWORKS.get(self.network)
        named = frozenset(one for one in self.handles if known and not known.is_account_id(one))
        return rf"(?<=\b{re.escape(self.network)}:)(?:{_either(named)})" if named else ""

    @cached_property
    def _short(self) -> "re.Pattern[str] | None":
        # A port belongs to a host, and here is none.
        end = f"(?!{_LETTER})(?![@＠{self._joints.replace(':', '')}]{_LETTER})"
        return (
            re.compile(f"{_SHORT_AFTER_AT}(?:{_either(self.shorts)}){end}", re.IGNORECASE)
            if self.shorts
            else None
        )

    @cached_property
    def _short_by_hand(self) -> "re.Pattern[str] | None":
        return (
            re.compile(f"{_AFTER_AT}(?:{_either(self.shorts)})(?!-?{_LETTER})", re.IGNORECASE)
            if self.shorts
            else None
        )

    @cached_property
    def _words(self) -> "re.Pattern[str] | None":
        known = self.handles - self.unseen
        if self._named is None or not known:
            return self._named
        alone = f"{_begin(self._joints)}(?:{_either(known)}){self._end}"
        return re.compile(f"{self._named.pattern}|{alone}", re.IGNORECASE)

    @property
    def _end(self) -> str:
        return f"(?!{_LETTER})" + (f"(?![{self._joints}]{_LETTER})" if self._joints else "")

    @property
    def _joints(self) -> str:
        known = NETWORKS.get(self.network)
        return re.escape(known.handle_joints) if known else ""

    @property
    def _prefixes(self) -> tuple[str, ...]:
        known = NETWORKS.get(self.network)
        return known.handle_prefixes if known else ()

    @property
    def _behind_hosts(self) -> list[tuple[str, str]]:
        """In an address the host stands before the name: what does, and the name."""
        return [
            (prefix.replace("{host}", host), name)
            for name, _, host in (handle.partition("@") for handle in sorted(self.handles))
            for prefix in self._prefixes
            if host and "{host}" in prefix
        ]


@dataclass(frozen=True)
class Forgotten:
    """Posts (every version), accounts, and handles in lower case without @: each with its network. In the posts
    `of_namesakes` the short form of a handle is somebody else's. Those `of_both` mention both, and look like the others
    once the mention of whom is forgotten is gone. `entries`: ids of what was kept by hand about the accounts, or under
    the handles, each with the column that has it (`note_id`). `unseen`: those of the handles that no network has shown
    here; nobody says them in short."""

    posts: frozenset[Pair] = frozenset()
    accounts: frozenset[Pair] = frozenset()
    handles: frozenset[Pair] = frozenset()
    of_namesakes: frozenset[Pair] = frozenset()
    of_both: frozenset[Meant] = frozenset()
    entries: frozenset[Pair] = frozenset()
    unseen: frozenset[Pair] = frozenset()

    @classmethod
    def of(
        cls,
        network: str,
        post_ids: Iterable[str] = (),
        account_ids: Iterable[str] = (),
        handles: Iterable[str] = (),
    ) -> "Forgotten":
        """What is to be forgotten of one network."""
        posts, accounts, names = (
            frozenset((network, value) for value in values) for values in (post_ids, account_ids, handles)
        )
        return cls(posts, accounts, names)

    def __bool__(self) -> bool:
        return bool(self.posts or self.accounts or self.handles)

    def __or__(self, other: "Forgotten") -> "Forgotten":
        return Forgotten(
            self.posts | other.posts,
            self.accounts | other.accounts,
            self.handles | other.handles,
            self.of_namesakes | other.of_namesakes,
            self.of_both | other.of_both,
            self.entries | other.entries,
            self.unseen | other.unseen,
        )

    @property
    def networks(self) -> list[str]:
        """The networks that any of it is of."""
        return list(self._by_network)

    def on(self, network: str) -> OnNetwork:
        """What of it is of one network, with bare ids."""
        return self._by_network.get(network) or OnNetwork(network)

    def mask(self, text: str, network: str | None = None, post_id: str | None = None) -> str:
        """The text (of that post) without handles of the network; without one, where nobody knows of which it is, of
        any."""
        for name in self.networks if network is None else [network]:
            one = self.on(name)
            text = one.mask_by_hand(text) if network is None else one.mask(text, post_id)
        return text

    def mentions(self, text: str, network: str | None = None) -> bool:
        """Whether a text has a handle in it, as texts name people: by an @, or by an address."""
        return self.mask(text, network) != text

    def names(self, text: str, network: str | None = None) -> bool:
        """Whether the text, which need not be one of people's, has a handle in it, with an @ or without."""
        called = [self.on(name) for name in (self.networks if network is None else [network])]
        return self.mask(text, network) != text or any(one.mask_words(text) != text for one in called)

    @cached_property
    def _by_network(self) -> dict[str, OnNetwork]:
        names = sorted(
            {network for pairs in (self.posts, self.accounts, self.handles) for network, _ in pairs}
        )
        return {
            name: OnNetwork(
                name,
                _bare(name, self.posts),
                _bare(name, self.accounts),
                _bare(name, self.handles),
                _bare(name, self.of_namesakes),
                frozenset(meant for meant in self.of_both if meant[0] == name),
                _bare(name, self.unseen),
            )
            for name in names
        }


def _bare(network: str, pairs: frozenset[Pair]) -> frozenset[str]:
    return frozenset(value for name, value in pairs if name == network)


def _begin(joints: str) -> str:
    """Before a name stands neither a letter nor, behind one, what joins the parts of a name."""
    return f"(?<!{_LETTER})" + (f"(?<!{_LETTER}[{joints}])" if joints else "")


def _either(handles: frozenset[str]) -> str:
    # The longest first: if one handle is the beginning of another, the longer one is tried first.
    # Phones may write the wide @.
    longest_first = sorted(handles, key=len, reverse=True)
    return "|".join(re.escape(handle).replace("@", "[@＠]") for handle in longest_first)


def _underscores(found: "re.Match[str]") -> str:
    return "_" * len(found[0])
