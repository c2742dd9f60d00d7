"""A world of two clients who know the same people and fetch parts of the same talk, as landed pages of each."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.dbt.histories import (
    START,
    TOPICS,
    Post,
    Writer,
    random_introductions,
    random_relationships,
    random_topics,
)
from tests.dbt.homes import Page
from tests.dbt.looks import Look

LAB, RIVAL = "lab", "rival"
# The last of each is an account that the other client has never come across.
OURS = {
    LAB: ("7000000000101", "7000000000102", "7000000000103"),
    RIVAL: ("8000000000104", "8000000000105", "8000000000106"),
}
# Where each client is besides X, and who talks with it there: Wanda with both, each on its own network.
ELSEWHERE = {LAB: ("bluesky", "did:plc:lab"), RIVAL: ("mastodon", "rival@r.test")}
WANDA = {LAB: "did:plc:wandawandawandawanda", RIVAL: "w@f.test"}
# A robot and a far town, says its profile on Mastodon; on X it is the person 501.
ROBOT = "b@f.test"
# People of the house's list: what one client sees of them is not what the other does. Only the rival knows 52.
PEOPLE = f"""
[[people]]
id = "wanda"
name = "Wanda of the List"
accounts = ["bluesky:{WANDA[LAB]}", "mastodon:{WANDA[RIVAL]}"]
[[people]]
id = "robot"
name = "Robot of the List"
accounts = ["501", "mastodon:{ROBOT}"]
[[people]]
id = "two"
name = "Two of the List"
accounts = ["502", "52"]
owner = "A house for both"
tags = ["press"]
"""
NAMES = {LAB: "The Laboratory of Mosses", RIVAL: "Their Fiercest Competitor"}
# What only the other client's list says: it must stand in no file of the first.
SECRETS = {LAB: "they hold the keys to the archive", RIVAL: "to be won before anybody else wins them"}
END = START + timedelta(weeks=60)
_WINDOW = (START, END)

HEAD = {
    client: f"""
[[clients]]
id = "{client}"
name = "{NAMES[client]}"
accounts = ["{OURS[client][0]}", "{":".join(ELSEWHERE[client])}"]
team = ["{OURS[client][1]}", "{OURS[client][2]}"]
"""
    for client in OURS
}
# The rival calls a robot whom the lab talks with, and wants somebody whom the lab does not know.
CONFIG = {
    LAB: HEAD[LAB]
    + f"""
[[clients.stakeholders]]
handle = "500"
why = "{SECRETS[LAB]}"
topic = "{TOPICS[0]}"
priority = 1
owner = "{SECRETS[LAB]}"
tags = ["of the lab"]
[[clients.topics]]
name = "{TOPICS[0]}"
words = ["{TOPICS[0]}"]
[[clients.goals]]
words = "friends"
measure = "connected"
target = 5
by = 2026-12-31
""",
    RIVAL: HEAD[RIVAL].rstrip()
    + f"""
