"""What is held about a person: all that an erasure would reach, in readable form, for one user alone."""

import json
import logging
import stat
from pathlib import Path

import pypdf
import pytest

from extractors.files import notes
from extractors.raw import raw_store
from operations import access
from operations.erasure import everywhere, request
from quality import editions
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.warehouse import connect
from reporting.board import pdf
from tests.extractors.mastodon import payloads as mastodon
from tests.operations import erasure_home as home_of
from tests.operations.cli.command import rapport
from tests.operations.erasure.test_every_spelling import text_of
from tests.reporting.pages import Page

# What an erasure removes whole: dbt's own files, and what killed processes and failed tasks left.
_REMOVED_WHOLE = ("dbt/", ".outcomes.", ".notes.", "airflow/", "quality/")


def test_every_room_that_forgets_can_tell() -> None:
    # the lists are files of reporting, and editions those of quality, which tell of them; what dbt wrote of its runs is
    # removed whole
    told = {*access.ROOMS, "lists", "editions", "modelling"} - {"state"}
    assert {*everywhere.ROOMS, *everywhere.HELD_ROOMS} == told


def test_every_place_that_holds_the_persons_words_is_told(copy: Settings) -> None:
    found = access.holding(copy, f"x:{home_of.SHY}")
    told = {held.place.split(" ")[0] for held in found.everything}
    places = {place.split(":")[0] for place in home_of.found_in(copy.home, home_of.OF_THE_ACCOUNT)}
    wanted = {place for place in places if not place.startswith(_REMOVED_WHOLE)}
    assert {place.split("/")[0] for place in wanted} >= {"landing", "published", "warehouse.duckdb"}
    assert wanted - told == set()


def test_whom_a_list_has_joined_is_known_as_somebody_else(copy: Settings) -> None:
    with connect(copy) as connection:
        connection.execute(
            "update marts.accounts set person_id = 'person:bob' where account_id = ?", [home_of.OTHER]
        )
    assert access.holding(copy, f"x:{home_of.SHY}").subject.others == {"person:bob"}
    assert not access.holding(copy, f"x:{home_of.OTHER}").subject.others


