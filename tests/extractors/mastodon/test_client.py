"""The client over real HTTP: whose token goes where, what lands, when it waits, and what it never lets out."""

import json
import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from extractors import errors
from extractors.fetching.streams import Target
from extractors.mastodon import problems, streams
from extractors.mastodon.client import Client
from tests.clock import Clock
from tests.extractors.server import Reply, ScriptedX
from tests.mastodon_world import OUR_TOKEN, TOKEN, US, Served, Talk, Uris, serving

Open = Callable[..., Client]


def _page(client: Client, stream: Any, target: Target, **more: Any) -> Any:
    return client.page(stream, target, {**stream.parameters, **dict(target.parameters), **more})


def _own(client: Client, **more: Any) -> Any:
    return _page(client, streams.OWN_POSTS, Target(US, path_id=US), **more)


def _uris(answer: Any) -> list[str]:
    return [item["uri"] for item in answer.value["data"]]


def test_a_list_lands_as_it_came_in_an_object(open_client: Open, uris: Uris) -> None:
    answer = _own(open_client(tokens={}), limit=2)
    assert answer.body.startswith(b'{"data": [{"id":"')
    assert json.loads(answer.body) == answer.value
    assert answer.endpoint.startswith("https://wald.test/api/v1/accounts/1000/statuses")
    assert answer.parameters == {"limit": "2"}
    assert answer.facts["host"] == "wald.test"
    following = answer.facts["next_max_id"]
    assert following == answer.value["data"][-1]["id"]
    more = _own(open_client(tokens={}), limit=40, max_id=following)
    assert more.facts["next_max_id"] is None
    assert len({*_uris(answer), *_uris(more)}) == len(_uris(answer)) + len(_uris(more))


def test_each_server_gets_the_token_of_its_account_and_no_other(
    open_client: Open, served: Served, uris: Uris
) -> None:
    client = open_client()
    _own(client)
    _page(client, streams.PROFILES, Target("ada@fedi.test", path_id="ada@fedi.test"))
    home = [has_token for path, _, has_token in served.requests if path.startswith("/mastodon/wald.test/")]
    abroad = [has_token for path, _, has_token in served.requests if path.startswith("/mastodon/fedi.test/")]
    assert (set(home), set(abroad)) == ({True}, {False})
    served.requests.clear()
    _own(open_client(tokens={}))
    assert not any(has_token for _, _, has_token in served.requests)


@pytest.mark.parametrize("visibility", ["private", "list", "local"])
def test_private_statuses_are_left_out_unless_there_is_a_consent(
    open_client: Open, talk: Talk, uris: Uris, visibility: str
) -> None:
    talk[uris.followers_only].visibility = visibility
    client = open_client()
    without = _own(client)
    assert client.messages == ["wald.test: 1 private statuses are left out"]  # type: ignore[attr-defined]
    assert uris.followers_only not in _uris(without)
    assert without.facts["private_left_out_count"] == 1
    consent = {"direct_messages": {"consent": "written by the board"}}
    kept = _own(open_client(client=consent))
    [private] = [item for item in kept.value["data"] if item["uri"] == uris.followers_only]
    assert set(private) == {"id", "uri", "created_at", "visibility", "account", "mentions"}
    for answer in (without, kept):
        assert b"A secret" not in answer.body
        assert json.loads(answer.body) == answer.value


def test_nothing_private_comes_by_notifications(open_client: Open, uris: Uris) -> None:
    answer = _page(open_client(), streams.MENTIONS, Target(US, path_id=US))
    shown = {item["status"]["uri"] for item in answer.value["data"]}
    assert shown == {uris.answers[0], uris.quote, uris.edited}
    assert answer.facts["private_left_out_count"] == 1
    assert b"secret" not in answer.body


def test_of_another_account_nothing_is_asked_by_our_token(open_client: Open) -> None:
    with pytest.raises(errors.TokenMissing, match=r"tomas@wald\.test"):
        _page(open_client(), streams.MENTIONS, Target("t", path_id="tomas@wald.test"))


def test_a_thread_lands_with_the_status_asked_about_and_says_when_there_will_be_more(
    open_client: Open, clock: Clock, uris: Uris
) -> None:
    client = open_client()
    for shown, is_growing in (({uris.our_answer}, True), ({uris.our_answer, *uris.unsent}, False)):
        answer = _page(client, streams.CONVERSATIONS, streams.at("wald.test", uris.foreign, account_id=US))
        assert answer.value["status"]["uri"] == uris.foreign
        assert {item["uri"] for item in answer.value["descendants"]} == shown
        assert json.loads(answer.body) == answer.value
        assert answer.facts["about_post_id"] == uris.foreign
        assert ("replies_in_seconds" in answer.facts) == is_growing
        clock.at += timedelta(seconds=answer.facts.get("replies_in_seconds", 0))


