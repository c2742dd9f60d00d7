"""The extractor against a real network: PLC, PDS and AppView on this machine, and accounts made with atproto.

What is made there is written down as it is made, and compared with what comes into schema raw.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from extractors.bluesky import rota, streams
from extractors.bluesky.streams import NETWORK
from extractors.fetching import steps
from extractors.raw import raw_store
from rapport.config import Config, Settings
from rapport.window import Window, utc_now
from tests.extractors.bluesky import peer, shapes
from tests.extractors.bluesky.peer import Json, Somebody

pytestmark = peer.NEEDED

_DEPTH = 6  # of one page of a thread; a hundred would be more to write than to read


@dataclass
class Made:
    """Who is there, and what was written: by a name, {uri, cid}."""

    us: Somebody
    ana: Somebody
    ben: Somebody
    cy: Somebody
    dora: Somebody
    posts: dict[str, Json] = field(default_factory=dict)

    def uri(self, name: str) -> str:
        return str(self.posts[name]["uri"])

    def name_of(self, uri: str) -> str:
        return {post["uri"]: name for name, post in self.posts.items()}.get(uri, uri)


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with peer.running():
        there = Made(*(Somebody(name) for name in ("us", "ana", "ben", "cy", "dora")))
        time.sleep(peer.INDEX_SECONDS)
        _act(there)
        peer.until(lambda: peer.is_shown(there.posts[f"deep{2 * _DEPTH + 1}"]), "the last post")
        yield there


def _act(made: Made) -> None:
    us, ana, ben, cy, dora, posts = made.us, made.ana, made.ben, made.cy, made.dora, made.posts
    bot = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]}
    ben.write("app.bsky.actor.profile", "self", displayName="Ben ☀", description="automatic", labels=bot)
    posts["root"] = root = us.say("Grüße 🌳 an alle", langs=["de-AT"])
    # A chain and a fan.
    parent = root
    for number, who in enumerate((ana, us, ben, ana)):
        posts[f"chain{number}"] = parent = who.say(f"chain {number}", root, parent)
    for number, who in enumerate((ana, ben, cy, dora)):
        posts[f"fan{number}"] = who.say(f"fan {number}", root)
    posts["quote"] = cy.quote("look", root)
    posts["quote with picture"] = dora.quote_with_picture("look", root)
    text = f"👩‍👩‍👧 hallo @{us.handle}, schön"
    posts["mention"] = ben.say(text, facets=[shapes.mention(text, f"@{us.handle}", us.did)])
    for who in (ana, ben):
        who.like(root)
    ana.repost(root)
    posts["our repost"] = us.repost(posts["mention"])
    # A deleted middle post: what stands below it is seen from below alone.
    posts["parted"] = parted = us.say("with a deleted middle")
    posts["deleted"] = ana.say("soon to be deleted", parted)
    posts["below deleted"] = ben.say("below the deleted", parted, posts["deleted"])
    posts["quote of deleted"] = us.quote("it will be gone", posts["deleted"])
    for name in ("below deleted", "quote of deleted"):
        peer.until(lambda name=name: peer.is_shown(posts[name]), name)
    ana.delete(posts["deleted"])
    # We answer somebody, and others answer there.
    posts["ana's"] = ana.say("a question")
    posts["our answer"] = us.say("an answer", posts["ana's"])
    posts["to our answer"] = cy.say("thanks", posts["ana's"], posts["our answer"])
    posts["another branch"] = dora.say("another", posts["ana's"])
    # A block between two others: from above the branch does not exist.
    posts["party"] = us.say("all are invited")
    posts["cy comes"] = cy.say("I come", posts["party"])
    posts["dora answers cy"] = dora.say("me too", posts["party"], posts["cy comes"])
    posts["we answer dora"] = us.say("fine", posts["party"], posts["dora answers cy"])
    cy.block(dora)
    posts["changed"] = us.say("before the change")
    us.write("app.bsky.feed.post", posts["changed"]["uri"].split("/")[-1], text="after the change")
    posts["backdated"] = us.say("brought along", createdAt="2015-03-01T10:00:00.000Z")
    posts["ahead of time"] = us.say("from the future", createdAt="2031-03-01T10:00:00.000Z")
    posts["odd"] = us.say("an embed nobody knows", embed={"$type": "app.bsky.embed.unheardOf", "x": 1})
    # Deeper than two pages go.
    posts["deep"] = parent = us.say("deep")
    for number in range(2 * _DEPTH + 2):
        posts[f"deep{number}"] = parent = (ana, us)[number % 2].say(f"deep {number}", posts["deep"], parent)


@pytest.fixture(scope="module")
def home(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("home")
    client = {
        "id": "acme",
        "name": "Acme",
        "accounts": [f"bluesky:@{made.us.handle}"],
        "bots": [f"bluesky:@{made.ben.handle}"],
    }
    return Settings(
        home=folder,
        config_path=folder / "rapport.toml",
        config=Config.model_validate({"clients": [client]}),
        state_url=f"sqlite:///{folder / 'state.sqlite'}",
        x_base_url="http://127.0.0.1:9",
        x_bearer_token=None,
        bluesky_base_url=peer.APP_VIEW,
        bluesky_pds_url=peer.PDS,
        bluesky_app_passwords={made.us.handle: SecretStr(made.us.app_password())},
    )


def say(message: str) -> None:
    """To nobody."""


def run(home: Settings, window: Window) -> list[Json]:
    """One run of all three waves, and the load; what each fetch returned."""
    done: list[Json] = []
    plans: list[Callable[[], list[Json]]] = [
        lambda: steps.plan_accounts(NETWORK, home, run_id="run", on_progress=say),
        lambda: steps.plan_threads(NETWORK, home, window, "run"),
        lambda: steps.plan_missing(NETWORK, home, window, "run"),
    ]
    for plan in plans:
        done += [steps.fetch(NETWORK, home, spec, window, "run", say) for spec in plan()]
    raw_store.load(home, say)
    return done


@pytest.fixture(scope="module")
def window(made: Made) -> Window:
    end = utc_now().replace(microsecond=0)
    return Window(end - timedelta(days=1), end)


@pytest.fixture(scope="module")
def fetched(home: Settings, window: Window) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(streams.CONVERSATIONS.fixed, "depth", _DEPTH)
        assert {done["status"] for done in run(home, window)} == {"finished"}
        yield home


def rows(home: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def test_every_post_is_there_but_the_deleted_one(made: Made, fetched: Settings) -> None:
    found = {made.name_of(uri) for (uri,) in rows(fetched, "select distinct post_id from raw.posts")}
    # Nobody tells of a block's far side but who stands there: cy's post is seen in the thread, dora's from below.
    assert found == made.posts.keys() - {"deleted"}
    assert rows(fetched, "select object_kind, reason from raw.rejects") == []


def test_what_raw_says_of_them(made: Made, fetched: Settings) -> None:
    said = {
        made.name_of(uri): more
        for uri, *more in rows(
            fetched,
            """
            select post_id, arg_max(text, observed_at), arg_max(lang, observed_at), max(author_id),
                max(conversation_id), max(in_reply_to_user_id), max(referenced_tweets), max(mentions)
            from raw.posts group by post_id
            """,
        )
    }
    root = made.uri("root")
    assert said["root"] == ["Grüße 🌳 an alle", "de", made.us.did, root, None, None, None]
    assert said["chain2"][3:6] == [
        root, made.us.did, [{"type": "replied_to", "id": made.uri("chain1")}]
    ]  # fmt: skip
    for name in ("quote", "quote with picture"):
        assert said[name][5] == [{"type": "quoted", "id": root}]
    assert said["our repost"][5] == [{"type": "retweeted", "id": made.uri("mention")}]
    assert said["below deleted"][5] == [{"type": "replied_to", "id": made.uri("deleted")}]
    assert said["below deleted"][3] == made.uri("parted")
    assert said["changed"][0] == "after the change"
    text, [mention] = said["mention"][0], said["mention"][6]
    assert text[mention["start"] : mention["end"]] == f"@{made.us.handle}"
    assert (mention["id"], mention["username"]) == (made.us.did, made.us.handle)


def test_when_they_were_written(made: Made, fetched: Settings) -> None:
    written = {
        made.name_of(uri): (at, seen)
        for uri, at, seen in rows(
            fetched, "select post_id, max(created_at), max(observed_at) from raw.posts group by post_id"
        )
    }
    assert written["backdated"][0].year == 2015
    assert all(at <= seen for at, seen in written.values())


def test_what_is_not_shown_is_said(made: Made, fetched: Settings) -> None:
    said = {
        (made.name_of(uri), kind.rsplit("/", 1)[-1])
        for uri, kind in rows(fetched, "select resource_id, type from raw.errors")
    }
    assert ("deleted", "not-found") in said
    assert ("cy comes", "blocked") in said


def test_who_liked_and_who_reposted(made: Made, fetched: Settings) -> None:
    acted = rows(
        fetched,
        """
        select pages.stream, pages.about_post_id, users.account_id, users.acted_at is not null
        from raw.users inner join raw.pages using (page_key)
        where pages.stream in ('likers', 'reposters') and users.section = 'data' order by all
        """,
    )
    root = made.uri("root")
    likers = sorted((made.ana.did, made.ben.did))
    assert [row for row in acted if row[1] == root] == [
        *(("likers", root, account, True) for account in likers),
        ("reposters", root, made.ana.did, False),
    ]


def test_who_is_a_bot(made: Made, fetched: Settings) -> None:
    bots = rows(fetched, "select distinct account_id from raw.users where is_bot")
    assert bots == [(made.ben.did,)]


def test_run_again_it_grows_by_nothing(made: Made, fetched: Settings, window: Window) -> None:
    counts = "select (select count(*) from raw.posts), (select count(*) from raw.users)"
    before = rows(fetched, counts)
    run(fetched, window)
    assert rows(fetched, counts) == before


def test_our_small_answers_have_the_networks_shapes(made: Made) -> None:
    [view] = peer.ask("app.bsky.feed.getPosts", uris=[made.uri("root")])["posts"]
    assert shapes.post("us", "3k").keys() == view.keys()
    [ben] = peer.ask("app.bsky.actor.getProfiles", actors=[made.ben.did])["profiles"]
    assert shapes.author("ben").keys() - {"avatar"} <= ben.keys()
    quoting = peer.ask("app.bsky.feed.getPosts", uris=[made.uri("quote")])["posts"][0]
    assert quoting["embed"]["record"].keys() == shapes.quoted_view("us", "3k", "").keys()
    node = peer.ask("app.bsky.feed.getPostThread", uri=made.uri("below deleted"))["thread"]
    assert node["parent"] == shapes.not_found(made.uri("deleted"))
    assert shapes.thread(view).keys() <= node.keys()
    node = peer.ask("app.bsky.feed.getPostThread", uri=made.uri("we answer dora"))["thread"]
    assert node["parent"]["parent"].keys() == shapes.blocked("", "").keys()


def test_what_is_deleted_and_who_is_deactivated_is_found_and_nobody_else(
    made: Made, fetched: Settings
) -> None:
    made.ana.delete(made.posts["fan0"])
    made.ben.deactivate()
    peer.until(lambda: not peer.is_shown(made.posts["fan0"]), "the deletion")
    peer.until(
        lambda: (
            peer.ask("app.bsky.actor.getProfile", actor=made.ben.did).get("error") == "AccountDeactivated"
        ),
        "the deactivation",
    )
    found = rota.look(fetched, "erasure", say)
    assert {made.name_of(uri): why for uri, why in found["posts"].items()} == {"fan0": "not-found"}
    assert found["accounts"] == {made.ben.did: "deactivated"}
