"""Whom a try is for, which windows it fetches, and whose home it fills."""

import json
import os
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.bluesky.account import Account
from operations import trying
from operations.trying import Tried, actor_in, home_for, note, read_tried, refuse_invented, settle, windows
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import AccountRef
from rapport.window import Window

ALICE = Account("did:plc:aliceaaaaaaaaaaaaaaaaaaa", "alice.bsky.social", "Alice", is_for_logged_in=False)
NOW = datetime(2026, 11, 2, 10, 30, 45, 7, tzinfo=UTC)
START = datetime(2026, 9, 7, tzinfo=UTC)  # eight weeks earlier, from the day's beginning


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("RAPPORT_")]:
        monkeypatch.delenv(variable)


@pytest.mark.parametrize(
    "written",
    [
        "alice.bsky.social",
        "@alice.bsky.social",
        " @Alice.Bsky.Social\n",
        "bluesky:@alice.bsky.social",
        "bluesky:alice.bsky.social",
        "https://bsky.app/profile/alice.bsky.social",
        "http://www.bsky.app/profile/alice.bsky.social/post/3kabc?ref=mail#top",
        "bsky.app/profile/@alice.bsky.social/",
        "at://alice.bsky.social/app.bsky.feed.post/3kabc",
        "\u202a@alice.bsky.social\u202c",  # as copied from a page
        "<https://bsky.app/profile/alice.bsky.social>",
    ],
)
def test_an_account_is_named_as_people_write_or_copy_it(written: str) -> None:
    assert actor_in(written) == "alice.bsky.social"


@pytest.mark.parametrize(
    "written",
    [
        ALICE.did,
        f"bluesky:{ALICE.did}",
        f"https://bsky.app/profile/{ALICE.did}",
        "https://bsky.app/profile/did%3Aplc%3Aaliceaaaaaaaaaaaaaaaaaaa/post/3kabc",
        f"at://{ALICE.did}/app.bsky.feed.post/3kabc",
    ],
)
def test_an_account_may_be_named_by_its_id(written: str) -> None:
    assert actor_in(written) == ALICE.did


@pytest.mark.parametrize(
    "written",
    ["", "@", "alice", "alice@social.example", "https://x.com/alice", "a b.c", "did:plc:", "../..", "a/b"],
)
def test_what_names_nobody_is_refused_with_the_forms_there_are(written: str) -> None:
    with pytest.raises(ConfigError, match="names no account on Bluesky") as refused:
        actor_in(written)
    assert "@alice.bsky.social" in refused.value.remedy
    assert ("perhaps @alice.bsky.social" in refused.value.remedy) == (written == "alice")


def test_the_real_network_is_asked_for_nobody_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="nobody on Bluesky") as refused:
        refuse_invented("lichtung.test")
    assert "RAPPORT_BLUESKY_BASE_URL" in refused.value.remedy
    refuse_invented("alice.bsky.social")
    refuse_invented(ALICE.did)
    monkeypatch.setenv("RAPPORT_BLUESKY_BASE_URL", "http://127.0.0.1:8931")
    refuse_invented("lichtung.test")


def test_a_home_of_its_own_for_each_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nameless = Account("did:web:a.b%3A1", None, "", is_for_logged_in=False)
    assert home_for(ALICE, None) == tmp_path / "rapport-try" / "alice.bsky.social"
    assert home_for(nameless, None) == tmp_path / "rapport-try" / "did-web-a.b%3A1"
    assert home_for(ALICE, Path("mine")) == tmp_path / "mine"


# --- windows ---


def test_the_first_try_asks_for_the_last_weeks() -> None:
    [window] = windows([], NOW, 8)
    # Bluesky answers for a moment that is some seconds old
    assert window == Window(START, datetime(2026, 11, 2, 10, 30, 25, tzinfo=UTC))


def test_a_later_try_asks_for_what_has_come_since_and_what_was_not_done() -> None:
    first = Window(START, NOW - timedelta(days=3))
    assert windows([Tried(first, is_done=True)], NOW, 8) == [
        Window(first.end, datetime(2026, 11, 2, 10, 30, 25, tzinfo=UTC))
    ]
    since, unfinished = windows([Tried(first)], NOW, 8)
    assert (since.start, unfinished) == (first.end, first)


def test_a_try_again_within_minutes_asks_for_nothing_new() -> None:
    first = Window(START, NOW - timedelta(minutes=10))
    assert windows([Tried(first, is_done=True)], NOW, 8) == []
    assert windows([Tried(first)], NOW, 8) == [first]
    assert windows([Tried(first, is_done=True)], NOW, 2) == []  # fewer weeks need no window


def test_more_weeks_ask_for_what_lies_before() -> None:
    first = Window(START, NOW - timedelta(minutes=10))
    assert windows([Tried(first, is_done=True)], NOW, 10) == [Window(START - timedelta(weeks=2), START)]


def test_windows_are_remembered(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    assert read_tried(settings) == []
    first, second = Window(START, NOW), Window(NOW, NOW + timedelta(hours=1))
    tried = note(settings, [], first, is_done=False)
    tried = note(settings, tried, second, is_done=True)
    assert read_tried(settings) == tried == [Tried(first), Tried(second, is_done=True)]
    tried = note(settings, tried, first, is_done=True)
    assert {one.window: one.is_done for one in read_tried(settings)} == {first: True, second: True}


# --- the home ---


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "rapport-try")