def test_a_status_without_answers_is_asked_for_alone(open_client: Open, served: Served, talk: Talk) -> None:
    lonely = talk.say(US, "Nobody answers.")
    answer = _page(open_client(), streams.CONVERSATIONS, streams.at("wald.test", lonely))
    assert answer.value["uri"] == lonely
    assert served.asked("/context") == []
    # elsewhere the count proves nothing
    elsewhere = _page(open_client(tokens={US: OUR_TOKEN}), streams.CONVERSATIONS,
                      streams.at("wald.test", talk.say("bo@fedi.test", f"@{US}?"), account_id=US))  # fmt: skip
    assert "descendants" in elsewhere.value


def test_a_stranger_s_look_sets_off_nothing(open_client: Open, served: Served, uris: Uris) -> None:
    answer = _page(open_client(tokens={}), streams.CONVERSATIONS, streams.at("fedi.test", uris.foreign))
    assert len(answer.value["descendants"]) == 3
    assert "replies_in_seconds" not in answer.facts


def test_what_is_gone_is_an_answer_about_what_was_asked(open_client: Open, talk: Talk, uris: Uris) -> None:
    gone = talk[uris.orphan].parent_id or ""
    for stream in (streams.MISSING, streams.CONVERSATIONS, streams.LIKERS):
        answer = _page(open_client(), stream, streams.at("fedi.test", gone))
        assert (answer.status_code, answer.value) == (404, {"error": "Record not found"})
        assert answer.facts["about_post_id"] == gone
    nobody = _page(open_client(), streams.PROFILES, Target("x", path_id="nobody@fedi.test"))
    assert (nobody.status_code, nobody.facts["about_account_id"]) == (404, "nobody@fedi.test")


def test_a_server_that_keeps_no_versions_says_nothing_of_the_status(x: ScriptedX, open_client: Open) -> None:
    x.answer("/mastodon/fedi.test/api/v1/statuses/5/history", Reply({"error": "Not Found"}, 404))
    target = streams.at("fedi.test", "https://fedi.test/users/a/statuses/5")
    with pytest.raises(problems.NotShown, match="no versions"):
        _page(open_client(x.url), streams.EDITS, target)


def test_at_the_limit_it_waits_until_the_server_answers_again(
    talk: Talk, clock: Clock, open_client: Open
) -> None:
    with serving(talk.elsewhere, clock, limit=3) as served:
        client = open_client(served.url)
        for _ in range(4):
            _own(client)
        refused = [path for path, _, _ in served.requests]
    assert len(refused) == 6  # instance, look-up, four pages: none was refused, for it waited in time
    assert 0 < sum(client.waits) <= 301  # type: ignore[attr-defined]


def test_a_refusal_for_too_many_requests_is_waited_for(x: ScriptedX, open_client: Open, clock: Clock) -> None:
    base = "/mastodon/wald.test/api"
    resets = clock.at.replace(minute=3).isoformat()
    x.answer(f"{base}/v2/instance/", Reply({"domain": "wald.test"}))
    x.answer(
        f"{base}/v1/accounts/lookup",
        Reply(
            {"error": "Too many requests"}, 429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": resets}
        ),
        Reply({"error": "oops"}, 503),
        Reply(raw=b'{"id": "7", "acct"'),
        Reply({"id": "7", "acct": "us", "note": ""}),
    )
    client = open_client(x.url)
    answer = _page(client, streams.PROFILES, Target(US, path_id=US))
    assert answer.value["id"] == "7"
    assert client.waits[0] >= 60  # type: ignore[attr-defined]
    assert len(client.messages) >= 3  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reply", "problem", "words"),
    [
        (Reply({"error": "The access token is invalid"}, 401), errors.RequestRefused, "MASTODON_TOKENS"),
        (Reply({"error": "This is not allowed"}, 403), problems.NotShown, "wald.test answered 403"),
        (Reply({"error": "unprocessable"}, 422), errors.RequestRefused, "wald.test answered 422"),
        (Reply(raw=b"<html>no API here</html>", status=404), problems.NotShown, "wald.test answered 404"),
        (Reply({}, 301, {"Location": "http://elsewhere.test/"}), problems.NotShown, "wald.test answered 301"),
        (Reply(raw=b"<html>down</html>", status=502), errors.NetworkTrouble, "wald.test answered 502"),
        (Reply(raw=b'"text"'), errors.NetworkTrouble, "not whole JSON"),
    ],
)
def test_what_a_server_may_answer_instead(
    x: ScriptedX, open_client: Open, reply: Reply, problem: type[Exception], words: str
) -> None:
    x.answer("/mastodon/wald.test/api/v1/accounts/lookup", reply)
    with pytest.raises(problem, match=words) as raised:
        _page(open_client(x.url), streams.PROFILES, Target(US, path_id=US))
    assert TOKEN not in str(raised.value)


