"""Random histories of posts, as API v2 answers, with what each post was meant to be written beside it."""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2025, 3, 3, tzinfo=UTC)  # a Monday
OURS = ("101", "102")
BOT = "103"
PRIVATE = "190"  # how one of us is there in private: merged with their account by hand
TOPICS = ["moss", "bees", "Deadwood", "rain", "schools"]


@dataclass
class Post:
    """One post: what the API says of it, and whom its author turned to."""

    post_id: str
    account_id: str
    created_at: datetime
    conversation_id: str | None
    parent_post_id: str | None = None
    reply_to: str | None = None
    quoted_post_id: str | None = None
    reposted_post_id: str | None = None
    typed: list[str] = field(default_factory=list)
    inherited: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    is_captured: bool = True

    def payload(self) -> dict[str, object]:
        """The post object as the API would answer it."""
        text, mentions = "", []
        named = [(account, True) for account in self.inherited] + [(account, False) for account in self.typed]
        if self.reposted_post_id:
            text = "RT @h999: "
        for position, (account, is_inherited) in enumerate(named):
            if not is_inherited and position == len(self.inherited) and self.parent_post_id:
                text += "well "
            mentions.append(
                {
                    "start": len(text),
                    "end": len(text) + 1 + len(f"h{account}"),
                    "username": f"h{account}",
                    "id": account,
                }
            )
            text += f"@h{account} "
        answer: dict[str, object] = {
            "id": self.post_id,
            "author_id": self.account_id,
            "created_at": self.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "text": text + " ".join(["words", *(f"#{topic}" for topic in self.topics)]),
        }
        # a million likes must move nothing, see test_vanity; X's counts of a post are any number here
        likes = int(self.post_id) % 97
        answer["public_metrics"] = {
            "like_count": likes,
            "retweet_count": likes // 7,
            "quote_count": likes // 20,
            "impression_count": likes * 50,
        }
        if self.conversation_id:
            answer["conversation_id"] = self.conversation_id
        if self.reply_to:
            answer["in_reply_to_user_id"] = self.reply_to
        if mentions:
            answer["entities"] = {"mentions": mentions}
        references = [
            {"type": name, "id": post_id}
            for name, post_id in (
                ("quoted", self.quoted_post_id),
                ("replied_to", self.parent_post_id),
                ("retweeted", self.reposted_post_id),
            )
            if post_id
        ]
        if references:
            answer["referenced_tweets"] = references
        return answer


