"""The preview of a link repeats what stands there: it goes with the post or the account, on whatever network it stands.

By hand from a home with landing and raw: a preview comes no further.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state.store import open_state
from operations.erasure import everywhere as erasure
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.links import Links
from tests.extractors.bluesky import shapes as bluesky
from tests.extractors.mastodon import payloads as mastodon
from tests.operations import erasure_home as home_of

Json = dict[str, Any]
RITA, WILMA, KAJA = bluesky.did("rita"), "wilma@fedi.test", "900"
RITAS = bluesky.uri("rita", "3kritas")
WILMAS = "https://fedi.test/users/wilma/statuses/7"
ACCOUNTS = Forgotten(
    accounts=frozenset({("bluesky", RITA), ("mastodon", WILMA), ("x", KAJA)}),
    handles=frozenset({("bluesky", "rita.test"), ("mastodon", WILMA), ("x", "kajawren")}),
)
POSTS = Forgotten(posts=frozenset({("bluesky", RITAS), ("mastodon", WILMAS), ("x", "777")}))
TO_ACCOUNTS = (
    "https://x.com/kajawren", "http://www.twitter.com/KajaWren?s=20", "//mobile.x.com/%40kajawren",
    "https://x.com/i/user/900", "https://twitter.com/intent/user?user_id=900", "x.com/kajawren/photo",
    "https://x.com/intent/follow?region=a&screen_name=kajawren",
    "https://bsky.app/profile/rita.test", f"https://bsky.app/profile/{RITA}/", "at://rita.test",
    f"https://bsky.app/profile/{RITA.replace(':', '%3A')}/lists/3kx", "https://main.bsky.dev/profile/Rita.test/feed/x",
    "https://bsky.app/starter-pack/rita.test/3kx", "https://rita.test/about",
    "https://fedi.test/@wilma", "https://fedi.test/users/Wilma?x", "https://fedi.test/web/@wilma",
    "https://wald.test/@wilma@fedi.test/7", "https://elk.test/wald.test/@wilma@fedi.test", "acct:wilma@fedi.test",
)  # fmt: skip
TO_POSTS = (
    "https://x.com/anybody/status/777", "https://x.com/i/web/status/777/photo/1", "http://twitter.com/a/statuses/777",
    "https://x.com/i/status/777?s=20#a", f"https://bsky.app/profile/{RITA}/post/3kritas", RITAS,
    "https://bsky.app/profile/was.rita.test/post/3kritas?ref=x",
    WILMAS, "https://fedi.test/@wilma/7", "https://fedi.test/ap/users/115/statuses/7",
)  # fmt: skip
ELSEWHERE = (
    "https://x.com/kajawren_2", "https://netflix.com/kajawren", "https://x.com/a/status/7770", "https://x.com",
    "https://example.test/kajawren", "https://bsky.app/profile/rita.test.example", "https://unrita.test/a",
    f"https://bsky.app/profile/{bluesky.did('ben')}/post/3kritas", "https://fedi.test/@wilma2",
    "https://fedi.test/@wilma@moor.test", "https://moor.test/@wilma/7", "https://fedi.test/@wilmas/8", "and/or", "%",
)  # fmt: skip


@pytest.mark.parametrize("address", TO_ACCOUNTS)
def test_an_address_leads_to_an_account(address: str) -> None:
    assert Links(ACCOUNTS).leads(address) and not Links(POSTS).leads(address)
    masked = Links(ACCOUNTS).mask(address).lower()
    assert not [name for name in ("kajawren", "rita.test", "wilma") if name in masked]


@pytest.mark.parametrize("address", TO_POSTS)
def test_an_address_leads_to_a_post(address: str) -> None:
    assert Links(POSTS).leads(address)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_leads_elsewhere(address: str) -> None:
    both = Links(ACCOUNTS | POSTS)
    assert not both.leads(address) and both.mask(address) == address


WORDS = "the curlew nests behind the weir"
SHOWN = {
    "bluesky": {"uri": f"https://bsky.app/profile/{RITA}/post/3kritas", "name": "Rita Falk"},
    "mastodon": {"uri": "https://fedi.test/@wilma/7", "name": "Wilma Falk"},
    "x": {"uri": "https://x.com/kajawren/status/777", "name": "Kaja Wren"},
}
POST_OF = {"bluesky": RITAS, "mastodon": WILMAS, "x": "777"}
ACCOUNT_OF = {"bluesky": RITA, "mastodon": WILMA, "x": KAJA}
HANDLE_OF = {"bluesky": "rita.test", "mastodon": "@wilma", "x": "kajawren"}


def pages() -> dict[str, Json]:
    """On each network our posts with a preview of a post of each."""
    posts, statuses, tweets = [], [], []
    for number, shown in enumerate(SHOWN.values()):
        address, title = shown["uri"], f"{shown['name']} on a network"
        external = {"uri": address, "title": title, "description": WORDS, "thumb": "https://cdn.test/t.jpg"}
        embed = {"$type": "app.bsky.embed.external", "external": external}
        view = {"$type": "app.bsky.embed.external#view", "external": external}
        posts.append(bluesky.post("us", f"3kus{number}", "see", {"embed": embed}, embed=view))
        card = {"url": "https://short.test/1", "title": title, "description": WORDS}
        card |= {"authors": [{"name": shown["name"], "url": address}]}
        statuses.append(mastodon.status(str(number), "<p>see</p>", card=card))
        link = {"start": 0, "end": 3, "url": "https://t.co/a", "expanded_url": "https://short.test/1"}
        link |= {
            "unwound_url": address,
            "title": title,
            "description": WORDS,
            "images": [{"url": "https://cdn.test"}],
        }
        entities = {"urls": [link]}
        tweets.append({"id": str(number), "author_id": "101", "text": "see", "entities": entities})
        tweets[-1] |= {
            "created_at": "2026-10-01T00:00:00Z",
            "note_tweet": {"text": "see", "entities": entities},
        }
    them = bluesky.author("rita", displayName="Rita Falk")
    kaja = {"id": KAJA, "username": "kajawren", "name": "Kaja Wren"}
    return {
        "bluesky": {"posts": posts, "profiles": [them]},
        "mastodon": {"data": [*statuses, mastodon.account(WILMA, "70", display_name="Wilma Falk")]},
        "x": {"data": tweets, "includes": {"users": [kaja]}},
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = home_of.make_home(tmp_path / "home")
    for network, body in pages().items():
        home_of.land(settings, network, body, data_kind="post")
    raw_store.load(settings)
    return settings


def said(settings: Settings) -> str:
    """All of landing, and of raw's posts."""
    files = [landing_files.unpacked(path).decode() for path in settings.landing_dir.rglob("*.json.zst")]
    with warehouse.connect(settings) as con:
        rows = con.execute("select payload::varchar from raw.posts").fetchall()
    assert len(rows) == 9
    return " ".join([*files, *(payload for (payload,) in rows)])


