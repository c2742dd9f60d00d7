"""`rapport person`: what is held about somebody, for a person's request for access to it."""

from pathlib import Path
from typing import Annotated

import typer

from operations.cli.terminal import say
from rapport.config import load_settings
from rapport.config_clients import Language

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport person @ana_lima`, `rapport person bluesky:@ana.example --export ~/ana`. "
    "To forget them: `rapport erase --account @ana_lima`."
)
def person(
    account: Annotated[
        str,
        typer.Argument(
            help="Id or @handle of an account on X, DID on Bluesky, @name@host on Mastodon, or network:id, "
            "network:@handle."
        ),
    ],
    export: Annotated[
        Path | None,
        typer.Option("--export", help="A new folder for all of it: held.json, and index.html to read."),
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option(
            help="What index.html is written in. Default: the language of your clients, if it is one; else English."
        ),
    ] = None,
) -> None:
    """Says what is held about a person, and where; with --export it writes all of it into a folder.

    It reaches what `rapport erase` reaches, with all accounts of a person whom the list of people joins, and with posts
    of others that name them. Backups hold copies of the same; they are not opened.
    """
    from operations import access

    settings = load_settings()
    found = access.holding(settings, account)
    say(f"{', '.join(found.accounts)}: {', '.join(found.handles) or 'no handle is known'}")
    for room, held in found.by_room.items():
        records = sum(len(one.records) for one in held)
        say(f"{room:>10}  {len(held):,} places, {records:,} records" if held else f"{room:>10}  nothing")
    say(f"What they wrote: {len(found.posts):,} posts. Kept by hand: {len(found.by_hand):,} entries.")
    if export is None:
        say(f"All of it in a folder: rapport person {account} --export FOLDER")
        return
    page = access.export(settings, found, export.expanduser(), language)
    say(f"Wrote {page} and held.json beside it, for you alone. Read them before you pass them on.")
