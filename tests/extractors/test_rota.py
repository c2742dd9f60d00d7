"""Following the network: what a look-up calls gone is erased, and the emulator serving it again brings nothing back."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import httpx
import pytest
import uvicorn

from emulator.app import create_app
from emulator.control import CONTROL_PATH
from emulator.demo import demo_config
from emulator.model import Post, World
from emulator.world import build_world
from extractors import landing, raw_store
from extractors.state import open_state
from extractors.x import rota, steps
from rapport import erasure
from rapport.config import Settings, load_settings
from rapport.window import Window
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
    world = build_world()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(world, TOKEN), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield Network(world, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def home(network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home that follows the emulator's clients; the last days of the world are in it."""
    monkeypatch.setenv("RAPPORT_X_BASE_URL", network.url)
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "rapport.toml").write_text(
        demo_config() + "\n[erasure]\nlookups_per_day = 5000\n", encoding="utf-8"
    )
    settings = load_settings(folder)
    fetch(settings, network, "first")
    return settings


def fetch(settings: Settings, network: Network, run_id: str) -> None:
    """Own posts and mentions of the world's last days, loaded."""
    window = Window(network.world.until - timedelta(days=4), network.world.until)
    for spec in steps.plan_accounts(settings):
        steps.fetch(settings, spec, window, run_id, lambda message: None)
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
            content += landing.unpacked(path) if ".json.zst" in path.name else path.read_bytes()
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

    gone = rota.look(home, "erasure-1", lambda message: None)
    assert {post.post_id for post in vanished} <= gone.keys()
    assert not {edited.post_id, fine.post_id} & gone.keys()
    assert gone[deleted.post_id] == "resource-not-found" and gone[withheld.post_id] == "withheld"
    erasure.follow_network(home, gone, lambda message: None)

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
    assert rota.look(home, "erasure-2", lambda message: None) == {}


def test_a_post_that_a_search_leaves_out_is_not_deleted(network: Network, home: Settings) -> None:
    (post,) = some(network, home, 1)
    # Timelines and searches no longer list it, a look-up finds it: an edit does just that to the first version.
    network.order("edit", post_id=post.post_id, text="the same in other words, as it were")
    fetch(home, network, "second")
    listed = held(
        home, "select distinct post_id from raw.posts where page_key like '%/second/%' and section = 'data'"
    )
    assert listed and post.post_id not in listed
    assert post.post_id not in rota.look(home, "erasure-1", lambda message: None)
    assert post.post_id in held(home)


def test_one_answer_is_not_enough(network: Network, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (post,) = some(network, home, 1)
    network.order("delete", post_ids=[post.post_id])
    looked = rota._Round.go

    def back_in_between(self: rota._Round, context: object, post_ids: list[str]) -> None:
        looked(self, context, post_ids)  # type: ignore[arg-type]
        if self.label == "first look":
            network.order("restore", post_ids=[post.post_id])

    monkeypatch.setattr(rota._Round, "go", back_in_between)
    assert post.post_id not in rota.look(home, "erasure-1", lambda message: None)


def test_batch_compliance_names_what_the_rota_would_reach_much_later(
    network: Network, home: Settings
) -> None:
    path = home.config_path
    path.write_text(
        path.read_text().replace("lookups_per_day = 5000", "lookups_per_day = 1"), encoding="utf-8"
    )
    settings = load_settings(home.home)
    (post,) = some(network, home, 1)
    network.order("delete", post_ids=[post.post_id])
    messages: list[str] = []
    assert rota.look(settings, "erasure-1", messages.append).get(post.post_id) == "resource-not-found"
    assert any("named by batch compliance" in message for message in messages)


def test_the_rota_takes_the_longest_unseen_first(home: Settings) -> None:
    now = datetime.now(UTC)
    seen = {"10": now - timedelta(days=3), "9": now - timedelta(days=3), "11": now - timedelta(days=9)}
    with open_state(home) as state:
        assert rota.due(state, seen, 2) == ["11", "9"]
        with state.engine.begin() as connection:
            check = {"network": "x", "post_id": "11", "checked_at": now}
            rota.upsert(connection, rota.post_checks, [check])
        assert rota.due(state, seen, 5) == ["9", "10", "11"]
