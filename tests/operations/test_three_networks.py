"""X, Bluesky and Mastodon in one home, each in its own words: what is erased of one is nowhere, the others stay."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from extractors.files import importer, lists
from extractors.raw import raw_store
from extractors.state.store import open_state
from operations import access
from operations.backup.take import back_up
from operations.erasure import everywhere as erasure
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import label_of
from tests.extractors.bluesky import shapes as bluesky
from tests.extractors.mastodon import payloads as mastodon
from tests.operations import erasure_home as home_of
from tests.operations.test_two_networks import everything, found_in, publish, query, rows_of
from tests.reporting.pages import Page

Json = dict[str, Any]
CONFIG = """
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["101", "bluesky:@us.test", "mastodon:@lichtung@wald.test"]
"""
WHY = "on request"
DID, ROOT = bluesky.did("shy"), bluesky.uri("us", "3kroot")
AT_HOME, STATUS = "shy@moor.test", "https://moor.test/users/shy/statuses/7"
# Network → who is erased there, a post of theirs, its words, and what they are called.
ACCOUNTS = {"x": home_of.SHY, "bluesky": DID, "mastodon": AT_HOME}
POSTS = {"x": home_of.SPOKEN, "bluesky": bluesky.uri("shy", "3ksaid"), "mastodon": STATUS}
SAID = {
    "x": home_of.SECRET[:40],
    "bluesky": "nobody has ever seen the ghost orchid in our lane",
    "mastodon": "the stork behind the mill is called Adebar",
}
NAMES = {
    "x": (home_of.HANDLE, home_of.NAME, home_of.PROFILE),
    "bluesky": ("@shy.test", "/shy.test", "was.test", "Shy Sandpiper", "keeper of a saltmarsh"),
    "mastodon": ("moor.test/@shy", "@<span>shy", "Shy Siskin", "keeper of a fen"),
}
_ASKED = {"bluesky": {"actor": "shy.test"}, "mastodon": {"acct": AT_HOME}}


def shy(**more: Any) -> Json:
    return bluesky.author("shy", displayName=NAMES["bluesky"][3], description=NAMES["bluesky"][4], **more)


def said(**more: Any) -> Json:
    return bluesky.post("shy", "3ksaid", SAID["bluesky"], bluesky.answers(ROOT), **more) | {"author": shy()}


def naming(key: str, *shown: str) -> Json:
    """Somebody else's post that names them: by a handle they had, by the one they have, by their address."""
    text = f"hé {' '.join(shown)}!"
    return bluesky.post("ben", key, text, {"facets": [bluesky.mention(text, shown[0], DID)]})


def bluesky_pages() -> dict[str, Json]:
    us = bluesky.post("us", "3kroot", "Which flower would you save?")
    view = bluesky.quoted_view("shy", "3ksaid", SAID["bluesky"]) | {"author": shy()}
    below = bluesky.post("ben", "3kbelow", record=bluesky.answers(ROOT, POSTS["bluesky"]))
    repost = {"by": bluesky.author("ben"), "uri": bluesky.uri("ben", "3kp", "app.bsky.feed.repost"),
              "indexedAt": "2026-05-01T10:00:00Z"}  # fmt: skip
    return {
        "feed": {"feed": [{"post": said(), "reason": repost}, {"post": us}, {"post": said()}]},
        "thread": {"thread": bluesky.thread(us, bluesky.thread(said(), bluesky.thread(below)))},
        "quotes": {"posts": [bluesky.post("ben", "3kquote", "see", embed={"record": view})]},
        "likes": {"uri": ROOT, "likes": [{"actor": shy(), "createdAt": "2026-05-02T10:00:00Z"}]},
        "profiles": {"profiles": [shy(), bluesky.author("ben", description="a friend of @shy.test")]},
        "notifications": {"notifications": [said(reason="reply")]},
        "records": {"records": [{"uri": POSTS["bluesky"], "cid": "b", "value": view["value"]}]},
        "older handle": {"posts": [naming("3kold", "@was.test", "@shy.test", "https://bsky.app/profile/shy.test")]},
        "only an older handle": {"posts": [naming("3kolder", "@was.test")]},
        "gone": {"error": "AccountTakedown", "message": "Account @shy.test has been suspended"},
    }  # fmt: skip


