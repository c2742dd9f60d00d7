"""What was kept by hand under a handle that no network has ever shown here: it is told, and erased everywhere.

A handle leaves no tombstone: what is asked for is known by a file that goes with the last of it.
"""

import json
import re
import shutil
from dataclasses import replace
from datetime import date
from itertools import chain, repeat
from pathlib import Path

import pytest

from extractors.files import notes, outcomes
from extractors.files.importer import import_files
from extractors.state import tombstones, under_way
from extractors.state.store import open_state
from operations import access
from operations.backup.files import known_backups, read_manifest, verify
from operations.backup.restore import restore
from operations.backup.take import back_up
from operations.erasure import everywhere as erasure
from operations.erasure.everywhere import erase_home
from operations.erasure.request import UnknownAccount
from quality import editions
from rapport.config import Settings, load_settings
from rapport.errors import BackupFailed, ConfigError
from rapport.warehouse import connect
from tests.operations import erasure_home as home_of
from tests.operations.cli.command import rapport
from tests.operations.erasure.test_every_spelling import text_of
from tests.operations.erasure.test_stopped import differing, left
from tests.operations.forks import killed_at, killed_one_after_another
from tests.reporting.pages import Page

HANDLE, NAMESAKE = "quiet_otter", "quiet_otters"
ASKED = {"@Quiet_Otter": "on request"}
NOTED, WITHOUT_BASIS, TO_COME = "Prefers letters to mail.", "Said in private.", "Will speak in spring."
MET, CALLED, WHY = "A walk along the weir.", "Asked about the mill.", "knows every weir"
SAID = (NOTED, WITHOUT_BASIS, TO_COME, MET, CALLED, WHY)
OF_OTHERS = f"Came along with @{HANDLE}, and with @{NAMESAKE}."
KEPT = "Grows watercress."
LISTED = f'\n[[clients.stakeholders]]\nhandle = "@{HANDLE}"\nwhy = "{WHY}"\n'
FOREWORD = f"Thanks to @{HANDLE} and @{NAMESAKE}."
# Of what was kept under the handle: its ids, and the handle itself, which is the beginning of another.
TELLING = re.compile(rf"hand-\d|{HANDLE}(?!s)|{'|'.join(map(re.escape, SAID))}", re.IGNORECASE)


