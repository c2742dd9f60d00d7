"""Outcomes, logged by hand: `RAPPORT_HOME/outcomes.csv`, which outlives every rebuild of the warehouse.

A person is named only where it is said on what basis that may be kept (`consent_basis`). Without one a row that
somebody wrote into the file by hand counts as an outcome, and is never joined to a person.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path

from filelock import FileLock

from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from rapport.networks import NETWORKS, AccountRef
from rapport.on_disk import make_home, write_bytes

KINDS = ("meeting", "call", "introduction", "collaboration", "coverage", "lead", "customer")
EARLIEST = min(network.began_at for network in NETWORKS.values()).date()
# The six bases of article 6 of the GDPR.
CONSENT_BASES = (
    "consent", "contract", "legal obligation", "vital interests", "public task", "legitimate interests",
)  # fmt: skip

# What a killed process leaves beside the file; of earlier versions of Rapport, too.
_DRAFTS = ".outcomes.*.tmp"


@dataclass(frozen=True)
class Outcome:
    """One outcome; `handle` is an account as rapport.toml names one, dates are days without a time zone."""

    outcome_id: str
    client_id: str
    kind: str
    occurred_date: date
    handle: str
    consent_basis: str
    note: str

    @property
    def about(self) -> AccountRef:
        """The account that `handle` names."""
        return AccountRef.parse(self.handle)


# How a formula begins, also in the wide signs of East Asia; and a text that has got an apostrophe because of it.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
COLUMNS = tuple(column.name for column in fields(Outcome))


def path_of(settings: Settings) -> Path:
    """The file that outcomes stand in."""
    return settings.home / "outcomes.csv"


def read(settings: Settings) -> list[Outcome]:
    """All outcomes, by date. ConfigError names file, line and what is wrong with it."""
    path = path_of(settings)
    return sorted(_rows(path), key=_order) if path.exists() else []


def new(
    settings: Settings,
    *,
    client_id: str,
    kind: str,
    occurred_date: str,
    handle: str,
    consent_basis: str,
    note: str = "",
    outcome_id: str = "",
) -> Outcome:
    """An outcome, checked; its id follows from what it says, so the same one is known again.

    Raises ConfigError for an unknown client or kind, a missing consent basis, and a date that is none, lies in the
    future, or was before any network.
    """
    values = (client_id, kind, occurred_date, handle, consent_basis, note)
    client_id, kind, occurred_date, handle, consent_basis, note = (value.strip() for value in values)
    settings.config.client(client_id)
    if not consent_basis:
        raise ConfigError(
            f"there is no consent basis for what is said of {handle}",
            f"say on what basis it may be kept, with --basis: {', '.join(CONSENT_BASES)}; without one, leave it out",
        )
    outcome_id = outcome_id.strip() or _id(client_id, kind, occurred_date, handle, note)
    outcome = Outcome(outcome_id, client_id, kind, _day(occurred_date), handle, consent_basis, note)
    if is_to_come(settings, outcome):
        raise ConfigError(
            f"{occurred_date} is in the future, and an outcome is what took place",
            "log it when it has taken place",
        )
    if outcome.occurred_date < EARLIEST:
        raise ConfigError(f"{occurred_date} was before any network", "see that the year is right")
    return _checked(outcome)


def is_to_come(settings: Settings, outcome: Outcome) -> bool:
    """Whether its day has begun nowhere on earth yet."""
    return outcome.occurred_date > settings.now().date() + timedelta(days=1)


def add(settings: Settings, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Adds those that are not there yet, all or none; returns them."""
    with _locked(settings):
        before = read(settings)
        known = {outcome.outcome_id for outcome in before}
        new_ones = {outcome.outcome_id: outcome for outcome in outcomes if outcome.outcome_id not in known}
        added = list(new_ones.values())
        if added:
            _write(settings, [*before, *added])
    return added


def edit(settings: Settings, outcome_id: str, **changes: str | None) -> Outcome:
    """Changes some of an outcome's columns; its id stays. ConfigError if there is none of that id."""
    with _locked(settings):
        before = read(settings)
        found = _find(before, outcome_id)
        given = {name: value for name, value in changes.items() if value is not None}
        changed = new(settings, **{name: str(value) for name, value in asdict(found).items()} | given)
        _write(settings, [changed if outcome is found else outcome for outcome in before])
    return changed


def remove(settings: Settings, outcome_id: str) -> Outcome:
    """Takes an outcome out of the file. ConfigError if there is none of that id."""
    with _locked(settings):
        before = read(settings)
        found = _find(before, outcome_id)
        _write(settings, [outcome for outcome in before if outcome is not found])
    return found


