"""Requests for erasure by what people have at hand: addresses from a browser, at:// URIs, handles."""

from pathlib import Path

import pytest

from extractors.raw import raw_store
from extractors.state.store import open_state
from operations.erasure import naming
from rapport.config import Settings, load_settings
from rapport.warehouse import connect

DID = "did:plc:abcdefghijklmnopqrstuvwx"
POST = f"at://{DID}/app.bsky.feed.post/3kabc"
URI = "https://social.example/users/ana/statuses/1101"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home that knows two handles of one account, and a status with its address."""
    found = load_settings(tmp_path)
    with open_state(found) as state:
        state.remember_handles("bluesky", {"ana.example": DID})
    with connect(found) as connection:
        raw_store.create_tables(connection)
        connection.execute(
            "insert into raw.users (page_key, network, account_id, username) "
            "values ('p', 'bluesky', ?, 'Ana-Lima.example')",
            [DID],
        )
        connection.execute(
            "insert into raw.posts (page_key, network, post_id, payload) values ('p', 'mastodon', ?, ?)",
            [URI, '{"url": "https://social.example/@ana/1101"}'],
        )
    return found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("1586025008899448832", "1586025008899448832"),
        ("https://x.com/ana/status/1586025008899448832?s=20", "x:1586025008899448832"),
        ("https://twitter.com/i/web/status/1586025008899448832", "x:1586025008899448832"),
        (POST, f"bluesky:{POST}"),
        (f"https://bsky.app/profile/{DID}/post/3kabc", f"bluesky:{POST}"),
        ("https://bsky.app/profile/ana.example/post/3kabc", f"bluesky:{POST}"),
        ("https://bsky.app/profile/ana-lima.example/post/3kabc", f"bluesky:{POST}"),
        ("at://ana.example/app.bsky.feed.post/3kabc", f"bluesky:{POST}"),
        (URI, f"mastodon:{URI}"),
        ("https://social.example/@ana/1101", f"mastodon:{URI}"),
        ("mastodon:" + URI, "mastodon:" + URI),
    ],
)
def test_a_post_is_known_by_its_address(settings: Settings, text: str, named: str) -> None:
    assert naming.post(settings, text) == named


def test_of_a_handle_that_nobody_knows_no_id_is_made_up(settings: Settings) -> None:
    unknown = "at://nobody.example/app.bsky.feed.post/3kabc"
    assert naming.post(settings, unknown) == unknown, "the command then says that it is no id"
    assert naming.post(settings, "https://bsky.app/profile/nobody.example/post/3kabc") == unknown


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (DID, f"bluesky:{DID}"),
        ("@ana@social.example", "mastodon:@ana@social.example"),
        ("mastodon:@ana@social.example", "mastodon:@ana@social.example"),
        ("ana@social.example", "mastodon:@ana@social.example"),
        ("bluesky:@ana.example", "bluesky:@ana.example"),
        ("@ana.bsky.social", "bluesky:@ana.bsky.social"),
        ("ana.example", "bluesky:@ana.example"),
        ("@ana", "@ana"),
        ("x:@ana", "@ana"),
        ("no handle at all", "no handle at all"),
        ("bluesky:@ana", "bluesky:@ana"),
        ("2244994945", "2244994945"),
    ],
)
def test_an_account_needs_no_network_where_one_alone_can_be_meant(text: str, named: str) -> None:
    assert naming.account(text) == named