@pytest.fixture(scope="module")
def made(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which all of it is published, frozen and in a backup; rapport.toml named them as a stakeholder once."""
    home = tmp_path_factory.mktemp("by-hand") / "home"
    shutil.copytree(published / "home", home)
    settings = home_of.make_home(home, home_of.CONFIG + LISTED)
    keep(settings)
    home_of.publish_all(settings)
    editions.freeze(settings)
    back_up(settings)
    home_of.make_home(home)
    return home


def keep(settings: Settings) -> None:
    """In two spellings of the handle, with and without a basis, of the past and of the future."""
    day = date(2026, 11, 2)
    notes.FILE.add(
        settings,
        [
            notes.Note("hand-1", "lab", day, f"@{HANDLE}", "consent", "", NOTED),
            notes.Note("hand-2", "lab", day, "@Quiet_Otter", "", "", WITHOUT_BASIS),
            notes.Note("hand-3", "lab", date(2099, 1, 1), f"x:@{HANDLE}", "consent", "", TO_COME),
            notes.Note("other-1", "lab", day, home_of.OTHER, "consent", "", OF_OTHERS),
            notes.Note("other-2", "lab", day, f"@{NAMESAKE}", "consent", "", KEPT),
        ],
    )
    outcomes.add(
        settings,
        [
            outcomes.Outcome("hand-4", "lab", "meeting", day, f"@{HANDLE}", "consent", MET),
            outcomes.Outcome("hand-5", "lab", "call", day, f"@{HANDLE}", "", CALLED),
        ],
    )
    (settings.home / "forewords").mkdir()
    (settings.home / "forewords" / "lab.md").write_text(FOREWORD, encoding="utf-8")


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    """A copy of that home, the test's own."""
    return copied(made, tmp_path / "home")


def copied(made: Path, home: Path) -> Settings:
    shutil.copytree(made, home)
    places = json.loads((home / "backups.json").read_text())
    (home / "backups.json").write_text(json.dumps(places | {"places": [str(home / "backups")]}))
    return load_settings(home)


def telling(home: Path) -> set[str]:
    """The files that say something of what was kept under the handle, or name it."""
    paths = [path for path in home.rglob("*") if path.is_file()]
    return {str(path.relative_to(home)) for path in paths if TELLING.search(text_of(path))}


def test_it_is_told_as_of_anybody(settings: Settings, tmp_path: Path) -> None:
    found = access.holding(settings, "@QUIET_otter")
    assert {row["note_id"] for row in found.notes} == {"hand-1", "hand-2", "hand-3"}
    assert {row["outcome_id"] for row in found.outcomes} == {"hand-4", "hand-5"}
    assert [row["note"] for row in found.naming] == [OF_OTHERS, FOREWORD]
    assert not found.posts and not found.posts_of_others and not found.accounts
    told = {held.place.split(" ")[0] for held in found.everything}
    wanted = {
        path for path in telling(settings.home) if not path.startswith(("backups/", "dbt/", "quality/"))
    }
    assert wanted - told == set()
    assert {Path(path).suffix for path in wanted} >= {".csv", ".duckdb", ".parquet", ".html", ".xlsx", ".md"}
    # the longer handle is somebody else's
    records = json.dumps([held.records for held in found.everything], default=str)
    assert KEPT not in records and "other-2" not in records
    page = Page(access.export(settings, found, tmp_path / "for-them"))
    assert "You are known here as @quiet_otter, on X." in page.words
    assert "3 notes about you were kept." in page.words and MET in page.text
    done = rapport(settings.home, "person", f"@{HANDLE}")
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert "no network has shown this account here: @quiet_otter (x)" in words
    assert "Kept by hand: 3 notes, 2 outcomes" in words


@pytest.fixture(scope="module")
def undisturbed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[str]]:
    """What an erasure that nobody stops leaves, and what it says on its way."""
    settings = copied(made, tmp_path_factory.mktemp("undisturbed") / "home")
    messages: list[str] = []
    done = erasure.erase(settings, accounts=ASKED, on_progress=messages.append)
    assert (done.account_count, done.handle_count, done.backup_count) == (0, 1, 1)
    return settings, messages


def test_it_goes_from_everywhere(made: Path, undisturbed: tuple[Settings, list[str]]) -> None:
    settings = undisturbed[0]
    before = telling(made)
    rooms = {path.split("/")[0] for path in before}
    assert rooms >= {"notes.csv", "outcomes.csv", "warehouse.duckdb", "published", "backups", "forewords"}
    assert {Path(path).suffix for path in before if "/editions/" in path} >= {".parquet", ".html"}
    assert telling(settings.home) == set()
    for home in (settings, *(replace(settings, home=folder) for folder in known_backups(settings))):
        about = {note.handle: note.note for note in notes.FILE.read(home)}
        assert (
            about[f"@{NAMESAKE}"] == KEPT
            and f"@{'_' * len(HANDLE)}, and with @{NAMESAKE}" in about[home_of.OTHER]
        )
        assert f"@{'_' * len(HANDLE)} and @{NAMESAKE}" in (home.home / "forewords" / "lab.md").read_text()
    [folder] = settings.editions_dir.glob("2*")
    [erased] = editions.read_manifest(folder)["erasures"]
    assert erased["removed_row_counts"] == {
        "rpt_notes": 1,
        "rpt_outcomes": 2,
        "rpt_people": 1,
        "rpt_stakeholders": 1,
    }