def import_csv(settings: Settings, path: Path) -> tuple[int, int]:
    """Adds the outcomes of a CSV file with these columns (outcome_id may be missing); all or none.

    Returns how many were added, and how many were there already. ConfigError names the first line that is wrong.
    """
    found = []
    for line, row in _lines(path, set(COLUMNS) - {"outcome_id", "note"}):
        try:
            found.append(new(settings, **{name: row.get(name) or "" for name in COLUMNS}))
        except ConfigError as problem:
            raise ConfigError(f"{path}:{line}: {problem.message}", problem.remedy) from problem
    added = add(settings, found)
    return len(added), len(found) - len(added)


def remove_forgotten(settings: Settings, forgotten: Forgotten) -> int:
    """Removes the outcomes of forgotten accounts, and masks their handles in notes. Returns how many changed.

    What a killed process had written beside the file goes whole.
    """
    path = path_of(settings)
    if not path.exists() and not any(settings.home.glob(_DRAFTS)):
        return 0
    with _locked(settings):
        for leftover in settings.home.glob(_DRAFTS):  # nobody writes while we hold the lock
            leftover.unlink()
        before = read(settings)
        kept = [
            replace(outcome, note=forgotten.mask(outcome.note))
            for outcome in before
            if not _names(outcome.about, forgotten)
        ]
        changed = sum(outcome not in before for outcome in kept) + len(before) - len(kept)
        if changed:
            _write(settings, kept)
    return changed


def _rows(path: Path) -> list[Outcome]:
    outcomes = []
    for line, row in _lines(path, set(COLUMNS)):
        try:
            values = {name: (row[name] or "").strip() for name in COLUMNS}
            outcomes.append(_checked(Outcome(**values | {"occurred_date": _day(values["occurred_date"])})))  # type: ignore[arg-type]
        except ConfigError as problem:
            raise ConfigError(f"{path}:{line}: {problem.message}", problem.remedy) from problem
    ids = [outcome.outcome_id for outcome in outcomes]
    twice = sorted({outcome_id for outcome_id in ids if ids.count(outcome_id) > 1 or not outcome_id})
    if twice:
        raise ConfigError(f"{path}: two rows have the outcome_id '{twice[0]}'", "give each row its own")
    return outcomes


def _lines(path: Path, needed: set[str]) -> list[tuple[int, dict[str, str | None]]]:
    """The rows of a CSV file with the line each ends on."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = sorted(needed - set(reader.fieldnames or ()))
            if missing:
                raise ConfigError(
                    f"{path} has no column {', '.join(missing)}",
                    f"its first line names the columns: {','.join(COLUMNS)}",
                )
            return [
                (reader.line_num, {name: _as_meant(cell) for name, cell in row.items()}) for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ConfigError(f"{path} cannot be read", "give a CSV file in UTF-8", detail=problem) from problem


def _checked(outcome: Outcome) -> Outcome:
    if outcome.kind not in KINDS:
        raise ConfigError(
            f"'{outcome.kind}' is no kind of outcome", f"the kinds there are: {', '.join(KINDS)}"
        )
    if outcome.consent_basis and outcome.consent_basis not in CONSENT_BASES:
        raise ConfigError(
            f"'{outcome.consent_basis}' is no consent basis",
            f"the bases there are: {', '.join(CONSENT_BASES)}",
        )
    try:
        AccountRef.parse(outcome.handle)
    except ValueError as problem:
        raise ConfigError(
            f"'{outcome.handle}' names nobody",
            "write @handle, or the account's id as digits; of another network, network:@handle",
            detail=problem,
        ) from problem
    return outcome


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ConfigError(f"'{text}' is no day", "write it as 2026-11-23") from problem


def _id(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:8]


def _find(outcomes: list[Outcome], outcome_id: str) -> Outcome:
    for outcome in outcomes:
        if outcome.outcome_id == outcome_id:
            return outcome
    raise ConfigError(f"there is no outcome {outcome_id}", "`rapport outcome list` shows those there are")


def _order(outcome: Outcome) -> tuple[date, str]:
    return outcome.occurred_date, outcome.outcome_id


def _locked(settings: Settings) -> FileLock:
    make_home(settings)
    return FileLock(settings.home / "outcomes.csv.lock", timeout=30)


def _write(settings: Settings, outcomes: list[Outcome]) -> None:
    """Replaces the file in one step; only its owner may read it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(
        {name: _for_spreadsheets(str(value)) for name, value in asdict(outcome).items()}
        for outcome in sorted(outcomes, key=_order)
    )
    write_bytes(path_of(settings), text.getvalue().encode(), mode=0o600)


def _for_spreadsheets(cell: str) -> str:
    """A cell that a spreadsheet takes for a text. Without the apostrophe a handle or a note could be a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _as_meant(cell: str | None) -> str | None:
    """The same back; a spreadsheet may have taken the apostrophe for its own and left it out."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell) else cell


def _names(account: AccountRef, forgotten: Forgotten) -> bool:
    """Whether somebody who is to be forgotten is meant."""
    of_network = forgotten.on(account.network)
    return (
        account.account_id in of_network.account_ids or (account.handle or "").lower() in of_network.handles
    )
