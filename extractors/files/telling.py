"""What the files that people keep by hand hold about somebody."""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from extractors.files import notes, outcomes
from extractors.files.hand_kept import HandKept, Kept
from extractors.topics import corrections
from rapport.config import Settings
from rapport.held import Held, Subject
from rapport.networks import AccountRef, parts

# Of outcomes and notes: whom they are about, and who is named in one about somebody else.
ABOUT = "what was kept by hand"
NAMING = "what was kept by hand about others, and names the person"
_SOURCE = "written by the users of Rapport"


def tell(settings: Settings, subject: Subject) -> Iterator[Held]:
    """Outcomes and notes about them or naming them, answers about topics of their posts, and the entries of
    rapport.toml that name one of the accounts."""
    yield from _in_file(settings, outcomes.FILE, subject)
    yield from _in_file(settings, notes.FILE, subject)
    corrected = [asdict(one) for one in corrections.read(settings) if parts(one.post) in subject.about.posts]
    if corrected:
        yield Held(corrections.NAME, "what their posts are about", _SOURCE, corrected)
    if settings.config_path.exists():
        named = list(
            _entries(tomllib.loads(settings.config_path.read_text(encoding="utf-8-sig")), "", subject)
        )
        if named:
            yield Held(
                settings.config_path.name,
                "entries that name the person",
                _SOURCE,
                named,
            )


def _in_file(settings: Settings, file: HandKept[Kept], subject: Subject) -> Iterator[Held]:
    entries = file.read(settings)
    about = [asdict(entry) for entry in entries if _is_theirs(entry.about, subject)]
    if about:
        yield Held(file.name, ABOUT, _SOURCE, about)
    others = [entry for entry in entries if not _is_theirs(entry.about, subject)]
    naming = [asdict(entry) for entry in others if file.names(entry, subject.about)]
    if naming:
        yield Held(file.name, NAMING, _SOURCE, naming)


def _is_theirs(account: AccountRef, subject: Subject) -> bool:
    if account.account_id:
        return (account.network, account.account_id) in subject.about.accounts
    return (account.network, (account.handle or "").lower()) in subject.about.handles


def _entries(value: Any, where: str, subject: Subject) -> Iterator[dict[str, Any]]:
    """Every table that names one of the accounts, and where it stands; of a list alone the list's table."""
    if isinstance(value, dict):
        names = [
            text
            for one in value.values()
            for text in (one if isinstance(one, list) else [one])
            if isinstance(text, str) and _names(text, subject)
        ]
        if names:
            plain = {
                key: one for key, one in value.items() if not isinstance(one, dict) and not _has_tables(one)
            }
            yield {"where": where.lstrip("."), "entry": plain}
        for key, one in value.items():
            yield from _entries(one, f"{where}.{key}", subject)
    elif isinstance(value, list):
        for one in value:
            yield from _entries(one, where, subject)


def _has_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _names(text: str, subject: Subject) -> bool:
    try:
        return _is_theirs(AccountRef.parse(text), subject)
    except ValueError:
        return False
