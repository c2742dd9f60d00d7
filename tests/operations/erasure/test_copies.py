"""What a bridge has copied of somebody says the same once more: it goes with them, and is told with them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from extractors.raw import raw_store
from operations import access
from operations.cli.main import app
from rapport.config import Settings
from tests.extractors.bluesky import shapes as bluesky
from tests.extractors.mastodon import payloads as mastodon
from tests.operations import erasure_home as home_of

Json = dict[str, Any]
MOSS, COPY = "moss_h@wald.test", "moss-h.wald.test.ap.brid.gy"
RITA, HER_COPY = bluesky.did("rita"), "rita.test@bsky.brid.gy"
OTHER = "fern.wald.test.ap.brid.gy"
# (whom to erase, their copy, what both are called and say, which others stay)
CASES = [
    (f"mastodon:@{MOSS}", f"bluesky:{bluesky.did('moss')}", ("Moss Hartwig", "peat is slow"), "Rita Falk"),
    ("bluesky:@rita.test", f"mastodon:{HER_COPY}", ("Rita Falk", "weirs are loud"), "Moss Hartwig"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = home_of.make_home(tmp_path / "home")
    copy = bluesky.author(
        "moss", handle=COPY, displayName="Moss Hartwig", description="bridged from wald.test/@moss_h"
    )
    rita = bluesky.author("rita", displayName="Rita Falk")
    fern = bluesky.author("fern", handle=OTHER, displayName="Fern")
    posts = [
        bluesky.post("moss", "3kmoss", "peat is slow") | {"author": copy},
        bluesky.post("rita", "3krita", "weirs are loud") | {"author": rita},
        bluesky.post("fern", "3kfern", "ferns are old") | {"author": fern},
    ]
    people = [
        mastodon.account(MOSS, "70", display_name="Moss Hartwig"),
        mastodon.account(HER_COPY, "71", display_name="Rita Falk"),
    ]
    said = [
        mastodon.status("7", "<p>peat is slow</p>", account=people[0]),
        mastodon.status("8", "<p>weirs are loud</p>", account=people[1]),
    ]
    home_of.land(settings, "bluesky", {"posts": posts, "profiles": [copy, rita, fern]})
    home_of.land(settings, "mastodon", {"data": [*said, *people]})
    raw_store.load(settings)
    return settings


@pytest.mark.parametrize(("account", "copy", "words", "stays"), CASES)
def test_the_copy_goes_with_its_source_and_the_output_says_so(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    account: str,
    copy: str,
    words: tuple[str, ...],
    stays: str,
) -> None:
    monkeypatch.setenv("RAPPORT_HOME", str(settings.home))
    done = CliRunner().invoke(app, ["erase", "--account", account, "--no-build"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    told = " ".join(done.output.split())
    assert f"{copy} (@" in told and f"is the copy that a bridge makes of {account}" in told
    assert "Erased 2 posts and 2 accounts" in told
    assert home_of.found_in(settings.home, words) == []
    assert home_of.found_in(settings.home, (stays,)) and home_of.found_in(settings.home, ("ferns are old",))
    if account.startswith("mastodon"):
        assert home_of.found_in(settings.home, (COPY,)) == []


@pytest.mark.parametrize(("account", "copy", "words", "stays"), CASES)
def test_what_is_held_about_somebody_is_told_with_their_copy(
    settings: Settings, account: str, copy: str, words: tuple[str, ...], stays: str
) -> None:
    found = access.holding(settings, account)
    assert copy in found.accounts and len(found.accounts) == 2
    told = json.dumps([held.records for held in found.everything], default=str)
    assert told.count(words[1]) >= 4 and stays not in told
