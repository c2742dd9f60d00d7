"""`rapport backup` and `rapport restore`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from operations.cli.terminal import Progress, say
from rapport.config import load_settings
from rapport.errors import ConfigError

app = typer.Typer()


@app.command(epilog="Examples: `rapport backup`, `rapport backup --to /mnt/other-disk/rapport --keep 14`.")
def backup(
    to: Annotated[
        Path | None,
        typer.Option("--to", help="A folder of this home alone, best on another disk. Default: rapport.toml's "
                     "[backup], else backups/ in the home."),
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="How many stay there, the newest. Default: [backup], else 3.")
    ] = None,
) -> None:  # fmt: skip
    """Copies what a lost disk would take: landing, state, the warehouse, what is published, rapport.toml, outcomes.

    The copy is read back and held against what was read; a folder that stands is a whole backup. Erasures reach it.
    """
    from operations.backup.take import back_up

    done = back_up(load_settings(), to, keep, Progress())
    say(
        f"Backup: {done.path} ({done.file_count:,} files, {done.byte_count / 1e6:,.1f} MB, {done.table_count} tables, "
        f"{done.row_count:,} rows). Back again: rapport restore {done.path}"
    )
    if done.is_on_same_disk:
        say("It lies on the disk of the home, and is lost with it. For another: --to FOLDER, or [backup] to.")


@app.command(epilog="Example: `rapport restore rapport-home/backups/20261123T070000Z`.")
def restore(
    backup: Annotated[Path, typer.Argument(help="A folder that `rapport backup` has made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Makes the home what a backup holds; what was erased since stays erased. Interrupted, run it again.

    What the home holds now goes. Asks first; where nobody can answer, --yes is needed, else the exit code is 2.
    """
    from operations.backup.restore import restore as put_back
    from operations.backup.restore import would_replace
    from operations.erasure.everywhere import erase_home

    settings = load_settings()
    there = would_replace(settings, backup)
    if there and not yes:
        if not sys.stdin.isatty():
            raise ConfigError(
                f"{settings.home} holds {', '.join(there)}, and nobody is there to ask",
                "give --yes if the backup is to take their place; `rapport backup` first keeps them",
            )
        typer.confirm(f"Replace {', '.join(there)} of {settings.home}, for good?", abort=True)
    done = put_back(settings, backup, erase_home, Progress())
    steps = "rapport build && rapport check && rapport publish && rapport report"
    say(
        f"{settings.home} is as it was at {done.taken_at} ({done.file_count:,} files). Next: "
        + (f"something was erased since, so {steps}" if done.is_erased else "rapport status")
    )
