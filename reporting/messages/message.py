"""A message before it takes the form of a mail or of a chat. Pure."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Link:
    """Where a message leads, and what the link says."""

    label: str
    url: str


@dataclass(frozen=True)
class Line:
    """A sentence, or one line of a list, and where it leads. `pieces`: the same text in pieces, each with the address
    that it leads to, or ""; of a line in which no name leads anywhere there are none."""

    text: str
    links: tuple[Link, ...] = ()
    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """The text in pieces, in any case."""
        return self.pieces or ((self.text, ""),)


@dataclass(frozen=True)
class Block:
    """Lines under a title. `note` says of how many they are."""

    title: str
    lines: tuple[Line, ...]
    note: Line = Line("")


@dataclass(frozen=True)
class File:
    """What goes along with a mail. `name`: what it is called there, so that it is known among others."""

    name: str
    path: Path


@dataclass(frozen=True)
class Message:
    """What one client's people are told. `files` go along with a mail, which says `about_files` what they are."""

    subject: str
    sentences: tuple[Line, ...]
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    footer: str = ""
    language: str = "en"
    files: tuple[File, ...] = ()
    about_files: str = ""
