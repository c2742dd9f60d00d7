"""What all commands share: options, progress, output, and what they ask for.

Names of files, members of archives, clients and people come from elsewhere, and may hold characters that take over a
terminal: what moves the cursor, sets the title, hides text or turns it around. `printable` takes them out. It stands at
the two ends through which everything goes: our consoles, and the streams themselves (`guard_streams`), which also
get what other libraries print, and tracebacks.
"""

import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal, TextIO

import typer
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook
from rich.markup import escape
from rich.segment import Segment
from rich.text import Text

from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.window import Window, parse_moment


class _Printable:
    """What is to be printed, with nothing in its text that a terminal would obey; our own styles stay."""

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._renderable, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


class _Cleaning(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Printable(renderable) for renderable in renderables]


def _console(**options: Any) -> Console:
    console = Console(highlight=False, **options)
    console.push_render_hook(_Cleaning())
    return console


out = _console(width=None if sys.stdout.isatty() else 160)
progress_console = _console(stderr=True)

Tell = Callable[[str], None]
ClientOption = Annotated[str | None, typer.Option("--client", help="Only this client of rapport.toml.")]
NetworkOption = Annotated[
    str | None,
    typer.Option("--network", help="Only this network. Default: every network that rapport.toml names."),
]
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

EngineOption = Annotated[
    Literal["duckdb", "spark"] | None,
    typer.Option("--engine", help="What builds. Default: what [engine] of rapport.toml names, or DuckDB."),
]


def by_engine(settings: Settings, name: Literal["duckdb", "spark"] | None) -> Settings:
    """The settings with that engine in place of rapport.toml's, if one is named."""
    if name is None:
        return settings
    engine = settings.config.engine.model_copy(update={"name": name})
    return replace(settings, config=settings.config.model_copy(update={"engine": engine}))


class Progress:
    """Prints on standard error what is being done, with the seconds since the start."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def __call__(self, message: str) -> None:
        seconds = time.monotonic() - self.started
        progress_console.print(
            f"[dim]{seconds:6.1f} s[/dim]  {escape(indented(message))}", markup=True, soft_wrap=True
        )


class NowAndThen:
    """Progress that says a line only now and then, for steps that tell of every table; the first after a while."""

    def __init__(self, progress: Tell, seconds: float = 5.0) -> None:
        self._progress = progress
        self._seconds = seconds
        self._said_at = time.monotonic()

    def __call__(self, message: str) -> None:
        if time.monotonic() - self._said_at >= self._seconds:
            self._progress(message)
            self._said_at = time.monotonic()


def say(message: str) -> None:
    """Prints a result on standard output."""
    out.print(indented(message), markup=False, soft_wrap=True)


def plain(text: str) -> Text:
    """Text from elsewhere, safe to print: on one line, without markup and control characters."""
    return Text(printable(text, kept=""))


def indented(message: str) -> str:
    """The message, its later lines indented: a line break in a name makes no line that looks like one of ours."""
    first, *more = message.split("\n")
    return "\n".join([first, *(line if line.startswith("  ") else f"  {line}" for line in more)])


def printable(text: str, kept: str = "\n\t") -> str:
    """The text with � in place of every character that a terminal would obey."""
    return "".join(
        "�" if char not in kept and unicodedata.category(char) in ("Cc", "Cf", "Cs") else char
        for char in text
    )


def guard_streams() -> None:
    """From now on nothing reaches standard output and standard error that a terminal would obey, whoever prints it."""
    sys.stdout, sys.stderr = _Guarded(sys.stdout), _Guarded(sys.stderr)


class _Guarded:
    """A stream that writes only what is printable, and colours if it is a terminal."""

    _COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"a text stream takes no {type(text).__name__}")
        parts = self._COLOURS.split(text) if self._stream.isatty() else [text]
        self._stream.write(
            "".join(part if number % 2 else printable(part) for number, part in enumerate(parts))
        )
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


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
