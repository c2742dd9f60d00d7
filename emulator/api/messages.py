"""Direct messages: seen only by those who take part, and only 30 days back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.api.paging import slice_of
from emulator.api.problems import invalid
from emulator.api.render import stamp
from emulator.api.request import Body, Request
from emulator.model import Account, Message

REACH = timedelta(days=30)
FIELDS = {
    "attachments",
    "created_at",
    "dm_conversation_id",
    "entities",
    "event_type",
    "id",
    "participant_ids",
    "sender_id",
    "text",
}
_EVENT_TYPES = {"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"}


def dm_events(request: Request) -> Body:
    """GET /2/dm_events"""
    return _events(request, None)


def dm_events_of_conversation(request: Request) -> Body:
    """GET /2/dm_conversations/:id/dm_events"""
    return _events(request, request.path["id"])


def dm_events_with(request: Request) -> Body:
    """GET /2/dm_conversations/with/:participant_id/dm_events"""
    other = request.path_id("participant_id")
    # The endpoint is for user tokens only: there is a caller.
    return _events(request, conversation_id(request.caller.account_id, other) if request.caller else other)


def conversation_id(one: str, other: str) -> str:
    """Id of the conversation of two: the smaller account id first."""
    return "-".join(sorted((one, other), key=int))


def _events(request: Request, conversation: str | None) -> Body:
    params, view = request.params, request.view
    types = set(params.listed("event_types")) or _EVENT_TYPES
    if types - _EVENT_TYPES:
        raise invalid("The `event_types` query parameter holds an unknown type", event_types=",".join(types))
    found = [
        message
        for message in reversed(view.world.messages)
        if request.caller in (message.sender, message.receiver)
        and view.now - REACH <= message.at <= view.now
        and "MessageCreate" in types
        and conversation in (None, _conversation(message))
    ]
    size, token = params.max_results(1, 100, default=100), params.text("pagination_token")
    page = slice_of(found, size, token, params.walk)
    body: Body = {"data": [_event(request, message) for message in page.items]} if page.items else {}
    people = _people(request, page.items)
    if people:
        body["includes"] = {"users": [request.render.user(person) for person in people]}
    return body | {"meta": page.meta}


def _event(request: Request, message: Message) -> dict[str, Any]:
    expansions = set(request.params.listed("expansions"))
    values = {
        "id": message.message_id,
        "event_type": "MessageCreate",
        "text": message.text,
        "created_at": stamp(message.at),
        "dm_conversation_id": _conversation(message),
        "sender_id": message.sender.account_id,
    }
    asked = set(request.params.listed("dm_event.fields")) & FIELDS
    if request.dialect == "new":
        asked -= {"sender_id", "participant_ids"}  # by expansion only
    wanted = asked | (expansions & {"sender_id"}) | {"id", "event_type", "text"}
    return {name: value for name, value in values.items() if name in wanted}


def _people(request: Request, messages: list[Message]) -> list[Account]:
    if "sender_id" not in request.params.listed("expansions"):
        return []
    return list(dict.fromkeys(message.sender for message in messages))


def _conversation(message: Message) -> str:
    return conversation_id(message.sender.account_id, message.receiver.account_id)