def test_who_asks_is_not_told_that_nothing_was_loaded(
    copy: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        access.holding(copy, f"@{home_of.HANDLE}")
        assert "nothing new to load" not in caplog.text
        raw_store.load(copy)
    assert "nothing new to load" in caplog.text


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
    assert [post.post_id for post in found.posts] == [home_of.SECOND, home_of.SPOKEN], "the newest first"
    assert (found.posts[0].text, found.posts[0].earlier_count) == (f"@lab {home_of.EDITED[1]}", 1)
    others = {post.post_id: post for post in found.posts_of_others}
    # whoever quotes or reposts a post of theirs need not name them
    assert others.keys() == {home_of.AGREED, home_of.THANKED, home_of.QUOTED, home_of.REPOSTED}
    assert others[home_of.THANKED].author == "lab"
    assert [one for one in others if others[one].is_repost] == [home_of.REPOSTED]
    assert [profile["description"] for profile in found.profiles] == [home_of.PROFILE]
    assert [standing.client_name for standing in found.standings] == ["The Lab"]
    assert "2 posts of yours are held" in page.words and "3 posts of others" in page.words
    assert (
        "You are known here as @shy_sparrow, on X." in page.words
        and "1 note about you was kept." in page.words
    )
    # whom it is about knows the client by its name, not by the id that the files have
    assert "ClientThe Lab" in page.words and "Clientlab" not in page.words
    assert page.words.index(home_of.SECRET[:40]) < page.words.index("raw.posts")
    # the same page lies beside all reports, and in the client's own folder
    assert len(list((folder / "pages").iterdir())) == 1
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    with pytest.raises(ConfigError, match="is not empty"):
        access.export(copy, found, folder)


def test_a_person_with_several_accounts_is_told_whole(joint: Settings) -> None:
    # some editors put a mark before what they save as UTF-8
    joint.config_path.write_text(joint.config_path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    found = access.holding(joint, f"x:{home_of.OTHER}")
    assert found.accounts == [f"x:{home_of.OTHER}", f"x:{home_of.SHY}"]
    assert any("shy" in str(entry) for entry in found.entries)  # the entry that joins them


def test_every_published_file_that_names_a_joined_person_is_told(joint: Settings) -> None:
    """By what the list of people calls them, by their id there, or by a handle: pages, lists, graphs, PDFs."""
    called = ("person:shy", home_of.NAME, home_of.HANDLE, "agreeable")
    wanted = {
        place.split(":")[0]
        for place in home_of.found_in(joint.home, called)
        if place.startswith("published/")
    }
    for path in joint.published_dir.rglob("*.pdf"):
        text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        if any(word in text for word in called):
            wanted.add(str(path.relative_to(joint.home)))
    kinds = {".html", ".csv", ".xlsx", ".gexf", ".duckdb", ".parquet"} | (
        set() if pdf.missing() else {".pdf"}
    )
    assert {Path(place).suffix for place in wanted} == kinds
    told = {held.place.split(" ")[0] for held in access.holding(joint, f"x:{home_of.OTHER}").everything}
    assert wanted - told == set()


@pytest.mark.parametrize("account", ["@nobody_here", "no handle at all", "x:424242"])
def test_whoever_is_not_known_is_told_so(copy: Settings, account: str) -> None:
    with pytest.raises(ConfigError):
        access.holding(copy, account)


def test_the_terminal_says_what_the_places_are(copy: Settings) -> None:
    done = rapport(copy.home, "person", f"x:{home_of.SHY}")
    assert done.returncode == 0 and " 0 records" not in done.stdout
    shown = len(access.holding(copy, f"x:{home_of.SHY}").by_room["reporting"])
    assert f"reporting  {shown} files that show or name them, with no records of their own" in done.stdout
    assert "What they wrote: 2 posts. What others wrote to or about them: 4 posts." in done.stdout


def test_a_note_that_only_an_edition_has_yet_is_told(copy: Settings, tmp_path: Path) -> None:
    """It was taken out of the file by hand, and published again."""
    editions.freeze(copy)
    [note] = access.holding(copy, f"x:{home_of.SHY}").notes
    notes.FILE.remove(copy, note["note_id"])
    home_of.publish_all(copy)
    found = access.holding(copy, f"x:{home_of.SHY}")
    assert [(one["note"], one["client_id"]) for one in found.notes] == [(note["note"], "The Lab")]
    assert note["note"] in Page(access.export(copy, found, tmp_path / "before")).text
    assert "Kept by hand: 1 note, " in rapport(copy.home, "person", f"x:{home_of.SHY}").stdout
    everywhere.erase(copy, accounts={f"x:{home_of.SHY}": "on request"})
    found = access.holding(copy, f"x:{home_of.SHY}")
    assert not found.notes and not [held.place for held in found.everything if "rpt_notes" in held.place]


def test_of_somebody_erased_it_says_so(copy: Settings, tmp_path: Path) -> None:
    everywhere.erase(copy, accounts={f"x:{home_of.SHY}": "on request"})
    found = access.holding(copy, f"x:{home_of.SHY}")
    day = f"{found.erased_at:%Y-%m-%d}"
    done = rapport(copy.home, "person", f"x:{home_of.SHY}")
    assert done.returncode == 0
    assert f"x:{home_of.SHY} was erased on {day} (on request); what is left are ids" in done.stdout
    assert "the id is the handle" not in done.stdout
    assert not found.posts and not found.profiles
    page = Page(access.export(copy, found, tmp_path / "for-them"))
    assert "What was yours was erased here on" in page.words
    # others' posts stay, and the handle in them is gone
    assert not [word for word in home_of.OF_THE_ACCOUNT if word in page.text]
    text = json.dumps([held.records for held in found.everything], default=str)
    assert text != "[]" and not [word for word in home_of.OF_THE_ACCOUNT if word in text]
    by_handle = rapport(copy.home, "person", f"@{home_of.HANDLE}")
    assert by_handle.returncode == ConfigError.exit_code
    assert "or it was that of somebody who was erased" in " ".join(by_handle.stderr.split())
    assert f"On X 1 account was erased, the last on {day}" in " ".join(by_handle.stderr.split())


def test_where_an_id_is_a_handle_the_name_stays_in_ids(tmp_path: Path) -> None:
    config = '[[clients]]\nid = "lab"\nname = "The Lab"\naccounts = ["mastodon:lichtung@wald.test"]\n'
    settings = home_of.make_home(tmp_path / "home", config)
    post = mastodon.status(
        "7", "<p>the stork is back</p>", account=mastodon.account("adebar@moor.test", "70")
    )
    home_of.land(settings, "mastodon", {"data": [post]}, "statuses")
    everywhere.erase(settings, accounts={"@adebar@moor.test": "on request"})
    [page] = settings.landing_dir.rglob("statuses*")
    assert "moor.test/users/adebar/statuses/7" in text_of(page), (
        "an id of a post, which nothing else is left of"
    )
    done = rapport(settings.home, "person", "@adebar@moor.test")
    assert "landing  nothing" in done.stdout
    said = " ".join(done.stdout.split())
    assert "On Mastodon the id is the handle: the name stays in ids, also of posts that were erased" in said


def test_an_erasure_that_was_not_finished_is_told_as_such(copy: Settings) -> None:
    request.begin(copy, {}, {f"x:{home_of.SHY}": "on request"}, lambda line: None)
    done = rapport(copy.home, "person", f"x:{home_of.SHY}")
    assert done.returncode == 0
    assert "is being erased since" in done.stdout and "`rapport erase` goes on with it" in done.stdout
    assert access.holding(copy, f"x:{home_of.SHY}").erased_at is None


def test_where_nobody_was_erased_no_erasure_is_spoken_of(copy: Settings) -> None:
    with pytest.raises(ConfigError) as told:
        access.holding(copy, "@nobody_here")
    assert "erased" not in str(told.value)
