"""What `rapport doctor` says of the files that people make by hand, before a build or a report meets them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from extractors.state.store import open_state
from operations.doctor import examine
from operations.health import Finding
from reporting.board import looks
from tests.operations.told import settings_of

RAPPORT_TOML = """
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["@lab"]
logo = "logos/lab.png"

[[clients.topics]]
name = "Peat"
words = ["peat"]
"""
OUTCOMES = "outcome_id,client_id,kind,occurred_date,handle,consent_basis,note\n"
NOTES = "note_id,client_id,noted_date,handle,consent_basis,noted_by,note\n"
TOPICS = "client_id,topic,post,is_about\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which all of them can be used."""
    (tmp_path / "logos").mkdir()
    (tmp_path / "forewords").mkdir()
    (tmp_path / "rapport.toml").write_text(RAPPORT_TOML, encoding="utf-8")
    Image.new("RGB", (90, 30), "#7a1f3d").save(tmp_path / "logos" / "lab.png")
    for name, text in {
        "forewords/lab.md": "A good week.",
        "forewords/lab.2026-W47.md": "A better one.",
        "outcomes.csv": f"{OUTCOMES}a1,lab,call,2026-10-01,@ana,consent,\n",
        "notes.csv": f"{NOTES}b1,lab,2026-10-01,@ana,consent,Mila,likes peat\n",
        "topics.csv": f"{TOPICS}lab,peat,x:12345,yes\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def found(home: Path, subject: str) -> Finding:
    return {one.subject: one for one in examine(settings_of(home), is_offline=True)}[subject]


def test_what_can_be_used_is_counted(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    lists, boards = found(home, "lists by hand"), found(home, "logos and forewords")
    assert (lists.state, lists.seen) == (
        "ok", "can be read: outcomes.csv (1), notes.csv (1), topics.csv (1)",
    )  # fmt: skip
    assert (boards.state, boards.seen) == ("ok", "all 3 can be used")
    bare = tmp_path_factory.mktemp("bare")
    for subject in ("lists by hand", "logos and forewords"):
        assert (found(bare, subject).state, found(bare, subject).seen) == ("ok", "there are none")


@pytest.mark.parametrize(
    ("spoil", "words", "remedy"),
    [
        (lambda logo: logo.unlink(), "cannot be read: No such file", "its path begins where that file lies"),
        (lambda logo: logo.write_text("<svg/>"), "is no picture that can be shown", "SVG is not taken"),
        (
            lambda logo: logo.write_bytes(b"\0" * (looks.LARGEST_BYTES + 1)),
            "is larger than 2 MB",
            "save the logo smaller",
        ),
        (
            lambda logo: Image.new("1", (looks.LARGEST_SIDE + 1, 1)).save(logo),
            f"is {looks.LARGEST_SIDE + 1} by 1 pixels",
            "pixels a side",
        ),
    ],
    ids=["missing", "no picture", "too large", "too wide"],
)
def test_a_logo_that_no_page_could_have_is_an_error(
    home: Path, spoil: Callable[[Path], None], words: str, remedy: str
) -> None:
    logo = home / "logos" / "lab.png"
    spoil(logo)
    seen = found(home, "logos and forewords")
    assert seen.state == "error" and seen.seen.startswith(f"{logo} {words}") and remedy in seen.remedy


def test_each_foreword_is_read_whatever_week_it_is_of(home: Path) -> None:
    old, lost = home / "forewords" / "lab.2020-W01.md", home / "forewords" / "lap.md"
    lost.write_text("Whose?", encoding="utf-8")
    seen = found(home, "logos and forewords")
    assert seen.state == "warning" and str(lost) in seen.seen and "lab.md" not in seen.seen
    assert "<client>.2026-W47.md" in seen.remedy
    lost.rename(home / "forewords" / "lab.2026-W99.md")
    assert "lab.2026-W99.md" in found(home, "logos and forewords").seen, "there is no such week"
    (home / "forewords" / "lab.2026-W99.md").rename(lost)
    old.write_text("word " * 200, encoding="utf-8")
    (home / "logos" / "lab.png").unlink()
    seen = found(home, "logos and forewords")
    assert seen.state == "error" and "lab.png cannot be read" in seen.seen, "all faults at once"
    assert f"{old} is too long for the board page" in seen.seen and "shorten it to 700" in seen.remedy


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "outcomes.csv",
            f"{OUTCOMES}a1,lab,party,2026-10-01,@ana,consent,\n",
            "outcomes.csv:2: 'party' is no kind",
        ),
        ("notes.csv", f"{NOTES}b1,lab,1 October,@ana,consent,Mila,x\n", "notes.csv:2: '1 October' is no day"),
        (
            "outcomes.csv",
            f"{OUTCOMES}a1,lab,call,2026-10-01,@ana,consent,\na1,lab,call,2026-10-02,@ben,consent,\n",
            "outcomes.csv:3: an earlier row has the outcome_id 'a1', too",
        ),
        ("notes.csv", f"{NOTES},lab,2026-10-01,@ana,consent,Mila,x\n", "notes.csv:2: there is no note_id"),
        ("topics.csv", f"{TOPICS}lab,peat,x:12345,perhaps\n", "topics.csv:2: 'perhaps' is no answer"),
        ("topics.csv", "client_id,topic\n", "topics.csv has no column is_about, post"),
    ],
)
def test_a_list_that_would_stop_the_build_is_an_error(home: Path, name: str, text: str, words: str) -> None:
    (home / name).write_text(text, encoding="utf-8")
    seen = found(home, "lists by hand")
    assert seen.state == "error" and f"{home}/{words}" in seen.seen and seen.remedy


