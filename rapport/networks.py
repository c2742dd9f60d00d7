"""The networks that Rapport knows, each declared once, with everything that more than one package has to know of it.

How a network's API is called is known only to its extractor (extractors/<network>). An id has a meaning only on its own
network. Where it stands alone, without a column `network` beside it, it is qualified: `x:12345`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

# The network of accounts and posts that rapport.toml, outcomes.csv or a command names without a network.
DEFAULT = "x"
# Qualifies the ids of people listed by hand; no network may have this name.
PERSON = "person"


@dataclass(frozen=True)
class Stream:
    """One kind of object that is fetched from a network. `label` is its name in the report.

    `is_expected`: every run fetches it for every account of ours, so it has to reach as far as the newest data. The
    other streams are fetched only if these show that there is something to fetch. `completes_conversations`: where it
    was not fetched, posts of conversations may be missing. `is_of_house`: it looks up what the home holds for any
    client, so that no client has a post because of it. `is_windowed`: the network takes a window, and gives nothing
    from outside of it; where not, the page that reaches back to the window's start holds older posts, too. `is_talk`:
    it brings what conversations and addresses are made of, so that figures lack something where it was not fetched.
    `has_no_posts`: it brings profiles or messages, and that it brought no post says nothing.
    """

    name: str
    label: str
    is_expected: bool = False
    completes_conversations: bool = False
    is_of_house: bool = False
    is_windowed: bool = False
    is_talk: bool = False
    has_no_posts: bool = False


@dataclass(frozen=True)
class Network:
    """A network. `name` is its key beside every id, `label` what people call it ("on X").

    The grammars are regular expressions that match a whole id, or a whole handle without its @; the words say to
    people what an id looks like. `handle_joints`: signs that, between letters, are part of a handle: @ana.test is not
    named in @ana.test.example. `handle_prefixes`: what, beside @, stands before a handle that names its account, in
    addresses and in search queries; where a handle is `name@host`, the name alone stands behind a prefix with {host}.
    `short_handle`: the form of handles that texts may say in short, with what they say of it in group 1: @ana for
    ana@wald.test. It may be somebody else's, too.
    In the addresses `{id}` stands for the id, which finds the post or the profile whatever the handle is by now; of an
    id `name@host` the parts are `{name}` and `{host}`. `id_in_post_url`: texts of a post's id, and what stands for them
    in its address, which then has a `post_url_grammar` of its own.

    `streams` are those of which others have to know more than the name. `replies_stream` brings the replies in our
    conversations. Completeness is measured there: the replies to a post that were captured, of those that the network
    says it has. `epoch_ms`: where ids hold the time they were made at, as milliseconds since then (Unix time) in the
    bits above the 22nd; ids below 2^40 are older than that. `began_at`: nothing there is older.
    `price_usd`: what one object of a kind costs, US dollars; empty where reading is free.
    `is_translated`: its objects are not in the words of schema raw; extractors/<network>/objects.py puts
    them into these.
    `profile_addresses`: where an account's profile is found, or what else it owns, without https://; of {handle}, {id},
    and of a handle `name@host` {name} and {host}.
    `verifies_links`: its profiles have fields with links, of which it says whether the page there leads back, and say
    to which account somebody has moved.
    `inherits_handles`: the @handles a reply begins with come from its thread, and are no words of its author's.
    `counts_replies`: a post's count of replies says how many there are to be captured. Where it does not, nobody knows
    whether a conversation is complete.
    `names_conversations`: every post names its conversation. Where it does not, that of a reply is known once its
    thread was read.
    `private_talk`: what people call a post there that is not for everybody.
    """

    name: str
    label: str
    post_id_grammar: str
    account_id_grammar: str
    post_id_words: str
    account_id_words: str
    handle_grammar: str
    handle_prefixes: tuple[str, ...]
    post_url: str
    profile_url: str
    streams: tuple[Stream, ...]
    replies_stream: str
    began_at: datetime
    epoch_ms: int | None = None
    price_usd: Mapping[str, float] = field(default_factory=dict)
    handle_joints: str = ""
    short_handle: str | None = None
    id_in_post_url: tuple[tuple[str, str], ...] = ()
    post_url_grammar: str | None = None
    profile_addresses: tuple[str, ...] = ()
    verifies_links: bool = False
    is_translated: bool = True
    inherits_handles: bool = False
    counts_replies: bool = True
    names_conversations: bool = True
    private_talk: str = "direct message"

    def is_id(self, text: str) -> bool:
        """Whether it could be the id of a post or an account there."""
        return self.is_post_id(text) or self.is_account_id(text)

    def is_post_id(self, text: str) -> bool:
        """Whether it could be the id of a post there."""
        return re.fullmatch(self.post_id_grammar, text) is not None

    def is_account_id(self, text: str) -> bool:
        """Whether it could be the id of an account there."""
        return re.fullmatch(self.account_id_grammar, text) is not None

    def is_handle(self, text: str) -> bool:
        """Whether it could be a handle there (without @)."""
        return re.fullmatch(self.handle_grammar, text) is not None

    def short_of(self, handle: str) -> str | None:
        """What texts there may say in short for the handle, without @; None where they say all of it."""
        found = re.fullmatch(self.short_handle, handle) if self.short_handle else None
        return found[1] if found else None

    def stream_label(self, name: str) -> str:
        """What the report calls a stream; of one that is not declared, its name made readable."""
        labels = {stream.name: stream.label for stream in self.streams}
        return labels.get(name) or name.replace("_", " ").capitalize()

    @property
    def conversation_streams(self) -> tuple[str, ...]:
        """Names of the streams without which posts of conversations are missing."""
        return tuple(stream.name for stream in self.streams if stream.completes_conversations)

    @property
    def talk_streams(self) -> tuple[str, ...]:
        """Names of the streams on which conversations, addresses and their answers rest."""
        return tuple(stream.name for stream in self.streams if stream.is_talk)

    @property
    def house_streams(self) -> tuple[str, ...]:
        """Names of the streams that look up what the home holds, whichever client it was fetched for."""
        return tuple(stream.name for stream in self.streams if stream.is_of_house)

    @property
    def postless_streams(self) -> tuple[str, ...]:
        """Names of the streams that bring profiles or messages, and no posts."""
        return tuple(stream.name for stream in self.streams if stream.has_no_posts)

    @property
    def windowed_streams(self) -> tuple[str, ...]:
        """Names of the streams whose pages hold nothing from outside their window."""
        return tuple(stream.name for stream in self.streams if stream.is_windowed)

    @property
    def expected_streams(self) -> tuple[str, ...]:
        """Names of the streams that every run asks for every account of ours."""
        return tuple(stream.name for stream in self.streams if stream.is_expected)


X = Network(
    name="x",
    label="X",
    # Unsigned 64-bit numbers, as the vendor's OpenAPI documents give them.
    post_id_grammar=r"[0-9]{1,19}",
    account_id_grammar=r"[0-9]{1,19}",
    post_id_words="digits",
    account_id_words="digits",
    handle_grammar=r"[A-Za-z0-9_]{1,15}",
    handle_prefixes=("x.com/", "twitter.com/", "from:", "to:"),
    post_url="https://x.com/i/web/status/{id}",
    profile_url="https://x.com/i/user/{id}",
    profile_addresses=("x.com/{handle}", "twitter.com/{handle}"),
    streams=(
        Stream("profiles", "Profiles", has_no_posts=True),
        Stream("own_posts", "What we wrote", is_expected=True, is_windowed=True, is_talk=True),
        Stream("mentions", "Posts that mention us", is_expected=True, is_windowed=True, is_talk=True),
        Stream("conversations", "Replies in our conversations", completes_conversations=True, is_talk=True),
        Stream("quotes", "Quotes of our posts", is_talk=True),
        Stream("reposters", "Who reposted our posts", has_no_posts=True),
        Stream("likers", "Who liked our posts", has_no_posts=True),
        Stream("direct_messages", "Direct messages", is_talk=True, has_no_posts=True),
        Stream("missing", "Earlier posts that replies point to", completes_conversations=True, is_talk=True),
        Stream("lookups", "Lookups", is_of_house=True),
        Stream("account_lookups", "Account lookups", is_of_house=True, has_no_posts=True),
    ),
    replies_stream="conversations",
    # The day of its first post and of its first accounts.
    began_at=datetime(2006, 3, 21, tzinfo=UTC),
    epoch_ms=1_288_834_974_657,
    # The vendor's documentation of 2026-08 (pay-per-use). Owned reads are cheaper ($0.001), but only where the app is
    # the account's own: never assumed. A like comes as the account that gave it, and is counted as a user read: the
    # dearer of its two possible prices. A count tells how many posts a query finds without reading them: it is priced
    # by request.
    price_usd={"post": 0.005, "user": 0.010, "message": 0.010, "count": 0.005},
    is_translated=False,
    inherits_handles=True,
)

# What is fetched from a network where reading is free. Only with a secret of the account's own does anybody learn who
# mentions it, so not every run fetches mentions.
_FREE_STREAMS = (
    Stream("profiles", "Profiles", has_no_posts=True),
    Stream("own_posts", "What we wrote", is_expected=True, is_talk=True),
    Stream("mentions", "Posts that mention us", is_talk=True),
    Stream("conversations", "Replies in our conversations", completes_conversations=True, is_talk=True),
    Stream("quotes", "Quotes of our posts", is_talk=True),
    Stream("reposters", "Who reposted our posts", has_no_posts=True),
    Stream("likers", "Who liked our posts", has_no_posts=True),
    Stream("missing", "Earlier posts that replies point to", completes_conversations=True, is_talk=True),
    Stream("lookups", "Lookups", is_of_house=True),
    Stream("account_lookups", "Account lookups", is_of_house=True, has_no_posts=True),
)

# An account is its DID, a post the at:// address of its record: by the specifications of the AT Protocol (DID, AT URI,
# record key, handle). A repost is a record of its own.
_DID = r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]"
# No key is . or .., which in an address lead elsewhere.
_RECORD_KEY = r"(?:\.{0,2}[A-Za-z0-9_:~-]|\.{3})[A-Za-z0-9._:~-]*"
_DOMAIN_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

BLUESKY = Network(
    name="bluesky",
    label="Bluesky",
    post_id_grammar=rf"at://{_DID}/app\.bsky\.feed\.(?:post|repost)/{_RECORD_KEY}",
    account_id_grammar=_DID,
    post_id_words="at://did:…/app.bsky.feed.post/…",
    account_id_words="did:plc:…",
    handle_grammar=rf"(?:{_DOMAIN_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?",
    handle_joints=".-",
    # what the network itself gives out, when an account has no domain of its own
    short_handle=r"([^.]+)\.bsky\.social",
    handle_prefixes=("bsky.app/profile/", "at://", "from:", "mentions:"),
    post_url="https://bsky.app/profile/{id}",
    id_in_post_url=(("at://", ""), ("/app.bsky.feed.post/", "/post/")),
    post_url_grammar=rf"https://bsky\.app/profile/{_DID}/(?:post|app\.bsky\.feed\.repost)/{_RECORD_KEY}",
    profile_url="https://bsky.app/profile/{id}",
    # a handle is a domain of the account's own
    profile_addresses=("{handle}", "bsky.app/profile/{handle}", "bsky.app/profile/{id}"),
    streams=_FREE_STREAMS,
    replies_stream="conversations",
    # Bluesky is of 2022, but who brings older posts along from X may date them as they were there.
    began_at=X.began_at,
    # A reply whose parent was deleted is counted nowhere, and a block hides replies without a word.
    counts_replies=False,
)

# A name is the same on many servers: with its host it is one account. A post is known everywhere by the address that
# its own server gave it; very old ones have a `tag:` instead.
_NAME_AT_HOST = (
    r"[{letters}0-9_](?:[{letters}0-9_.-]*[{letters}0-9_])?"
    r"@[{letters}0-9](?:[{letters}0-9.-]*[{letters}0-9])?(?::[0-9]{{1,5}})?"
)

MASTODON = Network(
    name="mastodon",
    label="Mastodon",
    post_id_grammar=r"(?:https?://|tag:)[!-~]+",
    account_id_grammar=_NAME_AT_HOST.format(letters="a-z"),
    post_id_words="the address of the post at its own server, https://…",
    account_id_words="name@host, in small letters",
    handle_grammar=_NAME_AT_HOST.format(letters="A-Za-z"),
    handle_joints=".:-",
    # servers show a mention without its host
    short_handle=r"([^@]+)@.+",
    handle_prefixes=("{host}/@", "{host}/users/", "acct:"),
    post_url="{id}",
    profile_url="https://{host}/@{name}",
    profile_addresses=("{host}/@{name}", "{host}/users/{name}"),
    verifies_links=True,
    streams=_FREE_STREAMS,
    replies_stream="conversations",
    # Mastodon is of 2016, but it talks to servers that are older. The first of them opened on this day.
    began_at=datetime(2008, 7, 2, tzinfo=UTC),
    names_conversations=False,
    # addressed to somebody, or to the followers alone
    private_talk="private post",
)


@dataclass(frozen=True)
class Bridge:
    """A bridge that copies accounts of the network `source` to `network`, and what they write there.

    `handle` is the copy's handle, made of that of the account it copies: {handle}, or of `name@host` {name} and {host},
    where _ becomes -. What follows the last part is the bridge's own: by that a copy is known.
    """

    network: str
    source: str
    handle: str

    @property
    def ending(self) -> str:
        """How every handle of its copies ends."""
        return self.handle.rpartition("}")[2]


# Bridgy Fed (fed.brid.gy) names its copies so, by its documentation of 2026-11.
BRIDGES = (
    Bridge("bluesky", "mastodon", "{name}.{host}.ap.brid.gy"),
    Bridge("mastodon", "bluesky", "{handle}@bsky.brid.gy"),
)

NETWORKS: dict[str, Network] = {network.name: network for network in (X, BLUESKY, MASTODON)}


@dataclass(frozen=True)
class AccountRef:
    """An account as people name it: by its handle (as written, without @), or by its id."""

    network: str
    handle: str | None = None
    account_id: str | None = None

    @classmethod
    def parse(cls, text: str) -> "AccountRef":
        """`@handle` or an id (of X), `network:@handle`, `network:handle` or `network:id`; without a network what one
        alone can mean: `@name@host`, `@ana.example`, a DID. Raises ValueError."""
        name, colon, account = text.partition(":")
        if name not in NETWORKS and (only := _only(text)):
            name, colon, account = only, "", text
        elif not colon:
            name, account = DEFAULT, text
        network = NETWORKS.get(name)
        if network is None:
            raise ValueError(f"'{text}' names no network we know; those there are: {', '.join(NETWORKS)}")
        if account.startswith("@") and network.is_handle(account[1:]):
            return cls(name, handle=account[1:])
        if network.is_account_id(account):
            return cls(name, account_id=account)
        if colon and network.is_handle(account):
            return cls(name, handle=account)
        raise ValueError(
            f"'{text}' does not fit; write a handle as \"@name\" or an id as {network.account_id_words}"
        )

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two references that name an account in the same way. Handles don't differ by capitals, and
        Mastodon's are ids."""
        handle = (self.handle or "").lower()
        return self.network, f"@{handle}" if handle and "@" not in handle else handle or str(self.account_id)

    def __str__(self) -> str:
        account = f"@{self.handle}" if self.handle else str(self.account_id)
        return account if self.network == DEFAULT else f"{self.network}:{account}"


