"""`rapport backup`, `rapport pack` and `rapport restore`."""

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
        typer.Option(
            "--to",
            help="A folder for backups of this home only, best on another disk. Default: rapport.toml's [backup], else "
            "backups/ in the home.",
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep", min=1, help="How many of the newest are kept there. Default: [backup], else 3."
        ),
    ] = None,
) -> None:
    """Copies what a lost disk would take: landing, state, the warehouse, what is published, rapport.toml, outcomes
    and notes.

    The copy is read back and compared with what was read. A backup is complete or not there at all. Erasures reach it.
    """
    from operations.backup.take import back_up

    done = back_up(load_settings(), to, keep, Progress())
    say(
        f"Backup: {done.path} ({done.file_count:,} files, {done.byte_count / 1e6:,.1f} MB, {done.table_count} tables, "
        f"{done.row_count:,} rows). To restore it: rapport restore {done.path}"
    )
    if done.is_on_same_disk:
        say(
            "It is on the disk of the home, and is lost with it. For another disk: --to FOLDER, or [backup] to."
        )


@app.command(epilog="Example: `rapport pack`.")
def pack() -> None:
    """Makes the warehouse's file as small as its content. `rapport backup` does it, too, once a week.

    Needs room for a second file meanwhile, and leaves the old one as it is if there is none.
    """
    from rapport import warehouse

    settings = load_settings()
    if not settings.warehouse_path.exists():
        say("There is no warehouse yet. Next: rapport load")
        return
    before = settings.warehouse_path.stat().st_size
    warehouse.rewrite(settings)
    after = settings.warehouse_path.stat().st_size
    say(f"Packed {settings.warehouse_path}: {before / 1e6:,.1f} MB before, {after / 1e6:,.1f} MB now")


@app.command(epilog="Example: `rapport restore rapport-home/backups/20261123T070000Z`.")
def restore(
    backup: Annotated[Path, typer.Argument(help="A folder that `rapport backup` has made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Replaces the home by a backup; what was erased since stays erased. If it was interrupted, run it again.

    What the home holds now is removed. It asks first; where nobody can answer, --yes is needed (else exit code 2).
    """
    from operations.backup.restore import restore as put_back
    from operations.backup.restore import settings_for, would_replace
    from operations.erasure.everywhere import erase_home

    settings = settings_for(backup, Progress())
    replaced = would_replace(settings, backup)
    if replaced and not yes:
        if not sys.stdin.isatty():
            raise ConfigError(
                f"{settings.home} holds {', '.join(replaced)}, and nobody is there to ask",
                "give --yes if the backup is to replace them; `rapport backup` keeps a copy",
            )
        typer.confirm(f"Replace {', '.join(replaced)} of {settings.home}, for good?", abort=True)
    done = put_back(settings, backup, erase_home, Progress())
    steps = "rapport build && rapport check && rapport publish && rapport report"
    say(
        f"{settings.home} is as it was at {done.taken_at} ({done.file_count:,} files). Next: "
        + (f"something was erased since, so {steps}" if done.is_erased else "rapport status")
    )
