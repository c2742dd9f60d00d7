"""A random home as fetching fills it: direct messages, reply counts, searches, refusals, erasures and gaps."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from extractors.landing import landing_files
from extractors.state import gaps, tombstones
from extractors.state.store import State
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.window import Window
from tests.dbt import brute_force
from tests.dbt.histories import OURS, START, Post, Writer, random_relationships

SECRET = "between-you-and-me"
GONE, HIDDEN = "resource-not-found", "not-authorized-for-resource"
BUDGET, REACH = gaps.BUDGET, "older than the 7 days that recent search reaches"


@dataclass(frozen=True)
class Message:
    """One message, and to whom it was written; `others`: who else reads it."""

    message_id: str
    sender: str
    receiver: str
    created_at: datetime
    others: tuple[str, ...] = ()

    @property
    def conversation_id(self) -> str:
        return "9" * 12 if self.others else "-".join(sorted((self.sender, self.receiver), key=int))

    @property
    def act(self) -> brute_force.Act:
        """The address that it is."""
        return brute_force.Act(
            f"dm:{self.message_id}", "message", self.sender, self.receiver,
            self.created_at.replace(microsecond=0), f"dm:{self.conversation_id}",
        )  # fmt: skip

    def payload(self) -> dict[str, object]:
        """The event as the API answers it."""
        event = {
            "id": self.message_id,
            "event_type": "MessageCreate",
            "text": f"{SECRET} {self.message_id}?",
            "created_at": self.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "dm_conversation_id": self.conversation_id,
            "sender_id": self.sender,
        }
        return event | (
            {"participant_ids": [self.sender, self.receiver, *self.others]} if self.others else {}
        )


@dataclass
class Fetched:
    """What one client was given, and what it was not."""

    as_of: datetime
    posts: list[Post]
    messages: list[Message]
    reported: dict[str, int | None]  # post id -> the network's count of replies
    observed_at: dict[str, datetime]  # post id -> when it was last seen
    fates: dict[str, str] = field(default_factory=dict)  # id of a post not captured -> what became of it
    searched_until: dict[str, datetime] = field(default_factory=dict)  # conversation id -> end of its search
    gaps: list[tuple[Window, str]] = field(default_factory=list)


def random_home(seed: int) -> Fetched:
    """Talk in public and in private; some posts lost, some counts wrong, some of all this after the data ends."""
    writer = Writer(seed)
    chance = writer.random
    posts = random_relationships(writer, 30, 40)
    for post in posts:
        post.is_captured = chance.random() > 0.1
    captured = [post for post in posts if post.is_captured]
    messages = _messages(writer, ["500", "501", "502", *(str(700 + number) for number in range(12))])
    messages.append(Message(writer.post("500", START).post_id, "500", OURS[0], START, ("501",)))
    reported: dict[str, int | None] = {}
    for post in captured:
        replies = sum(reply.parent_post_id == post.post_id for reply in captured)
        reported[post.post_id] = max(0, replies + chance.choice([0] * 12 + [1, 3, -1]))
    for root in {post.conversation_id for post in chance.sample(captured, 60)}:
        reported |= {member.post_id: None for member in captured if member.conversation_id == root}
    as_of = _in_mid_talk(captured, START + timedelta(weeks=36))
    home = Fetched(
        as_of, posts, messages, reported,
        {post.post_id: as_of + timedelta(hours=20 - 24 * chance.randrange(38)) for post in captured},
    )  # fmt: skip
    for post in posts:
        if not post.is_captured:
            home.fates[post.post_id] = chance.choice([GONE, HIDDEN, "erased", "unasked"])
        if chance.random() < 0.4 and post.conversation_id:
            home.searched_until[post.conversation_id] = as_of + timedelta(days=chance.randrange(-37, 2))
    for week, why in ((6, BUDGET), (7, REACH), (20, REACH), (30, BUDGET)):
        start = START + timedelta(weeks=week)
        home.gaps.append((Window(start, start + timedelta(days=2)), why))
    return home


def _in_mid_talk(posts: list[Post], after: datetime) -> datetime:
    """A moment at which two posts of a conversation are written, and two are yet to come."""
    talks: dict[str | None, list[datetime]] = defaultdict(list)
    for post in posts:
        talks[post.conversation_id].append(post.created_at)
    return min(sorted(talk)[2] for talk in talks.values() if len(talk) >= 4 and min(talk) > after)


def _messages(writer: Writer, people: list[str]) -> list[Message]:
    """Talk in private in bursts, on both sides' initiative, some of it left without an answer."""
    chance = writer.random
    messages = []
    for person in people:
        week = chance.randrange(6)
        while week < 40:
            moment = START + timedelta(days=7 * week + chance.randrange(7), seconds=chance.randrange(80000))
            for _ in range(chance.choice([1, 2, 3, 5])):
                sender, receiver = chance.sample([person, OURS[0]], 2)
                messages.append(Message(writer.post(sender, moment).post_id, sender, receiver, moment))
                moment += timedelta(seconds=chance.randrange(60, 200000))
            week += chance.choice([1, 2, 5, 14])
    return messages


