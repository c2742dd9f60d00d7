"""Following the network: what a look-up calls gone is erased, and the emulator serving it again brings nothing back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from emulator.control import CONTROL_PATH
from emulator.demo import demo_config
from emulator.model import Post, World
from emulator.world import build_world
from extractors.fetching import steps
from extractors.fetching.context import Context
from extractors.fetching.rota import due, note
from extractors.files import importer
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state.store import open_state
from extractors.x import rota
from extractors.x.dialect import DIALECT
from operations.erasure import everywhere as erasure
from rapport.config import Settings, load_settings, read_config
from rapport.window import Window
from tests import clock
from tests.clock import NOW, UNTIL
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN


@dataclass
class Network:
    """The emulator, and orders to it."""

    world: World
    url: str

    def order(self, verb: str, **what: object) -> object:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.post(f"{self.url}{CONTROL_PATH}/{verb}", json=what, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["done"]


@pytest.fixture
def network() -> Iterator[Network]:
    with emulating(build_world(UNTIL.date())) as served:
        yield Network(served.world, served.url)


@pytest.fixture
def home(network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home that follows the emulator's clients; the last days of the world are in it."""
    monkeypatch.setenv("RAPPORT_X_BASE_URL", network.url)
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "rapport.toml").write_text(
        demo_config(UNTIL.date()) + "\n[erasure]\nlookups_per_day = 5000\naccount_lookups_per_day = 5000\n",
        encoding="utf-8",
    )
    settings = replace(load_settings(folder), now=clock.now)
    fetch(settings, network, "first")
    return settings


def fetch(settings: Settings, network: Network, run_id: str) -> None:
    """Own posts and mentions of the world's last days, loaded."""
    window = Window(network.world.until - timedelta(days=4), network.world.until)
    for spec in steps.plan_accounts("x", settings):
        steps.fetch("x", settings, spec, window, run_id, lambda message: None)
    raw_store.load(settings)


def held(
    settings: Settings, sql: str = "select distinct post_id from raw.posts where text is not null"
) -> set[str]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return {row[0] for row in connection.execute(sql).fetchall()}


def some(network: Network, settings: Settings, count: int) -> list[Post]:
    """Posts that we hold and that no other post here depends on: by different authors, once posted, never edited."""
    clients = {handle for client in network.world.clients for handle in (*client.us, *client.bots)}
    found: dict[str, Post] = {}
    for post_id in sorted(held(settings)):
        post = network.world.posts[post_id]
        is_plain = len(post.history) == 1 and not post.withheld_in and not post.is_gone and not post.reposted
        if is_plain and post.author.handle not in clients:
            found.setdefault(post.author.handle, post)
    assert len(found) >= count
    return list(found.values())[:count]


def everything(settings: Settings) -> bytes:
    content = b""
    for path in settings.home.rglob("*"):
        if path.is_file():
            content += landing_files.unpacked(path) if ".json.zst" in path.name else path.read_bytes()
    return content


def words_of(post: Post) -> bytes:
    """Enough of a text to know it by, from where it is plain ASCII."""
    longest = max(post.text.encode("ascii", "replace").replace(b'"', b"?").split(b"?"), key=len).strip()
    assert len(longest) > 12, post.text
    return longest[-30:]


