"""Names from elsewhere take over no terminal: hostile ones go through the commands, and their bytes are looked at."""

import io
import json
import re
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest
from rich.text import Text

from operations.cli import terminal
from tests.operations.cli.command import rapport, started_anew

# Clears the screen, sets the title, hides what follows, turns text around, moves up, and is no Unicode at all.
EVIL = "a\x1b[2J\x1b]0;owned\x07\x1b[8m\u202egnp.\u2066\x9b1A\x7f\r\nPublished. All is well\udcff"
POST = {
    "id": "1585934396421046301", "text": "hi", "author_id": "12", "created_at": "2022-10-28T10:00:00.000Z",
}  # fmt: skip


def obeyed(output: str) -> set[str]:
    """Characters that a terminal would obey."""
    return {
        char for char in output if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs")
    }


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder of files whose names, and whose members' names, are hostile; one can't be read."""
    folder = tmp_path / "files" / EVIL
    folder.mkdir(parents=True)
    posts = [POST, POST | {"id": "1585934396421046302", "created_at": "tomorrow\x1b[2J"}]
    (folder / f"{EVIL}.jsonl").write_text(json.dumps({"data": posts}) + "\nnot JSON\x1b[2J\n")
    (folder / f"{EVIL}.csv").write_text("id,text\n1,x\n")
    (folder / f"{EVIL}.bin").write_bytes(b"\x00\x1b[2J")
    with zipfile.ZipFile(folder / f"{EVIL}.zip", "w") as packed:
        packed.writestr(
            EVIL.replace("\udcff", "") + ".json", json.dumps({"data": [POST | {"id": "x\x1b[2J"}]})
        )
        packed.writestr("\x1b[2J.txt", "nothing")
    with tarfile.open(folder / f"{EVIL}.tar.gz", "w:gz") as packed:
        member = tarfile.TarInfo(EVIL.replace("\udcff", "") + ".jsonl")
        member.size = len(content := b"{]\x1b[2J\n")
        packed.addfile(member, io.BytesIO(content))
    return folder


def test_hostile_names_in_every_command_that_shows_any(hostile: Path, tmp_path: Path) -> None:
    home = tmp_path / "home\x1b[2J"
    home.mkdir()
    evil = json.dumps(EVIL.replace("\udcff", ""))
    (home / "rapport.toml").write_text(f'[[clients]]\nid = "lab"\nname = {evil}\naccounts = ["@lab"]\n')
    crm = tmp_path / f"{EVIL}.csv"
    crm.write_text(
        "client_id,kind,occurred_date,handle,consent_basis,note\nlab,\x1b[2J,2026-11-20,ana,consent,\n"
    )
    runs = {
        "import": rapport(home, "import", str(hostile)),
        "list": rapport(home, "quarantine", "list"),
    }
    assert "refused" in runs["import"].stdout and "�" in runs["list"].stdout
    reject_ids = re.findall(r"^│ ([0-9a-f]{10}) ", runs["list"].stdout, re.MULTILINE)
    assert len(reject_ids) == 2
    for arguments in (
        *(["quarantine", "show", reject_id, "--content"] for reject_id in reject_ids),
        ["quarantine", "retry", "--all"],
        ["quarantine", "add", "--file", f"{EVIL}.jsonl", "--why", EVIL.replace("\udcff", "")],
        ["quarantine", "add", "--file", "no such\x1b[2J", "--why", "x"],
        ["quarantine", "list"],
        ["import", str(tmp_path / f"missing{EVIL}")],
        ["outcome", "import", str(crm)],
        ["outcome", "add", "meeting", "--client", "lab", "--person", "@a\x1b[2J", "--date", "\x1b[2J"],
        ["fetch", "--client", EVIL.replace("\udcff", "")],
        ["plan", "--from", "\x1b[2J"],
        ["status"],
        ["status", "--json"],
        ["doctor", "--offline"],
        ["\x1b[2J"],
        ["fetch", "--\x1b[2J"],
    ):
        runs[" ".join(arguments)] = rapport(home, *arguments)
    for words, run in runs.items():
        assert (obeyed(run.stdout), obeyed(run.stderr)) == (set(), set()), words
        assert "Traceback" not in run.stderr, f"{words}: {run.stderr}"
        # A line break in a name makes no line of its own.
        assert not any(line.startswith("Published") for line in (run.stdout + run.stderr).splitlines()), words
        assert run.stdout or run.stderr
    assert json.loads(runs["status --json"].stdout)["facts"]["home"] == str(home)


def test_colours_of_ours_reach_a_terminal_and_nothing_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    seen = Tty()
    monkeypatch.setattr("sys.stdout", seen)
    console = terminal._console(force_terminal=True, color_system="standard", file=seen)
    console.print(Text("wrong\x1b[8m", "red"))
    assert seen.getvalue() == "\x1b[31mwrong�[8m\x1b[0m\n"

    seen = Tty()
    guarded = terminal._Guarded(seen)
    guarded.write("\x1b[31mwrong\x1b[0m \x1b]0;owned\x07 \x1b[2J\u202e")
    assert seen.getvalue() == "\x1b[31mwrong\x1b[0m �]0;owned� �[2J�"
    plain = io.StringIO()
    terminal._Guarded(plain).writelines(["\x1b[31mwrong\n", "\tno\r"])
    assert plain.getvalue() == "�[31mwrong\n\tno�"
    with pytest.raises(TypeError):
        guarded.write(b"")  # type: ignore[arg-type]


def test_a_traceback_is_guarded_as_well(tmp_path: Path) -> None:
    home = tmp_path / "home\x1b[2J"
    (home / "rapport.toml").mkdir(parents=True)  # nobody expects a folder there
    run = started_anew(home, "status")
    assert "Traceback" in run.stderr and obeyed(run.stderr) == set()
