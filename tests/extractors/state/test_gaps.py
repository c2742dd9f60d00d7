"""What no endpoint reaches becomes a gap, what reaches it later closes it; and how often conversations are polled."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from emulator.api import endpoints
from emulator.snowflake import snowflake
from emulator.world import build_world
from extractors.fetching import polling, steps
from extractors.fetching.streams import OVERLAP, POLL
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state import gaps
from extractors.state.store import State, open_state
from extractors.state.tables import handles
from extractors.x import fields, streams
from extractors.x.fetchers import FETCHERS
from rapport.config import Settings
from rapport.window import Window
from tests.clock import NOW, UNTIL
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import Reply, ScriptedX, message, page, post, user
from tests.extractors.x.test_emulator import settings_in

DAY = timedelta(days=1)
MAY = datetime(2026, 5, 1, tzinfo=UTC)
RUN = "manual__1"
CLIENT = {"id": "acme", "name": "Acme", "accounts": ["7"], "access": "recent"}


def days(first: int, last: int) -> Window:
    return Window(MAY + first * DAY, MAY + last * DAY)


@pytest.fixture
def state(make_settings: Callable[..., Settings]) -> Iterator[State]:
    with open_state(make_settings()) as opened:
        yield opened


def spans(state: State) -> list[tuple[int, int, str]]:
    return [((gap.from_at - MAY) // DAY, (gap.to_at - MAY) // DAY, gap.why) for gap in gaps.everything(state)]


def test_gaps_grow_together_and_are_cut_by_what_fills_them(state: State) -> None:
    def note(first: int, last: int, why: str = "a") -> None:
        gaps.record(state, "x", "acme", "mentions", "7", days(first, last), why)

    note(0, 1)
    note(1, 2)
    note(5, 9)
    note(6, 8)
    note(6, 8, "b")
    assert spans(state) == [(0, 2, "a"), (5, 9, "a"), (6, 8, "b")]
    gaps.close(state, "x", "acme", "mentions", "7", days(6, 7))
    assert spans(state) == [(0, 2, "a"), (5, 6, "a"), (7, 9, "a"), (7, 8, "b")]
    gaps.close(state, "x", "acme", "mentions", "7", days(0, 20), why="b")
    assert spans(state) == [(0, 2, "a"), (5, 6, "a"), (7, 9, "a")]
    gaps.close(state, "x", "acme", "mentions", "8", days(0, 20))
    gaps.record(state, "y", "acme", "mentions", "7", days(0, 9), "a")
    gaps.close(state, "y", "acme", "mentions", "7", days(0, 20))
    assert spans(state) == [(0, 2, "a"), (5, 6, "a"), (7, 9, "a")]
    gaps.close(state, "x", "acme", "mentions", "7", days(-3, 20))
    assert spans(state) == []


@pytest.mark.clock
def test_what_lies_before_the_seven_days_is_a_gap_until_the_archive_is_open(
    x: ScriptedX, make_settings: Callable[..., Settings], query: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    x.answer("/2/tweets/search/recent", page([]))
    x.answer("/2/tweets/search/all", page([]))
    window = Window(NOW - 30 * DAY, NOW - DAY)
    spec = {"client_id": "acme", "stream": "conversations", "targets": ["1"]}
    settings = make_settings(x.url, [CLIENT])
    assert steps.fetch("x", settings, spec, window, RUN, lambda message: None)["status"] == "finished"
    raw_store.load(settings, lambda message: None)
    ((stream, target, begins, ends, why),) = query("select stream, target, from_at, to_at, why from raw.gaps")
    assert (stream, target, begins, why) == (
        "conversations", "", window.start, "older than the 7 days that recent search reaches",
    )  # fmt: skip
    assert timedelta(0) < ends - (NOW - 7 * DAY) < timedelta(hours=2, minutes=1)
    # With the archive the same window is fetched whole, by a run of its own.
    settings = make_settings(x.url, [{**CLIENT, "access": "archive"}])
    steps.fetch("x", settings, spec, window, "another", lambda message: None)
    raw_store.load(settings, lambda message: None)
    assert query("select * from raw.gaps") == []


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulated]:
    with emulating(build_world(UNTIL.date())) as served:
        yield served


@pytest.fixture
def short_timelines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timelines of 40 posts and 20 mentions, in the emulator and in what we know of it."""
    monkeypatch.setattr(endpoints, "TIMELINE_REACH", 40)
    monkeypatch.setattr(endpoints, "SHORT_REACH", 20)
    for stream, reach in ((streams.OWN_POSTS, 40), (streams.MENTIONS, 20)):
        monkeypatch.setitem(streams.BY_NAME, stream.name, replace(stream, reach=reach))


