"""How a network speaks: what the machinery has to be told of it, and nothing that asks it.

A `Dialect` is pure. It says what a request carries and what a page says, in raw's vocabulary. A `Client` sends one
request and brings one whole page. `extractors/fetching/__init__.py` tells how a network is added.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from extractors import errors
from extractors.fetching.streams import Stream, Target
from extractors.fetching.vocabulary import ObjectKind
from extractors.state.budget import Kind
from extractors.translation import Translated
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.config_clients import Budget
from rapport.networks import Network
from rapport.window import Window, moment_in

Progress = Callable[[str], None]
Objects = list[dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """A page as the network gave it: `body` is its bytes, `value` the same parsed; headers have lower-case names.

    `facts` go into the page's envelope, where its reader finds them: `about_post_id` (the post whose thread, quotes,
    likes or reposts it lists), `host` (which server answered), and what else the body alone does not tell.
    """

    endpoint: str
    parameters: dict[str, str]
    status_code: int
    headers: Mapping[str, str]
    body: bytes
    value: dict[str, Any]
    requested_at: datetime
    fetched_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What one page says, its objects in raw's vocabulary.

    `own`: the objects that were asked for, of the stream's kind. `posts`, `users`: what came along. `errors`: what was
    asked for and not given. `next_token`: of the page after this one; None ends the walk. `newest_id` and `oldest_id`:
    as the network itself says, None where it does not; `result_count`: likewise, or as they were counted. `oldest_at`:
    how far back the page reaches, in the order in which the network pages; None: as far as its oldest own object.
    """

    own: Objects
    posts: Objects = field(default_factory=list)
    users: Objects = field(default_factory=list)
    errors: Objects = field(default_factory=list)
    next_token: str | None = None
    newest_id: str | None = None
    oldest_id: str | None = None
    result_count: int | None = None
    oldest_at: datetime | None = None

    @property
    def own_ids(self) -> set[str]:
        """Ids of what was asked for."""
        return {str(item["id"]) for item in self.own if item.get("id")}

    @property
    def is_back_at(self) -> datetime | None:
        """How far back the page reaches; None if it does not say."""
        moments = [at for at in (moment_in(item.get("created_at")) for item in self.own) if at]
        return self.oldest_at or min(moments, default=None)


@dataclass(frozen=True)
class Instead:
    """Another way to the same objects, after a refusal. `lost` is what it does not reach, and `why`; `window` is what
    it does reach (None: nothing)."""

    stream: Stream
    target: Target
    window: Window | None
    lost: Window | None
    why: str


