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
    client, so that no client has a post because of it.
    """

    name: str
    label: str
    is_expected: bool = False
    completes_conversations: bool = False
    is_of_house: bool = False


@dataclass(frozen=True)
class Network:
    """A network. `name` is its key beside every id, `label` what people call it ("on X").

    The grammars are regular expressions that match a whole id, or a whole handle without its @; `id_words` says to
    people what an id looks like. `handle_prefixes`: what, beside @, stands before a handle that names its account, in
    addresses and in search queries. In the addresses `{id}` stands for the id, which finds the post or the profile
    whatever the handle is by now.

    `streams` are those of which others have to know more than the name. `replies_stream` brings the replies in our
    conversations. Completeness is measured there: the replies to a post that were captured, of those that the network
    says it has. `epoch_ms`: where ids hold the time they were made at, as milliseconds since then (Unix time) in the
    bits above the 22nd; ids below 2^40 are older than that. `began_at`: nothing there is older.
    `price_usd`: what one object of a kind costs, US dollars; empty where reading is free.
    """

    name: str
    label: str
    id_grammar: str
    id_words: str
    handle_grammar: str
    handle_prefixes: tuple[str, ...]
    post_url: str
    profile_url: str
    streams: tuple[Stream, ...]
    replies_stream: str
    began_at: datetime
    epoch_ms: int | None = None
    price_usd: Mapping[str, float] = field(default_factory=dict)

    def is_id(self, text: str) -> bool:
        """Whether it could be the id of a post or an account there."""
        return re.fullmatch(self.id_grammar, text) is not None

    def is_handle(self, text: str) -> bool:
        """Whether it could be a handle there (without @)."""
        return re.fullmatch(self.handle_grammar, text) is not None

    def stream_label(self, name: str) -> str:
        """What the report calls a stream; of one that is not declared, its name made readable."""
        labels = {stream.name: stream.label for stream in self.streams}
        return labels.get(name) or name.replace("_", " ").capitalize()

    @property
    def conversation_streams(self) -> tuple[str, ...]:
        """Names of the streams without which posts of conversations are missing."""
        return tuple(stream.name for stream in self.streams if stream.completes_conversations)

    @property
    def house_streams(self) -> tuple[str, ...]:
        """Names of the streams that look up what the home holds, whichever client it was fetched for."""
        return tuple(stream.name for stream in self.streams if stream.is_of_house)

    @property
    def expected_streams(self) -> tuple[str, ...]:
        """Names of the streams that every run asks for every account of ours."""
        return tuple(stream.name for stream in self.streams if stream.is_expected)


X = Network(
    name="x",
    label="X",
    # Unsigned 64-bit numbers, as the vendor's OpenAPI documents give them.
    id_grammar=r"[0-9]{1,19}",
    id_words="digits",
    handle_grammar=r"[A-Za-z0-9_]{1,15}",
    handle_prefixes=("x.com/", "twitter.com/", "from:", "to:"),
    post_url="https://x.com/i/web/status/{id}",
    profile_url="https://x.com/i/user/{id}",
    streams=(
        Stream("profiles", "Profiles"),
        Stream("own_posts", "What we wrote", is_expected=True),
        Stream("mentions", "Posts that mention us", is_expected=True),
        Stream("conversations", "Replies in our conversations", completes_conversations=True),
        Stream("quotes", "Quotes of our posts"),
        Stream("reposters", "Who reposted our posts"),
        Stream("likers", "Who liked our posts"),
        Stream("direct_messages", "Direct messages"),
        Stream("missing", "Earlier posts that replies point to", completes_conversations=True),
        Stream("lookups", "Lookups", is_of_house=True),
        Stream("account_lookups", "Account lookups", is_of_house=True),
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
)

NETWORKS: dict[str, Network] = {network.name: network for network in (X,)}


@dataclass(frozen=True)
class AccountRef:
    """An account as people name it: by its handle (as written, without @), or by its id."""

    network: str
    handle: str | None = None
    account_id: str | None = None

    @classmethod
    def parse(cls, text: str) -> "AccountRef":
        """`@handle` or an id (of X), `network:@handle`, `network:handle` or `network:id`. Raises ValueError."""
        name, colon, account = text.partition(":")
        if not colon:
            name, account = DEFAULT, text
        network = NETWORKS.get(name)
        if network is None:
            raise ValueError(f"'{text}' names no network we know; those there are: {', '.join(NETWORKS)}")
        if account.startswith("@") and network.is_handle(account[1:]):
            return cls(name, handle=account[1:])
        if network.is_id(account):
            return cls(name, account_id=account)
        if colon and network.is_handle(account):
            return cls(name, handle=account)
        raise ValueError(f"'{text}' does not fit; write a handle as \"@name\" or an id as {network.id_words}")

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two references that name an account in the same way. Handles don't differ by capitals."""
        return self.network, f"@{self.handle.lower()}" if self.handle else str(self.account_id)

    def __str__(self) -> str:
        account = f"@{self.handle}" if self.handle else str(self.account_id)
        return account if self.network == DEFAULT else f"{self.network}:{account}"


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


def post_url(network: str, post_id: str) -> str | None:
    """The address of the post; None if it is no id of that network, or if the network is unknown."""
    known = NETWORKS.get(network)
    return known.post_url.format(id=post_id) if known and known.is_id(post_id) else None


def profile_url(network: str, account_id: str) -> str | None:
    """The address of the account; None if it is no id of that network, or if the network is unknown."""
    known = NETWORKS.get(network)
    return known.profile_url.format(id=account_id) if known and known.is_id(account_id) else None
