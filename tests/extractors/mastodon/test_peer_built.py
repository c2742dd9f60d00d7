"""A server that nobody here wrote (mastodon-mock), by Mastodon.py: fetched, built, checked, published, and erased from.

It counts no quotes, so nobody asks it for them; and its statuses have addresses of its own kind, by which nobody can
ask whether they are still there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from mastodon import Mastodon
from mastodon_mock.config import MastodonMockConfig
from mastodon_mock.testing import DEFAULT_TEST_SEED, MockServer
from pydantic import SecretStr

from extractors.mastodon import fetchers
from extractors.raw import raw_store
from operations.cli.extracting import fetch_window
from operations.cli.running import build_to_report
from operations.cli.terminal import Progress
from operations.erasure import everywhere as erasure
from rapport.config import Settings, load_settings
from rapport.networks import qualified
from rapport.window import Window, utc_now
from tests.operations.erasure_home import found_in

pytestmark = pytest.mark.slow

NETWORK, HOST = "mastodon", "mock.test"
ALICE, BOB = f"alice@{HOST}", f"bob@{HOST}"
SECRET, UNWANTED = "the heron sleeps behind the mill", "the otter is called Ottilie"
CONFIG = f"""
[[clients]]
id = "acme"
name = "Acme"
accounts = ["mastodon:@{ALICE}"]

[clients.direct_messages]
consent = "in writing, 2026-10-01"
"""
# Name of a status: (who, root, depth).
TREES = {
    "root": (ALICE, "root", 0), "answer": (BOB, "root", 1), "back": (ALICE, "root", 2), "more": (BOB, "root", 3),
    "ours": (ALICE, "root", 4), "mention": (BOB, "mention", 0), "lone": (ALICE, "lone", 0),
    "unwanted": (BOB, "lone", 1),
}  # fmt: skip
ADDRESSES = {
    ("answer", "reply", BOB), ("back", "reply", ALICE), ("more", "reply", BOB), ("ours", "reply", ALICE),
    ("mention", "mention", BOB), ("unwanted", "reply", BOB),
}  # fmt: skip


@dataclass
class Peer:
    """The server's address, its two people, and what they wrote, by name."""

    url: str
    alice: Mastodon
    bob: Mastodon
    statuses: dict[str, Any] = field(default_factory=dict)

    def say(self, name: str, who: Mastodon, text: str, **more: Any) -> Any:
        self.statuses[name] = who.status_post(text, **more)
        return self.statuses[name]


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    config = MastodonMockConfig(domain=HOST, seed=DEFAULT_TEST_SEED)
    with MockServer(config=config) as server:
        url = f"http://127.0.0.1:{server._port}"
        alice, bob = (
            Mastodon(access_token=f"{name}_token", api_base_url=url, ratelimit_method="throw")
            for name in ("alice", "bob")
        )
        there = Peer(url, alice, bob)
        root = there.say("root", alice, "Moss & fern, which is older?")
        answer = there.say("answer", bob, "@alice Moss, by far.", in_reply_to_id=root.id)
        back = there.say("back", alice, "@bob How do you know?", in_reply_to_id=answer.id)
        more = there.say("more", bob, "@alice By its colour.", in_reply_to_id=back.id)
        there.say("ours", alice, "@bob So it is.", in_reply_to_id=more.id)
        mention = there.say("mention", bob, "Good morning @alice?")
        bob.status_update(mention.id, "Good evening @alice?")
        lone = there.say("lone", alice, "Does nobody hear me?")
        there.say("unwanted", bob, f"@alice {UNWANTED}", in_reply_to_id=lone.id)
        bob.status_post(f"@alice {SECRET}", visibility="direct")
        alice.status_post(f"@bob {SECRET}, too", visibility="private")
        alice.status_reblog(mention.id)
        bob.status_favourite(root.id)
        bob.status_reblog(root.id)
        yield there


@pytest.fixture(scope="module")
def home(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """All of it fetched, built, checked, published and reported."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    now = utc_now().replace(microsecond=0)
    settings = replace(
        load_settings(folder),
        mastodon_base_url=peer.url,
        mastodon_tokens={ALICE: SecretStr("alice_token")},
        now=lambda: now + timedelta(hours=2),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetchers, "_sleep", lambda seconds: None)
        fetch_window(settings, Window(now - timedelta(days=1), now + timedelta(hours=1)), None, again=False)
        raw_store.load(settings)
        build_to_report(settings, Progress())
        yield settings


def rows(settings: Settings, peer: Peer, query: str) -> list[tuple[Any, ...]]:
    """What a query finds, with names for addresses of statuses."""
    names = {status.uri: name for name, status in peer.statuses.items()}
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        found = connection.execute(query).fetchall()
    return [
        tuple(names.get(value, value) if isinstance(value, str) else value for value in row) for row in found
    ]


def trees(settings: Settings, peer: Peer) -> dict[str, tuple[Any, ...]]:
    found = rows(
        settings, peer, "select post_id, account_id, root_post_id, depth from marts.conversation_posts"
    )
    return {post: tuple(rest) for post, *rest in found}


def test_who_said_what_to_whom(peer: Peer, home: Settings) -> None:
    assert {name: tree for name, tree in trees(home, peer).items() if name in peer.statuses} == TREES
    acts = (
        "select post_id, kind, from_account_id from marts.interactions where is_address and kind <> 'message'"
    )
    assert set(rows(home, peer, acts)) == ADDRESSES
    nods = (
        "select distinct coalesce(posts.reposted_post_id, interactions.post_id), interactions.kind, from_account_id "
        "from marts.interactions left join marts.posts using (network, post_id) where not is_address"
    )
    assert set(rows(home, peer, nods)) == {
        ("root", "like", BOB), ("root", "repost", BOB), ("mention", "repost", ALICE),
    }  # fmt: skip
    assert rows(home, peer, "select text, is_edited from marts.posts where text like 'Good %'") == [
        ("Good evening @alice?", True)
    ]


def test_what_is_private_is_counted_and_not_read(peer: Peer, home: Settings) -> None:
    messages = "select from_account_id from marts.interactions where kind = 'message' order by 1"
    assert rows(home, peer, messages) == [(ALICE,), (BOB,)]
    assert found_in(home.home, (SECRET,)) == []


def test_what_is_erased_is_nowhere_and_the_rest_is_published(peer: Peer, home: Settings) -> None:
    """It came by our thread and by a notification."""
    assert found_in(home.home, (UNWANTED,))
    erasure.erase(home, {qualified(NETWORK, peer.statuses["unwanted"].uri): "on request"})
    build_to_report(home, Progress())
    assert found_in(home.home, (UNWANTED,)) == []
    assert trees(home, peer).keys() & TREES.keys() == TREES.keys() - {"unwanted"}