class Dialect:
    """What the machinery is told of a network. A network's own is a subclass, in extractors/<network>/dialect.py.

    `streams` are what a run is made of, by name, in the order of planning. `settle_time`: a window has to have ended so
    long ago before the network answers for all of it. `search_reach`: how far back replies are shown (None: all).
    """

    network: ClassVar[Network]
    streams: ClassVar[Mapping[str, Stream]]
    settle_time: ClassVar[timedelta] = timedelta(seconds=15)
    search_reach: ClassVar[timedelta | None] = None

    def stream(self, name: str) -> Stream:
        """The stream of that name."""
        return self.streams[name]

    def names_of(self, wave: int) -> list[str]:
        """Names of all the streams of a wave."""
        return [stream.name for stream in self.streams.values() if stream.wave == wave]

    def with_posts(self) -> list[str]:
        """Names of the streams whose pages hold posts."""
        return [stream.name for stream in self.streams.values() if stream.kind == "post"]

    def wanted(self, settings: Settings, config: ClientConfig, wave: int | None = None) -> list[Stream]:
        """The streams of a run (of one of its waves, if given) that the client's access and consent allow."""
        return [
            stream
            for stream in self.streams.values()
            if wave in (None, stream.wave) and self.may_fetch(settings, config, stream)
        ]

    def may_fetch(self, settings: Settings, config: ClientConfig, stream: Stream) -> bool:
        """Whether the client's access and consent allow the stream."""
        return True

    # --- a request ---

    def request(
        self, stream: Stream, target: Target, window: Window, token: str | None, below: str | None
    ) -> dict[str, Any]:
        """What a request for a page carries. `below`: only what is older than that id, after a token has expired."""
        parameters = {**stream.parameters, **dict(target.parameters)}
        if token is not None and stream.token_parameter:
            parameters[stream.token_parameter] = token
        return parameters

    def below(self, parameters: Mapping[str, Any]) -> str | None:
        """Which `below` a request carried."""
        return None

    def result_bounds(self, stream: Stream, parameters: Mapping[str, Any]) -> tuple[int, int]:
        """How many results a paid request may bring, if it is asked for as few as possible, and as it stands."""
        return 1, 1

    def sized(self, parameters: dict[str, Any], size: int) -> dict[str, Any]:
        """The request for so many results."""
        return parameters

    def instead(
        self, problem: errors.RequestRefused, stream: Stream, target: Target, window: Window, now: datetime
    ) -> Instead | None:
        """What to ask instead of a request that was refused; None: nothing."""
        return None

    def profile_targets(
        self, handles: list[str], account_ids: list[str], budget: Budget | None
    ) -> list[Target]:
        """Requests of the stream `profiles` for those accounts."""
        raise NotImplementedError

    def post_targets(self, post_ids: list[str], budget: Budget | None) -> list[Target]:
        """Requests of the stream `missing` for those posts."""
        raise NotImplementedError

    # --- an answer ---

    def read(self, envelope: Mapping[str, Any], body: dict[str, Any]) -> Reading:
        """What a page says. Of the envelope everything is there that is known before its objects are."""
        raise NotImplementedError

    def unplaced(self, reading: Reading) -> set[str]:
        """Posts of a page that does not say to which conversations they belong: these are found by asking for the posts
        as for conversations."""
        return set()

    def check(self, stream: Stream, body: dict[str, Any]) -> None:
        """Raises FieldsMissing if the first page of a walk lacks what everything downstream depends on."""

    def version(self, answer: Answer) -> str | None:
        """The version of the API that answered, where it says so."""
        return None

    def rate_limit(self, answer: Answer) -> dict[str, str | None]:
        """limit, remaining and reset of the endpoint, as the answer gives them."""
        return {name: answer.headers.get(f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset")}

    def is_about_asked(self, error: Mapping[str, Any]) -> bool:
        """Whether an error of a look-up says that a post asked for is not shown."""
        return error.get("resource_type") == "post"

    # --- order ---

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Ids in an order that is always the same."""
        return sorted(ids)

    def newest_first(self, posts: Iterable[dict[str, Any]]) -> Objects:
        """Posts by their time."""
        return sorted(
            posts, key=lambda post: (str(post.get("created_at")), str(post.get("id"))), reverse=True
        )

    def moment_of(self, post: Mapping[str, Any]) -> datetime | None:
        """When it was written."""
        return moment_in(post.get("created_at"))


class Client(Protocol):
    """The way to a network: one request in, one whole page out. Its package's only module that knows its library."""

    @property
    def dialect(self) -> Dialect:
        """How the network speaks."""

    def page(self, stream: Stream, target: Target, parameters: dict[str, Any]) -> Answer:
        """One page. Raises ExtractionError, that says whether the network may bill the request."""

    def __enter__(self) -> "Client":
        """Opens it."""

    def __exit__(self, *_: object) -> None:
        """Closes its connections."""


def returned(reading: Reading, kind: ObjectKind) -> dict[Kind, set[str]]:
    """Ids of what a page holds, what came along counted, by kind."""
    found: dict[Kind, set[str]] = {
        "post": {str(post.get("id")) for post in reading.posts},
        "user": {str(user.get("id")) for user in reading.users},
    }
    own = {str(item.get("id")) for item in reading.own}
    return {**found, kind: found.get(kind, set()) | own}


def reading_of(objects: Iterable[Translated], kind: ObjectKind, **said: Any) -> Reading:
    """The reading of a page whose objects a translator has put into raw's words. `said`: what else a Reading has.

    `kind` is that of the stream (`data_kind` in the envelope): such objects, where asked for, are the page's own. The
    page's results are all that was asked for, private posts among them.
    """
    found: dict[str, Objects] = {"own": [], "post": [], "user": [], "message": [], "error": []}
    results = 0
    for item in objects:
        if item.section == "beyond":
            continue
        found["own" if item.section == "data" and item.kind == kind else item.kind].append(item.common)
        results += item.section == "data" and item.kind != "error"
    return Reading(found["own"], found["post"], found["user"], found["error"], result_count=results, **said)