@pytest.mark.parametrize("access", ["archive", "recent"])
def test_beyond_a_timelines_reach_search_takes_over_or_a_gap_is_told(
    emulated: Emulated, tmp_path: Any, short_timelines: None, access: str
) -> None:
    settings = settings_in(tmp_path, emulated.url)
    clients = [client.model_copy(update={"access": access}) for client in settings.config.clients]
    settings = replace(settings, config=settings.config.model_copy(update={"clients": clients}))
    world = emulated.world
    client, account = world.client("lichtung"), world.accounts["lichtung_inst"]
    window = Window(world.start, world.until)
    for stream in ("own_posts", "mentions"):
        spec = {"client_id": client.client_id, "stream": stream}
        steps.fetch("x", settings, spec, window, RUN, lambda message: None)
    raw_store.load(settings, lambda message: None)
    with open_state(settings) as state:
        found = gaps.everything(state)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        landed = {
            row[0]
            for row in connection.execute(
                "select post_id from raw.posts join raw.pages using (page_key) "
                f"where stream = 'own_posts' and section = 'data' and author_id = '{account.account_id}'"
            ).fetchall()
        }
    written = {
        post.history[-1]: post.at
        for post in world.posts.values()
        if post.author is account and not post.is_gone and not post.reposted
    }
    assert len(written) > 60
    if access == "archive":
        assert found == []
        assert set(written) - landed == set()
    else:
        mine = [gap for gap in found if (gap.stream, gap.target) == ("own_posts", account.account_id)]
        assert [gap.why for gap in mine] == ["beyond the newest 40 that X shows"]
        assert mine[0].from_at == world.start
        lost = set(written) - landed
        assert lost and all(mine[0].from_at <= written[post_id] <= mine[0].to_at for post_id in lost)
        assert "mentions" in {gap.stream for gap in found}


@pytest.mark.clock
def test_a_short_timeline_is_believed(emulated: Emulated, tmp_path: Any) -> None:
    settings = settings_in(tmp_path, emulated.url)
    before = len(emulated.asked("/2/users"))
    window = Window(emulated.world.until - 7 * DAY, emulated.world.until)
    spec = {"client_id": "kupferhof", "stream": "own_posts"}
    steps.fetch("x", settings, spec, window, RUN, lambda message: None)
    # Two accounts, their handles looked up, a page each, and no second thoughts.
    assert len(emulated.asked("/2/users")) - before == 3
    with open_state(settings) as state:
        assert gaps.everything(state) == []


@pytest.mark.clock
def test_polls_come_ever_later_and_begin_anew_with_a_new_post(state: State) -> None:
    now = MAY
    state.remember_conversations("x", "acme", {"1": now})
    waits = []
    for _ in range(6):
        due_in = timedelta(0)
        while not (found := polling.due(state, "x", "acme", now + due_in, 14 * DAY, now - 7 * DAY)):
            due_in += timedelta(minutes=5)
        waits.append(due_in)
        now += due_in
        polling.polled(state, "x", "acme", found, now, now)
    assert waits == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), DAY, DAY, DAY]
    assert polling.covered(state, "x", "acme", ["1"])["1"][1] == now
    state.remember_conversations("x", "acme", {"1": now})
    assert polling.due(state, "x", "acme", now + timedelta(minutes=14), 14 * DAY, MAY) == []
    ((due),) = polling.due(state, "x", "acme", now + timedelta(minutes=15), 14 * DAY, MAY)
    assert due.since == now - OVERLAP
    # Something new was found by this very poll: from the start again.
    later = now + timedelta(minutes=15)
    state.remember_conversations("x", "acme", {"1": later})
    polling.polled(state, "x", "acme", [due], later, later)
    assert polling.due(state, "x", "acme", later + timedelta(minutes=15), 14 * DAY, MAY) != []
    # Two weeks of silence close it, and a new post opens it.
    assert polling.due(state, "x", "acme", later + 15 * DAY, 14 * DAY, MAY) == []
    assert polling.closed_count(state, "x", "acme") == 1
    state.remember_conversations("x", "acme", {"1": later + 16 * DAY})
    assert len(polling.due(state, "x", "acme", later + 17 * DAY, 14 * DAY, MAY)) == 1


