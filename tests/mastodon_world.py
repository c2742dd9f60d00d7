"""A small world on Mastodon with one of each kind, and a server that shows it over real HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI

from emulator.elsewhere.ids import status_number
from emulator.elsewhere.model import MASTODON, Elsewhere, Said, Someone
from emulator.mastodon.access import LIMIT
from emulator.mastodon.api import MastodonApi, add_mastodon
from tests.clock import NOW, UNTIL, Clock
from tests.support.listening import listening

TOKEN = "a-token-that-must-not-leak"
US = "us@wald.test"
OUR_TOKEN = f"{TOKEN}:{US}"
PEOPLE = (US, "tomas@wald.test", "ada@fedi.test", "bo@fedi.test", "cy@uni.test", "dora@fedi.test")
START = UNTIL - timedelta(days=7)


@dataclass
class Talk:
    """The world, and a pen to write in it. Each status is a minute later than the one before, unless told otherwise."""

    elsewhere: Elsewhere
    at: datetime = START + timedelta(hours=9)
    # host of accounts → the name that their server has, where it is another one
    api_hosts: dict[str, str] = field(default_factory=dict)

    def say(self, author: str, text: str, **more: Any) -> str:
        """A status; its uri."""
        at = more.pop("at", self.at)
        self.at = max(self.at, at) + timedelta(minutes=1)
        name, _, host = author.partition("@")
        number = status_number(at, len(self.elsewhere.posts))
        uri = f"https://{self.api_hosts.get(host, host)}/users/{name}/statuses/{number}"
        parent = more.pop("to", None)
        above = self.elsewhere.posts[MASTODON, parent] if parent else None
        named = tuple(one for one in PEOPLE if f"@{one}" in text)
        mentions = dict.fromkeys(
            [*([above.author_id] if above and above.author_id != author else []), *named]
        )
        said = Said(
            MASTODON, uri, author, text, at, parent_id=parent, root_id=(above.root_id or parent) if above else None,
            mentions=tuple(mentions), number=number, **more,
        )  # fmt: skip
        self.elsewhere.posts[MASTODON, uri] = said
        self.elsewhere.forget_caches()
        return uri

    def __getitem__(self, uri: str) -> Said:
        return self.elsewhere.posts[MASTODON, uri]


@dataclass(frozen=True)
class Uris:
    """The statuses of the small world, by what is odd in them."""

    root: str  # ours, with a thread below
    answers: tuple[str, ...]
    foreign: str  # ada's, which we answered; our server was not sent all answers
    our_answer: str
    unsent: tuple[str, str]
    orphan: str  # ours, whose parent dora deleted
    direct: str
    followers_only: str
    quote: str
    revoked: str
    boost: str
    edited: str


def small_world(api_hosts: dict[str, str] | None = None) -> tuple[Talk, Uris]:
    """All of it before NOW."""
    elsewhere = Elsewhere(UNTIL)
    for number, account_id in enumerate(PEOPLE):
        elsewhere.people[MASTODON, account_id] = Someone(
            MASTODON, account_id, account_id, account_id.partition("@")[0].title(), f"I am {account_id}.",
            START - timedelta(days=700), verified_links=(f"https://{account_id.partition('@')[0]}.example",),
            number=str(1000 + number),
        )  # fmt: skip
    talk = Talk(elsewhere, api_hosts=api_hosts or {})
    root = talk.say(
        US, "Moss & fern: which is older?\n\nSee https://wald.test/a/very/long/address/of/a/page #moss"
    )
    first = talk.say("ada@fedi.test", f"@{US} Moss, by far.", to=root)
    back = talk.say(US, "@ada@fedi.test How do you know?", to=first)
    aside = talk.say("bo@fedi.test", "@ada@fedi.test I doubt it.", to=first)
    foreign = talk.say("ada@fedi.test", "A day in the bog.")
    ours = talk.say(US, "@ada@fedi.test Which bog?", to=foreign)
    unsent = talk.say("bo@fedi.test", "@ada@fedi.test Mine?", to=foreign)
    deeper = talk.say("cy@uni.test", "@bo@fedi.test Yours!", to=unsent)
    gone = talk.say("dora@fedi.test", "I will delete this.", deleted_at=NOW - timedelta(hours=1))
    orphan = talk.say(US, "@dora@fedi.test What a pity.", to=gone)
    direct = talk.say("ada@fedi.test", f"@{US} A secret for one.", visibility="direct")
    followers_only = talk.say(US, "A secret for some.", visibility="private")
    quote = talk.say("bo@fedi.test", "So it is.", quoted_id=root)
    revoked = talk.say("cy@uni.test", "They would say that.", quoted_id=root, quote_state="revoked")
    boost = talk.say(US, "", reposted_id=foreign)
    edited = talk.say(
        "bo@fedi.test", f"Hello @{US}.", edits=((talk.at + timedelta(minutes=5), f"Hello @{US}?"),)
    )
    talk[root].likes = tuple((one, START + timedelta(days=1)) for one in PEOPLE[1:4])
    talk[root].reposts = (("tomas@wald.test", START + timedelta(days=1)),)
    uris = Uris(
        root, (first, back, aside), foreign, ours, (unsent, deeper), orphan, direct, followers_only, quote, revoked,
        boost, edited,
    )  # fmt: skip
    return talk, uris


@dataclass
class Served:
    """Where the world is served, and what was asked: (path, query, whether with a token) in the order of arrival."""

    api: MastodonApi
    url: str
    requests: list[tuple[str, dict[str, str], bool]] = field(default_factory=list)

    def base(self, host: str) -> str:
        """The address that stands for https://host."""
        return f"{self.url}/mastodon/{host}"

    def asked(self, end: str, host: str = "") -> list[dict[str, str]]:
        """The queries that came for paths with that end."""
        start = f"/mastodon/{host}"
        return [query for path, query, _ in self.requests if path.startswith(start) and path.endswith(end)]


@contextmanager
def serving(
    elsewhere: Elsewhere,
    now: Callable[[], datetime] | None = None,
    *,
    limit: int = LIMIT,
    before: Callable[[str], None] = lambda path: None,
) -> Iterator[Served]:
    """Serves the world on a free port until the block ends. `before` sees each path before it is answered."""
    app = FastAPI()
    api = add_mastodon(app, elsewhere, TOKEN, now or Clock(), limit=limit)
    served: Served

    async def recorded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            has_token = any(name == b"authorization" for name, _ in scope["headers"])
            served.requests.append(
                (scope["path"], dict(parse_qsl(scope["query_string"].decode())), has_token)
            )
            before(scope["path"])
        await app(scope, receive, send)

    with listening(recorded) as url:
        served = Served(api, url)
        yield served
