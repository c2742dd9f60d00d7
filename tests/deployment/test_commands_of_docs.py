"""Commands that the docs name: each must be one that can be typed today, with these flags."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from operations.cli.main import app
from tests.deployment.compose import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / ".env.example"]
_BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```", re.M | re.S)
_INLINE = re.compile(r"`([^`]+)`")
_CALL = re.compile(r"(?:uv run |(?:docker compose (?:exec|run) (?:\S+ )*?[a-z]+ ))?(rapport|airflow) (\S.*)")


def calls(text: str, program: str) -> list[list[str]]:
    """The arguments of every call of the program in the code of a page, blocks and inline alike."""
    lines = [line for block in _BLOCK.findall(text) for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    lines += [" ".join(span.split()) for span in _INLINE.findall(_BLOCK.sub("", text))]
    found = []
    for line in lines:
        for part in re.split(r"&&|\|\||;", line.partition(" # ")[0]):
            call = _CALL.fullmatch(part.strip())
            if call and call[1] == program and call[2] != "…":
                found.append(shlex.split(call[2]))
    return found


def fault(arguments: list[str]) -> str:
    """Why the command line has no such command or flag; empty if it has."""
    command: Any = typer.main.get_command(app)
    rest = list(arguments)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.commands:
            return f"there is no command '{name}'"
        command = command.commands[name]
    known = {
        flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help"}
    unknown = [
        argument for argument in rest if argument.startswith("-") and argument.partition("=")[0] not in known
    ]
    return f"'{command.name}' has no {', '.join(unknown)}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_call_of_rapport_can_be_typed(page: Path) -> None:
    found = calls(page.read_text(encoding="utf-8"), "rapport")
    wrong = {shlex.join(call): fault(call) for call in found if fault(call)}
    assert wrong == {}


def test_calls_are_found_and_wrong_ones_are_told() -> None:
    """Across the docs there are many; one that is none is named."""
    assert sum(len(calls(page.read_text(encoding="utf-8"), "rapport")) for page in PAGES) > 50
    text = (
        "Type `rapport erase\n--nobody 5`, or\n```console\nuv run rapport load && rapport fly  # high\n```\n"
    )
    assert [fault(call) for call in calls(text, "rapport")] == [
        "",
        "there is no command 'fly'",
        "'erase' has no --nobody",
    ]


# Airflow takes seconds to import, and is imported once: each call is a fork, and ends as the command does.
AIRFLOW = """
import json, os, sys
from airflow.__main__ import main
from airflow.cli import cli_parser

codes = []
for arguments in json.loads(sys.argv[1]):
    if (child := os.fork()) == 0:
        sys.argv = ["airflow", *arguments, "--help"]
        main()
        sys.exit(0)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print("CODES", json.dumps(codes))
"""


def test_every_call_of_airflow_can_be_typed(tmp_path: Path) -> None:
    found = {shlex.join(call): call for page in PAGES for call in calls(page.read_text("utf-8"), "airflow")}
    assert found
    found["one that is none"] = ["dags", "fly"]
    done = subprocess.run(
        [sys.executable, "-c", AIRFLOW, json.dumps([*found.values()])],
        env=os.environ | {"AIRFLOW_HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    last = done.stdout.strip().splitlines()[-1:]
    assert last and last[0].startswith("CODES "), done.stderr[-500:]
    codes = json.loads(last[0].removeprefix("CODES "))
    wrong = [said for said, code in zip(found, codes, strict=True) if code]
    assert wrong == ["one that is none"], done.stderr[-500:]
