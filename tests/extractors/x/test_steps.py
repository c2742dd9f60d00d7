"""The three waves, against a server that answers as told: what is planned, asked, remembered and left alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from extractors import errors
from extractors.fetching import fetchers, steps
from extractors.fetching.streams import OVERLAP
from extractors.raw import raw_store
from extractors.state.store import open_state
from extractors.x import streams
from rapport.config import Settings
from rapport.errors import ConfigError, RapportError
from rapport.networks import X
from rapport.window import Window
from tests.clock import NOW
from tests.extractors.conftest import WINDOW
from tests.extractors.server import Reply, ScriptedX, page, post, user

pytestmark = pytest.mark.clock

RUN = "manual__2026-05-08T00:00:00+00:00"
CLIENT = {
    "id": "acme",
    "name": "Acme",
    "accounts": ["@acme"],
    "team": ["8"],
    "bots": ["@botty"],
    "stakeholders": [{"handle": "@Mayor", "why": "parks"}],
    "access": "archive",
}
US = Reply({"data": [user(7, "Acme")]})


@pytest.fixture
def settings(make_settings: Callable[..., Settings], x: ScriptedX) -> Settings:
    x.answer("/2/users/by", US)
    x.answer("/2/users", Reply({"data": [user(8, "ann")]}))
    for account in (7, 8):
        x.answer(f"/2/users/{account}/tweets", page([]))
        x.answer(f"/2/users/{account}/mentions", page([]))
    return make_settings(x.url, [CLIENT])


def fetch(settings: Settings, spec: dict[str, Any], window: Window = WINDOW) -> dict[str, Any]:
    return steps.fetch("x", settings, spec, window, RUN, lambda message: None)


def metrics(quotes: int) -> dict[str, int]:
    return {"retweet_count": 0, "reply_count": 1, "like_count": 0, "quote_count": quotes}


def reply_to(parent: int, number: int, conversation: int, author: int = 20) -> dict[str, Any]:
    reference = {"type": "replied_to", "id": str(parent)}
    return post(number, author, conversation_id=str(conversation), referenced_tweets=[reference])


def test_the_first_wave_resolves_handles_once(x: ScriptedX, settings: Settings) -> None:
    specs = steps.plan_accounts("x", settings)
    assert {spec["client_id"] for spec in specs} == {"acme"}
    names = [spec["stream"] for spec in specs]
    assert names[:3] == ["profiles", "own_posts", "mentions"]
    assert names == [stream.name for stream in streams.ALL if stream.wave == 1 and not stream.needs_user]
    steps.plan_accounts("x", settings, "acme")
    assert [query["usernames"] for query in x.asked("/2/users/by")] == ["acme"]
    with open_state(settings) as state:
        assert state.account_ids("x", ["acme"]) == {"acme": "7"}
        assert state.spent_usd("acme") == pytest.approx(0.01)


def test_without_clients_nothing_is_planned_or_asked(
    x: ScriptedX, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings(x.url)
    assert steps.plan_accounts("x", settings) == []
    assert steps.plan_threads("x", settings, WINDOW, RUN) == []
    assert steps.plan_missing("x", settings, WINDOW, RUN) == []
    assert x.requests == []


def test_a_handle_that_does_not_exist_is_named(x: ScriptedX, settings: Settings) -> None:
    x.answer("/2/users/by", Reply({"errors": [{"resource_id": "acme", "title": "Not Found Error"}]}))
    with pytest.raises(errors.AccountUnknown, match="@acme"):
        steps.plan_accounts("x", settings)


def test_tracked_and_team_accounts_are_us(x: ScriptedX, settings: Settings) -> None:
    x.answer("/2/users/7/tweets", page([post(2), post(1)]))
    x.answer("/2/users/8/tweets", page([post(3, 8)]))
    result = fetch(settings, {"client_id": "acme", "stream": "own_posts"})
    assert {name: result[name] for name in ("client_id", "stream", "walks", "pages", "objects", "status")} == {
        "client_id": "acme", "stream": "own_posts", "walks": 2, "pages": 2, "objects": 3, "status": "finished",
    }  # fmt: skip
    # Three posts, and the one author on each of the two pages.
    assert result["estimated_cost_usd"] == pytest.approx(3 * 0.005 + 2 * 0.010)
    asked = len(x.requests)
    again = fetch(settings, {"client_id": "acme", "stream": "own_posts"})
    assert again == {**result, "billed_usd": 0.0}
    assert len(x.requests) == asked


def test_profiles_of_everyone_named(x: ScriptedX, settings: Settings) -> None:
    assert fetch(settings, {"client_id": "acme", "stream": "profiles"})["objects"] == 2
    assert [query["usernames"] for query in x.asked("/2/users/by")] == ["acme,botty,mayor"]
    assert [query["ids"] for query in x.asked("/2/users")] == ["8"]


def test_what_the_house_knows_of_a_stream_is_said_of_one_that_is_fetched() -> None:
    fetched = {**streams.BY_NAME, "lookups": streams.LOOKUPS, "account_lookups": streams.ACCOUNT_LOOKUPS}
    assert {stream.name for stream in X.streams} <= fetched.keys()
    assert X.replies_stream in fetched
    # Windows of these are compared with each other, and have to meet.
    assert X.expected_streams == ("own_posts", "mentions")
    assert all(fetched[name].is_windowed and fetched[name].each == "account" for name in X.expected_streams)


def test_threads_are_planned_from_what_landed_and_what_is_known(x: ScriptedX, settings: Settings) -> None:
    repost = post(5, referenced_tweets=[{"type": "retweeted", "id": "4"}])
    edited = post(900, edit_history_tweet_ids=["899", "900"])
    x.answer("/2/users/7/tweets", page([post(1000, public_metrics=metrics(2)), repost, edited]))
    x.answer("/2/users/8/mentions", page([reply_to(90, 95, 90)]))
    for stream in ("own_posts", "mentions"):
        fetch(settings, {"client_id": "acme", "stream": stream})
    with open_state(settings) as state:
        state.remember_conversations(
            "x", "acme", {"33": WINDOW.end - timedelta(days=13), "34": WINDOW.end - timedelta(days=15)}
        )
    specs = steps.plan_threads("x", settings, WINDOW, RUN)
    # In the order of their ids as numbers, an edited post's versions both; a repost's conversation is none, and
    # 34 has been silent too long.
    assert specs == [
        {"client_id": "acme", "stream": "conversations", "targets": ["33", "90", "899", "900", "1000"]},
        {"client_id": "acme", "stream": "quotes", "targets": ["1000"]},
        {"client_id": "acme", "stream": "reposters", "targets": ["900"]},
    ]
    x.answer("/2/tweets/900/retweeted_by", Reply({"data": [user(40, "fan")], "meta": {"result_count": 1}}))
    x.answer("/2/tweets/search/all", page([reply_to(1000, 1001, 1000)]))
    x.answer(
        "/2/tweets/1000/quote_tweets",
        page([post(1002, 30, referenced_tweets=[{"type": "quoted", "id": "1000"}])]),
    )
    assert [fetch(settings, spec)["objects"] for spec in specs] == [1, 1, 1]
    (search,) = x.asked("/2/tweets/search/all")
    assert search["query"] == " OR ".join(f"conversation_id:{target}" for target in specs[0]["targets"])
    assert (search["start_time"], search["end_time"]) == ("2026-04-30T23:50:00Z", "2026-05-08T00:00:00Z")


def test_missing_parents_and_roots_are_climbed_and_the_gone_remembered(
    x: ScriptedX, settings: Settings
) -> None:
    # 95 answers 94, which answers 93, which answers the root 90; X shows 94 and 93, and no longer 90.
    x.answer("/2/users/7/mentions", page([reply_to(94, 95, 90)]))
    fetch(settings, {"client_id": "acme", "stream": "mentions"})
    gone = {"resource_id": "90", "parameter": "ids", "title": "Not Found Error", "resource_type": "tweet"}
    about_another = {"resource_id": "93", "parameter": "edit_history_tweet_ids", "title": "Not Found Error"}
    first = page([reply_to(93, 94, 90)])
    first.body["errors"] = [gone, about_another]
    x.answer("/2/tweets", first, page([reply_to(90, 93, 90)]))
    assert steps.plan_missing("x", settings, WINDOW, RUN) == [{"client_id": "acme", "stream": "missing"}]
    result = fetch(settings, {"client_id": "acme", "stream": "missing"})
    assert [query["ids"] for query in x.asked("/2/tweets")] == ["90,94", "93"]
    assert (result["walks"], result["objects"]) == (2, 2)
    with open_state(settings) as state:
        assert state.gone("x", ["90", "93", "94"]) == {"90"}
    assert steps.plan_missing("x", settings, WINDOW, RUN) == []


def test_what_the_warehouse_holds_is_not_looked_up_again(x: ScriptedX, settings: Settings) -> None:
    x.answer("/2/users/7/tweets", page([post(90)]))
    fetch(settings, {"client_id": "acme", "stream": "own_posts"})
    raw_store.load(settings)
    x.answer("/2/users/7/mentions", page([reply_to(90, 95, 90)]))
    steps.fetch("x", settings, {"client_id": "acme", "stream": "mentions"}, WINDOW, "another run")
    assert steps.plan_missing("x", settings, WINDOW, "another run") == []


def test_threads_of_quoted_posts_are_left_alone(x: ScriptedX, settings: Settings) -> None:
    quote = post(95, 7, referenced_tweets=[{"type": "quoted", "id": "80"}])
    reply = page([quote])
    reply.body["includes"]["tweets"] = [reply_to(79, 80, 70)]
    x.answer("/2/users/7/tweets", reply)
    fetch(settings, {"client_id": "acme", "stream": "own_posts"})
    assert steps.plan_missing("x", settings, WINDOW, RUN) == []


def test_search_goes_where_the_window_can_be_reached(
    x: ScriptedX, make_settings: Callable[..., Settings]
) -> None:
    x.answer("/2/tweets/search/recent", page([]))
    x.answer("/2/users/by", US)
    settings = make_settings(x.url, [{**CLIENT, "access": "recent", "team": []}])
    spec = {"client_id": "acme", "stream": "conversations", "targets": ["1"]}
    assert fetch(settings, spec)["status"] == "out of reach"
    assert x.requests == []
    start = NOW - timedelta(days=2)
    assert fetch(settings, spec, Window(start, NOW - timedelta(days=1)))["status"] == "finished"
    assert (
        fetch(settings, spec, Window(NOW - timedelta(days=30), NOW - timedelta(days=1)))["status"]
        == "finished"
    )
    first, clipped = x.asked("/2/tweets/search/recent")
    assert first["start_time"] == f"{start - OVERLAP:%Y-%m-%dT%H:%M:%SZ}"
    assert (
        NOW - timedelta(days=7)
        < datetime.fromisoformat(clipped["start_time"])
        < NOW - timedelta(days=6, hours=22)
    )


def test_a_window_that_ends_just_now_is_waited_for(
    x: ScriptedX, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(fetchers, "_sleep", waits.append)
    fetch(settings, {"client_id": "acme", "stream": "own_posts"}, Window(NOW - timedelta(days=1), NOW))
    assert waits == [15]


@pytest.mark.parametrize("stream", ["profiles", "own_posts"])
def test_a_window_that_ends_in_the_future_is_asked_for_by_no_stream(
    x: ScriptedX, settings: Settings, stream: str
) -> None:
    asked = len(x.requests)
    with pytest.raises(ConfigError, match="future") as caught:
        fetch(settings, {"client_id": "acme", "stream": stream}, Window(NOW, NOW + timedelta(days=1)))
    assert f"at the latest {NOW:%Y-%m-%dT%H:%MZ}" in caught.value.remedy
    assert len(x.requests) == asked


def test_a_failure_says_where(x: ScriptedX, settings: Settings) -> None:
    x.answer("/2/users/8/mentions", Reply({"detail": "no access"}, 403))
    with pytest.raises(errors.RequestRefused) as caught:
        fetch(settings, {"client_id": "acme", "stream": "mentions"})
    for words in ("no access", "stream mentions (8)", "2026-05-01", "page 1", "What to do"):
        assert words in str(caught.value)
    with pytest.raises(RapportError, match="no stream 'dreams'"):
        fetch(settings, {"client_id": "acme", "stream": "dreams"})
    with pytest.raises(RapportError, match="no client 'other'"):
        fetch(settings, {"client_id": "other", "stream": "mentions"})
