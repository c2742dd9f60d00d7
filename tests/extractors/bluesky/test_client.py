"""The client against a server that fails in every way the network has been seen to fail."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from extractors import errors
from extractors.bluesky import streams
from extractors.bluesky.client import Client
from extractors.fetching.dialect import Answer
from extractors.fetching.streams import Stream, Target
from rapport.config import Settings
from tests.clock import NOW
from tests.extractors.bluesky.conftest import ACCESS, NEW_ACCESS, RENEWAL, SECRETS
from tests.extractors.bluesky.shapes import did, post, uri
from tests.extractors.server import Reply, ScriptedX

pytestmark = pytest.mark.clock

FEED = "/xrpc/app.bsky.feed.getAuthorFeed"
NOTIFICATIONS = "/xrpc/app.bsky.notification.listNotifications"
LOGIN, RENEW = "/xrpc/com.atproto.server.createSession", "/xrpc/com.atproto.server.refreshSession"
GOOD = Reply({"feed": [{"post": post("us", "3k")}]})


def ask(
    settings: Settings,
    stream: Stream = streams.OWN_POSTS,
    target: str = did("us"),
    waits: list[float] | None = None,
    messages: list[str] | None = None,
    **parameters: Any,
) -> Answer:
    on_progress: Callable[[str], None] = messages.append if messages is not None else lambda message: None
    slept: Callable[[float], None] = waits.append if waits is not None else lambda seconds: None
    with Client(settings, on_progress, slept) as client:
        return client.page(stream, Target(target, path_id=target), parameters or {"actor": target})


def session(access: str = ACCESS, **more: Any) -> Reply:
    return Reply(
        {
            "accessJwt": access,
            "refreshJwt": RENEWAL,
            "did": did("us"),
            "handle": "us.test",
            "active": True,
            **more,
        }
    )


def test_what_comes_is_handed_on_to_the_byte(x: ScriptedX, settings: Settings) -> None:
    x.answer(FEED, Reply(raw=b'{"feed": [],\n "unheardOf": {"$type": "app.bsky.unheard#of"}}'))
    answer = ask(settings, actor=did("us"), limit=100)
    assert answer.body == b'{"feed": [],\n "unheardOf": {"$type": "app.bsky.unheard#of"}}'
    assert (answer.endpoint, answer.parameters) == (FEED, {"actor": did("us"), "limit": "100"})
    assert x.requests[0].authorization is None and answer.facts == {}


def test_lists_go_out_one_by_one_and_are_written_down_together(x: ScriptedX, settings: Settings) -> None:
    uris = [uri("us", "3ka"), uri("us", "3kb")]
    x.answer("/xrpc/app.bsky.feed.getPosts", Reply({"posts": []}))
    answer = ask(settings, streams.MISSING, uris=uris)
    assert answer.parameters == {"uris": ",".join(uris)}
    assert x.requests[0].pairs == [("uris", uris[0]), ("uris", uris[1])]


def test_a_page_of_likes_knows_whose_they_are(x: ScriptedX, settings: Settings) -> None:
    x.answer("/xrpc/app.bsky.feed.getLikes", Reply({"likes": []}))
    answer = ask(settings, streams.LIKERS, uri("us", "3ka"), uri=uri("us", "3ka"))
    assert answer.facts == {"about_post_id": uri("us", "3ka")}


@pytest.mark.parametrize(
    "fault",
    [
        Reply({"error": "InternalServerError", "message": "Internal Server Error"}, 500),
        Reply({"error": "UpstreamTimeout"}, 504),
        Reply(raw=b"<html>bad gateway</html>", status=502),
        Reply(raw=b'{"feed": [{"post": '),
        Reply(raw=b"<html>fine</html>"),
        Reply(raw=b"[1, 2]"),
        Reply(raw=b'{"feed": NaN}'),
        Reply(GOOD.body, cut_at=20),
    ],
    ids=["500", "504", "html 502", "truncated", "html 200", "list", "no JSON", "connection cut"],
)
def test_tries_again_what_trying_again_may_mend(fault: Reply, x: ScriptedX, settings: Settings) -> None:
    x.answer(FEED, fault, fault, GOOD)
    messages: list[str] = []
    assert ask(settings, messages=messages).value == GOOD.body
    assert len(x.requests) == 3 and len(messages) == 2


def test_gives_up_after_a_bounded_number_of_tries(x: ScriptedX, settings: Settings) -> None:
    x.answer(FEED, Reply({"error": "InternalServerError"}, 500))
    with pytest.raises(errors.NetworkTrouble, match="Bluesky answered 500"):
        ask(settings)
    assert len(x.requests) == 5


def test_nobody_at_the_address(settings: Settings) -> None:
    with pytest.raises(errors.NetworkTrouble, match="Bluesky could not be reached"):
        ask(replace(settings, bluesky_base_url="http://127.0.0.1:9"))


def test_does_not_wait_for_ever(x: ScriptedX, settings: Settings) -> None:
    x.answer(FEED, GOOD)
    x.delay_seconds = 0.2
    client = Client(settings, lambda message: None, lambda seconds: None, time_out_seconds=(0.1, 0.05))
    with client, pytest.raises(errors.NetworkTrouble, match="Bluesky did not answer in time"):
        client.page(streams.OWN_POSTS, Target("us"), {"actor": did("us")})


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) + 100)}, 99, 103),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 86_400)}, 899, 901),
        ({"ratelimit-reset": "soon"}, 59, 61),
        ({}, 59, 61),
        ({"retry-after": "5"}, 5, 8),
    ],
)
def test_waits_until_the_rate_limit_resets(
    headers: dict[str, str], least: float, most: float, x: ScriptedX, settings: Settings
) -> None:
    x.answer(FEED, Reply({"error": "RateLimitExceeded"}, 429, headers), GOOD)
    waits: list[float] = []
    ask(settings, waits=waits)
    assert least < sum(waits) < most


def test_gives_up_waiting_in_the_end(x: ScriptedX, settings: Settings) -> None:
    x.answer(FEED, Reply({"error": "RateLimitExceeded"}, 429))
    with pytest.raises(errors.RateLimited):
        ask(settings)
    assert len(x.requests) == 4


@pytest.mark.parametrize(
    ("status", "name", "message", "remedy"),
    [
        (400, "InvalidRequest", "integer too big", "fault of the request"),
        (400, "InvalidRequest", "Profile not found", "may be gone"),
        (401, "AuthMissing", "Authentication Required", "BLUESKY_APP_PASSWORDS"),
        (403, "Forbidden", "", "without a login"),
        (404, "XRPCNotSupported", "XRPCNotSupported", "RAPPORT_BLUESKY_BASE_URL"),
        (301, "", "", "RAPPORT_BLUESKY_BASE_URL"),
    ],
)
def test_what_is_refused_fails_at_once_and_says_what_to_do(
    status: int, name: str, message: str, remedy: str, x: ScriptedX, settings: Settings
) -> None:
    elsewhere = {"Location": "http://127.0.0.1:9/"} if status == 301 else {}
    x.answer(FEED, Reply({"error": name, "message": message}, status, elsewhere))
    with pytest.raises(errors.RequestRefused) as refused:
        ask(settings)
    assert len(x.requests) == 1
    assert remedy in refused.value.remedy and name in refused.value.detail


@pytest.mark.parametrize("name", ["NotFound", "RecordNotFound", "AccountTakedown", "AccountDeactivated"])
def test_that_something_is_not_shown_is_an_answer(name: str, x: ScriptedX, settings: Settings) -> None:
    x.answer("/xrpc/app.bsky.feed.getPostThread", Reply({"error": name, "message": "no"}, 400))
    answer = ask(settings, streams.CONVERSATIONS, uri("us", "3ka"), uri=uri("us", "3ka"))
    assert (answer.status_code, answer.value) == (400, {"error": name, "message": "no"})


def test_logs_in_once_and_asks_the_accounts_own_server(x: ScriptedX, settings: Settings) -> None:
    document = {
        "id": did("us"),
        "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": x.url}],
    }
    x.answer(LOGIN, session(didDoc=document))
    x.answer(NOTIFICATIONS, Reply({"notifications": []}))
    at_first = replace(settings, bluesky_base_url="http://127.0.0.1:9")
    with Client(at_first) as client:
        for _ in range(2):
            client.page(streams.MENTIONS, Target(did("us"), path_id="us.test"), {"limit": 100})
    assert [request.path for request in x.requests] == [LOGIN, NOTIFICATIONS, NOTIFICATIONS]
    assert [request.authorization for request in x.requests] == [None, *[f"Bearer {ACCESS}"] * 2]


def test_a_session_that_is_over_is_renewed(x: ScriptedX, settings: Settings) -> None:
    x.answer(LOGIN, session())
    x.answer(RENEW, session(NEW_ACCESS))
    x.answer(NOTIFICATIONS, Reply({"error": "ExpiredToken"}, 400), Reply({"notifications": []}))
    ask(settings, streams.MENTIONS, "us.test", limit=100)
    sent = [(request.path, request.authorization) for request in x.requests]
    assert sent[2:] == [(RENEW, f"Bearer {RENEWAL}"), (NOTIFICATIONS, f"Bearer {NEW_ACCESS}")]


def test_logs_in_anew_where_nothing_is_left_to_renew(x: ScriptedX, settings: Settings) -> None:
    x.answer(LOGIN, session(), session(NEW_ACCESS))
    x.answer(RENEW, Reply({"error": "ExpiredToken"}, 400))
    x.answer(NOTIFICATIONS, Reply({"error": "InvalidToken"}, 400), Reply({"notifications": []}))
    ask(settings, streams.MENTIONS, "us.test", limit=100)
    assert [request.path for request in x.requests] == [LOGIN, NOTIFICATIONS, RENEW, LOGIN, NOTIFICATIONS]


def test_a_token_that_is_never_taken_is_not_renewed_for_ever(x: ScriptedX, settings: Settings) -> None:
    x.answer(LOGIN, session())
    x.answer(RENEW, session(NEW_ACCESS))
    x.answer(NOTIFICATIONS, Reply({"error": "ExpiredToken"}, 400))
    with pytest.raises(errors.RequestRefused):
        ask(settings, streams.MENTIONS, "us.test", limit=100)
    assert len(x.requests) == 4


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({"error": "AuthenticationRequired", "message": "Invalid"}, 401), errors.RequestRefused),
        (Reply({"error": "AuthFactorTokenRequired"}, 401), errors.RequestRefused),
        (Reply({"error": "AccountTakedown"}, 400), errors.RequestRefused),
        (Reply({"error": "RateLimitExceeded"}, 429), errors.RateLimited),
        (Reply(raw=b"<html>", status=502), errors.NetworkTrouble),
        (Reply({"unheardOf": 1}), errors.ExtractionError),
        (Reply(raw=b"<html>"), errors.ExtractionError),
        (Reply(session().body, cut_at=9), errors.NetworkTrouble),
    ],
)
def test_no_secret_is_told_to_anybody(
    reply: Reply,
    kind: type[errors.ExtractionError],
    x: ScriptedX,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    x.answer(LOGIN, reply)
    messages: list[str] = []
    with pytest.raises(kind) as failed:
        ask(settings, streams.MENTIONS, "us.test", messages=messages, limit=100)
    chain: BaseException | None = failed.value
    told = [caplog.text, *messages]
    while chain is not None:
        told.append(repr(chain) + str(chain) + str(vars(chain)))
        chain = None if chain.__suppress_context__ else chain.__cause__ or chain.__context__
    assert not [secret for secret in SECRETS if any(secret in words for words in told)]


def test_nor_when_all_goes_well(x: ScriptedX, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    x.answer(LOGIN, session())
    x.answer(NOTIFICATIONS, Reply({"notifications": []}))
    with Client(settings) as client:
        answer = client.page(streams.MENTIONS, Target(did("us"), path_id="us.test"), {"limit": 100})
        told = caplog.text + repr(client) + repr(vars(client)) + repr(answer) + repr(settings)
    assert not [secret for secret in SECRETS if secret in told]


def test_without_an_app_password_nothing_is_asked(x: ScriptedX, settings: Settings) -> None:
    with pytest.raises(errors.TokenMissing, match=r"no app password for ana\.test"):
        ask(settings, streams.MENTIONS, "ana.test", limit=100)
    assert x.requests == []


def test_loopback_is_not_asked_through_a_proxy(
    x: ScriptedX, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    x.answer(LOGIN, session())
    x.answer(NOTIFICATIONS, Reply({"notifications": []}))
    x.answer(FEED, GOOD)
    ask(settings, streams.MENTIONS, "us.test", limit=100)
    assert ask(settings).value == GOOD.body