def test_what_vanished_is_erased_and_does_not_come_back(network: Network, home: Settings) -> None:
    deleted, suspended, protected, withheld, edited, fine = some(network, home, 6)
    network.order("delete", post_ids=[deleted.post_id])
    network.order("suspend", account_ids=[suspended.author.account_id])
    network.order("protect", account_ids=[protected.author.account_id])
    network.order("withhold", post_ids=[withheld.post_id], countries=["DE"])
    version = network.order("edit", post_id=edited.post_id, text="what I had rather said all along")
    vanished = (deleted, suspended, protected, withheld)
    assert all(words_of(post) in everything(home) for post in vanished)

    found = rota.look(home, "erasure-1", lambda message: None)
    gone = found["posts"]
    assert {post.post_id for post in (deleted, protected, withheld)} <= gone.keys()
    assert not {edited.post_id, fine.post_id} & gone.keys()
    assert gone[deleted.post_id] == "resource-not-found" and gone[withheld.post_id] == "withheld"
    assert gone[protected.post_id] == "account protected"
    assert found["accounts"] == {suspended.author.account_id: "resource-not-found"}
    erasure.follow_network(home, found, lambda message: None)

    now = held(home)
    assert not {post.post_id for post in vanished} & now
    # The edit is a version like any other: landed and loaded.
    assert {edited.post_id, version, fine.post_id} <= now
    content = everything(home)
    assert [post.post_id for post in vanished if words_of(post) in content] == []

    # The network shows everything again, and a fetch of the same window brings the ids and not the texts.
    network.order(
        "restore",
        post_ids=[post.post_id for post in vanished],
        account_ids=[suspended.author.account_id, protected.author.account_id],
    )
    fetch(home, network, "second")
    content = everything(home)
    assert [post.post_id for post in vanished if words_of(post) in content] == []
    assert not {post.post_id for post in vanished} & held(home)
    again = rota.look(home, "erasure-2", lambda message: None)
    assert (again["posts"], again["accounts"]) == ({}, {})


def test_a_post_that_a_search_leaves_out_is_not_deleted(network: Network, home: Settings) -> None:
    (post,) = some(network, home, 1)
    # Timelines and searches no longer list it, a look-up finds it: an edit does just that to the first version.
    network.order("edit", post_id=post.post_id, text="the same in other words, as it were")
    fetch(home, network, "second")
    listed = held(
        home, "select distinct post_id from raw.posts where page_key like '%/second/%' and section = 'data'"
    )
    assert listed and post.post_id not in listed
    assert post.post_id not in rota.look(home, "erasure-1", lambda message: None)["posts"]
    assert post.post_id in held(home)