def test_no_handle_is_kept(undisturbed: tuple[Settings, list[str]]) -> None:
    settings = undisturbed[0]
    assert not list(settings.home.rglob(f"*{under_way.FILE}*"))
    with open_state(settings) as state:
        assert not tombstones.erased(state)
    for command in (["person", f"@{HANDLE}"], ["erase", "--account", f"@{HANDLE}", "--no-build"]):
        assert rapport(settings.home, *command).returncode == ConfigError.exit_code
    [backup] = known_backups(settings)
    verify(backup, read_manifest(backup))


def test_the_command_says_what_it_erased(settings: Settings) -> None:
    done = rapport(settings.home, "erase", "--account", f"@{HANDLE}", "--no-build")
    words = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "and what was kept by hand under 1 handle that no network has shown: " in words
    assert telling(settings.home) == set()


def test_another_handle_reaches_nothing(settings: Settings) -> None:
    before = left(settings)
    elsewhere = (f"mastodon:@{HANDLE}@nowhere.test", f"@{HANDLE}@nowhere.test", "bluesky:@quiet.otter")
    for account in ("@quiet_otte", "@quiet", "@otter", "@watercress", *elsewhere):
        with pytest.raises(ConfigError, match="nothing is held about"):
            access.holding(settings, account)
        with pytest.raises(UnknownAccount):
            erasure.erase(settings, accounts={account: "on request"})
    assert differing(left(settings), before) == {}


def test_of_a_namesake_elsewhere_goes_what_names_them_whole(settings: Settings) -> None:
    """What is said in short means whom that network has shown, and of them there is none."""
    elsewhere, day = f"{HANDLE}@moor.test", date(2026, 11, 2)
    said = f"Not @{HANDLE}, but @{elsewhere}: mastodon:{elsewhere}, https://moor.test/@{HANDLE}."
    about = notes.Note("there-1", "lab", day, f"mastodon:@{elsewhere}", "consent", "", "Breeds newts.")
    naming = notes.Note("there-2", "lab", day, home_of.OTHER, "consent", f"@{elsewhere}", said)
    notes.FILE.add(settings, [about, naming])
    found = access.holding(settings, f"@{elsewhere}")
    assert {row["note_id"] for row in found.notes} == {"there-1"}
    assert {row["note"] for row in found.naming} == {said}
    # What dbt made goes whole, and a backup gets the home's rapport.toml.
    goes = re.compile(r"(dbt|quality)/|.*rapport\.toml")
    before = {path for path in telling(settings.home) if not goes.match(path)}
    assert erasure.erase(settings, accounts={f"@{elsewhere}": "on request"}).handle_count == 1
    assert before - telling(settings.home) == set()
    left_there = {note.note_id: note for note in notes.FILE.read(settings)}
    blank = "_" * len(elsewhere)
    assert "there-1" not in left_there and left_there["there-2"].noted_by == f"@{blank}"
    assert left_there["there-2"].note == (
        f"Not @{HANDLE}, but @{blank}: mastodon:{blank}, https://moor.test/@{'_' * len(HANDLE)}."
    )
    assert left_there["other-1"].note == OF_OTHERS and left_there["hand-1"].note == NOTED
    assert (settings.home / "forewords" / "lab.md").read_text() == FOREWORD


POST = (
    '{"data": {"id": "990001", "author_id": "990077", "text": "Rain.", "created_at": "2026-11-02T10:00:00.000Z",'
    ' "conversation_id": "990001", "edit_history_tweet_ids": ["990001"]}}'
)
# A line that was cut, of which nobody can say whose it is.
CUT = '{"id": "91", "author_id": "77", "created_at": "2026-11-02", "text": "Private words about a plant'


