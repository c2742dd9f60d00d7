"""The command line as a whole: its help, and what it says of a faulty rapport.toml; as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer

from operations.cli import main
from tests.operations.cli.command import rapport, started_anew
from tests.paths import ROOT


def commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(main.app)
    return dict(group.commands)


def test_every_command_explains_itself_and_shows_an_example() -> None:
    for name, command in commands().items():
        for shown, subcommand in getattr(command, "commands", {name: command}).items():
            assert subcommand.help, shown
            assert f"`rapport {name}" in subcommand.epilog, shown


def test_each_command_is_registered_once() -> None:
    """A second one of the same name would hide the first without a word."""
    found = [
        info.name or info.callback.__name__
        for module in main.MODULES
        for info in ([] if module.app.info.name else module.app.registered_commands)
        if info.callback
    ]
    groups = [module.app.info.name for module in main.MODULES if isinstance(module.app.info.name, str)]
    assert sorted([*found, *groups]) == sorted(commands())


def test_help_needs_nothing(tmp_path: Path) -> None:
    shown = started_anew(tmp_path, "--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in commands())
    shown = started_anew(tmp_path, "fetch", "--help")
    assert (shown.returncode, "Example" in shown.stdout) == (0, True)
    assert not list(tmp_path.iterdir())


def test_a_faulty_rapport_toml_stops_every_step_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "rapport.toml").write_text("[[clients]]\nid = 3\n", encoding="utf-8")
    done = started_anew(tmp_path, "status")
    assert done.returncode == 2
    assert "rapport.toml:2: clients.0.id" in done.stderr


def test_a_faulty_rapport_toml_is_all_that_is_told(tmp_path: Path) -> None:
    """Also by a command that has DuckDB imported by then, which complains of objects that are alive at the end."""
    (tmp_path / "rapport.toml").write_text(
        '[[clients]]\nid = "a"\nname = "A"\naccounts = ["@a"]\n'
        '[[clients.deliveries]]\nwhat = ["day"]\nchat = ["slack"]\n',
        encoding="utf-8",
    )
    for command in ("deliver", "status"):
        done = started_anew(tmp_path, command)
        assert done.returncode == 2
        told = done.stderr.splitlines()
        assert told[0].startswith("Stopped. ") and told[1].startswith("  What to do: ") and len(told) == 2, (
            told
        )


def test_a_rapport_toml_that_is_no_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "rapport.toml").write_bytes(
        '# who\n[[clients]]\nid = "lab"\nname = "Büro"\n'.encode("latin-1")
    )
    done = rapport(tmp_path, "status")
    assert done.returncode == 2
    assert "rapport.toml:4: this is not UTF-8" in done.stderr and "save the file as UTF-8" in done.stderr


def test_a_damaged_home_is_called_damaged_by_whoever_opens_it(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text("{}\n")
    for name, commands in (
        ("warehouse.duckdb", (["status"], ["doctor", "--offline"], ["build"], ["load"])),
        ("state.sqlite", (["status"], ["doctor", "--offline"], ["import", "posts.jsonl"])),
    ):
        home = tmp_path / name.split(".")[0]
        home.mkdir()
        (home / name).write_bytes(b"no database at all" * 1000)
        for command in commands:
            done = rapport(home, *command)
            assert done.returncode in ((1,) if command[0] in ("status", "doctor") else (8,)), command
            shown = " ".join((done.stdout + done.stderr).split())
            assert "Traceback" not in shown
            assert "damaged" in shown and ("rapport restore" in shown or "docs/runbook.md" in shown), command


def test_a_full_disk_is_called_so_and_nothing_is_lost(tmp_path: Path) -> None:
    """No file may grow beyond a limit: what the system then says is said in the same places as of a full disk."""
    post = {"text": "x" * 900, "author_id": "1", "created_at": "2022-10-28T10:00:00Z"}
    ids = (str(1585934396421046301 + number) for number in range(500))
    posts, home = tmp_path / "posts.jsonl", tmp_path / "home"
    posts.write_text("\n".join(json.dumps({"data": [{**post, "id": post_id}]}) for post_id in ids))
    run = (
        "import resource, sys; from operations.cli.main import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)); "
        f"sys.argv = ['rapport', 'import', {str(posts)!r}]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", run], env=os.environ | {"RAPPORT_HOME": str(home)},
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "the disk is full" in done.stderr and "make room" in done.stderr
    done = rapport(home, "import", str(posts))
    assert (done.returncode, "500 distinct posts" in done.stdout) == (0, True), done.stderr
