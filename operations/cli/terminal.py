"""What all commands share: options, progress, output, and what they ask for."""

import sys
import time
import unicodedata
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.window import Window, parse_moment

out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
progress_console = Console(stderr=True, highlight=False)

ClientOption = Annotated[str | None, typer.Option("--client", help="Only this client of rapport.toml.")]
FromOption = Annotated[
    str | None,
    typer.Option("--from", help="First moment of the window, an ISO date or time (UTC). Default: yesterday."),
]
ToOption = Annotated[
    str | None, typer.Option("--to", help="End of the window, not included. Default: a day later.")
]
AgainOption = Annotated[
    bool, typer.Option("--again", help="Fetch a window again that was fetched completely.")
]


class Progress:
    """Prints on standard error what is being done, with the seconds since the start."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def __call__(self, message: str) -> None:
        seconds = time.monotonic() - self.started
        progress_console.print(
            f"[dim]{seconds:6.1f} s[/dim]  {escape(printable(message))}", markup=True, soft_wrap=True
        )


def say(message: str) -> None:
    """Prints a result on standard output."""
    out.print(printable(message), markup=False, soft_wrap=True)


def plain(text: str) -> Text:
    """Text from elsewhere, safe to print: without markup and control characters."""
    return Text(printable(text, kept=""))


def printable(text: str, kept: str = "\n\t") -> str:
    """The text without control characters: names of files and accounts may hold some that take over a terminal."""
    return "".join(
        "�" if char not in kept and unicodedata.category(char) in ("Cc", "Cf", "Cs") else char
        for char in text
    )


def window_of(settings: Settings, start: str | None, end: str | None) -> Window:
    """The window that the options name; yesterday (UTC) without them."""
    if start is None and end is not None:
        raise ConfigError("--to needs --from", "give both ends: --from 2026-11-01 --to 2026-11-08")
    yesterday = settings.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    begin = parse_moment(start) if start else yesterday
    return Window(begin, parse_moment(end) if end else begin + timedelta(days=1))


def need_clients(settings: Settings) -> None:
    """Raises ConfigError if rapport.toml names no client."""
    if not settings.config.clients:
        raise ConfigError(
            f"no client is tracked: {settings.config_path} does not exist or names none",
            "write one with `rapport init`, or import files with `rapport import`, which needs none",
        )