@pytest.mark.parametrize("account", ["@id", "@text", "@plant", "@author_id", "@quiet_otter.test"])
def test_a_word_of_a_refused_line_is_no_handle(settings: Settings, tmp_path: Path, account: str) -> None:
    """Nor is the beginning of a name that another network has."""
    cut = tmp_path / "cut.jsonl"
    cut.write_text(f"{POST}\n{CUT}\n", encoding="utf-8")
    import_files(settings, [cut])
    said = "Met @plant.test, and @id@moor.test."
    notes.FILE.add(
        settings, [notes.Note("met", "lab", date(2026, 11, 2), home_of.OTHER, "consent", "", said)]
    )
    before = left(settings)
    with pytest.raises(ConfigError, match="nothing is held"):
        access.holding(settings, account)
    with pytest.raises(UnknownAccount):
        erasure.erase(settings, accounts={account: "on request"})
    assert differing(left(settings), before) == {}
    with connect(settings) as connection:
        assert connection.execute("select content::varchar from raw.rejects").fetchall()[0][0]


def test_whom_rapport_toml_names_is_refused(settings: Settings) -> None:
    settings = home_of.make_home(settings.home, home_of.CONFIG + LISTED)
    with pytest.raises(ConfigError, match=f"names @{HANDLE}"):
        erasure.erase(settings, accounts=ASKED)
    assert NOTED in {note.note for note in notes.FILE.read(settings)}
    assert not (settings.home / under_way.FILE).exists()


def test_what_only_a_backup_has_goes_from_it(settings: Settings) -> None:
    """They were taken out of the files by hand, as was advised once."""
    for note_id in ("hand-1", "hand-2", "hand-3", "other-1"):
        notes.FILE.remove(settings, note_id)
    for outcome_id in ("hand-4", "hand-5"):
        outcomes.remove(settings, outcome_id)
    (settings.home / "forewords" / "lab.md").unlink()
    shutil.rmtree(settings.editions_dir)
    home_of.publish_all(settings)
    assert erasure.erase(settings, accounts=ASKED).backup_count == 1
    assert {path for path in telling(settings.home) if path.startswith("backups/")} == set()


def test_a_backup_out_of_reach_keeps_it_open(settings: Settings, tmp_path: Path) -> None:
    place, away = tmp_path / "usb-stick", tmp_path / "drawer"
    back_up(settings, place)
    place.rename(away)
    with pytest.raises(BackupFailed, match="usb-stick"):
        erasure.erase(settings, accounts=ASKED)
    assert telling(settings.home) == {under_way.FILE} and telling(away)
    away.rename(place)
    assert erasure.erase(settings).handle_count == 1
    assert telling(settings.home) == telling(place) == set()


def test_what_only_a_backup_out_of_reach_may_have_is_not_called_unknown(
    settings: Settings, tmp_path: Path
) -> None:
    place, away = tmp_path / "usb-stick", tmp_path / "drawer"
    day = date(2026, 11, 2)
    notes.FILE.add(settings, [notes.Note("gone", "lab", day, "@old_heron", "consent", "", "Fishes at dawn.")])
    back_up(settings, place)
    notes.FILE.remove(settings, "gone")
    place.rename(away)
    with pytest.raises(UnknownAccount) as refused:
        erasure.erase(settings, accounts={"@old_heron": "on request"})
    assert str(place) in refused.value.remedy and "backups.json" in refused.value.remedy
    away.rename(place)
    assert erasure.erase(settings, accounts={"@old_heron": "on request"}).handle_count == 1
    assert home_of.found_in(place, ("Fishes at dawn.", "old_heron")) == []
    with pytest.raises(UnknownAccount) as refused:
        erasure.erase(settings, accounts={"@old_heron": "on request"})
    assert "usb-stick" not in refused.value.remedy


def test_a_restore_meanwhile_brings_nothing_back(settings: Settings, tmp_path: Path) -> None:
    """And the other backups are still to be cleaned."""
    place = tmp_path / "place"
    other = back_up(settings, place).path
    killed_at("to be erased with all that goes with it: 0 posts", erasure.erase, settings, accounts=ASKED)
    [taken] = (settings.home / "backups").glob("2*")
    assert restore(settings, taken, erase_home).is_erased
    assert {path for path in telling(settings.home) if not path.startswith("backups/")} == {under_way.FILE}
    assert telling(other)
    erasure.erase(settings)
    assert telling(settings.home) == telling(place) == set()


