"""`rapport outcome`: meetings, calls and other outcomes, logged by hand."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from extractors.files import outcomes
from extractors.files.hand_kept import CONSENT_BASES
from operations.cli.terminal import out, plain, say
from rapport.config import load_settings

app = typer.Typer(
    name="outcome",
    no_args_is_help=True,
    help="Meetings, calls, collaborations ...: what came of it, logged by hand with a consent basis.\n\n"
    "The next `rapport build` joins each to the relationship as it was before that day: “preceded by”, never "
    "“caused by”. A meeting or a call is contact: it takes a close tie off the list of those whom we are losing.",
)

_KINDS = ", ".join(outcomes.KINDS)
_BASES = ", ".join(CONSENT_BASES)
Person = Annotated[str, typer.Option("--person", help="@handle, or the account's id.")]
Basis = Annotated[str, typer.Option("--basis", help=f"The basis on which it may be kept: {_BASES}.")]
Day = Annotated[str, typer.Option("--date", help="The day it took place, like 2026-11-23.")]
OutcomeId = Annotated[str, typer.Argument(help="As `rapport outcome list` shows it.")]


@app.command(
    epilog="Example: `rapport outcome add meeting --client lab --person @ana --date 2026-11-20 --basis consent`."
)
def add(
    kind: Annotated[str, typer.Argument(help=f"One of {_KINDS}.")],
    client: Annotated[str, typer.Option("--client", help="Whose outcome it is, as in rapport.toml.")],
    person: Person,
    day: Day,
    basis: Basis = "",
    note: Annotated[str, typer.Option("--note", help="In your own words.")] = "",
) -> None:
    """Logs an outcome. Without a consent basis nothing is kept, and the exit code is 2."""
    settings = load_settings()
    outcome = outcomes.new(
        settings,
        client_id=client,
        kind=kind,
        occurred_date=day,
        handle=person,
        consent_basis=basis,
        note=note,
    )
    added = outcomes.add(settings, [outcome])
    say(f"{'Logged' if added else 'Was there already:'} {outcome.outcome_id}. Next: rapport build")


@app.command("list", epilog="Example: `rapport outcome list --client lab`.")
def list_(client: Annotated[str | None, typer.Option("--client", help="Only this client's.")] = None) -> None:
    """Lists what was logged."""
    table = Table("id", "client", "kind", "date", "person", "consent basis", "note")
    for outcome in outcomes.read(load_settings()):
        if client in (None, outcome.client_id):
            row = (
                outcome.outcome_id,
                outcome.client_id,
                outcome.kind,
                str(outcome.occurred_date),
                outcome.handle,
                outcome.consent_basis or "none: not joined",
                outcome.note,
            )
            table.add_row(*map(plain, row))
    out.print(table)


@app.command(epilog="Example: `rapport outcome edit 1a2b3c4d --date 2026-11-21`.")
def edit(
    outcome_id: OutcomeId,
    kind: Annotated[str | None, typer.Option("--kind", help=f"One of {_KINDS}.")] = None,
    client: Annotated[str | None, typer.Option("--client", help="Another client.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="@handle, or the account's id.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="Another day.")] = None,
    basis: Annotated[str | None, typer.Option("--basis", help=f"One of {_BASES}.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="In your own words.")] = None,
) -> None:
    """Changes what is named, and leaves the rest."""
    changes = {"kind": kind, "client_id": client, "handle": person, "occurred_date": day}
    outcomes.edit(load_settings(), outcome_id, **changes, consent_basis=basis, note=note)
    say(f"Changed {outcome_id}. Next: rapport build")


@app.command(epilog="Example: `rapport outcome remove 1a2b3c4d`.")
def remove(outcome_id: OutcomeId) -> None:
    """Removes an outcome."""
    outcomes.remove(load_settings(), outcome_id)
    say(f"Removed {outcome_id}. Next: rapport build")


@app.command("import", epilog="Example: `rapport outcome import crm.csv`.")
def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV: client_id,kind,occurred_date,handle,consent_basis,note.")
    ],
) -> None:
    """Imports a CSV file, all of it or nothing; what is there already is not added again."""
    added, known = outcomes.import_csv(load_settings(), file)
    say(f"Logged {added}, {known} were there already. Next: rapport build")