bots = ["505", "506"]
[[clients.stakeholders]]
handle = "500"
why = "{SECRETS[RIVAL]}"
topic = "{TOPICS[1]}"
priority = 1
[[clients.topics]]
name = "{TOPICS[1]}, {SECRETS[RIVAL]}"
words = ["{TOPICS[1]}"]
examples = ["words that the rival has about {TOPICS[1]}"]
[[clients.stakeholders]]
handle = "230"
why = "{SECRETS[RIVAL]}, too"
priority = 1
tags = ["of the rival"]
[[clients.people]]
handle = "502"
owner = "{SECRETS[RIVAL]}"
""",
}


@dataclass
class World:
    """The pages of each client, and of files ('')."""

    pages: dict[str, list[Page]] = field(default_factory=dict)

    def of(self, *clients: str) -> list[Page]:
        """The pages that these clients fetched, and those of files."""
        return [page for client in (*clients, "") for page in self.pages[client]]


def world(seed: int) -> World:
    """Talk of each client, of both with the same people, and of others that one, both or a file brought."""
    writer = Writer(seed)
    chance = writer.random
    has: dict[str, dict[str, Post]] = {LAB: {}, RIVAL: {}, "": {}}

    def give(posts: list[Post], *clients: str) -> None:
        for client in clients:
            has[client] |= {post.post_id: post for post in posts}

    for client, other in ((LAB, RIVAL), (RIVAL, LAB)):
        for talk in _talks(random_relationships(writer, 24, 50, OURS[client][:2])):
            give(talk, client)
            give([post for post in talk if chance.random() < 0.1], other)
            # of a few conversations the other client has a post that the first did not get
            if len(talk) > 3 and chance.random() < 0.2:
                lost = talk[chance.randrange(1, len(talk) - 1)]
                del has[client][lost.post_id]
                give([lost], other)
    for client in (LAB, RIVAL):
        give(_talk(writer, OURS[client][2], "520", 80), client)
    for talk in _talks(random_introductions(writer, 160)):
        give(talk, *chance.choice([[LAB], [RIVAL], [RIVAL], [LAB, RIVAL], [""]]))
    # The clients talk with each other, in public; and the rival, whom the lab knows by that, with others.
    together = _talk(writer, OURS[LAB][0], OURS[RIVAL][0], 100)
    give(together, LAB, RIVAL)
    for number in range(12):
        give(_talk(writer, OURS[RIVAL][0], str(230 + number), 20 * number + 7), RIVAL)
    give(_talk(writer, OURS[RIVAL][0], "52", 90), RIVAL)
    everything = [post for posts in has.values() for post in posts.values()]
    random_topics(writer, list({post.post_id: post for post in everything}.values()))
    pages = {client: _pages(client, list(posts.values()), writer) for client, posts in has.items()}
    return World({client: found + _pages_elsewhere(client) for client, found in pages.items()})


def _talk(writer: Writer, one: str, other: str, day: int) -> list[Post]:
    moment = START + timedelta(days=day)
    posts = [writer.post(one, moment, typed=[other])]
    for number in range(1, 5):
        posts.append(writer.reply(posts[-1], [one, other][number % 2], moment + timedelta(hours=number)))
    return posts


def _talks(posts: list[Post]) -> list[list[Post]]:
    found: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        found[str(post.conversation_id)].append(post)
    return list(found.values())


def _pages(client: str, posts: list[Post], writer: Writer) -> list[Page]:
    """As fetched after the end of everything; the rival a day later, when every count was higher."""
    at = END + timedelta(days=1 if client == RIVAL else 0)
    stream: Callable[[Post], str] = lambda post: (  # noqa: E731
        "import" if not client else "own_posts" if post.account_id in OURS[client] else "conversations"
    )
    by_stream: dict[str, list[Look]] = defaultdict(list)
    for post in sorted(posts, key=lambda post: post.post_id):
        by_stream[stream(post)].append(Look("post", _payload(post, client), at))
    pages = [
        Page(name, client, at + timedelta(seconds=number), _WINDOW, looks[first : first + 80], number=first)
        for number, (name, looks) in enumerate(sorted(by_stream.items()))
        for first in range(0, len(looks), 80)
    ]
    # with each post come the profiles of those whom it names
    named = ([post.account_id, post.reply_to, *post.typed, *post.inherited] for post in posts)
    accounts = {account for accounts in (OURS.get(client, ()), *named) for account in accounts if account}
    users = [Look("user", _user(account, client), at) for account in sorted(accounts)]
    pages.append(Page("profiles" if client else "import", client, at, _WINDOW, users, number=1000))
    if client:
        # a window without a post ends the data of both clients at the same moment
        pages.append(Page("mentions", client, at, _WINDOW, []))
    return pages


def _payload(post: Post, client: str) -> dict[str, Any]:
    payload: dict[str, Any] = post.payload()
    more = 3 if client == RIVAL else 0
    payload["public_metrics"] = {name: count + more for name, count in payload["public_metrics"].items()} | {
        "reply_count": int(post.post_id) % 3 + more
    }
    return payload


def _user(account: str, client: str) -> dict[str, Any]:
    followers = 7 * (int(account) % 1000) + (50 if client == RIVAL else 0)
    return {
        "id": account,
        "username": f"h{account}",
        "name": f"Person {account}",
        "description": f"I am {account}",
        "location": f"Town {int(account) % 11}",
        "public_metrics": {"followers_count": followers, "listed_count": 1},
    }


def _pages_elsewhere(client: str) -> list[Page]:
    """Talk on the client's other network, in the words of schema raw: with Wanda, and on Mastodon with the robot."""
    if not client:
        return []
    network, us = ELSEWHERE[client]
    people = [WANDA[client]] + ([ROBOT] if client == RIVAL else [])
    looks, at = [], END + timedelta(days=1 if client == RIVAL else 0)
    for day, them in enumerate(people):
        root = parent = ""
        for number in range(4):
            author, other = (us, them) if number % 2 == 0 else (them, us)
            key = f"{day}{number}"
            post_id = f"at://{author}/app.bsky.feed.post/{key}"
            if network == "mastodon":
                name, _, host = author.partition("@")
                post_id = f"https://{host}/users/{name}/statuses/{key}"
            root = root or post_id
            moment = END - timedelta(days=20 - day, hours=-number)
            payload: dict[str, Any] = {
                "id": post_id, "author_id": author, "text": "words", "conversation_id": root,
                "created_at": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            }  # fmt: skip
            if parent:
                payload |= {
                    "in_reply_to_user_id": other,
                    "referenced_tweets": [{"type": "replied_to", "id": parent}],
                }
            looks.append(Look("post", payload, at))
            parent = post_id
    users = []
    for account in (us, *people):
        handle = account if network == "mastodon" else f"{account.removeprefix('did:plc:')}.test"
        user = {"id": account, "username": handle, "name": f"{account} there"}
        if account == ROBOT:
            user |= {"is_bot": True, "location": "Far away"}
        users.append(Look("user", user, at))
    return [
        Page("own_posts", client, at, _WINDOW, looks, users, number=2000, network=network),
        Page("mentions", client, at, _WINDOW, [], number=2001, network=network),
    ]