def _only(text: str) -> str:
    """The network that alone has such a handle, with @, or such an id, with a colon in it; else ""."""
    handle = text.removeprefix("@") if text.startswith("@") else ""
    account_id = text if ":" in text else ""
    fit = [one.name for one in NETWORKS.values() if one.is_handle(handle) or one.is_account_id(account_id)]
    return fit[0] if len(fit) == 1 else ""


def qualified(network: str, object_id: str) -> str:
    """An id that can stand alone: `x:12345`."""
    return f"{network}:{object_id}"


def parts(text: str) -> tuple[str, str]:
    """(network, id) of a qualified id; of a bare one the network is the default. For people: ("person", id)."""
    network, colon, object_id = text.partition(":")
    return (network, object_id) if colon else (DEFAULT, text)


def is_id(text: str) -> bool:
    """Whether it is an id of a network we know: `network:id`, or one of the default network alone."""
    network, object_id = parts(text)
    return network in NETWORKS and NETWORKS[network].is_id(object_id)


def label_of(network: str) -> str:
    """What people call a network; its key where nobody declares it any more."""
    return NETWORKS[network].label if network in NETWORKS else network


def private_talk_of(network: str) -> str:
    """What people call a post there that is not for everybody, in the singular."""
    return (NETWORKS.get(network) or NETWORKS[DEFAULT]).private_talk


def post_url(network: str, post_id: str) -> str | None:
    """The address of the post; None if it is no id of that network, or if the network is unknown."""
    known = NETWORKS.get(network)
    if known is None or not known.is_post_id(post_id):
        return None
    for text, instead in known.id_in_post_url:
        post_id = post_id.replace(text, instead)
    return known.post_url.format(id=post_id)


def profile_url(network: str, account_id: str) -> str | None:
    """The address of the account; None if it is no id of that network, or if the network is unknown."""
    known = NETWORKS.get(network)
    if known is None or not known.is_account_id(account_id):
        return None
    name, _, host = account_id.partition("@")
    return known.profile_url.format(id=account_id, name=name, host=host)