def land(settings: Settings, state: State, home: Fetched) -> None:
    """Lands it all for the client `lab`, in pages as the streams land them, and notes gaps and erasures."""
    _page(settings, "own_posts", "post", [], window_end_at=home.as_of)
    captured = [post for post in home.posts if post.is_captured]
    for moment in sorted(set(home.observed_at.values())):
        data = []
        for post in captured:
            if home.observed_at[post.post_id] == moment:
                payload: dict[str, Any] = post.payload()
                payload["public_metrics"] |= {"reply_count": home.reported[post.post_id]}
                data.append(payload)
        # seen by another stream than the search
        # and another client has asked for the same
        for client_id in ("lab", "other"):
            _page(
                settings, "mentions", "post", data,
                client_id=client_id, fetched_at=moment, window_end_at=home.as_of,
            )  # fmt: skip
    for until in sorted(set(home.searched_until.values())):
        ids = [conversation_id for conversation_id, end in home.searched_until.items() if end == until]
        query = " OR ".join(f"conversation_id:{conversation_id}" for conversation_id in ids)
        _page(settings, "conversations", "post", [], parameters={"query": query}, window_end_at=until)
    refused = [
        {
            "resource_type": "tweet",
            "resource_id": post_id,
            "parameter": "ids",
            "type": f"https://x/problems/{fate}",
        }
        for post_id, fate in home.fates.items()
        if fate in (GONE, HIDDEN)
    ]
    _page(settings, "missing", "post", [], errors=refused, window_end_at=home.as_of)
    # the last of the month's messages are shown again the next time
    middle = len(home.messages) // 2
    for part in (home.messages[:middle], home.messages[middle - 3 :]):
        data = [message.payload() for message in part]
        _page(settings, "direct_messages", "message", data, window_end_at=home.as_of)
    erased = frozenset(post_id for post_id, fate in home.fates.items() if fate == "erased")
    tombstones.put(state, Forgotten.of("x", erased), "on request", is_finished=True)
    for window, why in home.gaps:
        gaps.record(state, "x", "lab", "conversations", gaps.WHOLE_STREAM, window, why)


def _page(
    settings: Settings, stream: str, kind: str, data: list[dict[str, Any]],
    errors: list[dict[str, Any]] | None = None, **envelope: Any,
) -> None:  # fmt: skip
    known = {
        "network": "x", "client_id": "lab", "stream": stream, "run_id": "run-1", "page_number": 1,
        "source": "api", "data_kind": kind, "result_count": len(data), "object_count": len(data),
        "window_start_at": START, "fetched_at": envelope["window_end_at"],
    } | envelope  # fmt: skip
    body = {"data": data, "errors": errors or [], "meta": {"result_count": len(data)}}
    folder = settings.landing_dir / "x" / stream
    number = len(list(folder.rglob("*"))) if folder.exists() else 0
    key = landing_files.page_key("x", stream, "run-1", f"page-{number}")
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in known.items()
    }
    landing_files.write(settings.landing_dir, key, plain, json.dumps(body).encode())