@pytest.mark.parametrize("network", SHOWN)
def test_previews_go_with_the_account_from_every_network(settings: Settings, network: str) -> None:
    with open_state(settings) as state:
        state.remember_handles("bluesky", {"rita.test": RITA})
    before = said(settings)
    erasure.erase(settings, accounts={f"{network}:{ACCOUNT_OF[network]}": "on request"})
    after = said(settings)
    assert SHOWN[network]["name"] in before and SHOWN[network]["name"] not in after
    assert HANDLE_OF[network] in before and HANDLE_OF[network] not in after
    # in landing two in the post on Bluesky, one in the card, two in the post on X; in raw one, none and two
    assert before.count(WORDS) == 3 * 8 and after.count(WORDS) == 2 * 8
    for other in SHOWN.keys() - {network}:
        assert after.count(SHOWN[other]["name"]) == before.count(SHOWN[other]["name"]) != 0


@pytest.mark.parametrize("network", SHOWN)
def test_previews_go_with_the_post_and_do_not_come_back(settings: Settings, network: str) -> None:
    erasure.erase(settings, {f"{network}:{POST_OF[network]}": "on request"})
    title = f"{SHOWN[network]['name']} on a network"
    assert title not in said(settings)
    assert said(settings).count(WORDS) == 2 * 8
    assert erasure.erase(settings, {f"{network}:{POST_OF[network]}": "again"}).page_count == 0
    # no page that lands later brings one: each lands as an extractor lands it
    from extractors.landing import pages as landing

    with open_state(settings) as state:
        for name, body in pages().items():
            key = landing_files.page_key(name, "conversations", "run", "later")
            content = json.dumps(body).encode()
            landing.land(state, settings.landing_dir, key, {"network": name}, content, json.loads(content))
            landed = landing_files.unpacked(landing_files.path_of(settings.landing_dir, key)).decode()
            assert title not in landed and landed.count(WORDS) == content.decode().count(WORDS) * 2 // 3


def test_a_list_of_the_account_goes_from_a_post_that_shows_it(settings: Settings) -> None:
    shown = {"uri": f"at://{RITA}/app.bsky.graph.list/3kx", "name": "Weirs", "description": WORDS}
    shown |= {"creator": bluesky.author("rita")}
    page = {"posts": [bluesky.post("us", "3kus0", "see", embed={"record": shown})]}
    home_of.land(settings, "bluesky", page, data_kind="post")
    raw_store.load(settings)
    erasure.erase(settings, accounts={f"bluesky:{RITA}": "on request"})
    [path] = (settings.landing_dir / "bluesky").rglob("*.json.zst")
    assert "Weirs" not in landing_files.unpacked(path).decode()