@pytest.mark.clock
def test_what_a_poll_brought_is_not_asked_for_again(
    x: ScriptedX, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings(x.url, [CLIENT])
    ids = [str(2_000_000_000_000_000_000 + number) for number in range(30)]
    reply = post(5, 20, conversation_id=ids[0], created_at=NOW.isoformat())
    x.answer("/2/tweets/search/recent", page([reply]), page([]))
    x.answer("/2/users/7/tweets", page([]))
    with open_state(settings) as state:
        state.remember_conversations("x", "acme", dict.fromkeys(ids, NOW - timedelta(hours=2)))
    (spec,) = steps.plan_polls("x", settings)
    assert (spec["stream"], len(spec["targets"])) == (POLL, 30)
    result = steps.fetch("x", settings, spec, Window(NOW - DAY, NOW), "poll__1", lambda message: None)
    assert (result["status"], result["objects"]) == ("finished", 1)
    asked = x.asked("/2/tweets/search/recent")
    # Thirty conversations in three queries, each from shortly before its newest post.
    assert sum(query["query"].count("conversation_id:") for query in asked) == 30
    assert len(asked) == 3
    assert asked[0]["start_time"] == f"{NOW - timedelta(hours=2, minutes=10):%Y-%m-%dT%H:%M:%SZ}"
    assert steps.plan_polls("x", settings) == []
    # Another poll that was planned with it and had to wait finds nothing left to ask.
    other = steps.fetch("x", settings, spec, Window(NOW - DAY, NOW), "poll__2", lambda message: None)
    assert (other["status"], other["walks"]) == ("finished", 0)
    assert len(x.asked("/2/tweets/search/recent")) == 3
    # The run over the last hour leaves out what the polls have covered.
    window = Window(NOW - timedelta(hours=2), NOW - timedelta(minutes=30))
    assert steps.plan_threads("x", settings, window, RUN) == []
    window = Window(NOW - timedelta(hours=2), NOW + timedelta(hours=3))
    (again,) = steps.plan_threads("x", settings, window, RUN)
    assert set(again["targets"]) == set(ids)
    assert all(datetime.fromisoformat(since) > window.start for since in again.get("since", {}).values())


def test_messages_and_likers_need_consent_and_a_users_token(
    x: ScriptedX, make_settings: Callable[..., Settings]
) -> None:
    consent = {**CLIENT, "direct_messages": {"consent": "written, 2026-10-01, file 12"}}
    for client, token, expected in (
        (CLIENT, None, False), (CLIENT, "t", False), (consent, None, False), (consent, "t", True),
    ):  # fmt: skip
        specs = steps.plan_accounts("x", make_settings(x.url, [client], token))
        assert ("direct_messages" in [spec["stream"] for spec in specs]) is expected
    liked = post(
        900, 7, public_metrics={"retweet_count": 2, "reply_count": 0, "like_count": 9, "quote_count": 0}
    )
    x.answer("/2/users/7/tweets", page([liked]))
    x.answer("/2/tweets/900/retweeted_by", Reply({"data": [user(40, "fan")], "meta": {"result_count": 1}}))
    x.answer("/2/tweets/900/liking_users", Reply({"data": [user(41, "nod")], "meta": {"result_count": 1}}))
    for token, expected in ((None, ["reposters"]), ("t", ["reposters", "likers"])):
        settings = make_settings(x.url, [CLIENT], token)
        steps.fetch("x", settings, {"client_id": "acme", "stream": "own_posts"}, days(0, 7), RUN)
        specs = [
            spec
            for spec in steps.plan_threads("x", settings, days(0, 7), RUN)
            if spec["stream"] != "conversations"
        ]
        assert [spec["stream"] for spec in specs] == expected
    assert [steps.fetch("x", settings, spec, days(0, 7), RUN)["objects"] for spec in specs] == [1, 1]
    assert set(FETCHERS) >= {stream.name for stream in streams.ALL}


def test_the_state_store_holds_no_handle_and_no_text(
    emulated: Emulated, short_timelines: None, settings_on_either: Settings
) -> None:
    """Not in its rows, and not in what the database keeps of its own: pages, log, freed space."""
    home, url = settings_on_either.home, settings_on_either.state_url
    settings = replace(settings_in(home, emulated.url), state_url=url)
    window = Window(emulated.world.until - 28 * DAY, emulated.world.until)
    for spec in steps.plan_accounts("x", settings, "lichtung"):
        steps.fetch("x", settings, spec, window, RUN, lambda message: None)
    with open_state(settings) as state, state.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(handles)).scalar_one() > 1
        if state.engine.dialect.name == "sqlite":
            files = list(home.glob("state.sqlite*"))
        else:
            folder = connection.execute(sa.text("show data_directory")).scalar_one()
            connection.execute(sa.text("checkpoint"))
            files = [path for path in Path(folder).rglob("*") if path.is_file()]
        content = b"\0".join(path.read_bytes() for path in files).lower()
    landed = [
        landing_files.read(settings.landing_dir, key).body for key in landing_files.keys(settings.landing_dir)
    ]
    bodies = [
        item
        for body in landed
        for item in (*fields.objects(body.get("data")), *fields.included(body, "users"))
    ]
    # Client ids are in it, and names of two letters are in everything.
    ids = {client.id for client in settings.config.clients}
    names = {str(body["username"]).lower() for body in bodies if len(str(body.get("username", ""))) > 8} - ids
    texts = {str(body["text"])[:30].lower() for body in bodies if len(str(body.get("text", ""))) > 30}
    assert "lichtung_inst" in names and len(texts) > 30
    assert [text for text in sorted(names | texts) if text.encode() in content] == []


