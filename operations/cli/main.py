"""The command `rapport`: every step by hand. Airflow's tasks call the same functions.

Exit codes: 0 done, 1 unexpected error, 2 usage or rapport.toml, 3 extraction or import, 4 build, 5 a check failed
(nothing was published), 6 the warehouse or the publication could not be reached, 7 a backup could not be taken,
cleaned or restored, 8 the warehouse or the state store is damaged, 9 a message did not arrive, or may not have.
"""

import gc
import logging
import sys

import typer

from operations.cli import (
    agency,
    backup,
    building,
    delivering,
    erasing,
    extracting,
    note,
    outcome,
    person,
    publishing,
    quarantine,
    running,
    stack,
    topic,
    trying,
    watching,
)
from operations.cli.terminal import guard_streams, indented, progress_console
from rapport.errors import explained
from rapport.on_disk import keep_private

# In the order in which `rapport --help` lists their commands.
MODULES = (
    running, trying, extracting, building, publishing, delivering, agency, watching, person, erasing, backup, stack,
    outcome, note, topic, quarantine,
)  # fmt: skip

# A command ends soon and keeps most of what it makes, such as the modules it imports: Python's 700 new objects
# would have the garbage collector look at them again and again.
_COLLECT_AFTER = 20_000

app = typer.Typer(
    name="rapport",
    no_args_is_help=True,
    callback=keep_private,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Conversations and relationships on X, Bluesky and Mastodon, measured: with whom do we really talk, and who "
    "is waiting for us?\n\n"
    "A first look at a public account on Bluesky, with nothing set up: `rapport try --bluesky @handle`.\n\n"
    "Everything made lies under RAPPORT_HOME (default: ./rapport-home). Start with `rapport init`, then `rapport run`.",
    epilog="A first look without any account: `make demo`.",
)
for module in MODULES:
    app.add_typer(module.app)


def main() -> None:
    """Runs the command line. A RapportError is printed with its remedy, and ends with its exit code."""
    guard_streams()
    gc.set_threshold(_COLLECT_AFTER)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("rapport").setLevel(logging.INFO)
    exit_code: int | None = 0
    try:
        app()
    except Exception as found:
        exit_code = _told(found)
        if exit_code is None:
            raise
    # Only here is the exception gone. Were it alive when Python ends, so would be what its frames hold: DuckDB's module
    # then prints that its objects have leaked.
    sys.exit(exit_code)


def _told(found: Exception) -> int | None:
    """Prints what went wrong and what to do, and gives the exit code; None for what nobody expected."""
    problem = explained(found)
    if problem is None:
        return None
    progress_console.print("[bold red]Stopped.[/bold red]", end=" ")
    progress_console.print(indented(str(problem)), markup=False, soft_wrap=True)
    return problem.exit_code