def test_rows_that_no_report_would_show_are_warned_of(home: Path) -> None:
    (home / "notes.csv").write_text(
        f"{NOTES}b1,lab,2026-10-01,@ana,consent,Mila,x\nb2,lap,2026-10-01,@ana,consent,Mila,s3cret\n",
        encoding="utf-8",
    )
    (home / "topics.csv").write_text(f"{TOPICS}lab,Bog,x:12345,yes\n", encoding="utf-8")
    seen = found(home, "lists by hand")
    assert seen.state == "warning" and "stand in no report" in seen.remedy and "s3cret" not in seen.seen
    assert f"1 of 2 rows of {home}/notes.csv and 1 of 1 rows of {home}/topics.csv" in seen.seen
    assert "outcomes.csv" not in seen.seen


def test_a_place_of_backups_that_cant_be_written_is_an_error(home: Path, tmp_path: Path) -> None:
    toml = home / "rapport.toml"
    for place in ("/proc/x", str(home / "outcomes.csv" / "x")):
        toml.write_text(f'{RAPPORT_TOML}[backup]\nto = "{place}"\n', encoding="utf-8")
        seen = found(home, "backup")
        assert seen.state == "error" and seen.seen.startswith(f"{place} can't be written: ")
        assert "`to` in [backup]" in seen.remedy
    good = home / "not yet" / "there"
    toml.write_text(f'{RAPPORT_TOML}[backup]\nto = "{good}"\n', encoding="utf-8")
    assert found(home, "backup").state == "warning" and not good.parent.exists()


SOUGHT = '[[clients.stakeholders]]\nhandle = "{}"\nwhy = "peat"\n'
KEPT = '[[clients.people]]\nhandle = "{}"\ntags = ["press"]\n'


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (
            SOUGHT.format("@ana") + SOUGHT.format("x:@Ana"),
            "@Ana, as clients.0.stakeholders.0.handle in line 12 does",
        ),
        (
            SOUGHT.format("@ana") + KEPT.format("@ana"),
            "@ana, as clients.0.stakeholders.0.handle in line 12 does",
        ),
        # which account a handle is was looked up
        (
            SOUGHT.format("@ana") + KEPT.format("900"),
            "900, as clients.0.stakeholders.0.handle in line 12 does (@ana)",
        ),
        (SOUGHT.format("101"), "101, as clients.0.accounts.0 in line 5 does (@lab)"),
    ],
)
def test_who_is_named_twice_is_a_warning_with_both_lines(home: Path, lines: str, named: str) -> None:
    path = home / "rapport.toml"
    path.write_text(RAPPORT_TOML + lines, encoding="utf-8")
    with open_state(settings_of(home)) as state:
        state.remember_handles("x", {"ana": "900", "lab": "101"})
    one = found(home, "named twice")
    assert one.state == "warning" and f"names {named}" in one.seen
    line = 12 if "101" in lines else 15
    assert one.seen.startswith(f"{path}:{line}: clients.0.")


def test_who_is_named_once_a_client_is_not_named_twice(home: Path) -> None:
    other = '[[clients]]\nid = "shop"\nname = "Shop"\naccounts = ["@shop"]\n'
    people = '[[people]]\nname = "Ana"\naccounts = ["@ana", "mastodon:@ana@wald.test"]\n'
    lists = SOUGHT.format("@ana") + KEPT.format("mastodon:@ana@wald.test")
    (home / "rapport.toml").write_text(RAPPORT_TOML + lists + other + lists + people, encoding="utf-8")
    assert found(home, "named twice").state == "ok"
    (home / "state.sqlite").write_bytes(b"no database at all")
    assert found(home, "named twice").state == "ok"
