"""Outcomes, logged by hand: `RAPPORT_HOME/outcomes.csv`.

A person is named only where it is said on what basis that may be kept (`consent_basis`). Without one a row that
somebody wrote into the file by hand counts as an outcome, and is never joined to a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractors.files.hand_kept import Entry, HandKept
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten

KINDS = ("meeting", "call", "introduction", "collaboration", "coverage", "lead", "customer")


@dataclass(frozen=True)
class Outcome(Entry):
    """One outcome; `handle` is an account as rapport.toml names one, dates are days without a time zone."""

    outcome_id: str
    client_id: str
    kind: str
    occurred_date: date
    handle: str
    consent_basis: str
    note: str


def _checked(outcome: Outcome) -> None:
    if outcome.kind not in KINDS:
        raise ConfigError(
            f"'{outcome.kind}' is no kind of outcome", f"the kinds there are: {', '.join(KINDS)}"
        )


FILE = HandKept("outcomes.csv", "outcome", Outcome, key="outcome_id", day="occurred_date", check=_checked)
COLUMNS = FILE.columns


def path_of(settings: Settings) -> Path:
    """The file that outcomes stand in."""
    return FILE.path_of(settings)


def read(settings: Settings) -> list[Outcome]:
    """All outcomes, by date. ConfigError names file, line and what is wrong with it."""
    return FILE.read(settings)


def new(
    settings: Settings,
    *,
    client_id: str,
    kind: str,
    occurred_date: str,
    handle: str,
    consent_basis: str,
    note: str = "",
) -> Outcome:
    """An outcome, checked; its id follows from what it says, so the same one is known again.

    Raises ConfigError for an unknown client or kind, a missing consent basis, and a date that is none, lies in the
    future, or was before any network.
    """
    return FILE.new(
        settings,
        {
            "client_id": client_id,
            "kind": kind,
            "occurred_date": occurred_date,
            "handle": handle,
            "consent_basis": consent_basis,
            "note": note,
        },
    )


def add(settings: Settings, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Adds those that are not there yet, all or none; returns them."""
    return FILE.add(settings, outcomes)


def edit(settings: Settings, outcome_id: str, **changes: str | None) -> Outcome:
    """Changes some of an outcome's columns; its id stays. ConfigError if there is none of that id."""
    return FILE.edit(settings, outcome_id, **changes)


def remove(settings: Settings, outcome_id: str) -> Outcome:
    """Takes an outcome out of the file. ConfigError if there is none of that id."""
    return FILE.remove(settings, outcome_id)


def import_csv(settings: Settings, path: Path) -> tuple[int, int]:
    """Adds the outcomes of a CSV file with these columns (outcome_id and note may be missing); all or none.

    Returns how many were added, and how many were there already. ConfigError names the first line that is wrong.
    """
    return FILE.import_csv(settings, path, optional=("outcome_id", "note"))


def remove_forgotten(settings: Settings, forgotten: Forgotten) -> int:
    """Removes the outcomes of forgotten accounts, and masks their handles in notes. Returns how many changed."""
    return FILE.remove_forgotten(settings, forgotten)
