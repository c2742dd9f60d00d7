"""A random world as it was looked at: objects as the API answered them, each with the moment of the look.

The posts are those of histories.py, with what changes while one looks: edits, counts, handles, what is gone,
fields that a look did not ask for, posts that are found months later.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tests.dbt.conftest import CONFIG
from tests.dbt.histories import (
    OURS,
    START,
    TOPICS,
    Post,
    Writer,
    random_introductions,
    random_relationships,
    random_topics,
    random_trees,
)

RIVALS = ("104", "105")
PEOPLE = """
[[people]]
name = "Five Hundred"
accounts = ["@h501", "500"]
kind = "person"

[[people]]
name = "Two Hundred"
accounts = ["203", "@h201", "202"]
kind = "organisation"
"""
_CONSENT = """[clients.direct_messages]
consent = "in writing, 2025-01-01"

"""
TWO_CLIENTS = (
    CONFIG.replace("[[clients.stakeholders]]", _CONSENT + "[[clients.stakeholders]]", 1)
    + f"""
[[clients]]
id = "rival"
name = "The Rival"
accounts = ["@h{RIVALS[0]}", "{RIVALS[1]}"]

[[clients.stakeholders]]
handle = "@h505"
why = "both want them"
tags = ["rivalled"]

[[clients.people]]
handle = "@h500"
owner = "Somebody else"
"""
)


@dataclass(frozen=True)
class Look:
    """What one look at one object showed. `kind` is post, user, message, repost, like or error; `about` is the
    post whose reposters or likers were asked for."""

    kind: str
    payload: dict[str, Any]
    at: datetime
    about: str = ""


def random_looks(seed: int, scale: float = 1.0) -> list[Look]:
    """Every look at a world of about 4,500 posts (times `scale`), by time."""
    writer = Writer(seed)
    posts = (
        random_trees(writer, int(160 * scale))
        + random_relationships(writer, int(40 * scale), 70)
        + random_relationships(writer, int(14 * scale), 70, RIVALS)
        + random_introductions(writer, int(90 * scale))
    )
    posts += _echoes(writer, posts)
    random_topics(writer, posts)
    looks: list[Look] = []
    for post in posts:
        found = _of_post(writer, _with_versions_below(writer, post))
        if len(found) > 1 and writer.random.random() < 0.03:
            # another parent than before
            other = writer.random.choice(posts).post_id
            found[-1].payload["referenced_tweets"] = [{"type": "replied_to", "id": other}]
        looks += found
    looks += _of_accounts(writer, posts) + _of_nods(writer, posts) + _of_messages(writer, int(150 * scale))
    return sorted(looks, key=lambda look: (look.at, look.kind, str(look.payload.get("id"))))


def _echoes(writer: Writer, posts: list[Post]) -> list[Post]:
    """Reposts and quotes of what clients write, by people and by a client itself."""
    chance = writer.random
    found = []
    for post in posts:
        if post.account_id not in (*OURS, *RIVALS) or chance.random() > 0.12:
            continue
        moment = post.created_at + timedelta(seconds=chance.randrange(60, 400000))
        who = chance.choice([str(500 + chance.randrange(60)), str(200 + chance.randrange(60)), OURS[1]])
        if chance.random() < 0.5:
            found.append(writer.post(who, moment, reposted_post_id=post.post_id, inherited=[post.account_id]))
        else:
            quote = writer.post(who, moment, quoted_post_id=post.post_id)
            answer = writer.reply(quote, post.account_id, moment + timedelta(hours=chance.randrange(1, 90)))
            found += [quote, answer]
    return found


def _version_ids(post: Post) -> list[str]:
    """The ids of a post's versions, the first its own: one post in twelve was edited, once or twice."""
    draw = int(post.post_id) % 12
    if draw or post.reposted_post_id:
        return [post.post_id]
    count = 2 + int(post.post_id) // 12 % 2
    return [str(int(post.post_id) + (number * 600_000 << 22)) for number in range(count)]


def _with_versions_below(writer: Writer, post: Post) -> Post:
    """The post as it refers to others: to whichever version of them was shown when it was written."""

    def shown(post_id: str | None) -> str | None:
        if post_id is None or post_id == post.post_id:
            return post_id
        return writer.random.choice(_version_ids(replace(post, post_id=post_id, reposted_post_id=None)))

    return replace(
        post,
        conversation_id=shown(post.conversation_id),
        parent_post_id=shown(post.parent_post_id),
        quoted_post_id=shown(post.quoted_post_id),
        reposted_post_id=shown(post.reposted_post_id),
    )


def _of_post(writer: Writer, post: Post) -> list[Look]:
    """All looks at a post: soon or months later, once or often, whole or poor, each version of it, its end."""
    chance = writer.random
    looks: list[Look] = []
    gone = _gone(post)
    if not post.is_captured:
        # half of what is missing is never found, the rest late
        if chance.random() < 0.5:
            return [Look("error", gone, post.created_at + timedelta(days=1))] if chance.random() < 0.5 else []
        delays = [timedelta(days=chance.randrange(2, 150))]
    else:
        delays = [timedelta(minutes=chance.randrange(1, 600))]
        while chance.random() < 0.15:
            delays.append(timedelta(days=chance.randrange(1, 60)))
    versions = _version_ids(post)
    for number in range(len(versions)):
        if number and chance.random() < 0.2 and len(versions) > 2:
            continue  # nobody looked while this version was the newest
        for delay in delays:
            payload = _version(post, versions[: number + 1], delay)
            if chance.random() < 0.07:
                payload = _poorer(writer, payload)
            looks.append(Look("post", payload, post.created_at + delay + timedelta(minutes=20 * number)))
    if chance.random() < 0.02:
        looks.append(Look("error", gone, max(look.at for look in looks) + timedelta(days=3)))
    return looks