def test_a_new_home_is_private_and_follows_the_account(settings: Settings, tmp_path: Path) -> None:
    home = tmp_path / "made" / "alice"
    found, client = settle(settings, home, ALICE)
    assert (found.home, found.config_path) == (home, home / "rapport.toml")
    assert (client.id, client.name) == ("alice-bsky-social", "Alice")
    assert client.accounts == [AccountRef("bluesky", handle="alice.bsky.social")]
    assert found.config.networks == ["bluesky"]
    assert [oct(path.stat().st_mode & 0o777) for path in (home, found.config_path)] == ["0o700", "0o600"]
    text = found.config_path.read_text(encoding="utf-8")
    assert "rapport try" in text and str(home) in text and "# [[clients.stakeholders]]" in text


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ('A "quoted" \\ name', 'A "quoted" \\ name'),
        ("\u202eevil\x1b[31m\nid = 'x'\x7f", "evil[31m id = 'x'"),
        ("Ødegård 🌲", "Ødegård 🌲"),
        ("\u200b\x07", "@alice.bsky.social"),
        ("", "@alice.bsky.social"),
        ('"""\n[[clients]]', '""" [[clients]]'),
    ],
)
def test_a_name_cannot_break_out_of_its_line(
    settings: Settings, tmp_path: Path, shown: str, kept: str
) -> None:
    account = Account(ALICE.did, ALICE.handle, shown, is_for_logged_in=False)
    found, client = settle(settings, tmp_path / "home", account)
    assert client.name == kept
    assert len(tomllib.loads(found.config_path.read_text(encoding="utf-8"))["clients"]) == 1


def test_an_account_without_a_handle_is_followed_by_its_id(settings: Settings, tmp_path: Path) -> None:
    nameless = Account(ALICE.did, None, "", is_for_logged_in=False)
    _, client = settle(settings, tmp_path / "home", nameless)
    assert client.accounts == [AccountRef("bluesky", account_id=ALICE.did)]


def test_what_was_written_into_the_home_stays(settings: Settings, tmp_path: Path) -> None:
    found, _ = settle(settings, tmp_path / "home", ALICE)
    mine = '[[clients]]\nid = "us"\nname = "Us"\naccounts = ["@us_on_x", "bluesky:@Alice.bsky.social"]\n'
    found.config_path.write_text(mine, encoding="utf-8")
    found, client = settle(settings, tmp_path / "home", ALICE)
    assert client.id == "us"
    assert found.config_path.read_text(encoding="utf-8") == mine


def test_the_environment_of_another_home_is_left_alone(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "rapport.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("RAPPORT_HOME", str(elsewhere))
    monkeypatch.setenv("RAPPORT_CONFIG", str(elsewhere / "rapport.toml"))
    monkeypatch.setenv("RAPPORT_STATE_URL", f"sqlite:///{elsewhere / 'state.sqlite'}")
    monkeypatch.setenv("RAPPORT_HEARTBEAT_URL", "http://127.0.0.1:9/beat")
    found, _ = settle(settings, tmp_path / "home", ALICE)
    assert found.state_url == f"sqlite:///{tmp_path / 'home' / 'state.sqlite'}"
    assert found.heartbeat_url is None
    assert [path.name for path in elsewhere.iterdir()] == ["rapport.toml"]


def _of_bob(home: Path) -> None:
    (home / "rapport.toml").write_text(
        '[[clients]]\nid = "bob"\nname = "Bob"\naccounts = ["bluesky:@bob.bsky.social"]\n', encoding="utf-8"
    )


def _with_a_letter(home: Path) -> None:
    (home / "letter.txt").write_text("Dear Bob", encoding="utf-8")


@pytest.mark.parametrize(
    ("fill", "said"), [(_of_bob, "does not follow @alice"), (_with_a_letter, "no home of Rapport")]
)
def test_a_folder_of_something_else_is_left_as_it_is(
    settings: Settings, tmp_path: Path, fill: Callable[[Path], None], said: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)  # whatever the umask is
    fill(home)
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    with pytest.raises(ConfigError, match=said) as refused:
        settle(settings, home, ALICE)
    assert "--home" in refused.value.remedy
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before
    assert home.stat().st_mode & 0o777 == 0o755


def test_a_handle_that_is_another_accounts_now_is_not_mixed_with_the_one_before(
    settings: Settings, tmp_path: Path
) -> None:
    from extractors.state.store import open_state

    found, _ = settle(settings, tmp_path / "home", ALICE)
    with open_state(found) as state:
        state.remember_handles("bluesky", {"alice.bsky.social": ALICE.did})
    settle(settings, tmp_path / "home", ALICE)
    other = Account("did:plc:other", ALICE.handle, "Other", is_for_logged_in=False)
    with pytest.raises(ConfigError, match="another account's now"):
        settle(settings, tmp_path / "home", other)


def test_the_file_of_windows_names_nobody(settings: Settings, tmp_path: Path) -> None:
    found, _ = settle(settings, tmp_path / "home", ALICE)
    trying.note(found, [], Window(START, NOW), is_done=True)
    content = (found.home / "try.json").read_text(encoding="utf-8")
    assert json.loads(content)["windows"] and "alice" not in content