def mastodon_pages() -> dict[str, Json]:
    person = mastodon.account(
        AT_HOME, "70", display_name=NAMES["mastodon"][2], note=f"<p>{NAMES['mastodon'][3]}</p>"
    )
    status = mastodon.status("7", f"<p>{SAID['mastodon']}</p>", account=person)
    html = f"<p>{mastodon.link_to(AT_HOME)} thanks, @{AT_HOME}!</p>"
    answer = mastodon.status(
        "8", html, mentions=[mastodon.mention(AT_HOME, "70")], in_reply_to_id="7", in_reply_to_account_id="70"
    )
    us = "https://wald.test/users/lichtung"
    note = {"id": f"{us}/statuses/8", "type": "Note", "inReplyTo": STATUS, "attributedTo": us, "content": html,
            "tag": [{"type": "Mention", "href": "https://moor.test/users/shy", "name": f"@{AT_HOME}"}],
            "published": "2026-11-02T08:30:00Z", "to": ["as:Public"]}  # fmt: skip
    private = mastodon.status("13", visibility="direct", mentions=[mastodon.mention(AT_HOME, "70")])
    return {
        "context": {"ancestors": [status], "status": answer, "descendants": []},
        "boosts": {"data": [
            mastodon.status("9", reblog=status), mastodon.status("10", account=person, reblog=answer),
            mastodon.status("11", quote={"state": "accepted", "quoted_status": status}),
            mastodon.status("12", card={"url": "https://moor.test/@shy/7", "title": SAID["mastodon"]}),
        ]},
        "accounts": {"data": [person, mastodon.account("ben@moor.test", "4", moved=person)]},
        "notifications": {"data": [{"id": "1", "type": "mention", "account": person, "status": status}]},
        "versions": {"data": [
            {"content": f"<p>{SAID['mastodon']}</p>", "account": person, "created_at": "2026-11-02T08:30:00Z"}
        ]},
        "outbox": {"orderedItems": [note]},
        "only a mention": {"data": [mastodon.status("14", html, mentions=[mastodon.mention(AT_HOME, "70")])]},
        "private": {"data": [private]},
        "gone": {"error": "Record not found"},
    }  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with pages of all three, loaded and published."""
    folder = tmp_path_factory.mktemp("three")
    settings = home_of.make_home(folder / "home", CONFIG)
    path = folder / "x.jsonl"
    path.write_text(json.dumps(home_of.page()) + "\n", encoding="utf-8")
    importer.import_files(settings, [path])
    about = {"versions": {"about_post_id": STATUS}, "gone": {"about_account_id": AT_HOME}}
    for network, pages in (("bluesky", bluesky_pages()), ("mastodon", mastodon_pages())):
        for name, body in pages.items():
            more = about.get(name, {}) if network == "mastodon" else {}
            home_of.land(
                settings, network, body, name.replace(" ", "-"),
                fetched_at="2026-11-03T03:04:05+00:00", parameters=_ASKED[network], **more,
            )  # fmt: skip
    raw_store.load(settings)
    with open_state(settings) as state:
        for network, handle in (("x", home_of.HANDLE), ("bluesky", "shy.test"), ("mastodon", AT_HOME)):
            state.remember_handles(network, {handle: ACCOUNTS[network]})
    lists.sync(settings)
    publish(settings)
    assert query(settings, "select distinct reason from raw.rejects") == []
    return folder / "home"


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    shutil.copytree(made, tmp_path / "home")
    return load_settings(tmp_path / "home")


NETWORK = pytest.mark.parametrize("network", ["x", "bluesky", "mastodon"])


@NETWORK
def test_an_account_is_nowhere_and_the_other_networks_are_untouched(settings: Settings, network: str) -> None:
    words = (SAID[network], *NAMES[network])
    assert {word.split(": ", 1)[1] for word in found_in(settings.home, words)} == set(words)
    others = [name for name in SAID if name != network]
    before = {name: everything(settings, name) for name in others}
    answers = answering(settings, network)
    backup = load_settings(back_up(settings).path)
    erasure.erase(settings, accounts={f"{network}:{ACCOUNTS[network]}": WHY})
    assert found_in(settings.home, words) == []
    for home in (settings, backup):
        assert {name: everything(home, name) for name in others} == before
        # whoever answered them is there, and still says whom they answered
        assert answering(home, network) == answers != []
        raw = rows_of(home.warehouse_path, network)
        assert raw.pop("raw.tombstones")
        # an id may stay in tombstones and in what is published; where it is a name, not in what came
        named = {"x": (home_of.HANDLE,), "bluesky": ("was.test",), "mastodon": (AT_HOME,)}[network]
        assert [word for word in named if word in str(raw)] == []
        assert found_in(home.landing_dir, named) == []
        assert query(home, "select reason from raw.rejects") == []


@NETWORK
def test_a_post_is_nowhere_and_its_author_stays(settings: Settings, network: str) -> None:
    assert found_in(settings.home, (SAID[network],))
    others = [name for name in SAID if name != network]
    before = {name: everything(settings, name) for name in others}
    answers = answering(settings, network)
    erasure.erase(settings, {f"{network}:{POSTS[network]}": WHY})
    assert found_in(settings.home, (SAID[network],)) == []
    assert {name: everything(settings, name) for name in others} == before
    assert answering(settings, network) == answers != []
    assert found_in(settings.home, NAMES[network][-1:])


@NETWORK
def test_whoever_asks_what_is_held_reads_it_on_each_network(
    settings: Settings, network: str, tmp_path: Path
) -> None:
    found = access.holding(settings, f"{network}:{ACCOUNTS[network]}")
    own = [post for post in found.posts if SAID[network] in post.text]
    assert [(post.network, post.post_id, post.earlier_count) for post in own] == [
        (network, POSTS[network], 0)
    ]
    answers = {str(post_id) for (post_id,) in answering(settings, network)}
    others = {post.post_id for post in found.posts_of_others}
    assert answers and answers <= others and not others & {post.post_id for post in found.posts}
    assert NAMES[network][-1] in str(found.profiles[0]["description"])
    page = Page(access.export(settings, found, tmp_path / "for-them"))
    assert SAID[network] in page.text and f"on {label_of(network)}." in page.words
    # only pages of this one network are told, and no place twice
    places = page.source.split("<tbody>")[1]
    assert f"landing/{network}/" in places
    shown = [row.split("</code>")[0] for row in places.split("<code>")[1:]]
    assert len(shown) == len(set(shown)) > 5


def test_where_the_handle_is_the_id_an_erasure_is_told_by_the_handle(settings: Settings) -> None:
    erasure.erase(settings, accounts={f"mastodon:{AT_HOME}": WHY})
    found = access.holding(settings, f"@{AT_HOME}")
    assert found.accounts == [f"mastodon:{AT_HOME}"] and found.erased_at is not None
    # on another network the same account may be anybody's
    with pytest.raises(ConfigError, match="nothing is held"):
        access.holding(settings, "bluesky:@shy.moor.test")


def answering(settings: Settings, network: str) -> list[tuple[Any, ...]]:
    """Who answered the post that is erased."""
    return query(
        settings,
        "select distinct post_id from (select *, unnest(referenced_tweets) as named from raw.posts) "
        f"where network = '{network}' and author_id <> '{ACCOUNTS[network]}' "
        f"and named.id = '{POSTS[network]}' and named.type = 'replied_to' order by all",
    )
