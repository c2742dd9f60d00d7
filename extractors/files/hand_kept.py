"""A CSV file that people keep by hand in the home: it outlives every rebuild of the warehouse.

Each of its rows is about one account. It is written by commands and in spreadsheets alike: no cell of it is a formula,
what is wrong with it is said with its line, and it is replaced in one step.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import Field, asdict, dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from filelock import FileLock

from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from rapport.networks import NETWORKS, AccountRef
from rapport.on_disk import make_home, write_bytes
from rapport.spreadsheets import as_meant, as_text

EARLIEST = min(network.began_at for network in NETWORKS.values()).date()
# The six bases of article 6 of the GDPR.
CONSENT_BASES = (
    "consent", "contract", "legal obligation", "vital interests", "public task", "legitimate interests",
)  # fmt: skip


class Entry:
    """One row of such a file, as a frozen dataclass. `handle` is an account as rapport.toml names one."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    client_id: str
    handle: str
    consent_basis: str
    note: str

    @property
    def about(self) -> AccountRef:
        """The account that `handle` names."""
        return AccountRef.parse(self.handle)


Kept = TypeVar("Kept", bound=Entry)


@dataclass(frozen=True)
class HandKept(Generic[Kept]):
    """Such a file, and the entries in it.

    `noun` is what people call an entry; `day` and `key` are its columns with a day and with its id. `check` raises
    ConfigError for values that an entry can't have.
    """

    name: str
    noun: str
    kind: type[Kept]
    key: str
    day: str
    check: Callable[[Kept], None] = lambda entry: None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file."""
        return tuple(column.name for column in fields(self.kind))

    def path_of(self, settings: Settings) -> Path:
        """Where the file lies."""
        return settings.home / self.name

    def read(self, settings: Settings) -> list[Kept]:
        """All entries, by day. ConfigError names file, line and what is wrong with it."""
        path = self.path_of(settings)
        return sorted(self._rows(path), key=self._order) if path.exists() else []

    def new(self, settings: Settings, values: dict[str, str]) -> Kept:
        """An entry, checked; its id follows from what it says, so the same one is known again.

        Raises ConfigError for an unknown client, a missing consent basis, and a day that is none, lies in the future,
        or was before any network.
        """
        values = {name: values.get(name, "").strip() for name in self.columns}
        settings.config.client(values["client_id"])
        if not values["consent_basis"]:
            raise ConfigError(
                f"there is no consent basis for what is said of {values['handle']}",
                f"say on what basis it may be kept, with --basis: {', '.join(CONSENT_BASES)}; without one, leave it "
                "out",
            )
        said = [value for name, value in values.items() if name not in (self.key, "consent_basis")]
        values[self.key] = values[self.key] or _id(*said)
        entry = self._entry(values)
        if self.is_to_come(settings, entry):
            raise ConfigError(
                f"{values[self.day]} is in the future, and {_article(self.noun)} is of what took place",
                "log it when it has taken place",
            )
        if self.day_of(entry) < EARLIEST:
            raise ConfigError(f"{values[self.day]} was before any network", "see that the year is right")
        return entry

    def is_to_come(self, settings: Settings, entry: Kept) -> bool:
        """Whether its day has begun nowhere on earth yet."""
        return self.day_of(entry) > settings.now().date() + timedelta(days=1)

    def add(self, settings: Settings, entries: Iterable[Kept]) -> list[Kept]:
        """Adds those that are not there yet, all or none; returns them."""
        with self._locked(settings):
            before = self.read(settings)
            known = {self.id_of(entry) for entry in before}
            new_ones = {self.id_of(entry): entry for entry in entries if self.id_of(entry) not in known}
            added = list(new_ones.values())
            if added:
                self._write(settings, [*before, *added])
        return added

    def edit(self, settings: Settings, entry_id: str, **changes: str | None) -> Kept:
        """Changes some of an entry's columns; its id stays. ConfigError if there is none of that id."""
        with self._locked(settings):
            before = self.read(settings)
            found = self._find(before, entry_id)
            given = {name: value for name, value in changes.items() if value is not None}
            changed = self.new(settings, {name: str(value) for name, value in asdict(found).items()} | given)
            self._write(settings, [changed if entry is found else entry for entry in before])
        return changed

    def remove(self, settings: Settings, entry_id: str) -> Kept:
        """Takes an entry out of the file. ConfigError if there is none of that id."""
        with self._locked(settings):
            before = self.read(settings)
            found = self._find(before, entry_id)
            self._write(settings, [entry for entry in before if entry is not found])
        return found

    def import_csv(self, settings: Settings, path: Path, optional: Iterable[str]) -> tuple[int, int]:
        """Adds the entries of a CSV file with these columns, of which some may be missing; all or none.

        Returns how many were added, and how many were there already. ConfigError names the first line that is wrong.
        """
        found = []
        for line, row in self._lines(path, set(self.columns) - set(optional)):
            try:
                found.append(self.new(settings, {name: row.get(name) or "" for name in self.columns}))
            except ConfigError as problem:
                raise ConfigError(f"{path}:{line}: {problem.message}", problem.remedy) from problem
        added = self.add(settings, found)
        return len(added), len(found) - len(added)

    def ids_about(self, settings: Settings, forgotten: Forgotten) -> set[str]:
        """Ids of the entries about forgotten accounts."""
        return {self.id_of(entry) for entry in self.read(settings) if _names(entry.about, forgotten)}

    def remove_forgotten(self, settings: Settings, forgotten: Forgotten) -> int:
        """Removes what is about forgotten accounts, and masks their handles in notes. Returns how many changed.

        What a killed process had written beside the file goes whole.
        """
        drafts = f".{Path(self.name).stem}.*.tmp"
        if not self.path_of(settings).exists() and not any(settings.home.glob(drafts)):
            return 0
        with self._locked(settings):
            for leftover in settings.home.glob(drafts):  # nobody writes while we hold the lock
                leftover.unlink()
            before = self.read(settings)
            kept = [self._masked(entry, forgotten) for entry in before if not _names(entry.about, forgotten)]
            changed = sum(entry not in before for entry in kept) + len(before) - len(kept)
            if changed:
                self._write(settings, kept)
        return changed

    def names(self, entry: Kept, forgotten: Forgotten) -> bool:
        """Whether a text of the entry has a forgotten handle in it."""
        return self._masked(entry, forgotten) != entry

    def _masked(self, entry: Kept, forgotten: Forgotten) -> Kept:
        texts = {
            name: forgotten.mask(value)
            for name, value in asdict(entry).items()
            if isinstance(value, str) and name not in (self.key, "client_id", "handle")
        }
        return replace(entry, **texts)

    def _rows(self, path: Path) -> list[Kept]:
        entries: dict[str, Kept] = {}
        for line, row in self._lines(path, set(self.columns)):
            try:
                entry = self._entry({name: (row[name] or "").strip() for name in self.columns})
                entry_id = self.id_of(entry)
                if not entry_id or entry_id in entries:
                    said = (
                        f"an earlier row has the {self.key} '{entry_id}', too"
                        if entry_id
                        else f"there is no {self.key}"
                    )
                    raise ConfigError(said, "give each row its own")
            except ConfigError as problem:
                raise ConfigError(f"{path}:{line}: {problem.message}", problem.remedy) from problem
            entries[entry_id] = entry
        return list(entries.values())

    def _lines(self, path: Path, needed: set[str]) -> list[tuple[int, dict[str, str | None]]]:
        """The rows of a CSV file with the line each ends on."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                missing = sorted(needed - set(reader.fieldnames or ()))
                if missing:
                    raise ConfigError(
                        f"{path} has no column {', '.join(missing)}",
                        f"its first line names the columns: {','.join(self.columns)}",
                    )
                return [
                    (reader.line_num, {name: as_meant(cell) for name, cell in row.items()}) for row in reader
                ]
        except (OSError, UnicodeDecodeError, csv.Error) as problem:
            raise ConfigError(
                f"{path} cannot be read", "give a CSV file in UTF-8", detail=problem
            ) from problem

    def _entry(self, values: dict[str, str]) -> Kept:
        entry = self.kind(**values | {self.day: _day(values[self.day])})
        self.check(entry)
        if entry.consent_basis and entry.consent_basis not in CONSENT_BASES:
            raise ConfigError(
                f"'{entry.consent_basis}' is no consent basis",
                f"the bases there are: {', '.join(CONSENT_BASES)}",
            )
        try:
            AccountRef.parse(entry.handle)
        except ValueError as problem:
            raise ConfigError(
                f"'{entry.handle}' names nobody",
                "write @handle, or the account's id as digits; of another network, network:@handle",
                detail=problem,
            ) from problem
        return entry

    def id_of(self, entry: Kept) -> str:
        """The entry's id."""
        return str(getattr(entry, self.key))

    def day_of(self, entry: Kept) -> date:
        """The day that the entry is of."""
        found: date = getattr(entry, self.day)
        return found

    def _order(self, entry: Kept) -> tuple[date, str]:
        return self.day_of(entry), self.id_of(entry)

    def _find(self, entries: list[Kept], entry_id: str) -> Kept:
        for entry in entries:
            if self.id_of(entry) == entry_id:
                return entry
        raise ConfigError(
            f"there is no {self.noun} {entry_id}", f"`rapport {self.noun} list` shows those there are"
        )

    def _locked(self, settings: Settings) -> FileLock:
        make_home(settings)
        return FileLock(settings.home / f"{self.name}.lock", timeout=30)

    def _write(self, settings: Settings, entries: list[Kept]) -> None:
        """Replaces the file in one step; only its owner may read it."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self.columns)
        writer.writeheader()
        writer.writerows(
            {name: as_text(str(value)) for name, value in asdict(entry).items()}
            for entry in sorted(entries, key=self._order)
        )
        write_bytes(self.path_of(settings), text.getvalue().encode(), mode=0o600)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ConfigError(f"'{text}' is no day", "write it as 2026-11-23") from problem


def _id(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:8]


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _names(account: AccountRef, forgotten: Forgotten) -> bool:
    """Whether somebody who is to be forgotten is meant."""
    of_network = forgotten.on(account.network)
    return (
        account.account_id in of_network.account_ids or (account.handle or "").lower() in of_network.handles
    )