def test_one_answer_is_not_enough(network: Network, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (post,) = some(network, home, 1)
    network.order("delete", post_ids=[post.post_id])
    looked = rota.Lookups.look

    def back_in_between(self: rota.Lookups, context: Context, *what: Any) -> None:
        looked(self, context, *what)
        if what[:2] == ("post", "first look"):
            network.order("restore", post_ids=[post.post_id])

    monkeypatch.setattr(rota.Lookups, "look", back_in_between)
    assert post.post_id not in rota.look(home, "erasure-1", lambda message: None)["posts"]


def test_batch_compliance_names_what_the_rota_would_reach_much_later(
    network: Network, home: Settings
) -> None:
    settings = one_a_day(home)
    post, author, scrubbed = some(network, home, 3)
    network.order("delete", post_ids=[post.post_id])
    network.order("deactivate", account_ids=[author.author.account_id])
    network.order("scrub_places", post_ids=[scrubbed.post_id])
    messages: list[str] = []
    found = rota.look(settings, "erasure-1", messages.append)
    assert found["posts"].get(post.post_id) == "resource-not-found"
    # Its posts go with it, and need no look.
    assert author.post_id not in found["posts"]
    assert found["accounts"] == {author.author.account_id: "resource-not-found"}
    assert scrubbed.post_id not in found["posts"]
    looks = [message for message in messages if message.startswith("looking up")]
    assert [look.partition(", ")[2] for look in looks] == ["1 of them named by batch compliance"] * 2


def one_a_day(home: Settings) -> Settings:
    path = home.config_path
    path.write_text(
        path.read_text().replace("lookups_per_day = 5000", "lookups_per_day = 1"), encoding="utf-8"
    )
    return replace(home, config=read_config(path))


def test_a_deleted_account_takes_its_posts_and_its_profile_along_and_may_come_back(
    network: Network, home: Settings
) -> None:
    (post,) = some(network, home, 1)
    account = post.author
    network.order("deactivate", account_ids=[account.account_id])
    found = rota.look(home, "erasure-1", lambda message: None)
    assert found["accounts"] == {account.account_id: "resource-not-found"}
    erased = erasure.follow_network(home, found, lambda message: None)
    assert erased["accounts"] == 1 and erased["posts"] >= 1
    assert account.handle.lower().encode() not in everything(home).lower()
    assert words_of(post) not in everything(home)

    # Its owner changes their mind: what they write from now on is brought again, what was erased is not.
    network.order("restore", account_ids=[account.account_id])
    found = rota.look(home, "erasure-2", lambda message: None)
    assert found["returned"] == [account.account_id]
    erasure.follow_network(home, found, lambda message: None)
    root = next(post for post in network.world.newest_first if post.author.handle == "lichtung_inst")
    answer = {"post_id": root.post_id, "account_id": account.account_id, "text": "here I am again"}
    network.order("reply", **answer, minutes_ago=2)
    window = Window(UNTIL - timedelta(days=4), NOW - timedelta(minutes=1))
    for spec in steps.plan_accounts("x", home):
        if spec["stream"] == "mentions":
            steps.fetch("x", home, spec, window, "third", lambda message: None)
    raw_store.load(home)
    assert b"here I am again" in everything(home)
    assert words_of(post) not in everything(home)
    assert account.account_id in held(home, "select account_id from raw.users where username is not null")
    # By hand is for good, whatever the network says.
    erasure.erase(home, accounts={account.account_id: "on request"})
    assert rota.look(home, "erasure-3", lambda message: None)["returned"] == []


def test_our_own_account_is_told_of_and_left(
    network: Network, home: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    us = network.world.accounts["lichtung_inst"]
    ours = {post_id for post_id in held(home) if network.world.posts[post_id].author is us}
    gone = next(post_id for post_id in sorted(ours) if len(network.world.posts[post_id].history) == 1)
    network.order("suspend", account_ids=[us.account_id])
    found = rota.look(home, "erasure-1", lambda message: None)
    assert found["accounts"] == {} and not ours & found["posts"].keys()
    assert f"account {us.account_id}" in caplog.text
    # What we delete ourselves goes like everybody's.
    network.order("restore", account_ids=[us.account_id])
    network.order("delete", post_ids=[gone])
    assert ours & rota.look(home, "erasure-2", lambda message: None)["posts"].keys() == {gone}


@pytest.mark.clock
def test_the_rota_takes_the_longest_unseen_first(home: Settings) -> None:
    three_days, nine_days = NOW - timedelta(days=3), NOW - timedelta(days=9)
    seen = {"10": three_days, "9": three_days, "11": nine_days}
    with open_state(home) as state:
        assert due(state, "x", "post", seen, 2, DIALECT.in_order) == ["11", "9"]
        note(state, "x", "post", ["11"])
        note(state, "x", "account", ["9"])
        assert due(state, "x", "post", seen, 5, DIALECT.in_order) == ["9", "10", "11"]


def test_places_are_never_kept(home: Settings, tmp_path: Path) -> None:
    old = {"id_str": "77", "full_text": "by the lake", "created_at": "Mon Jan 06 10:00:00 +0000 2014",
           "geo": {"type": "Point", "coordinates": [47.125, 9.875]}, "place": {"full_name": "Walenstadt"},
           "coordinates": None, "user": {"id_str": "7", "screen_name": "swimmer"}}  # fmt: skip
    new = {"data": [{"id": "78", "text": "again", "author_id": "7", "geo": {"place_id": "a1b2c3d4e5"}}],
           "includes": {"places": [{"id": "a1b2c3d4e5", "full_name": "Quarten"}]}}  # fmt: skip
    for name, lines in (("old.jsonl", old), ("new.jsonl", new)):
        (tmp_path / name).write_text(json.dumps(lines) + "\n", encoding="utf-8")
        importer.import_files(home, [tmp_path / name])
    assert {"77", "78"} <= held(home)
    content = everything(home)
    assert not [value for value in (b"47.125", b"Walenstadt", b"a1b2c3d4e5", b"Quarten") if value in content]
