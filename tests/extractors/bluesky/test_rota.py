"""Look-ups: what a list leaves out is gone only if the network says so of it alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from extractors import errors
from extractors.bluesky.client import Client
from extractors.bluesky.rota import Lookups
from extractors.fetching import rota
from extractors.fetching.context import Context
from extractors.fetching.rota import ObjectType, Round
from extractors.state.store import open_state
from rapport.config import Settings
from tests.extractors.bluesky.shapes import author, did, post, uri
from tests.extractors.conftest import WINDOW
from tests.extractors.server import Reply, ScriptedX

POSTS, RECORD = "/xrpc/app.bsky.feed.getPosts", "/xrpc/com.atproto.repo.getRecord"
PROFILES, PROFILE = "/xrpc/app.bsky.actor.getProfiles", "/xrpc/app.bsky.actor.getProfile"


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    with open_state(settings) as state, Client(settings, sleep=lambda seconds: None) as client:
        yield Context(settings, state, client, "acme", "run-1", WINDOW, lambda message: None)


def looked(context: Context, object_type: ObjectType, ids: list[str]) -> tuple[Round, Round]:
    first, again = Round(), Round()
    Lookups().look(context, object_type, rota.FIRST, ids, first)
    Lookups().look(context, object_type, rota.SECOND, sorted(first.gone), again)
    return first, again


def no(name: str, message: str = "") -> Reply:
    return Reply({"error": name, "message": message}, 400)


@pytest.mark.parametrize(
    ("answer", "gone", "answered"),
    [
        (no("RecordNotFound", "Could not locate record: at://…"), {uri("ana", "3ka"): "not-found"}, True),
        # Its account is hidden, or the post is there and merely not shown: it is not deleted.
        (no("InvalidRequest", "Could not find repo: did:plc:…"), {}, False),
        (Reply({"uri": uri("ana", "3ka"), "cid": "bafy", "value": {}}), {}, True),
    ],
)
def test_a_post_is_gone_when_its_record_is(
    answer: Reply, gone: dict[str, str], answered: bool, x: ScriptedX, context: Context
) -> None:
    x.answer(POSTS, Reply({"posts": [post("us", "3kroot")]}))
    x.answer(RECORD, answer)
    first, again = looked(context, "post", [uri("us", "3kroot"), uri("ana", "3ka")])
    assert (first.answered, set(first.gone)) == ({uri("us", "3kroot")}, {uri("ana", "3ka")})
    assert again.gone == gone and bool(again.answered) is answered
    assert x.asked(RECORD) == [{"repo": did("ana"), "collection": "app.bsky.feed.post", "rkey": "3ka"}]


def test_a_repost_is_asked_for_by_its_record_alone(x: ScriptedX, context: Context) -> None:
    repost = uri("us", "3kr", "app.bsky.feed.repost")
    x.answer(POSTS, Reply({"posts": [post("us", "3kroot")]}))
    x.answer(RECORD, Reply({"uri": repost, "cid": "bafy", "value": {}}))
    _, again = looked(context, "post", [uri("us", "3kroot"), repost])
    assert x.asked(POSTS) == [{"uris": uri("us", "3kroot")}]
    assert (again.answered, again.gone) == ({repost}, {})


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (no("AccountTakedown", "Account has been suspended"), "taken-down"),
        (no("AccountDeactivated", "Account is deactivated"), "deactivated"),
        (no("InvalidRequest", "Profile not found"), "not-found"),
        (Reply(author("ana", followersCount=1)), None),
    ],
)
def test_an_account_is_gone_when_its_profile_is(
    answer: Reply, gone: str | None, x: ScriptedX, context: Context
) -> None:
    x.answer(PROFILES, Reply({"profiles": [author("us")]}))
    x.answer(PROFILE, answer)
    first, again = looked(context, "account", [did("us"), did("ana")])
    assert (first.answered, set(first.gone)) == ({did("us")}, {did("ana")})
    assert again.gone == ({did("ana"): gone} if gone else {}) and again.answered == {did("ana")}


def test_another_refusal_is_no_proof_of_anything(x: ScriptedX, context: Context) -> None:
    x.answer(POSTS, Reply({"posts": []}))
    x.answer(RECORD, no("InvalidRequest", "rkey must be a record key"))
    with pytest.raises(errors.RequestRefused):
        looked(context, "post", [uri("ana", "3ka")])


def test_what_was_interrupted_is_taken_up_from_disk(x: ScriptedX, context: Context) -> None:
    x.answer(POSTS, Reply({"posts": []}))
    x.answer(RECORD, no("RecordNotFound"))
    once: Any = looked(context, "post", [uri("ana", "3ka")])
    assert looked(context, "post", [uri("ana", "3ka")]) == once
    assert len(x.requests) == 2
