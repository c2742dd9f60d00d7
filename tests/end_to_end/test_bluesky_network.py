"""A Bluesky network that nobody here wrote: what is made there by atproto is fetched, built, checked, published and
reported, and compared with what was made; then some of it is deleted there, and must be nowhere here.

Everything is dated by whoever writes it, as programs on Bluesky do: so hours are exact, though all is made at once.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from extractors.fetching import rota
from extractors.files import importer
from extractors.raw import raw_store
from operations.cli.building import run_build
from operations.cli.extracting import fetch_window
from operations.cli.running import build_to_report
from operations.cli.terminal import Progress
from operations.erasure import everywhere as erasure
from rapport.config import Settings, load_settings
from rapport.window import Window, utc_now
from tests.extractors.bluesky import peer, shapes
from tests.extractors.bluesky.peer import Json, Somebody
from tests.operations.erasure_home import found_in

pytestmark = peer.NEEDED

NETWORK = "bluesky"
NAMES = ("us", "mate", "ana", "ben", "cy", "dora", "eve", "bot")
BOTS_LABEL = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]}
UNWANTED = "the lesser horseshoe bat sleeps above the vestry"
FAREWELL, EVES_NAME, EVES_WORDS = "evening primroses close at noon", "Eve Nightjar", "keeper of a moth trap"
# Who wrote what (name of a post → author), in which tree, how deep, and whether what it answers is not there.
TREES = {
    "root": ("us", "root", 0, False),
    "a1": ("ana", "root", 1, False),
    "u1": ("us", "root", 2, False),
    "a2": ("ana", "root", 3, False),
    "m1": ("mate", "root", 4, False),
    "c1": ("cy", "root", 3, False),
    "b1": ("bot", "root", 1, False),
    "parted": ("us", "parted", 0, False),
    "below": ("cy", "parted", 1, True),
    "deeper": ("us", "parted", 2, False),
    "end": ("cy", "parted", 3, False),
    "quote": ("dora", "quote", 0, False),
    "thanks": ("us", "quote", 1, False),
    "mention": ("ben", "mention", 0, False),
    "lone": ("us", "lone", 0, False),
    "hers": ("ana", "hers", 0, False),
    "ours": ("us", "hers", 1, False),
    "other": ("dora", "hers", 1, False),
    "back": ("ana", "hers", 2, False),
    "bye": ("us", "hers", 3, False),
    "late": ("us", "late", 0, False),
    "e1": ("eve", "late", 1, False),
    "e2": ("us", "late", 2, False),
    "e3": ("eve", "late", 3, False),
    "unwanted": ("dora", "late", 1, False),
}  # fmt: skip
GONE_LATER = {"e1", "e3", "unwanted"}
# Who turned to whom, by which post: addresses.
ADDRESSES = {
    ("a1", "reply", "ana", "us"), ("u1", "reply", "us", "ana"), ("a2", "reply", "ana", "us"),
    ("m1", "reply", "mate", "ana"), ("c1", "reply", "cy", "us"), ("b1", "reply", "bot", "us"),
    ("below", "reply", "cy", "ana"), ("deeper", "reply", "us", "cy"), ("end", "reply", "cy", "us"),
    ("quote", "quote", "dora", "us"), ("thanks", "reply", "us", "dora"), ("mention", "mention", "ben", "us"),
    ("ours", "reply", "us", "ana"), ("other", "reply", "dora", "ana"), ("back", "reply", "ana", "us"),
    ("bye", "reply", "us", "ana"), ("e1", "reply", "eve", "us"), ("e2", "reply", "us", "eve"),
    ("e3", "reply", "eve", "us"), ("unwanted", "reply", "dora", "us"),
}  # fmt: skip
# What was said to us by people: which post of ours answered it, after how many hours. A bot waits for nobody.
ANSWERS = {
    "a1": ("u1", 1), "a2": ("m1", 1), "c1": None, "end": None, "quote": ("thanks", 2), "mention": None,
    "back": ("bye", 1), "e1": ("e2", 1), "e3": None, "unwanted": None,
}  # fmt: skip
# With whom: said to us, said by us, exchanges, real conversations.
TIES = {
    "ana": (3, 4, 5, 2), "cy": (2, 1, 1, 0), "dora": (2, 1, 1, 0), "ben": (1, 0, 0, 0), "eve": (2, 1, 2, 1),
}  # fmt: skip


@dataclass
class Made:
    """Who is there, what was written (name → {uri, cid}) and when (name → hour), and repositories as they were."""

    people: dict[str, Somebody]
    start: datetime
    posts: dict[str, Json] = field(default_factory=dict)
    hours: dict[str, float] = field(default_factory=dict)
    repositories: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def password(self) -> SecretStr:
        """Our app password."""
        return SecretStr(self.people["us"].app_password())

    def at(self, hour: float) -> datetime:
        return self.start + timedelta(hours=hour)

    def stamp(self, hour: float) -> str:
        return f"{self.at(hour):%Y-%m-%dT%H:%M:%S}.000Z"

    def say(self, name: str, by: str, hour: float, text: str, parent: str | None = None, **more: Any) -> None:
        root = parent
        while root and TREES[root][1] != root:
            root = TREES[root][1]
        above = {"root": self.posts[root], "parent": self.posts[parent]} if parent and root else {}
        self.posts[name] = self.people[by].say(text, createdAt=self.stamp(hour), **above, **more)
        self.hours[name] = hour

    def uri(self, name: str) -> str:
        return str(self.posts[name]["uri"])

    def names(self) -> dict[str, str]:
        """What tables say → its name here: addresses of posts, DIDs, and ids of people."""
        named = {post["uri"]: name for name, post in self.posts.items()}
        for name, person in self.people.items():
            named |= {person.did: name, f"{NETWORK}:{person.did}": name}
        return named


def _act(made: Made) -> None:
    people, say = made.people, made.say
    for name, said_of_self in {
        "bot": {"displayName": "Bot", "labels": BOTS_LABEL},
        "eve": {"displayName": EVES_NAME, "description": EVES_WORDS},
    }.items():
        people[name].write("app.bsky.actor.profile", "self", **said_of_self)
    say("root", "us", 0, "Which moss is older?")
    say("a1", "ana", 1, "The one on the wall.", "root")
    say("u1", "us", 2, "How do you know?", "a1")
    say("a2", "ana", 3, "By its colour.", "u1")
    say("m1", "mate", 4, "So it is.", "a2")
    say("c1", "cy", 5, "Is that so?", "u1")
    say("b1", "bot", 6, "Beep?", "root")
    people["ana"].write("app.bsky.feed.like", subject=made.posts["root"], createdAt=made.stamp(1.5))
    people["cy"].write("app.bsky.feed.like", subject=made.posts["root"], createdAt=made.stamp(7))
    people["ben"].repost(made.posts["root"])
    say("parted", "us", 10, "With a deleted middle.")
    made.posts["gone"] = people["ana"].say("Soon gone.", made.posts["parted"], createdAt=made.stamp(11))
    made.posts["below"] = people["cy"].say(
        "Below it.", made.posts["parted"], made.posts["gone"], createdAt=made.stamp(12)
    )
    say("deeper", "us", 13, "And deeper.", "below")
    say("end", "cy", 14, "To the end.", "deeper")
    peer.until(lambda: peer.is_shown(made.posts["end"]), "what stands below the deleted post")
    people["ana"].delete(made.posts["gone"])
    made.posts["quote"] = people["dora"].quote("Look.", made.posts["root"], createdAt=made.stamp(20))
    say("thanks", "us", 22, "Thank you.", "quote")
    text = f"👩‍👩‍👧 hallo @{people['us'].handle}, wann?"
    facet = shapes.mention(text, f"@{people['us'].handle}", people["us"].did)
    say("mention", "ben", 30, text, facets=[facet])
    made.posts["our repost"] = people["us"].repost(made.posts["mention"])
    say("lone", "us", 40, "Does nobody hear me?")
    say("hers", "ana", 50, "A question.")
    say("ours", "us", 51, "An answer.", "hers")
    say("other", "dora", 52, "Another.", "hers")
    say("back", "ana", 53, "Thanks.", "ours")
    say("bye", "us", 54, "Until soon.", "back")
    people["us"].write("app.bsky.feed.like", subject=made.posts["other"], createdAt=made.stamp(55))
    say("late", "us", 60, "What flowers at night?")
    say("e1", "eve", 61, FAREWELL, "late")
    say("e2", "us", 62, "Do they?", "e1")
    say("e3", "eve", 63, f"Truly, {FAREWELL}!", "e2")
    say("unwanted", "dora", 70, UNWANTED, "late")
    for name in ("us", "mate"):
        made.repositories[name] = people[name].repository()


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with peer.running():
        start = utc_now().replace(minute=0, second=0, microsecond=0) - timedelta(days=9)
        there = Made({name: Somebody(name) for name in NAMES}, start)
        time.sleep(peer.INDEX_SECONDS)
        _act(there)
        peer.until(
            lambda: all(peer.is_shown(post) for name, post in there.posts.items() if name in TREES), "all"
        )
        gone, us = there.posts["gone"], there.people["us"]
        peer.until(lambda: not peer.is_shown(gone), "the deletion")
        peer.until(lambda: there.uri("mention") in us.told_of(), "the mention to us")
        yield there


def _home(made: Made, home: Path) -> Settings:
    handles = {name: f"bluesky:@{made.people[name].handle}" for name in NAMES}
    home.mkdir(exist_ok=True)
    (home / "rapport.toml").write_text(
        f"""
