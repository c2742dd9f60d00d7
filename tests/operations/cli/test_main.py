"""The command line as a whole: its help, and what it says of a faulty rapport.toml; as a process of its own."""

from pathlib import Path
from typing import Any

import typer

from operations.cli import main
from tests.operations.cli.command import started_anew


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
