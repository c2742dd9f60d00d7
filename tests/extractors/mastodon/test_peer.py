"""Against a server that nobody here wrote (mastodon-mock): what Mastodon.py writes there is what we fetch."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from mastodon import Mastodon
from mastodon_mock.config import MastodonMockConfig
from mastodon_mock.testing import DEFAULT_TEST_SEED, MockServer
from pydantic import SecretStr

from extractors.fetching import steps
from extractors.landing import landing_files
from extractors.mastodon import fetchers
from extractors.mastodon.dialect import DIALECT
from rapport.config import Settings
from rapport.window import Window

NETWORK, RUN, HOST = "mastodon", "run-1", "mock.test"
ALICE, BOB = f"alice@{HOST}", f"bob@{HOST}"


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    """The address of the server."""
    config = MastodonMockConfig(domain=HOST, seed=DEFAULT_TEST_SEED)
    with MockServer(config=config) as server:
        yield f"http://127.0.0.1:{server._port}"


def test_what_is_written_on_a_foreign_server_is_fetched_from_it(
    peer: str,
    mastodon_settings: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice, bob = (
        Mastodon(access_token=f"{name}_token", api_base_url=peer, ratelimit_method="throw")
        for name in ("alice", "bob")
    )
    root = alice.status_post("Moss & fern, which is older?")
    answer = bob.status_post("@alice Moss, by far.", in_reply_to_id=root.id)
    back = alice.status_post("@bob How do you know?", in_reply_to_id=answer.id)
    stranger = bob.status_post("Good morning @alice.")
    boost = alice.status_reblog(stranger.id)
    bob.status_favourite(root.id)
    bob.status_reblog(root.id)
    secret = bob.status_post("@alice A secret.", visibility="direct")
    for number in range(45):  # more than a page
        alice.status_post(f"Number {number}.")

    now = datetime.now(UTC)
    monkeypatch.setattr(fetchers, "_sleep", lambda seconds: None)
    settings = replace(
        mastodon_settings(peer, client={"accounts": [f"mastodon:@{ALICE}"]}),
        mastodon_base_url=peer,
        mastodon_tokens={ALICE: SecretStr("alice_token")},
        now=lambda: now + timedelta(days=1),
    )
    window = Window(now - timedelta(hours=1), now + timedelta(hours=1))
    for plan in (
        lambda: steps.plan_accounts(NETWORK, settings, run_id=RUN),
        lambda: steps.plan_threads(NETWORK, settings, window, RUN),
        lambda: steps.plan_missing(NETWORK, settings, window, RUN),
    ):
        for spec in plan():
            steps.fetch(NETWORK, settings, spec, window, RUN, lambda message: None)

    posts, likers, boosters, landed = {}, set(), set(), ""
    for page in landing_files.run_pages(settings.landing_dir, NETWORK, list(DIALECT.streams), RUN):
        reading = DIALECT.read(page.envelope, page.body)
        landed += str(page.body)
        likers |= reading.own_ids if page.envelope["stream"] == "likers" else set()
        boosters |= reading.own_ids if page.envelope["stream"] == "reposters" else set()
        for post in (*reading.own, *reading.posts):
            if "author_id" in post:
                posts[post["id"]] = posts.get(post["id"], {}) | post
    assert {root.uri, answer.uri, back.uri, stranger.uri, boost.uri} <= set(posts)
    assert len([post for post in posts.values() if post["author_id"] == ALICE]) == 48
    assert secret.uri not in posts
    assert "A secret" not in landed
    assert posts[root.uri]["text"] == "Moss & fern, which is older?"
    assert posts[back.uri]["referenced_tweets"] == [{"type": "replied_to", "id": answer.uri}]
    assert posts[back.uri]["conversation_id"] == posts[answer.uri]["conversation_id"] == root.uri
    assert posts[boost.uri]["referenced_tweets"] == [{"type": "retweeted", "id": stranger.uri}]
    assert [one["id"] for one in posts[answer.uri]["entities"]["mentions"]] == [ALICE]
    assert (likers, boosters) == ({BOB}, {BOB})