def test_a_server_that_is_not_there_is_trouble_and_no_secret_gets_out(
    open_client: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = open_client(f"http://127.0.0.1:{port}")
    with pytest.raises(errors.NetworkTrouble, match=r"wald\.test could not be reached") as raised:
        _own(client)
    everything = f"{raised.value} {raised.value.__context__} {caplog.text} {client!r} {vars(client)}"
    assert TOKEN not in everything + " ".join(client.messages)  # type: ignore[attr-defined]


def test_no_token_is_logged_when_all_goes_well(
    open_client: Open, caplog: pytest.LogCaptureFixture, uris: Uris
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = _own(open_client())
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(answer)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "169.254.169.254",
        "localhost",
        "10.0.0.1:8080",
        "[::1]",
        "printer.local",
        "db.internal",
        "a@b.test",
        "",
    ],
)
def test_no_post_sends_us_to_an_address_inside(open_client: Open, served: Served, host: str) -> None:
    served.requests.clear()
    with pytest.raises(problems.NotShown):
        _page(open_client(), streams.MISSING, streams.at(host or "x", f"https://{host}/users/a/statuses/1"))
    assert served.requests == []


def test_a_server_may_answer_at_another_name_than_its_accounts_have(x: ScriptedX, open_client: Open) -> None:
    """The accounts are @name@example.org, the server is at social.example.org."""
    base = "/mastodon/social.example.org/api"
    x.answer(f"{base}/v2/instance/", Reply({"domain": "example.org"}))
    x.answer(f"{base}/v1/statuses/5", Reply({"id": "5", "uri": "u", "content": "", "account": {"acct": "a"}}))
    uri = "https://social.example.org/users/a/statuses/5"
    answer = _page(open_client(x.url), streams.MISSING, streams.at("social.example.org", uri))
    assert answer.facts["host"] == "example.org"


@pytest.mark.parametrize(
    ("answer", "domain"),
    [
        ({"links": [{"rel": "self", "href": "https://social.wald.test/users/us"}]}, "elsewhere.test"),
        ({"links": [{"rel": "self", "href": "https://127.0.0.1/users/us"}]}, "wald.test"),
        ({"links": [{"rel": "avatar", "href": "https://social.wald.test/users/us"}, "odd"]}, "wald.test"),
        (["no answer"], "wald.test"),
    ],
)
def test_nobody_else_gets_the_token_because_a_web_site_says_so(
    x: ScriptedX, open_client: Open, answer: Any, domain: str
) -> None:
    """A server is believed to be that of wald.test only if it says so itself, and has a name as servers have."""
    x.answer("/mastodon/wald.test/.well-known/webfinger", Reply(answer))
    x.answer("/mastodon/social.wald.test/api/v2/instance/", Reply({"domain": domain}))
    with pytest.raises(problems.NotShown):
        _own(open_client(x.url))
    with_token = [request.path for request in x.requests if request.authorization]
    assert with_token
    assert not [path for path in with_token if not path.startswith("/mastodon/wald.test/api/")]
    # asked once, however many pages there are
    assert len(x.asked("/mastodon/wald.test/.well-known/webfinger")) == 1


def test_a_web_site_that_sends_on_and_on_is_left(x: ScriptedX, open_client: Open) -> None:
    address = "https://wald.test/.well-known/webfinger"
    x.answer("/mastodon/wald.test/.well-known/webfinger", Reply({}, 301, {"Location": address}))
    with pytest.raises(problems.NotShown):
        _own(open_client(x.url))
    assert len(x.asked("/mastodon/wald.test/.well-known/webfinger")) == 3


def test_what_a_server_calls_a_foreign_status_it_says_only_to_its_own(
    open_client: Open, served: Served, uris: Uris
) -> None:
    target = streams.at("wald.test", uris.unsent[0], account_id=US)
    assert _page(open_client(), streams.CONVERSATIONS, target).value["status"]["uri"] == uris.unsent[0]
    assert served.asked("/search")[0]["q"] == uris.unsent[0]
    with pytest.raises(problems.NotShown, match="does not say what it calls"):
        _page(open_client(tokens={}), streams.CONVERSATIONS, streams.at("wald.test", uris.unsent[0]))


def test_an_empty_context_stays_json(x: ScriptedX, open_client: Open) -> None:
    base = "/mastodon/wald.test/api"
    x.answer(f"{base}/v1/statuses/5", Reply(raw=b'\xef\xbb\xbf {"id": "5", "uri": "u", "content": ""}\n'))
    x.answer(f"{base}/v1/statuses/5/context", Reply({}))
    uri = "https://wald.test/users/us/statuses/5"
    answer = _page(open_client(x.url), streams.CONVERSATIONS, streams.at("wald.test", uri))
    assert json.loads(answer.body) == answer.value == {"status": {"id": "5", "uri": "u", "content": ""}}