class Writer:
    """Makes posts with ids that carry their time, as the network does."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def post(self, account_id: str, created_at: datetime, **more: object) -> Post:
        self.count += 1
        created_at = created_at.replace(microsecond=0)
        post_id = str(((int(created_at.timestamp() * 1000) - 1288834974657) << 22) + self.count)
        more.setdefault("conversation_id", post_id)
        return Post(post_id, account_id, created_at, **more)  # type: ignore[arg-type]

    def reply(self, to: Post, account_id: str, created_at: datetime, **more: object) -> Post:
        inherited = [to.account_id] if to.account_id != account_id else []
        if self.random.random() < 0.3:
            inherited += [account for account in to.inherited if account not in inherited]
        return self.post(
            account_id, created_at,
            **{
                "conversation_id": to.conversation_id,
                "parent_post_id": to.post_id,
                "reply_to": to.account_id,
                "inherited": inherited,
            } | more,
        )  # fmt: skip


def random_trees(writer: Writer, count: int) -> list[Post]:
    """Trees with everything that goes wrong in the wild: gaps, self-replies, cycles, quotes, reposts, no ids."""
    chance = writer.random
    posts: list[Post] = []
    for _ in range(count):
        people = [str(200 + chance.randrange(60)) for _ in range(chance.randint(1, 5))]
        moment = START + timedelta(seconds=chance.randrange(300 * 86400))
        tree = [writer.post(chance.choice(people), moment)]
        for _ in range(chance.choice([0, 1, 3, 8, 25])):
            moment += timedelta(seconds=chance.randrange(1, 90000))
            parent = tree[-1] if chance.random() < 0.5 else chance.choice(tree)
            reply = writer.reply(parent, chance.choice(people), moment)
            if chance.random() < 0.1:
                reply.typed.append(str(200 + chance.randrange(60)))
            if chance.random() < 0.05 and posts:
                reply.quoted_post_id = chance.choice(posts).post_id
            if chance.random() < 0.04:
                reply.conversation_id = None
            if chance.random() < 0.03:
                reply.reply_to = None
            tree.append(reply)
        if len(tree) > 3 and chance.random() < 0.15:  # a cycle: an early post claims to answer a later one
            early, late = sorted(chance.sample(range(len(tree)), 2))
            tree[early].parent_post_id = tree[late].post_id
            tree[early].reply_to = tree[late].account_id
        if chance.random() < 0.1:
            tree[-1].parent_post_id = tree[-1].post_id  # and one that claims to answer itself
            tree[-1].reply_to = tree[-1].account_id
        for post in tree:
            post.is_captured = chance.random() > 0.12
        moment += timedelta(minutes=5)
        if chance.random() < 0.3:
            origin = chance.choice(tree)
            tree.append(
                writer.post(
                    chance.choice(people),
                    moment,
                    reposted_post_id=origin.post_id,
                    inherited=[origin.account_id],
                )
            )
        if chance.random() < 0.3:
            origin = chance.choice(tree[:1])
            tree.append(writer.post(chance.choice(people), moment, quoted_post_id=origin.post_id))
        posts += tree
    return posts


def random_relationships(writer: Writer, people: int, weeks: int, ours: tuple[str, ...] = OURS) -> list[Post]:
    """Talk between us and people in bursts and silences, so that ties rise, cool, sleep and wake."""
    chance = writer.random
    posts: list[Post] = []
    for number in range(people):
        person = str(500 + number)
        week = chance.randrange(10)
        while week < weeks:
            for _ in range(chance.choice([1, 1, 2])):
                moment = START + timedelta(
                    days=7 * week + chance.randrange(7), seconds=chance.randrange(80000)
                )
                opener, other = (
                    (person, chance.choice(ours)) if chance.random() < 0.5 else (chance.choice(ours), person)
                )
                talk = [writer.post(opener, moment, typed=[other] if chance.random() < 0.6 else [])]
                for _ in range(chance.choice([0, 1, 2, 2, 3, 6])):
                    moment += timedelta(seconds=chance.randrange(60, 200000))
                    side = chance.choice([opener, other, other if talk[-1].account_id == opener else opener])
                    talk.append(writer.reply(talk[-1], side, moment))
                if chance.random() < 0.1:
                    talk.append(writer.reply(talk[-1], BOT, moment + timedelta(minutes=1)))
                posts += talk
            week += chance.choice([1, 1, 2, 3, 5, 9, 14, 20])
    return posts


def random_questions(writer: Writer, count: int, until: datetime) -> list[Post]:
    """Questions to one of us, most of them at the end of a week and the last ones just before `until`: answered by any
    of us after up to two days, or by nobody."""
    chance = writer.random
    posts = []
    for number in range(count):
        week = timedelta(weeks=chance.randrange(1, 20))
        monday = until - timedelta(days=until.weekday()) - week if number % 4 else until
        moment = monday - timedelta(minutes=chance.randrange(1, 2000))
        posts.append(writer.post(str(900 + number), moment, typed=[chance.choice(OURS)]))
        answer_at = moment + timedelta(minutes=chance.randrange(1, 2880))
        if chance.random() < 0.7 and answer_at < until:
            posts.append(writer.reply(posts[-1], chance.choice(OURS), answer_at))
    return posts


def random_introductions(writer: Writer, count: int) -> list[Post]:
    """Talk without us: between people who talk with us, and with people who do not, so that some could introduce."""
    chance = writer.random
    posts: list[Post] = []
    for _ in range(count):
        writer_id = str(500 + chance.randrange(60))
        other = chance.choice([str(500 + chance.randrange(60)), str(200 + chance.randrange(60)), BOT])
        if writer_id == other:
            continue
        moment = START + timedelta(days=chance.randrange(480), seconds=chance.randrange(80000))
        talk = [writer.post(writer_id, moment, typed=[other])]
        for _ in range(chance.choice([0, 1, 1, 2, 5])):
            moment += timedelta(seconds=chance.randrange(60, 200000))
            talk.append(writer.reply(talk[-1], chance.choice([writer_id, other]), moment))
        posts += talk
    return posts


def private_reposts(writer: Writer, posts: list[Post]) -> list[Post]:
    """What one of us passes on in private, now and then, of what the other one of us writes."""
    ours = [post for post in posts if post.account_id == OURS[0] and post.is_captured]
    return [
        writer.post(
            PRIVATE,
            post.created_at + timedelta(minutes=7),
            reposted_post_id=post.post_id,
            inherited=[post.account_id],
        )
        for post in ours[::20]
    ]


def random_topics(writer: Writer, posts: list[Post]) -> None:
    """Hashtags on some of the posts."""
    for post in posts:
        if writer.random.random() < 0.05 and not post.reposted_post_id:
            post.topics = writer.random.sample(TOPICS, writer.random.choice([1, 1, 2]))


def write_jsonl(posts: list[Post], path: Path, writer: Writer) -> None:
    """Pages of captured posts, in any order, some posts again in includes or on a second page."""
    chance = writer.random
    captured = [post for post in posts if post.is_captured]
    again = [post for post in captured if chance.random() < 0.1]
    shuffled = captured + again
    chance.shuffle(shuffled)
    accounts = sorted({post.account_id for post in posts})
    users = [
        {
            "id": account_id,
            "username": f"h{account_id}",
            "name": f"Person {account_id}",
            "created_at": "2015-01-01T00:00:00.000Z",
            **({"location": f" Town  {int(account_id) % 11}"} if int(account_id) % 3 else {}),
            "public_metrics": {"followers_count": 7 * int(account_id), "listed_count": int(account_id) % 5},
        }
        for account_id in accounts
    ]
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(shuffled), 100):
            page = {
                "data": [post.payload() for post in shuffled[start : start + 100]],
                "includes": {
                    "users": users,
                    "tweets": [post.payload() for post in chance.sample(captured, min(5, len(captured)))],
                },
                "meta": {"result_count": len(shuffled[start : start + 100])},
                "__twarc": {
                    "url": "https://api.twitter.com/2/tweets/search/all",
                    "version": "2.14.0",
                    "retrieved_at": "2026-11-01T00:00:00+00:00",
                },
            }
            file.write(json.dumps(page) + "\n")


def outcomes() -> list[tuple[str, datetime, str, str]]:
    """(outcome id, day, account id, consent basis): two for each of some people, one in seven without a basis."""
    return [
        (
            f"{account}-{number}",
            START + timedelta(days=(account * 37 + number * 171) % 497),
            str(account),
            "" if (account + number) % 7 == 0 else "consent",
        )
        for account in range(500, 540)
        for number in (1, 2)
    ]


def write_outcomes(path: Path) -> None:
    """outcomes.csv as it is kept by hand: people by handle and by id."""
    lines = ["outcome_id,client_id,kind,occurred_date,handle,consent_basis,note"]
    for outcome_id, day, account, basis in outcomes():
        handle = account if int(account) % 2 else f"@H{account}"
        lines.append(f"{outcome_id},lab,meeting,{day:%Y-%m-%d},{handle},{basis},we met")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def notes() -> list[tuple[str, datetime, str, str]]:
    """(note id, day, account, consent basis): some by handle, one without a basis, one on somebody never seen."""
    return [
        (f"n{number}", START + timedelta(days=number), account, basis)
        for number, (account, basis) in enumerate(
            [
                ("@H500", "consent"),
                ("500", "contract"),
                ("503", "consent"),
                ("505", ""),
                ("@never_there", "consent"),
            ]
        )
    ]


def write_notes(path: Path) -> None:
    """notes.csv as it is kept by hand."""
    lines = ["note_id,client_id,noted_date,handle,consent_basis,noted_by,note"]
    lines += [
        f"{note},lab,{day:%Y-%m-%d},{account},{basis},ben,of {note}" for note, day, account, basis in notes()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