def test_after_an_erasure_a_note_by_the_id_or_the_handle_is_known(settings: Settings) -> None:
    for folder in (settings.home / "backups", settings.editions_dir):
        shutil.rmtree(folder)
    erasure.erase(settings, accounts={f"x:{home_of.SHY}": "on request"})
    day = date(2026, 11, 20)
    notes.FILE.add(
        settings,
        [
            notes.Note("late-1", "lab", day, home_of.SHY, "consent", "", "Wrote again."),
            notes.Note("late-2", "lab", day, f"@{home_of.HANDLE}", "consent", "", "Wrote a letter."),
            notes.Note("late-3", "lab", day, "mastodon:@fen@moor.test", "consent", "", "Sent a card."),
        ],
    )
    home_of.publish_all(settings)
    for account, note_id in (
        (f"x:{home_of.SHY}", "late-1"),
        (f"@{home_of.HANDLE}", "late-2"),
        ("mastodon:fen@moor.test", "late-3"),
    ):
        assert [note["note_id"] for note in access.holding(settings, account).notes] == [note_id]
        erasure.erase(settings, accounts={account: "on request"})
        assert note_id not in {note.note_id for note in notes.FILE.read(settings)}
    assert {note.note_id for note in notes.FILE.read(settings)} >= {"hand-1", "other-1", "other-2"}
    assert home_of.found_in(settings.home, ("Wrote again.", "Wrote a letter.", "Sent a card.")) == []


# How the messages begin at which the home, or a backup in it, has just become another one.
@pytest.mark.slow
@pytest.mark.parametrize("state", ["to be erased", "reports:", "backup loaded"])
def test_killed_once_a_rerun_ends_the_same(
    made: Path, tmp_path: Path, undisturbed: tuple[Settings, list[str]], state: str
) -> None:
    whole, messages = undisturbed
    begins = [re.sub(r"^backup \S+ ", "backup ", message) for message in messages]
    step = next(number for number, message in enumerate(begins) if message.startswith(state))
    settings = copied(made, tmp_path / "home")
    killed_at(messages[step], erasure.erase, settings, accounts=ASKED)
    assert (settings.home / under_way.FILE).exists()
    # By the same words, or by none.
    erasure.erase(settings, accounts=ASKED if step % 2 else {})
    expect_same(settings, whole)


@pytest.mark.slow
def test_killed_at_one_step_after_another_it_ends_the_same(
    made: Path, tmp_path: Path, undisturbed: tuple[Settings, list[str]]
) -> None:
    """At every message once, in one home: what a killed run leaves is met by the next, which is killed a step later."""
    whole, messages = undisturbed
    settings, said, is_open = copied(made, tmp_path / "home"), list[str](), list[bool]()
    # Once it is done, nobody is known by that handle: only none of the words can be said again.
    in_turn = chain([{"accounts": ASKED}], repeat({"accounts": {}}))
    for message in killed_one_after_another(erasure.erase, settings, in_turn=in_turn):
        said.append(message)
        is_open.append((settings.home / under_way.FILE).exists())
    # Not as it says that it is finished: the kill before that comes when all is done.
    assert {re.sub(r"\d", "", message) for message in messages[:-1]} <= {*said}
    assert is_open.index(False) >= len(said) - 3, [*zip(said, is_open, strict=True)]
    expect_same(settings, whole)


def expect_same(settings: Settings, whole: Settings) -> None:
    assert telling(settings.home) == set()
    assert differing(in_home(settings), in_home(whole)) == {}
    [backup] = known_backups(settings)
    verify(backup, read_manifest(backup))


def in_home(settings: Settings) -> dict[str, str]:
    """All that is left; a backup's manifest has the hashes of databases, which no two erasures write alike."""
    return {
        path: text
        for path, text in left(settings).items()
        if path != "backups.json" and not re.fullmatch(r"backups/\w+/(manifest\.json|state\.sqlite)", path)
    }
