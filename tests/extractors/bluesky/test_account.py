"""Whether an account may be tried: what the network says of it, as a network of our own has said it."""

from typing import Any

import pytest

from extractors import errors
from extractors.bluesky.account import Account, look_up
from extractors.bluesky.client import Client
from rapport.config import Settings
from tests.extractors.bluesky.shapes import author, did
from tests.extractors.server import Reply, ScriptedX

PROFILE = "/xrpc/app.bsky.actor.getProfile"


def asked(settings: Settings, actor: str = "us.test") -> Account:
    with Client(settings, lambda message: None, sleep=lambda seconds: None) as client:
        return look_up(client, actor)


def label(src: str = did("us"), **more: Any) -> dict[str, Any]:
    return {"src": src, "val": "!no-unauthenticated", "cts": "2026-05-01T10:00:00.000Z", **more}


def test_an_account_is_known_by_its_id_and_its_handle_in_small_letters(
    x: ScriptedX, settings: Settings
) -> None:
    x.answer(PROFILE, Reply(author("us", handle="Us.Test", displayName=" The us ")))
    assert asked(settings) == Account(did("us"), "us.test", "The us", is_for_logged_in=False)
    assert [query["actor"] for query in x.asked(PROFILE)] == ["us.test"]


@pytest.mark.parametrize(
    ("labels", "is_for_logged_in"),
    [
        ([label()], True),
        ([label(val="!warn"), label()], True),
        ([label(src=did("ana"))], False),  # what others call it
        ([label(neg=True)], False),  # taken back
        ("none", False),
    ],
)
def test_whether_it_asks_not_to_be_shown_to_everybody(
    x: ScriptedX, settings: Settings, labels: Any, is_for_logged_in: bool
) -> None:
    x.answer(PROFILE, Reply(author("us", labels=labels)))
    assert asked(settings).is_for_logged_in == is_for_logged_in


@pytest.mark.parametrize(
    ("name", "message", "said"),
    [
        ("InvalidRequest", "Profile not found", "knows no account us.test.*\n.*a whole domain"),
        ("AccountTakedown", "Account has been suspended", "shows nothing of us.test.*\n.*another account"),
        ("AccountDeactivated", "Account is deactivated", "us.test is deactivated.*\n.*switches it on"),
    ],
)
def test_an_account_that_is_not_shown_is_named_with_what_to_do(
    x: ScriptedX, settings: Settings, name: str, message: str, said: str
) -> None:
    x.answer(PROFILE, Reply({"error": name, "message": message}, 400))
    with pytest.raises(errors.AccountUnknown, match=said):
        asked(settings)
    assert len(x.requests) == 1


@pytest.mark.parametrize("handle", ["handle.invalid", "../../.ssh", "a/b.test", None, 7])
def test_a_handle_that_is_none_names_no_folder(x: ScriptedX, settings: Settings, handle: Any) -> None:
    x.answer(PROFILE, Reply(author("us", handle=handle)))
    assert asked(settings, did("us")).handle is None


def test_an_answer_without_an_id_is_no_account(x: ScriptedX, settings: Settings) -> None:
    x.answer(PROFILE, Reply({"did": "../..", "handle": "us.test"}))
    with pytest.raises(errors.FieldsMissing, match="RAPPORT_BLUESKY_BASE_URL"):
        asked(settings)
