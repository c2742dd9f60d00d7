"""Direct messages in raw: each event as it came, once, and nowhere after its sender was erased."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.app import user_token
from emulator.world import build_world
from extractors.fetching import pager
from extractors.fetching.context import Context
from extractors.landing import landing_files, pages
from extractors.raw import raw_store
from extractors.state.store import open_state
from extractors.x import streams
from extractors.x.client import Client
from operations.erasure import everywhere as erasure
from rapport.config import Settings
from tests.clock import NOW, UNTIL
from tests.extractors.conftest import WINDOW
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN, message

Query = Callable[[str], list[tuple[Any, ...]]]
SEEN = datetime(2026, 5, 2, 3, 4, 5, tzinfo=UTC)
SECRET = "the key lies under the third flowerpot"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def land(settings: Settings, name: str, *events: dict[str, Any]) -> str:
    """One page of the stream, landed as a walk lands it; returns its key."""
    key = landing_files.page_key("x", "direct_messages", "run-1", name)
    envelope = {
        "network": "x", "client_id": "acme", "stream": "direct_messages", "run_id": "run-1", "page_number": 1,
        "source": "api", "data_kind": "message", "fetched_at": SEEN.isoformat(), "result_count": len(events),
    }  # fmt: skip
    body = {"data": list(events)}
    with open_state(settings) as state:
        pages.land(state, settings.landing_dir, key, envelope, json.dumps(body).encode(), body)
    return key


def test_every_event_is_a_row_with_its_payload(settings: Settings, query: Query) -> None:
    joined = {
        "id": "42",
        "event_type": "ParticipantsJoin",
        "dm_conversation_id": "900",
        "participant_ids": ["8"],
    }
    odd = message(41) | {"text": 5}  # not what it should be: kept in the payload
    key = land(settings, "one", message(40), joined, odd)
    result = raw_store.load(settings)
    assert (result["pages"], result["messages"], result["posts"]) == (1, 3, 0)
    rows = query(
        "select page_key, position, message_id, event_type, conversation_id, sender_id, participant_ids, text, "
        "created_at, observed_at from raw.messages order by position"
    )
    at = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert rows == [
        (key, 0, "40", "MessageCreate", "7-20", "20", ["7", "20"], "message 40", at, SEEN),
        (key, 1, "42", "ParticipantsJoin", "900", None, ["8"], None, None, SEEN),
        (key, 2, "41", "MessageCreate", "7-20", "20", ["7", "20"], "5", at, SEEN),
    ]
    payloads = query("select payload from raw.messages order by position")
    assert [json.loads(payload) for (payload,) in payloads] == [message(40), joined, odd]


def test_loading_again_adds_nothing_and_a_later_page_adds_its_own(settings: Settings, query: Query) -> None:
    land(settings, "one", message(40))
    raw_store.load(settings)
    assert raw_store.load(settings)["messages"] == 0
    land(settings, "two", message(40), message(41))  # the network shows the last 30 days each time
    assert raw_store.load(settings)["messages"] == 2
    assert query("select message_id from raw.messages order by 1") == [("40",), ("40",), ("41",)]


def test_a_message_goes_with_the_account_that_wrote_it(settings: Settings, query: Query) -> None:
    ours = message(50) | {"sender_id": "7", "text": "thank you"}
    land(settings, "one", message(40) | {"text": SECRET}, ours)
    land(settings, "two", message(41) | {"text": f"again: {SECRET}"})
    raw_store.load(settings)
    erasure.erase(settings, accounts={"20": "on request"})
    raw_store.load(settings)
    assert query("select message_id, text from raw.messages") == [("50", "thank you")]
    assert set(query("select object_id from raw.tombstones")) == {("20",), ("40",), ("41",)}
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = (
            landing_files.unpacked(path) if path.name.endswith(landing_files.SUFFIX) else path.read_bytes()
        )
        assert SECRET.encode() not in content, path
    # nor does the stream bring it back
    land(settings, "three", message(40) | {"text": SECRET}, ours)
    raw_store.load(settings)
    assert query("select message_id from raw.messages") == [("50",), ("50",)]


def test_a_message_without_its_landing_file_goes_too(settings: Settings, query: Query) -> None:
    key = land(settings, "one", message(40) | {"text": SECRET}, message(50) | {"sender_id": "7"})
    raw_store.load(settings)
    landing_files.path_of(settings.landing_dir, key).unlink()
    erasure.erase(settings, accounts={"20": "on request"})
    assert query("select message_id from raw.messages") == [("50",)]


@pytest.mark.parametrize("dialect", ["old", "new"])
def test_both_dialects_say_who_wrote(
    make_settings: Callable[..., Settings], query: Query, dialect: str
) -> None:
    with emulating(build_world(UNTIL.date()), dialect=dialect) as x:
        settings = make_settings(x.url, user_token=user_token(TOKEN, "lichtung_inst"))
        with open_state(settings) as state, Client(settings, lambda line: None) as client:
            context = Context(settings, state, client, "acme", "run", WINDOW, lambda line: None)
            pager.walk(context, streams.DIRECT_MESSAGES, streams.Target("all"))
        raw_store.load(settings)
    shown = [message for message in x.world.messages if NOW - timedelta(days=30) <= message.at <= NOW]
    known = {(message.message_id, message.sender.account_id) for message in shown}
    assert known and set(query("select message_id, sender_id from raw.messages")) == known
    # whoever only ever writes in private has a name, too
    assert {account_id for (account_id,) in query("select account_id from raw.users")} == {
        sender for _, sender in known
    }
