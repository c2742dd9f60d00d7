"""Reads the banks of posts and dialogues (`banks/*.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "banks"


@dataclass(frozen=True)
class Topic:
    """One subject: our posts, dialogues about them (they begin), what people say or ask unprompted."""

    name: str
    posts: tuple[str, ...]
    dialogues: tuple[tuple[str, ...], ...]
    statements: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Bank:
    """All that is said around one client."""

    topics: tuple[Topic, ...]
    outreach: tuple[tuple[str, ...], ...]  # their own post, then us, them, us
    places: tuple[str, ...]
    species: tuple[str, ...]


@cache
def bank(name: str) -> Bank:
    """The bank of this name, e.g. "forest"."""
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    topics = tuple(
        Topic(
            name=entry["name"],
            posts=tuple(entry["posts"]),
            dialogues=tuple(tuple(dialogue) for dialogue in entry["dialogues"]),
            statements=tuple(entry["statements"]),
            questions=tuple(entry["questions"]),
        )
        for entry in content["topics"]
    )
    return Bank(
        topics=topics,
        outreach=tuple(tuple(dialogue) for dialogue in content["outreach"]),
        places=tuple(content["places"]),
        species=tuple(content["species"]),
    )


@cache
def people() -> dict[str, list[str]]:
    """Names, biographies and places of the background audience."""
    return dict(tomllib.loads((FOLDER / "people.toml").read_text(encoding="utf-8")))