def _version(post: Post, chain: list[str], delay: timedelta) -> dict[str, Any]:
    """The newest of these versions, seen so long after the post."""
    payload = post.payload()
    payload["id"] = chain[-1]
    payload["edit_history_tweet_ids"] = chain
    if len(chain) > 1:
        written = post.created_at + timedelta(minutes=10 * (len(chain) - 1))
        payload["created_at"] = written.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        payload["text"] = f"{payload['text']} and more{'?' * (len(chain) % 2)} #{TOPICS[len(chain)]}"
        if payload.get("conversation_id") == post.post_id:
            payload["conversation_id"] = chain[-1]  # each version says so of itself
    days = delay.days + 1
    counts = {**_counts(payload), "reply_count": int(post.post_id) % 4}
    payload["public_metrics"] = {name: count * days for name, count in counts.items()}
    payload["lang"] = ["en", "de", "el"][int(post.post_id) % 3]
    for mention in _mentions(payload):
        if int(post.post_id) % 7 == 0:
            del mention["id"]  # by handle alone: whose it is, the accounts must tell
    return payload


def _counts(payload: dict[str, Any]) -> dict[str, int]:
    return dict(payload["public_metrics"])


def _mentions(payload: dict[str, Any]) -> list[dict[str, Any]]:
    return list(payload.get("entities", {}).get("mentions", []))


def _poorer(writer: Writer, payload: dict[str, Any]) -> dict[str, Any]:
    """As seen by somebody who asked for fewer fields."""
    optional = sorted(payload.keys() - {"id"})
    dropped = writer.random.sample(optional, writer.random.randint(1, len(optional)))
    return {name: value for name, value in payload.items() if name not in dropped}


def _gone(post: Post) -> dict[str, Any]:
    return {
        "value": post.post_id, "resource_id": post.post_id, "parameter": "ids", "resource_type": "tweet",
        "title": "Not Found Error", "detail": "it is gone",
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }  # fmt: skip


def _of_accounts(writer: Writer, posts: list[Post]) -> list[Look]:
    """Profiles, some seen late, some under another handle later; one in twenty takes over a neighbour's handle."""
    chance = writer.random
    end = max(post.created_at for post in posts)
    looks = []
    for account in sorted({post.account_id for post in posts}):
        first = START + (end - START) * chance.choice([0.0, 0.0, 0.3, 0.7, 0.95])
        moments = sorted(first + (end - first) * chance.random() for _ in range(chance.randint(1, 3)))
        handle = f"h{account}"
        for number, moment in enumerate(moments):
            if number and account not in (*OURS, *RIVALS) and chance.random() < 0.2:
                handle = f"h{int(account) + 1}" if chance.random() < 0.25 else f"h{account}_{number}"
            payload: dict[str, Any] = {
                "id": account,
                "username": handle,
                "name": f"Person {account}",
                "description": f"I am {account} #{TOPICS[(int(account) + number) % len(TOPICS)]} see h{account}",
                "public_metrics": {"followers_count": 7 * int(account) + number, "listed_count": number},
            }
            if chance.random() < 0.5:
                payload["location"] = f" Town  {(int(account) + number) % 11}"
            if int(account) % 17 == 0:  # says at one look that it is a bot, and at the next that it is none
                payload["is_bot"] = (int(account) // 17 + number) % 2 == 0
            looks.append(Look("user", payload, moment))
    return looks


def _of_nods(writer: Writer, posts: list[Post]) -> list[Look]:
    """Lists of who liked or reposted what clients wrote; some of the reposts come as posts, too."""
    chance = writer.random
    reposts = {post.reposted_post_id: post.account_id for post in posts if post.reposted_post_id}
    looks = []
    for post in posts:
        if post.account_id not in (*OURS, *RIVALS) or chance.random() > 0.15:
            continue
        about = chance.choice(_version_ids(post))
        at = post.created_at + timedelta(days=chance.randrange(1, 20))
        who = {str(chance.choice([200, 500]) + chance.randrange(60)) for _ in range(chance.randint(1, 4))}
        who |= {reposts[post.post_id]} if post.post_id in reposts else set()
        for account in sorted(who):
            payload = {"id": account, "username": f"h{account}", "name": f"Person {account}"}
            if int(account) % 3 == 0:  # told now and then, by some networks of likes
                payload["acted_at"] = (at - timedelta(hours=int(account) % 20)).isoformat()
            looks.append(Look(chance.choice(["repost", "like"]), payload, at, about))
    return looks


def _of_messages(writer: Writer, count: int) -> list[Look]:
    """Direct messages between the first client and people, with whom it talks in public or not."""
    chance = writer.random
    looks = []
    for number in range(count):
        person = str(500 + chance.randrange(60))
        sides = [person, chance.choice(OURS)]
        at = START + timedelta(days=chance.randrange(480), seconds=chance.randrange(80000))
        payload = {
            "id": str(10**15 + number),
            "event_type": "MessageCreate",
            "dm_conversation_id": "-".join(sorted(sides)),
            "sender_id": chance.choice(sides),
            "text": "between us",
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        looks += [Look("message", payload, at + timedelta(hours=1 + 900 * again))
                  for again in range(chance.choice([1, 1, 1, 2]))]  # fmt: skip
    return looks
