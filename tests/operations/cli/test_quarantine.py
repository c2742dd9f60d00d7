"""`rapport quarantine`, as a process of its own: what it says, what it keeps to itself, and its exit codes."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.operations.cli.command import rapport

SECRET = "a secret [/bold] \x1b[31mred"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    file = tmp_path / "posts[red].jsonl"
    post = json.dumps({"data": {"id": "5", "text": "words", "author_id": "1"}})
    file.write_text(f'{post}\n{{"data": {{"id": "6", "text": "{SECRET}\n')
    home = tmp_path / "home"
    assert rapport(home, "import", str(file)).returncode == 3
    return home


def test_a_refused_line_from_the_list_to_the_decision(home: Path) -> None:
    listed = rapport(home, "quarantine", "list")
    assert (listed.returncode, "1 wait" in listed.stdout) == (0, True), listed.stderr
    [reject_id] = re.findall(r"\b[0-9a-f]{10}\b", listed.stdout)

    shown = rapport(home, "quarantine", "show", reject_id)
    assert shown.returncode == 0, shown.stderr
    assert "posts[red].jsonl" in re.sub(r"\s", "", shown.stdout)  # a long path is wrapped
    assert "secret" not in listed.stdout + listed.stderr + shown.stdout + shown.stderr
    asked_for = rapport(home, "quarantine", "show", reject_id, "--content")
    assert "a secret [/bold] �[31mred" in asked_for.stdout  # no control sequence reaches the terminal
    assert rapport(home, "quarantine", "show", "0123456789").returncode == 2

    assert rapport(home, "quarantine", "retry").returncode == 2
    still = rapport(home, "quarantine", "retry", reject_id)
    assert (still.returncode, "0 taken in, 1 still wait" in still.stdout) == (3, True), still.stderr
    assert "secret" not in still.stdout + still.stderr

    refused = rapport(home, "quarantine", "drop", reject_id, "--why", "ours")
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    dropped = rapport(home, "quarantine", "drop", reject_id, "--why", "ours", "--yes")
    assert dropped.returncode == 0, dropped.stderr
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        [(decision, by, why)] = con.execute(
            "select decision, decided_by, why from quality.quarantine"
        ).fetchall()
    assert (decision, bool(by), why) == ("dropped", True, "ours")
    assert "Nothing waits" in rapport(home, "quarantine", "list").stdout


def test_every_command_shows_an_example(home: Path) -> None:
    for command in ("list", "show", "add", "retry", "drop"):
        helped = rapport(home, "quarantine", command, "--help")
        assert (helped.returncode, f"rapport quarantine {command}" in helped.stdout) == (0, True)
