"""`rapport note`: dated notes on people, written by hand."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from extractors.files import notes
from extractors.files.hand_kept import CONSENT_BASES
from operations.cli.terminal import out, plain, say
from rapport.config import load_settings

app = typer.Typer(
    name="note",
    no_args_is_help=True,
    help="Dated notes on people: what you want to know of somebody the next time you talk.\n\n"
    "They stand in notes.csv in the home, which you may edit in a spreadsheet, too. The next `rapport build` shows "
    "each with its person, to this client alone. Whoever is erased, is erased there as well.",
)

_BASES = ", ".join(CONSENT_BASES)
NoteId = Annotated[str, typer.Argument(help="As `rapport note list` shows it.")]


@app.command(
    epilog="Example: `rapport note add --client lab --about @ana --basis consent 'Moves to the city desk in May'`. "
    "Of another day: `--date 2026-11-20`; of another network: `--about bluesky:@ana.example`."
)
def add(
    note: Annotated[str, typer.Argument(help="What is to be kept, in your own words.")],
    client: Annotated[str, typer.Option("--client", help="Whose note it is, as in rapport.toml.")],
    about: Annotated[str, typer.Option("--about", help="@handle, or the account's id.")],
    day: Annotated[str, typer.Option("--date", help="Its day, like 2026-11-23. Default: today.")] = "",
    basis: Annotated[str, typer.Option("--basis", help=f"The basis on which it may be kept: {_BASES}.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who of you has noted it.")] = "",
) -> None:
    """Keeps a note. Without a consent basis nothing is kept, and the exit code is 2."""
    settings = load_settings()
    made = notes.new(
        settings,
        client_id=client,
        handle=about,
        note=note,
        consent_basis=basis,
        noted_date=day,
        noted_by=by,
    )
    added = notes.FILE.add(settings, [made])
    say(f"{'Noted' if added else 'Was there already:'} {made.note_id}. Next: rapport build")


@app.command("list", epilog="Example: `rapport note list --client lab --about @ana`.")
def list_(
    client: Annotated[str | None, typer.Option("--client", help="Only this client's.")] = None,
    about: Annotated[
        str | None, typer.Option("--about", help="Only on this account, as it was noted.")
    ] = None,
) -> None:
    """Lists what was noted, by day."""
    table = Table("id", "client", "date", "about", "by", "consent basis", "note")
    for note in notes.FILE.read(load_settings()):
        if client in (None, note.client_id) and about in (None, note.handle):
            row = (
                note.note_id,
                note.client_id,
                str(note.noted_date),
                note.handle,
                note.noted_by,
                note.consent_basis or "none: not shown",
                note.note,
            )
            table.add_row(*map(plain, row))
    out.print(table)


@app.command(epilog="Example: `rapport note edit 1a2b3c4d --date 2026-11-21`.")
def edit(
    note_id: NoteId,
    note: Annotated[str | None, typer.Option("--note", help="Other words.")] = None,
    client: Annotated[str | None, typer.Option("--client", help="Another client.")] = None,
    about: Annotated[str | None, typer.Option("--about", help="@handle, or the account's id.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="Another day.")] = None,
    basis: Annotated[str | None, typer.Option("--basis", help=f"One of {_BASES}.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who of you has noted it.")] = None,
) -> None:
    """Changes what is named, and leaves the rest."""
    changes = {"note": note, "client_id": client, "handle": about, "noted_date": day, "noted_by": by}
    notes.FILE.edit(load_settings(), note_id, **changes, consent_basis=basis)
    say(f"Changed {note_id}. Next: rapport build")


@app.command(epilog="Example: `rapport note remove 1a2b3c4d`.")
def remove(note_id: NoteId) -> None:
    """Removes a note."""
    notes.FILE.remove(load_settings(), note_id)
    say(f"Removed {note_id}. Next: rapport build")


@app.command("import", epilog="Example: `rapport note import crm.csv`.")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="CSV: client_id,noted_date,handle,consent_basis,note; noted_by if you like."),
    ],
) -> None:
    """Imports a CSV file, all of it or nothing; what is there already is not added again."""
    added, known = notes.FILE.import_csv(load_settings(), file, optional=("note_id", "noted_by"))
    say(f"Noted {added}, {known} were there already. Next: rapport build")
