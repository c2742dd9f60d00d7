"""Dated notes on people, written by hand: `RAPPORT_HOME/notes.csv`.

A note says something of a person, so it says on what basis it is kept (`consent_basis`). A row that somebody wrote into
the file by hand without one stays there, and goes no further.
"""

from dataclasses import dataclass
from datetime import date

from extractors.files.hand_kept import Entry, HandKept
from rapport.config import Settings
from rapport.errors import ConfigError

# A note is a few sentences; what is longer belongs elsewhere, and would fill a page of the report.
LONGEST = 2000


@dataclass(frozen=True)
class Note(Entry):
    """One note; `handle` is an account as rapport.toml names one, `noted_by` who of us wrote it."""

    note_id: str
    client_id: str
    noted_date: date
    handle: str
    consent_basis: str
    noted_by: str
    note: str


def _checked(note: Note) -> None:
    if not note.note:
        raise ConfigError(f"there is nothing in the note about {note.handle}", "say what is to be kept")
    if len(note.note) > LONGEST:
        raise ConfigError(
            f"the note about {note.handle} has {len(note.note):,} signs",
            f"keep it under {LONGEST:,}, or make several notes of it",
        )


FILE = HandKept("notes.csv", "note", Note, key="note_id", day="noted_date", check=_checked)


def new(
    settings: Settings,
    *,
    client_id: str,
    handle: str,
    note: str,
    consent_basis: str,
    noted_date: str = "",
    noted_by: str = "",
) -> Note:
    """A note, checked, of today (UTC) if no day is given; its id follows from what it says, so it is known again.

    Raises ConfigError for an unknown client, a missing consent basis, an empty or very long text, and a day that is
    none, lies in the future, or was before any network.
    """
    return FILE.new(
        settings,
        {
            "client_id": client_id,
            "handle": handle,
            "note": note,
            "consent_basis": consent_basis,
            "noted_date": noted_date.strip() or settings.now().date().isoformat(),
            "noted_by": noted_by,
        },
    )
