"""The same contract for every declared stream, against the emulator: nobody can declare a stream and forget this.

Paging to the end (the totals are the world's), load twice = nothing new, load later = growth, an empty result,
partial errors kept, resume.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator import nods
from emulator.app import user_token
from emulator.model import Account, Post, World
from emulator.snowflake import snowflake
from emulator.text import mentioned
from emulator.world import build_world
from extractors import errors
from extractors.fetching import pager
from extractors.fetching.context import Context
from extractors.fetching.streams import OVERLAP, Target
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state.store import open_state
from extractors.x import streams
from extractors.x.client import Client
from extractors.x.streams import Stream
from rapport.config import Settings
from rapport.window import Window
from tests.clock import NOW, UNTIL
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import TOKEN

WINDOW = Window(UNTIL - timedelta(days=6), UNTIL)
US = "lichtung_inst"
# The world's odd posts lie here: what refers to them comes with partial errors.
ODD = Window(datetime(2026, 8, 3, tzinfo=UTC), datetime(2026, 9, 14, tzinfo=UTC))


@dataclass(frozen=True)
class Case:
    """What one stream is asked in this world. Each target comes with the ids that it must bring, in order."""

    target: Target
    expected: list[str]
    later: Target
    later_expected: list[str]
    empty: Target | None  # None: such an answer cannot be had
    erring: Target | None  # None: likewise
    window: Window = WINDOW
    erring_window: Window = ODD


def ids(posts: list[Post]) -> list[str]:
    return [post.post_id for post in posts]


def timeline(world: World, window: Window, keep: Callable[[Post], object]) -> list[str]:
    """Shown posts of the window and of the overlap before it, newest first."""
    start = window.start - OVERLAP
    return ids(
        [
            post
            for post in world.newest_first
            if start <= post.at < window.end
            and not post.is_gone
            and post.history[-1] == post.post_id
            and keep(post)
        ]
    )


def cases(world: World) -> dict[str, Case]:
    """By endpoint: the two ways to search conversations share a name."""
    us, small = world.accounts[US], world.accounts["kupferhof"]
    handles = world.accounts_by_lower_handle
    silent = next(
        account for account in world.accounts.values() if not world.posts_by_author.get(account.account_id)
    )
    gone = next(post for post in world.newest_first if post.is_deleted)
    hidden = next(post.author for post in world.newest_first if post.author.is_protected)
    shown = [post for post in world.newest_first if not post.is_gone and post.history[-1] == post.post_id]

    def account(user: Any) -> Target:
        return Target(user.account_id, path_id=user.account_id)

    def about(post: Post) -> Target:
        return Target(post.post_id, path_id=post.post_id)

    def search(*roots: str) -> Target:
        return streams.conversation_targets(list(roots), 512)[0]

    def of_conversation(window: Window, *roots: str) -> list[str]:
        return timeline(world, window, lambda post: post.conversation_id in roots and not post.reposted)

    def quotes_of(post: Post) -> list[str]:
        return ids([quote for quote in shown if quote.quoted is post])

    def reposters_of(post: Post) -> list[str]:
        reposts = [
            repost for repost in world.related(post.post_id) if repost.reposted is post and not repost.is_gone
        ]
        return [account.account_id for account in nods.reposters(world, post, reposts)]

    def likers_of(post: Post) -> list[str]:
        return [account.account_id for account in nods.likers(world, post)][:100]

    def lookup(values: list[str], parameter: str = "ids") -> Target:
        return streams.lookup_targets(values, parameter)[0]

    def is_unnoticed(candidate: Account) -> bool:
        found = timeline(world, ODD, lambda post: candidate in mentioned(post, handles))
        return not (candidate.is_protected or candidate.is_suspended or found)

    recent = timeline(world, WINDOW, lambda post: not post.reposted)
    busy = sorted(
        {world.posts[post_id].conversation_id for post_id in recent},
        key=lambda conversation_id: -len(of_conversation(WINDOW, conversation_id)),
    )
    odd = next(
        post.conversation_id
        for post in shown
        if post.parent and post.parent.is_gone and ODD.start < post.at < ODD.end
    )
    quoted = sorted({post.quoted.post_id for post in shown if post.quoted and not post.quoted.is_gone},
                    key=lambda post_id: -len(quotes_of(world.posts[post_id])))  # fmt: skip
    alone = next(
        post
        for post in shown
        if not quotes_of(post) and not post.reposts and not post.likes and not world.related(post.post_id)
    )
    viral = max(shown, key=lambda post: post.reposts)
    loved, liked = [post for post in shown if 100 < post.likes < 1_000][:1] + [
        post for post in shown if 5 < post.likes < 50
    ][:1]
    reposted = next(
        post.reposted
        for post in shown
        if post.reposted and post.reposted.history[-1] == post.reposted.post_id
    )
    messages = [
        message.message_id for message in reversed(world.messages) if message.at >= NOW - timedelta(days=30)
    ]
    nowhere = "1000000000000000001"
    by_posts = {
        streams.QUOTES: (world.posts[quoted[0]], world.posts[quoted[1]], quotes_of),
        streams.REPOSTERS: (viral, reposted, reposters_of),
        streams.LIKERS: (loved, liked, likers_of),
    }
    found = {
        stream.endpoint: Case(about(first), of(first), about(two), of(two), about(alone), about(gone))
        for stream, (first, two, of) in by_posts.items()
    }
    for stream, keep in (
        (streams.OWN_POSTS, lambda account: lambda post: post.author is account),
        (
            streams.MENTIONS,
            lambda account: lambda post: not post.reposted and account in mentioned(post, handles),
        ),
    ):
        found[stream.endpoint] = Case(
            account(us), timeline(world, ODD, keep(us)), account(small), timeline(world, ODD, keep(small)),
            account(silent),
            account(us if stream is streams.OWN_POSTS else hidden), window=ODD,
        )  # fmt: skip
    found[streams.MENTIONS.endpoint] = replace(
        found[streams.MENTIONS.endpoint],
        empty=account(next(other for other in world.accounts.values() if is_unnoticed(other))),
    )
    for stream, window in ((streams.CONVERSATIONS_RECENT, WINDOW), (streams.CONVERSATIONS_ARCHIVE, ODD)):
        roots = busy if stream is streams.CONVERSATIONS_RECENT else sorted(
            {post.conversation_id for post in shown if ODD.start <= post.at < ODD.end and not post.reposted},
            key=lambda conversation_id: -len(of_conversation(ODD, conversation_id)),
        )  # fmt: skip
        found[stream.endpoint] = Case(
            search(*roots[:6]), of_conversation(window, *roots[:6]),
            search(*roots[6:9]), of_conversation(window, *roots[6:9]),
            search(nowhere), search(odd if window is ODD else gone.conversation_id),
            window=window, erring_window=window,
        )  # fmt: skip
    some, others = ids(shown[:7]), ids(shown[7:10])
    found[streams.MISSING.endpoint] = Case(
        lookup(some), some, lookup(others), others, lookup([nowhere]), lookup([some[0], gone.post_id])
    )
    found[streams.PROFILES.endpoint] = Case(
        lookup([US, "kupferhof"], "usernames"), [us.account_id, small.account_id],
        lookup([silent.account_id]), [silent.account_id], lookup(["nobody_at_all"], "usernames"),
        lookup([US, "mute_swan_dao", "nobody_at_all"], "usernames"),
    )  # fmt: skip
    found[streams.DIRECT_MESSAGES.endpoint] = Case(
        Target("all"), messages, Target("again"), messages, None, None
    )
    return found


def add_to(world: World) -> None:
    """What the script has not: posts with more quotes than a page holds, a new reply to a post that is gone."""
    targets = [post for post in world.newest_first if post.author.handle == US and not post.reposted][5:7]
    people = [
        account for account in world.accounts.values() if not (account.is_protected or account.is_suspended)
    ]
    for number in range(46):
        at = UNTIL - timedelta(days=2, minutes=7 * number, seconds=11)
        post_id = snowflake(at, number)
        world.posts[post_id] = Post(
            post_id, people[number], f"Quoting, {number}", at, post_id, post_id,
            quoted=targets[number % 2], history=[post_id],
        )  # fmt: skip
    gone = next(post for post in world.newest_first if post.is_deleted)
    at = UNTIL - timedelta(days=3, seconds=17)
    post_id = snowflake(at, 99)
    world.posts[post_id] = Post(
        post_id, people[0], "What was here?", at, gone.conversation_id, gone.root_id, parent=gone, history=[post_id]
    )  # fmt: skip
    for name in ("newest_first", "posts_by_author", "_related"):
        world.__dict__.pop(name, None)  # what was computed before is computed anew


def smaller(stream: Stream) -> Stream:
    """The same stream with pages so small that there are several."""
    if stream.page_sizes is None:
        return stream
    least = stream.page_sizes[0]
    size = 2 if stream.kind == "message" else 10 if least == 10 else 50
    return replace(stream, page_sizes=(least, size))


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulated]:
    unlimited = {
        f"/2/tweets/{path}": 9_999 for path in (":id/retweeted_by", ":id/liking_users", "search/all")
    }
    world = build_world(UNTIL.date())
    add_to(world)
    with emulating(world, limits=unlimited) as served:
        yield served


@pytest.fixture(scope="module")
def known(emulated: Emulated) -> dict[str, Case]:
    return cases(emulated.world)


@pytest.fixture(params=streams.ALL, ids=lambda stream: stream.endpoint)
def stream(request: pytest.FixtureRequest) -> Stream:
    return smaller(request.param)


@pytest.fixture
def case(stream: Stream, known: dict[str, Case]) -> Case:
    return known[stream.endpoint]


@pytest.fixture
def attempt(emulated: Emulated, make_settings: Callable[..., Settings]) -> Callable[..., Any]:
    emulated.order()
    emulated.requests.clear()

    @contextmanager
    def begin(handle: str = US) -> Iterator[Context]:
        settings = make_settings(emulated.url, user_token=user_token(TOKEN, handle))
        with (
            open_state(settings) as state,
            Client(settings, lambda message: None, lambda seconds: None) as client,
        ):
            yield Context(settings, state, client, "acme", "run", WINDOW, lambda message: None)

    return begin


def landed(context: Context) -> list[dict[str, Any]]:
    """The bodies, in the order in which they were asked for."""
    pages = [
        landing_files.read(context.settings.landing_dir, key)
        for key in landing_files.keys(context.settings.landing_dir)
    ]
    return [page.body for page in sorted(pages, key=lambda page: page.envelope["requested_at"])]


def objects(bodies: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for body in bodies for item in body.get("data", [])]


TABLE_OF = {
    "post": ("posts", "post_id"),
    "user": ("users", "account_id"),
    "message": ("messages", "message_id"),
}


def counted(query: Callable[[str], Any]) -> tuple[int, ...]:
    tables = ("pages", "posts", "users", "errors", "messages")
    return tuple(query(f"select count(*) from raw.{table}")[0][0] for table in tables)


def test_pages_to_the_end_and_loads_once(
    stream: Stream, case: Case, attempt: Any, emulated: Emulated, query: Callable[[str], Any]
) -> None:
    with attempt() as context:
        pager.walk(context, stream, case.target, case.window)
        assert objects(landed(context)) == case.expected
        assert context.totals.objects == len(case.expected) > 1
        assert len(emulated.requests) == context.totals.pages
        assert context.totals.pages > 1 or stream.token_parameter is None
        first = raw_store.load(context.settings, lambda message: None)
        assert first["pages"] == context.totals.pages
        before = counted(query)
        again = raw_store.load(context.settings, lambda message: None)
        assert (again["pages"], counted(query)) == (0, before)
        table, column = TABLE_OF[stream.kind]
        rows = query(f"select {column} from raw.{table} where section = 'data' order by page_key, position")
        assert [row[0] for row in rows] == case.expected
        # Later: what comes then is added, what was there stays.
        emulated.requests.clear()
        pager.walk(context, stream, case.target, case.window)
        assert emulated.requests == []
        pager.walk(context, stream, case.later, case.window)
        assert sorted(objects(landed(context))) == sorted(case.expected + case.later_expected)
        raw_store.load(context.settings, lambda message: None)
        after = counted(query)
        assert after[0] > before[0] and all(new >= old for new, old in zip(after, before, strict=True))


def test_an_empty_result_is_a_page_and_no_fault(
    stream: Stream, case: Case, attempt: Any, query: Callable[[str], Any]
) -> None:
    # Nobody wrote to this user; every other stream has a target without a result.
    with attempt("gil_pedantic" if case.empty is None else US) as context:
        pager.walk(context, stream, case.empty or case.target, case.window)
        (body,) = landed(context)
        assert "data" not in body and context.totals.objects == 0
        raw_store.load(context.settings, lambda message: None)
        assert counted(query)[:3] == (1, 0, 0)


# Whoever may read a message may read all of it.
WITH_ERRORS = [stream for stream in streams.ALL if stream is not streams.DIRECT_MESSAGES]


@pytest.mark.parametrize("stream", WITH_ERRORS, ids=lambda stream: stream.endpoint, indirect=True)
def test_partial_errors_are_kept(
    stream: Stream, case: Case, attempt: Any, query: Callable[[str], Any]
) -> None:
    assert case.erring is not None
    with attempt() as context:
        pager.walk(context, stream, case.erring, case.erring_window)
        landed_errors = [error for body in landed(context) for error in body.get("errors", [])]
        raw_store.load(context.settings, lambda message: None)
    assert landed_errors
    rows = query("select resource_id, title, detail from raw.errors order by page_key, position")
    assert sorted(rows) == sorted(
        (error["resource_id"], error["title"], error["detail"]) for error in landed_errors
    )


def test_goes_on_where_it_was_interrupted(
    stream: Stream, case: Case, attempt: Any, emulated: Emulated
) -> None:
    is_paged = stream.token_parameter is not None

    with attempt() as context:
        emulated.order({"kind": "no credits", "after": 1 if is_paged else 0})
        with pytest.raises(errors.SpendStopped, match=f"stream {stream.name}"):
            pager.walk(context, stream, case.target, case.window)
        assert len(landed(context)) == (1 if is_paged else 0)
    with attempt() as context:
        pager.walk(context, stream, case.target, case.window)
        assert objects(landed(context)) == case.expected
        assert len(emulated.requests) == context.totals.pages + 1