def test_posts_beyond_nods_per_run_are_a_gap_until_a_run_may_ask_for_them(
    x: ScriptedX, make_settings: Callable[..., Settings]
) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    reposted = {"retweet_count": 2, "reply_count": 0, "like_count": 0, "quote_count": 0}
    ids = [snowflake(start + timedelta(hours=hour), hour) for hour in (30, 20, 10)]
    posts = [post(int(post_id), 7, public_metrics=reposted) for post_id in ids]
    x.answer("/2/users/7/tweets", page(posts))
    own = {"client_id": "acme", "stream": "own_posts"}

    def planned(count: int) -> tuple[list[str], list[tuple[datetime, datetime, str]]]:
        settings = make_settings(x.url, [{**CLIENT, "nods_per_run": count}])
        steps.fetch("x", settings, own, days(0, 7), RUN, lambda message: None)
        specs = steps.plan_threads("x", settings, days(0, 7), RUN)
        asked = [spec["targets"] for spec in specs if spec["stream"] == "reposters"]
        with open_state(settings) as state:
            gaps_left = [
                (gap.from_at, gap.to_at, gap.why)
                for gap in gaps.everything(state)
                if gap.stream == "reposters"
            ]
        return [target for targets in asked for target in targets], gaps_left

    left = (start, start + timedelta(hours=20, seconds=1), gaps.TOO_MANY)
    assert planned(1) == (ids[:1], [left])
    assert planned(3) == (ids, [])
    assert planned(2) == (ids[:2], [(start, start + timedelta(hours=10, seconds=1), gaps.TOO_MANY)])
    assert planned(0) == ([], []), "turned off by choice is no gap"


def test_messages_are_read_from_where_the_last_run_ended(
    x: ScriptedX, make_settings: Callable[..., Settings]
) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    sent = [start + timedelta(hours=hour) for hour in range(12)]
    every = [
        {**message(int(snowflake(at, 1))), "created_at": f"{at:%Y-%m-%dT%H:%M:%S.000Z}"}
        for at in reversed(sent)
    ]

    def pages_of(shown: list[dict[str, Any]], size: int) -> list[Reply]:
        parts = [shown[first : first + size] for first in range(0, len(shown), size)]
        tokens = [{"next_token": f"t{number}"} for number in range(1, len(parts))] + [{}]
        return [
            Reply({"data": part, "meta": {"result_count": len(part), **token}})
            for part, token in zip(parts, tokens, strict=True)
        ]

    consent = {**CLIENT, "direct_messages": {"consent": "written, 2026-10-01, file 12"}}
    settings = make_settings(x.url, [consent], "t")
    spec = {"client_id": "acme", "stream": "direct_messages"}

    def fetched(shown: list[dict[str, Any]], run: str) -> tuple[int, list[str]]:
        x.answer("/2/dm_events", *pages_of(shown, 3))
        before = len(x.asked("/2/dm_events"))
        result = steps.fetch("x", settings, spec, days(0, 1), run, lambda message: None)
        return result["objects"], [query["max_results"] for query in x.asked("/2/dm_events")[before:]]

    # All there is at first; later small pages, down to a little before the newest that was there.
    assert fetched(every[4:], "one") == (8, ["100"] * 3)
    assert fetched(every, "two") == (6, ["20"] * 2)
    assert fetched(every, "three") == (3, ["20"])
