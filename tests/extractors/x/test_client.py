"""The client against a server that fails in every way the network has been seen to fail."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from extractors import errors
from extractors.x.client import Client
from rapport.config import Settings
from tests.clock import NOW
from tests.extractors.server import TOKEN, Reply, ScriptedX, page, post

pytestmark = pytest.mark.clock

PATH = "/2/users/7/tweets"
GOOD = page([post(1)])


def ask(settings: Settings, waits: list[float] | None = None, messages: list[str] | None = None) -> object:
    on_progress: Callable[[str], None] = messages.append if messages is not None else lambda message: None
    slept: Callable[[float], None] = waits.append if waits is not None else lambda seconds: None
    with Client(settings, on_progress, slept) as client:
        return client.ask("get_users_tweets", "7", {"max_results": 100}).value


def test_sends_to_the_base_url_with_the_token(x: ScriptedX, settings: Settings) -> None:
    x.answer(PATH, GOOD)
    with Client(settings) as client:
        answer = client.ask("get_users_tweets", "7", {"max_results": 100, "tweet_fields": ["id", "text"]})
    assert answer.body == GOOD.content()
    assert answer.headers["api-version"] == "2.166"
    assert answer.endpoint == PATH
    assert answer.parameters == {"max_results": "100", "tweet.fields": "id,text"}
    assert x.requests[0].authorization == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "fault",
    [
        Reply({"title": "Service Unavailable"}, 503),
        Reply(raw=b"<html>bad gateway</html>", status=502),
        Reply(raw=b'{"data": [{"id": "1"'),
        Reply(raw=b"<html>fine</html>"),
        Reply(raw=b"[1, 2]"),
        Reply(GOOD.body, cut_at=20),
    ],
    ids=["503", "html 502", "truncated", "html 200", "list", "connection cut"],
)
def test_tries_again_what_trying_again_may_mend(fault: Reply, x: ScriptedX, settings: Settings) -> None:
    x.answer(PATH, fault, fault, GOOD)
    messages: list[str] = []
    assert ask(settings, messages=messages) == GOOD.body
    assert len(x.requests) == 3
    assert len(messages) == 2


def test_gives_up_after_a_bounded_number_of_tries(x: ScriptedX, settings: Settings) -> None:
    x.answer(PATH, Reply({"detail": "down"}, 500))
    with pytest.raises(errors.NetworkTrouble, match="500"):
        ask(settings)
    assert len(x.requests) == 5


def test_nobody_at_the_address(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(errors.NetworkTrouble, match="could not be reached"):
        ask(make_settings("http://127.0.0.1:9"))


def test_waits_until_the_rate_limit_resets(x: ScriptedX, settings: Settings) -> None:
    reset = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 100)}
    x.answer(PATH, Reply({"title": "Too Many Requests"}, 429, reset), GOOD)
    waits: list[float] = []
    messages: list[str] = []
    assert ask(settings, waits, messages) == GOOD.body
    assert 95 < sum(waits) < 103
    assert "429" in messages[0]


def test_never_waits_longer_than_a_rate_limit_lasts(x: ScriptedX, settings: Settings) -> None:
    x.answer(PATH, Reply({}, 429, {"x-rate-limit-reset": str(int(NOW.timestamp()) + 86_400)}), GOOD)
    waits: list[float] = []
    ask(settings, waits)
    assert sum(waits) < 15 * 60 + 1


def test_waits_a_minute_without_usable_headers_and_gives_up_in_the_end(
    x: ScriptedX, settings: Settings
) -> None:
    x.answer(PATH, Reply({}, 429, {"x-rate-limit-reset": "soon"}))
    waits: list[float] = []
    with pytest.raises(errors.RateLimited):
        ask(settings, waits)
    assert len(x.requests) == 4
    assert 180 <= sum(waits) < 182


def test_one_a_second_is_waited_for_briefly_and_in_silence(x: ScriptedX, settings: Settings) -> None:
    brief = Reply(
        {}, 429, {"x-rate-limit-remaining": "299", "x-rate-limit-reset": str(int(NOW.timestamp()) + 800)}
    )
    x.answer(PATH, brief, GOOD)
    waits: list[float] = []
    messages: list[str] = []
    assert ask(settings, waits, messages) == GOOD.body
    assert 1 <= sum(waits) < 2
    assert messages == []


@pytest.mark.parametrize(
    ("reply", "kind", "recovery", "words"),
    [
        (Reply({"errors": [{"message": "max_results"}]}, 400), errors.RequestRefused, "fail", "max_results"),
        (Reply([{"message": "a list"}], 400), errors.RequestRefused, "fail", "a list"),
        (Reply({"title": "Unauthorized", "detail": "who are you"}, 401), errors.RequestRefused, "fail", "who are you"),
        (Reply({"detail": "not your endpoint"}, 403), errors.RequestRefused, "fail", "not your endpoint"),
        (Reply({"type": "https://api.x.com/2/problems/credits"}, 402), errors.SpendStopped, "stop", "402"),
        (Reply({"title": "SpendCapReached", "reset_date": "2026-12-01"}, 403), errors.SpendStopped, "stop", "12-01"),
        (Reply({"type": "https://api.twitter.com/2/problems/usage-capped"}, 429), errors.SpendStopped, "stop", "429"),
    ],
    ids=["400", "400 list", "401", "403", "402", "spend cap", "usage cap"],
)  # fmt: skip
def test_fails_at_once_where_asking_again_is_useless(
    reply: Reply,
    kind: type[errors.ExtractionError],
    recovery: str,
    words: str,
    x: ScriptedX,
    settings: Settings,
) -> None:
    x.answer(PATH, reply)
    with pytest.raises(kind, match=words) as caught:
        ask(settings)
    assert caught.value.recovery == recovery
    assert caught.value.remedy
    assert caught.value.exit_code == 3
    assert len(x.requests) == 1


def test_does_not_follow_a_redirect_with_the_token(x: ScriptedX, settings: Settings) -> None:
    x.answer(PATH, Reply({}, 302, {"Location": f"{x.url}/elsewhere"}))
    with pytest.raises(errors.RequestRefused, match="302"):
        ask(settings)
    assert [request.path for request in x.requests] == [PATH]


def test_without_a_token_nothing_is_asked(x: ScriptedX, settings: Settings) -> None:
    with pytest.raises(errors.TokenMissing, match="bearer token"):
        Client(replace(settings, x_bearer_token=None))
    assert x.requests == []


def test_the_token_is_in_no_log_error_or_repr(
    x: ScriptedX, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("tweepy", "tweepy.client", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    echo = Reply({"detail": f"your header was Bearer {TOKEN}"}, 401)
    x.answer(PATH, GOOD, Reply({}, 503), GOOD, echo)
    messages: list[str] = []
    ask(settings, messages=messages)
    ask(settings, messages=messages)
    with pytest.raises(errors.RequestRefused) as caught:
        ask(settings)
    with Client(settings) as client:
        seen = [str(caught.value), repr(caught.value), repr(client), repr(settings), caplog.text, *messages]
    chain = caught.value.__cause__ or (
        None if caught.value.__suppress_context__ else caught.value.__context__
    )
    assert chain is None
    assert not [text for text in seen if TOKEN in text]


@pytest.mark.parametrize(
    ("faults", "may_be_billed"),
    [
        ([Reply({"detail": "down"}, 500)], False),
        ([Reply({"detail": "no"}, 403)], False),
        ([Reply(raw=b'{"data": [{"id": "1"')], True),
        ([Reply(GOOD.body, cut_at=20)], True),
        # The first attempt may be billed, whatever became of the others.
        ([Reply(GOOD.body, cut_at=20), Reply({"detail": "down"}, 500)], True),
    ],
    ids=["500", "403", "truncated", "connection cut", "connection cut, then 500"],
)
def test_an_error_says_whether_x_may_bill_the_call(
    faults: list[Reply], may_be_billed: bool, x: ScriptedX, settings: Settings
) -> None:
    x.answer(PATH, *faults)
    with pytest.raises(errors.ExtractionError) as caught:
        ask(settings)
    assert caught.value.may_be_billed is may_be_billed


def test_what_was_never_sent_is_not_billed(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(errors.NetworkTrouble) as caught:
        ask(make_settings("http://127.0.0.1:9"))
    assert not caught.value.may_be_billed
