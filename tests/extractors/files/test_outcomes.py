"""Outcomes by the command line: kept in a file of their own, with a consent basis or not at all."""

import csv
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractors.files import outcomes
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from tests.operations.cli.command import rapport

TOML = '[[clients]]\nid = "lab"\nname = "The Lab"\naccounts = ["@the_lab"]\n'
MEETING = {"client_id": "lab", "kind": "meeting", "occurred_date": "2026-11-20", "handle": "@ana",
           "consent_basis": "consent"}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "rapport.toml").write_text(TOML, encoding="utf-8")
    return load_settings(tmp_path, tmp_path / "rapport.toml")


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return rapport(settings.home, "outcome", *arguments)


def test_add_list_edit_and_remove_by_the_command_line(settings: Settings) -> None:
    said = (
        "add",
        "meeting",
        "--client",
        "lab",
        "--person",
        "@ana",
        "--date",
        "2026-11-20",
        "--note",
        'über, "it"',
    )
    refused = run(settings, *said)
    assert refused.returncode == 2 and "consent basis" in refused.stderr
    assert not outcomes.path_of(settings).exists()
    assert run(settings, *said, "--basis", "consent").returncode == 0
    [outcome] = outcomes.read(settings)
    assert (outcome.kind, outcome.occurred_date, outcome.handle, outcome.note) == (
        "meeting", date(2026, 11, 20), "@ana", 'über, "it"',
    )  # fmt: skip
    assert "already" in run(settings, *said, "--basis", "consent").stdout
    assert run(settings, "edit", outcome.outcome_id, "--date", "2026-11-21").returncode == 0
    assert outcomes.read(settings) == [replace(outcome, occurred_date=date(2026, 11, 21))]
    assert outcome.outcome_id in run(settings, "list").stdout
    assert run(settings, "remove", outcome.outcome_id).returncode == 0
    assert outcomes.read(settings) == []
    gone = run(settings, "remove", outcome.outcome_id)
    assert gone.returncode == 2 and "rapport outcome list" in gone.stderr


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"consent_basis": " "}, "no consent basis"),
        ({"consent_basis": "they said so"}, "is no consent basis"),
        ({"kind": "retweet"}, "no kind of outcome"),
        ({"occurred_date": "20.11.2026"}, "is no day"),
        ({"handle": "ana"}, "names nobody"),
        ({"client_id": "shop"}, "no client 'shop'"),
    ],
)
def test_what_is_wrong_is_refused_by_name(settings: Settings, wrong: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        outcomes.new(settings, **(MEETING | wrong))


def test_a_file_goes_in_whole_or_not_at_all_and_twice_is_once(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    head = "client_id,kind,occurred_date,handle,consent_basis\n"
    good = "lab,call,2026-11-02,@ben,contract\nlab,lead,2026-11-03,77,legitimate interests\n"
    path.write_text(f"\ufeff{head}{good}lab,call,2026-11-04,@cy,\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"crm\.csv:4: there is no consent basis"):
        outcomes.import_csv(settings, path)
    assert outcomes.read(settings) == []
    path.write_text(head + good, encoding="utf-8")
    assert outcomes.import_csv(settings, path) == (2, 0)
    assert outcomes.import_csv(settings, path) == (0, 2)
    assert [outcome.handle for outcome in outcomes.read(settings)] == ["@ben", "77"]
    path.write_text("kind,date\ncall,2026-11-02\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no column client_id"):
        outcomes.import_csv(settings, path)


def test_no_cell_is_a_formula_and_all_is_read_as_it_was(settings: Settings, tmp_path: Path) -> None:
    notes = [
        "=HYPERLINK(\"http://127.0.0.1:9\")", "+1", "-1", "@SUM(1+1)", "＝1", "'=1", "''@x", "'quoted'", "plain = 1",
    ]  # fmt: skip
    added = [outcomes.new(settings, **MEETING | {"note": note}) for note in notes]
    outcomes.add(settings, added)
    with outcomes.path_of(settings).open(encoding="utf-8", newline="") as file:
        [first, *rows] = csv.reader(file)
    assert first[0] == "outcome_id" and len(rows) == len(notes)
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r＝＋－＠") and cell]
    assert {outcome.note for outcome in outcomes.read(settings)} == set(notes)
    assert {outcome.handle for outcome in outcomes.read(settings)} == {"@ana"}
    # Read and written again, nothing grows; and a file from before, or from a spreadsheet, is read as well.
    before = outcomes.path_of(settings).read_bytes()
    outcomes.remove(settings, outcomes.add(settings, [outcomes.new(settings, **MEETING)])[0].outcome_id)
    assert outcomes.path_of(settings).read_bytes() == before
    assert outcomes.import_csv(settings, outcomes.path_of(settings)) == (0, len(notes))
    plain = tmp_path / "plain.csv"
    plain.write_text(
        "client_id,kind,occurred_date,handle,consent_basis,note\nlab,meeting,2026-11-20,@ana,consent,+1\n"
    )
    assert outcomes.import_csv(settings, plain) == (0, 1)


@pytest.mark.parametrize(
    ("day", "why"),
    [("2026-12-24", "in the future"), ("9999-12-31", "in the future"), ("0001-01-01", "any network")],
)
def test_what_has_not_taken_place_is_no_outcome(
    settings: Settings, tmp_path: Path, day: str, why: str
) -> None:
    settings = replace(settings, now=lambda: datetime(2026, 11, 29, 23, tzinfo=UTC))
    with pytest.raises(ConfigError, match=why):
        outcomes.new(settings, **MEETING | {"occurred_date": day})
    crm = tmp_path / "crm.csv"
    crm.write_text(f"client_id,kind,occurred_date,handle,consent_basis\nlab,meeting,{day},@ana,consent\n")
    with pytest.raises(ConfigError, match=f"crm.csv:2: .*{why}"):
        outcomes.import_csv(settings, crm)
    # where it is another day already
    assert outcomes.new(settings, **MEETING | {"occurred_date": "2026-11-30"}).kind == "meeting"


def test_many_at_once_lose_nothing(settings: Settings) -> None:
    def log(number: int) -> None:
        outcomes.add(settings, [outcomes.new(settings, **(MEETING | {"note": str(number)}))])

    threads = [threading.Thread(target=log, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes.read(settings)) == 12
    assert not list(settings.home.glob(".outcomes.*"))


def test_a_row_written_by_hand_may_lack_its_basis_and_nothing_else(settings: Settings) -> None:
    head = ",".join(outcomes.COLUMNS)
    path = outcomes.path_of(settings)
    path.write_text(f"{head}\n1,lab,call,2026-11-02,@ben,,\n", encoding="utf-8")
    assert outcomes.read(settings)[0].consent_basis == ""
    path.write_text(f"{head}\n1,lab,call,2026-11-02,,,\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"outcomes\.csv:2"):
        outcomes.read(settings)


def test_who_is_forgotten_is_forgotten_here_too(settings: Settings) -> None:
    rows = [MEETING, MEETING | {"handle": "12"}, MEETING | {"handle": "@ben", "note": "introduced by @Ana"}]
    outcomes.add(settings, [outcomes.new(settings, **row) for row in rows])
    forgotten = Forgotten.of("x", account_ids={"12"}, handles={"ana"})
    assert outcomes.remove_forgotten(settings, forgotten) == 3
    assert [(outcome.handle, outcome.note) for outcome in outcomes.read(settings)] == [
        ("@ben", "introduced by @___")
    ]
    assert outcomes.remove_forgotten(settings, forgotten) == 0
