"""Reads docker-compose.yml as Docker Compose does, where no Docker is at hand: merges, and ${NAME} values."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_PATH = ROOT / "docker-compose.yml"

# ${NAME}, ${NAME:-default}, ${NAME:?message}; `$$` is a dollar sign. The forms that the file uses, no others.
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z_]+)(?P<how>:-|:\?)?(?P<word>[^}]*)\})")
# An argument of the build that is handed on where it is set; else the Dockerfile's own value holds.
_HANDED_ON = re.compile(r"^ +- ([A-Z_]+)$", flags=re.MULTILINE)


class MissingVariable(Exception):
    """A variable that has no default is not set, or is empty; the message is the file's own."""


def raw() -> dict[str, Any]:
    """The file with YAML's anchors and merges resolved, ${NAME} as written."""
    document: dict[str, Any] = yaml.safe_load(COMPOSE_PATH.read_text(encoding="utf-8"))
    return document


def resolved(values: dict[str, str]) -> dict[str, Any]:
    """The file as Compose would run it with these variables; MissingVariable where it would refuse."""
    document: dict[str, Any] = _resolve(raw(), values)
    return document


def variables(text: str | None = None) -> dict[str, str | None]:
    """Name → how it is asked for (':?' needed, ':-' with a default) of every variable in the file."""
    text = COMPOSE_PATH.read_text(encoding="utf-8") if text is None else text
    asked = {match["name"]: match["how"] for match in _VARIABLE.finditer(text) if match["name"]}
    return asked | dict.fromkeys(_HANDED_ON.findall(text))


def _resolve(node: Any, values: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _resolve(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_resolve(value, values) for value in node]
    if isinstance(node, str):
        return _VARIABLE.sub(lambda match: _value(match, values), node)
    return node


def _value(match: re.Match[str], values: dict[str, str]) -> str:
    if match["name"] is None:
        return "$"
    given = values.get(match["name"], "")
    if given or match["how"] is None:
        return given
    if match["how"] == ":?":
        raise MissingVariable(match["word"])
    return match["word"]


def read_env(text: str) -> dict[str, str]:
    """The NAME=value lines of a .env file."""
    lines = (line.strip() for line in text.splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
