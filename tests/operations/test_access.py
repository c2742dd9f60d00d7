"""What is held about a person: all that an erasure would reach, in readable form, for one user alone."""

import json
import stat
from pathlib import Path

import pytest

from operations import access
from operations.erasure import everywhere
from rapport.config import Settings
from rapport.errors import ConfigError
from tests.operations import erasure_home as home_of
from tests.reporting.pages import Page

# What an erasure removes whole: dbt's own files, and what killed processes and failed tasks left.
_REMOVED_WHOLE = ("dbt/", ".outcomes.", ".notes.", "airflow/", "quality/")


def test_every_room_that_forgets_can_tell() -> None:
    # the lists are files of reporting, which tells of them; what dbt wrote of its runs is removed whole
    told = {*access.ROOMS, "lists", "modelling"} - {"state"}
    assert {*everywhere.ROOMS, *everywhere.HELD_ROOMS} == told


def test_every_place_that_holds_the_persons_words_is_told(copy: Settings) -> None:
    found = access.holding(copy, f"x:{home_of.SHY}")
    told = {held.place.split(" ")[0] for held in found.everything}
    places = {place.split(":")[0] for place in home_of.found_in(copy.home, home_of.OF_THE_ACCOUNT)}
    wanted = {place for place in places if not place.startswith(_REMOVED_WHOLE)}
    assert {place.split("/")[0] for place in wanted} >= {"landing", "published", "warehouse.duckdb"}
    assert wanted - told == set()


def test_all_of_it_can_be_read(copy: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "for" / "them"
    found = access.holding(copy, f"@{home_of.HANDLE}")
    assert f"x:{home_of.SHY}" in found.accounts and f"@{home_of.HANDLE} (x)" in found.handles
    page = Page(access.export(copy, found, folder))
    assert "What is held about you" in page.words and home_of.SECRET in page.text
    assert not page.all("script")
    held = json.loads((folder / "held.json").read_text(encoding="utf-8"))
    assert held["held"].keys() == access.ROOMS.keys()
    text = json.dumps(held, ensure_ascii=False)
    assert home_of.SECRET in text and home_of.PROFILE in text and home_of.NAME in text
    posts = {row["post_id"] for row in found.posts}
    assert home_of.SPOKEN in posts and home_of.ROOT not in posts
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    with pytest.raises(ConfigError, match="is not empty"):
        access.export(copy, found, folder)


def test_a_person_with_several_accounts_is_told_whole(joint: Settings) -> None:
    found = access.holding(joint, f"x:{home_of.OTHER}")
    assert found.accounts == [f"x:{home_of.OTHER}", f"x:{home_of.SHY}"]
    assert any("shy" in str(entry) for entry in found.by_hand)  # the entry that joins them


@pytest.mark.parametrize("account", ["@nobody_here", "no handle at all", "x:424242"])
def test_whoever_is_not_known_is_told_so(copy: Settings, account: str) -> None:
    with pytest.raises(ConfigError):
        access.holding(copy, account)


def test_after_an_erasure_nothing_is_told_but_ids(copy: Settings) -> None:
    everywhere.erase(copy, accounts={f"x:{home_of.SHY}": "on request"})
    try:
        text = json.dumps(
            [held.records for held in access.holding(copy, f"x:{home_of.SHY}").everything], default=str
        )
    except ConfigError:
        return
    assert not [word for word in home_of.OF_THE_ACCOUNT if word in text]
