"""Notes by the command line: kept in a file of their own, with a consent basis or not at all."""

import csv
import logging
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from extractors.files import lists, notes
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from tests.operations.cli.command import rapport

TOML = '[[clients]]\nid = "lab"\nname = "The Lab"\naccounts = ["@the_lab"]\n'
NOTE = {"client_id": "lab", "handle": "@ana", "note": "Moves to the city desk", "consent_basis": "consent"}
HEAD = ",".join(notes.FILE.columns)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "rapport.toml").write_text(TOML, encoding="utf-8")
    settings = load_settings(tmp_path, tmp_path / "rapport.toml")
    return replace(settings, now=lambda: datetime(2026, 11, 29, 23, tzinfo=UTC))


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return rapport(settings.home, "note", *arguments)


def test_add_list_edit_and_remove_by_the_command_line(settings: Settings) -> None:
    said = ("add", "--client", "lab", "--about", "@ana", "--date", "2026-11-20", '=über, "it"')
    refused = run(settings, *said)
    assert refused.returncode == 2 and "consent basis" in refused.stderr
    assert not notes.FILE.path_of(settings).exists()
    added = run(settings, *said, "--basis", "consent", "--by", "Ben")
    assert added.returncode == 0, added.stderr
    [note] = notes.FILE.read(settings)
    assert (note.noted_date, note.handle, note.noted_by, note.note) == (
        date(2026, 11, 20), "@ana", "Ben", '=über, "it"',
    )  # fmt: skip
    assert notes.FILE.path_of(settings).stat().st_mode & 0o777 == 0o600
    assert "already" in run(settings, *said, "--basis", "consent", "--by", "Ben").stdout
    assert run(settings, "edit", note.note_id, "--note", "other words").returncode == 0
    assert notes.FILE.read(settings) == [replace(note, note="other words")]
    listed = run(settings, "list", "--client", "lab", "--about", "@ana").stdout
    assert note.note_id in listed and note.note_id not in run(settings, "list", "--about", "@ben").stdout
    assert run(settings, "remove", note.note_id).returncode == 0
    assert notes.FILE.read(settings) == []
    gone = run(settings, "remove", note.note_id)
    assert gone.returncode == 2 and "rapport note list" in gone.stderr
    helped = run(settings, "add", "--help").stdout
    assert "rapport note add --client lab --about @ana" in " ".join(helped.split())


@pytest.mark.clock
def test_without_a_day_it_is_of_today(settings: Settings) -> None:
    assert notes.new(settings, **NOTE).noted_date == date(2026, 11, 29)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"consent_basis": " "}, "no consent basis"),
        ({"note": "  "}, "nothing in the note"),
        ({"note": "x" * 2001}, "2,001 signs"),
        ({"noted_date": "20.11.2026"}, "is no day"),
        ({"noted_date": "2026-12-24"}, "a note is of what took place"),
        ({"handle": "ana"}, "names nobody"),
        ({"client_id": "shop"}, "no client 'shop'"),
    ],
)
def test_what_is_wrong_is_refused_by_name(settings: Settings, wrong: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        notes.new(settings, **(NOTE | wrong))


def test_no_cell_is_a_formula_and_all_is_read_as_it_was(settings: Settings) -> None:
    texts = ['=HYPERLINK("http://127.0.0.1:9")', "+1", "@SUM(1+1)", "＝1", "'=1", "'quoted'", "two\nlines"]
    made = [notes.new(settings, **NOTE | {"note": text, "noted_by": "-ben"}) for text in texts]
    assert notes.FILE.add(settings, made) == made
    with notes.FILE.path_of(settings).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(texts) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@＝＋－＠") and cell]
    assert {(note.note, note.noted_by) for note in notes.FILE.read(settings)} == {
        (text, "-ben") for text in texts
    }


def test_a_file_goes_in_whole_or_not_at_all_and_twice_is_once(settings: Settings, tmp_path: Path) -> None:
    crm = tmp_path / "crm.csv"
    good = "client_id,noted_date,handle,consent_basis,note\nlab,2026-11-02,@ben,contract,writes on bees\n"
    crm.write_text(f"{good}lab,2026-11-03,@cy,,no basis\n", encoding="utf-8")
    bad = run(settings, "import", str(crm))
    assert bad.returncode == 2 and "crm.csv:3: there is no consent basis" in " ".join(bad.stderr.split())
    assert notes.FILE.read(settings) == []
    crm.write_text(good, encoding="utf-8")
    assert "Noted 1, 0 were there" in run(settings, "import", str(crm)).stdout
    assert "Noted 0, 1 were there" in run(settings, "import", str(crm)).stdout


def test_a_line_that_is_wrong_is_named(settings: Settings) -> None:
    path = notes.FILE.path_of(settings)
    path.write_text(f"{HEAD}\n1,lab,2026-11-02,@ben,consent,,fine\n2,lab,yesterday,@ben,consent,,not\n")
    with pytest.raises(ConfigError, match=r"notes\.csv:3: 'yesterday' is no day"):
        lists.sync(settings)


def test_what_may_not_go_further_stays_in_the_file_and_is_said(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [
        "1,lab,2026-11-02,@ben,consent,,kept", "2,lab,2026-11-02,@ana,,,no basis for this",
        "3,lab,2027-11-02,@ana,consent,,of another year",
    ]  # fmt: skip
    before = "\n".join([HEAD, *lines, ""])
    notes.FILE.path_of(settings).write_text(before, encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="rapport.load"):
        lists.sync(settings)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        assert connection.execute("select note_id, handle, note from raw.notes").fetchall() == [
            ("1", "ben", "kept")
        ]
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert (
        "note 2 is left out: it has no consent basis" in said
        and "note 3 of 2027-11-02 is left out until then" in said
    )
    assert "no basis for this" not in said
    assert notes.FILE.path_of(settings).read_text(encoding="utf-8") == before


def test_who_is_forgotten_is_forgotten_here_too(settings: Settings) -> None:
    rows = [
        NOTE,
        NOTE | {"handle": "12"},
        NOTE | {"handle": "@ben", "note": "came with @Ana", "noted_by": "@ana"},
    ]
    notes.FILE.add(settings, [notes.new(settings, **row) for row in rows])
    forgotten = Forgotten.of("x", account_ids={"12"}, handles={"ana"})
    assert notes.FILE.remove_forgotten(settings, forgotten) == 3
    left = [(note.handle, note.note, note.noted_by) for note in notes.FILE.read(settings)]
    assert left == [("@ben", "came with @___", "@___")]
    assert notes.FILE.remove_forgotten(settings, forgotten) == 0
