"""The networks that Rapport knows, each declared once: what more than one room has to know of a network stands here.

How a network is asked is the matter of its extractor (extractors/<network>). An id means something on its own network
only. Wherever one stands alone, without a column `network` beside it, it is qualified: `x:12345`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Where rapport.toml, outcomes.csv or a command names an account or a post without its network, it is one of this.
DEFAULT = "x"
# What qualifies the ids of people listed by hand; no network may be called this.
PERSON = "person"


@dataclass(frozen=True)
class Stream:
    """One kind of thing that is fetched of a network. `label` is what the report calls it.

    `is_expected`: every run asks it for every account of ours, so it has to reach as far as the newest data. Whether
    there is anything to ask of the other streams follows from what these bring.
    """

    name: str
    label: str
    is_expected: bool = False


@dataclass(frozen=True)
class Network:
    """A network. `name` is its key beside every id, `label` what people call it ("on X").

    The grammars are regular expressions that match a whole id, or a whole handle without its @; `id_words` says to
    people what an id looks like. In the addresses `{id}` stands for the id, which finds the post or the profile
    whatever the handle is by now.

    `replies_stream` brings the replies in our conversations. Completeness is measured there: the replies to a post that
    were captured, of those that the network says it has. `epoch_ms`: where ids hold the time they were made at, as
    milliseconds since then (Unix time) in the bits above the 22nd; ids below 2^40 are older than that.
    `price_usd`: what one object of a kind costs, US dollars; empty where reading is free.
    """

    name: str
    label: str
    id_grammar: str
    id_words: str
    handle_grammar: str
    post_url: str
    profile_url: str
    streams: tuple[Stream, ...]
    replies_stream: str
    epoch_ms: int | None = None
    price_usd: Mapping[str, float] = field(default_factory=dict)

    def is_id(self, text: str) -> bool:
        """Whether it could be the id of a post or an account there."""
        return re.fullmatch(self.id_grammar, text) is not None

    def is_handle(self, text: str) -> bool:
        """Whether it could be a handle there (without @)."""
        return re.fullmatch(self.handle_grammar, text) is not None

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
    post_url="https://x.com/i/web/status/{id}",
    profile_url="https://x.com/i/user/{id}",
    streams=(
        Stream("profiles", "Profiles"),
        Stream("own_posts", "What we wrote", is_expected=True),
        Stream("mentions", "Posts that mention us", is_expected=True),
        Stream("conversations", "Replies in our conversations"),
        Stream("quotes", "Quotes of our posts"),
        Stream("reposters", "Who reposted our posts"),
        Stream("likers", "Who liked our posts"),
        Stream("direct_messages", "Direct messages"),
        Stream("missing", "Earlier posts that replies point to"),
        Stream("lookups", "Posts looked up again"),
        Stream("account_lookups", "Accounts looked up again"),
    ),
    replies_stream="conversations",
    epoch_ms=1_288_834_974_657,
    # The vendor's documentation of 2026-08 (pay-per-use). Owned reads are cheaper ($0.001), but only where the app is
    # the account's own: never assumed. A like that comes as its account is taken for a user read, the dearer of the
    # two prices it may have. A count is a request: how many posts a query finds, without reading one.
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
        name, colon, said = text.partition(":")
        if not colon:
            name, said = DEFAULT, text
        network = NETWORKS.get(name)
        if network is None:
            raise ValueError(f"'{text}' names no network we know; those there are: {', '.join(NETWORKS)}")
        if said.startswith("@") and network.is_handle(said[1:]):
            return cls(name, handle=said[1:])
        if network.is_id(said):
            return cls(name, account_id=said)
        if colon and network.is_handle(said):
            return cls(name, handle=said)
        raise ValueError(f"'{text}' does not fit; write a handle as \"@name\" or an id as {network.id_words}")

    @property
    def key(self) -> tuple[str, str]:
        """What two references to one account share, be it that they name it alike: capitals make no other handle."""
        return self.network, f"@{self.handle.lower()}" if self.handle else str(self.account_id)

    def __str__(self) -> str:
        said = f"@{self.handle}" if self.handle else str(self.account_id)
        return said if self.network == DEFAULT else f"{self.network}:{said}"


def qualified(network: str, object_id: str) -> str:
    """An id that can stand alone: `x:12345`."""
    return f"{network}:{object_id}"


def parts(text: str) -> tuple[str, str]:
    """(network, id) of a qualified id; of a bare one the network is the default. For people: ("person", id)."""
    network, colon, object_id = text.partition(":")
    return (network, object_id) if colon else (DEFAULT, text)


def post_url(network: str, post_id: str) -> str | None:
    """Where the network shows the post; None where it is none of its ids, or we do not know the network."""
    known = NETWORKS.get(network)
    return known.post_url.format(id=post_id) if known and known.is_id(post_id) else None


def profile_url(network: str, account_id: str) -> str | None:
    """Where the network shows the account; None where it is none of its ids, or we do not know the network."""
    known = NETWORKS.get(network)
    return known.profile_url.format(id=account_id) if known and known.is_id(account_id) else None