[[clients]]
id = "acme"
name = "Acme"
accounts = ["{handles["us"]}"]
team = ["{handles["mate"]}"]

[[clients.stakeholders]]
handle = "{handles["dora"]}"
why = "knows bats"
""",
        encoding="utf-8",
    )
    return _settings(made, home)


def _settings(made: Made, home: Path) -> Settings:
    return replace(
        load_settings(home),
        bluesky_base_url=peer.APP_VIEW,
        bluesky_pds_url=peer.PDS,
        bluesky_app_passwords={made.people["us"].handle: made.password},
    )


@pytest.fixture(scope="module")
def home(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """All of it fetched, built, checked, published and reported."""
    settings = _home(made, tmp_path_factory.mktemp("there") / "home")
    end = utc_now().replace(microsecond=0)
    fetch_window(settings, Window(end - timedelta(days=14), end), None, again=False)
    raw_store.load(settings)
    build_to_report(settings, Progress())
    return settings


def rows(settings: Settings, made: Made, query: str) -> list[tuple[Any, ...]]:
    """What a query finds, with names for ids."""
    names = made.names()
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.execute(query).fetchall()
    return [
        tuple(names.get(value, value) if isinstance(value, str) else value for value in row) for row in found
    ]


def trees(settings: Settings, made: Made) -> dict[str, tuple[Any, ...]]:
    """Name of a post → (author, root, depth, whether what it answers is missing)."""
    query = "select post_id, account_id, root_post_id, depth, is_parent_missing from marts.conversation_posts"
    return {post: tuple(rest) for post, *rest in rows(settings, made, query)}


def addresses(settings: Settings, made: Made) -> list[tuple[Any, ...]]:
    query = "select post_id, kind, from_account_id, to_account_id from marts.interactions where is_address"
    return rows(settings, made, query)


def ties(settings: Settings, made: Made) -> dict[str, tuple[Any, ...]]:
    query = (
        "select person_id, address_in_count, address_out_count, exchange_count, real_conversation_count "
        "from reports.rpt_relationships"
    )
    return {person: tuple(rest) for person, *rest in rows(settings, made, query)}


def waiting(settings: Settings, made: Made) -> list[str]:
    query = "select post_id from reports.rpt_waiting order by waiting_rank"
    return [post for (post,) in rows(settings, made, query)]


def test_every_post_stands_where_it_was_said(made: Made, home: Settings) -> None:
    assert trees(home, made) == TREES
    written = dict(rows(home, made, "select post_id, created_at from marts.posts where kind <> 'repost'"))
    assert {post: written[post].replace(tzinfo=None) for post in made.hours} == {
        post: made.at(hour).replace(tzinfo=None) for post, hour in made.hours.items()
    }


def test_who_turned_to_whom(made: Made, home: Settings) -> None:
    found = addresses(home, made)
    assert set(found) == ADDRESSES and len(found) == len(ADDRESSES)
    nods = rows(
        home,
        made,
        "select coalesce(reposted_post_id, interactions.post_id), interactions.kind, from_account_id, "
        "to_account_id, occurred_at from marts.interactions left join marts.posts using (network, post_id) "
        "where not is_address order by occurred_at",
    )
    ours = nods.pop(next(place for place, nod in enumerate(nods) if nod[:3] == ("mention", "repost", "us")))
    assert ours[4] is not None and nods == [
        ("root", "like", "ana", "us", made.at(1.5)),
        ("root", "like", "cy", "us", made.at(7)),
        ("root", "repost", "ben", "us", None),
    ]


def test_conversations(made: Made, home: Settings) -> None:
    found = rows(
        home,
        made,
        "select root_post_id, post_count, participant_count, depth, exchange_count, real_person_count, "
        "is_root_missing, completeness, reported_reply_count from reports.rpt_conversations order by opened_at",
    )
    assert found == [
        ("root", 7, 4, 4, 3, 1, False, None, None),  # the bot takes no part
        ("parted", 4, 2, 3, 1, 0, False, None, None),
        ("quote", 2, 2, 1, 1, 0, False, None, None),
        ("mention", 1, 1, 0, 0, 0, False, None, None),
        ("hers", 5, 3, 3, 2, 1, False, None, None),
        ("late", 5, 3, 3, 2, 1, False, None, None),
    ]
    assert rows(home, made, "select post_id from reports.rpt_lone_posts") == [("lone",)]


def test_what_was_said_to_us_and_who_waits(made: Made, home: Settings) -> None:
    answers = rows(home, made, "select post_id, answer_post_id, answer_hours from reports.rpt_answers")
    assert {post: (answer, hours) if answer else None for post, answer, hours in answers} == ANSWERS
    # The stakeholder first, then questions, then whoever has waited longest.
    assert waiting(home, made) == ["unwanted", "c1", "mention", "end", "e3"]


def test_with_whom_we_talk(made: Made, home: Settings) -> None:
    assert ties(home, made) == TIES
    kinds = "select person_kind from marts.people where person_id = "
    assert rows(home, made, f"{kinds}'{NETWORK}:{made.people['bot'].did}'") == [("bot",)]
    assert rows(home, made, "select person_id, standing from reports.rpt_stakeholders") == [
        ("dora", "answered")
    ]


def test_completeness_is_not_known(made: Made, home: Settings) -> None:
    counted = (
        "select distinct completeness, reported_reply_count, captured_reply_count from reports.rpt_coverage"
    )
    assert rows(home, made, counted) == [(None, None, None)]
    [report] = home.reports_dir.glob("acme/*-W*/index.html")
    assert "how many replies Bluesky counts in our conversations is not known" in report.read_text(
        encoding="utf-8"
    )


COLUMNS = (
    "post_id, account_id, kind, root_post_id, parent_post_id, parent_account_id, quoted_post_id, reposted_post_id, "
    "text, lang, is_question, case when kind <> 'repost' then created_at end"
)


def test_a_repository_says_what_was_fetched(made: Made, home: Settings, tmp_path: Path) -> None:
    """Imported into an empty home, and into the one that has it all already."""
    alone, again = _home(made, tmp_path / "alone"), tmp_path / "again"
    paths = []
    for name, content in made.repositories.items():
        paths.append(tmp_path / f"{name}.car")
        paths[-1].write_bytes(content)
    result = importer.import_files(alone, paths)
    assert [(file["status"], file["refused"]) for file in result["files"]] == [("imported", 0)] * 2
    run_build(alone, Progress())
    us = ", ".join(f"'{made.people[name].did}'" for name in made.repositories)
    own = f"select {COLUMNS} from marts.posts where account_id in ({us}) order by post_id"
    assert rows(alone, made, own) == rows(home, made, own) != []
    authors = rows(alone, made, "select distinct account_id from marts.posts")
    assert {author for (author,) in authors} == {"us", "mate"}
    liked = "select about_post_id, acted_at from raw.users where about_post_id is not null"
    assert rows(alone, made, liked) == [("other", made.at(55))]

    shutil.copytree(home.home, again)
    both = _settings(made, again)
    importer.import_files(both, paths)
    run_build(both, Progress())
    everything = f"select {COLUMNS} from marts.posts order by post_id"
    assert rows(both, made, everything) == rows(home, made, everything)
    assert (trees(both, made), ties(both, made)) == (TREES, TIES)


@pytest.fixture(scope="module")
def after(made: Made, home: Settings) -> Settings:
    """The home once a post and an account were deleted there, and that was followed."""
    eve, dora = made.people["eve"], made.people["dora"]
    words = (UNWANTED, FAREWELL, EVES_NAME, EVES_WORDS, eve.handle)
    assert {place.split("/")[0].split(":")[0] for place in found_in(home.home, words)} == {
        "landing", "warehouse.duckdb", "published",
    }  # fmt: skip
    dora.delete(made.posts["unwanted"])
    eve.delete_account()
    peer.until(lambda: not peer.is_shown(made.posts["unwanted"]), "the deletion")
    peer.until(lambda: "error" in peer.ask("app.bsky.actor.getProfile", actor=eve.did), "the farewell")
    erasure.follow_network(home, rota.look_on(NETWORK, home, "erasure"))
    build_to_report(home, Progress())
    return home


def test_what_was_deleted_there_is_nowhere_here(made: Made, after: Settings) -> None:
    eve = made.people["eve"]
    assert found_in(after.home, (UNWANTED, FAREWELL, EVES_NAME, EVES_WORDS, eve.handle)) == []
    left = {name: tree for name, tree in TREES.items() if name not in GONE_LATER}
    left["e2"] = ("us", "late", 1, True)  # what it answered is not there any more
    assert trees(after, made) == left
    assert waiting(after, made) == ["c1", "mention", "end"]
    # Of who is gone it stays that we wrote to somebody: that is our own post, and an id.
    assert ties(after, made) == TIES | {"dora": (1, 1, 1, 0), "eve": (0, 1, 0, 0)}
