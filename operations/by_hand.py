"""For `rapport doctor`: whether the files that people make by hand can be used, and blocks of rapport.toml that come to
nothing.

A fault in a list stops the next build. A logo or foreword that can't be used is missing on the next board pages, and
`rapport report` ends with an error.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from extractors.files import notes, outcomes
from extractors.state.store import is_made, open_state
from extractors.topics import corrections
from extractors.topics.corrections import Correction
from operations.health import Finding
from rapport.config import Settings
from rapport.config_faults import place
from rapport.config_lines import Lines, Place
from rapport.errors import RapportError
from rapport.networks import AccountRef
from reporting.board import foreword, looks

# <client>.md, or <client>.2026-W47.md
_FOREWORD = re.compile(r"([a-z0-9_-]+)(?:\.\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3]))?\.md")


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at the lists, and at what stands on board pages. Nothing is changed."""
    yield _named(settings)
    yield _lists(settings)
    yield _for_board_pages(settings)


def _named(settings: Settings) -> Finding:
    """Accounts that rapport.toml names twice for a client, be it as one of ours, as far as is known which account a
    handle is. One of ours that is written alike among those we seek can't be loaded."""
    subject, named = "named twice", [one for one in settings.config.places if one[0][0] == "clients"]
    key_of = _keys(settings, [account for _, account in named])
    first: dict[object, tuple[Place, AccountRef]] = {}
    twice: list[tuple[Place, AccountRef, Place, AccountRef]] = []
    for where, account in named:
        before = first.setdefault((where[1], key_of(account)), (where, account))
        if before[0] != where:
            twice.append((where, account, *before))
    if not twice:
        return Finding(subject, "ok", "rapport.toml names no account of a client's twice")
    lines = Lines(settings.config_path.read_text(encoding="utf-8-sig"))
    seen = [
        f"{place(settings.config_path, lines, where)} names {account}, as {'.'.join(map(str, there))} in line "
        f"{lines.of(there)} does" + (f" ({before})" if before.key != account.key else "")
        for where, account, there, before in twice
    ]
    return Finding(
        subject, "warning", "; ".join(seen),
        "keep one of them: nobody has a tie with themselves, and of two reasons and topics one is shown",
    )  # fmt: skip


def _keys(settings: Settings, accounts: list[AccountRef]) -> Callable[[AccountRef], tuple[str, str]]:
    """What is equal for two accounts that are the same: handles are looked up where that has been done before."""
    ids: dict[tuple[str, str], str] = {}
    # what is wrong with the store is said where it is looked at
    with suppress(RapportError, SQLAlchemyError, OSError, ImportError):
        if not is_made(settings):
            return lambda account: account.key
        with open_state(settings) as state:
            for network in {account.network for account in accounts}:
                handles = [one.handle for one in accounts if one.network == network and one.handle]
                ids |= {
                    AccountRef(network, handle).key: account_id
                    for handle, account_id in state.account_ids(network, handles).items()
                }
    return lambda account: (account.network, ids.get(account.key, account.key[1]))


def _lists(settings: Settings) -> Finding:
    """The lists as the next build reads them, and rows of them that no report would show."""
    subject = "lists by hand"
    reads: dict[str, Callable[[Settings], Iterable[outcomes.Outcome | notes.Note | Correction]]] = {
        outcomes.FILE.name: outcomes.FILE.read,
        notes.FILE.name: notes.FILE.read,
        corrections.NAME: corrections.read,
    }
    there = {name: partial(read, settings) for name, read in reads.items() if (settings.home / name).exists()}
    if faults := _faults(there.values()):
        return _together(subject, faults)
    clients = {client.id for client in settings.config.clients}
    topics = {
        (client.id, topic.name.lower()) for client in settings.config.clients for topic in client.topics
    }
    seen, unknown = list[str](), list[str]()
    for name, read in there.items():
        rows = list(read())
        seen.append(f"{name} ({len(rows):,})")
        known = [
            (row.client_id, row.topic.lower()) in topics
            if isinstance(row, Correction)
            else row.client_id in clients
            for row in rows
        ]
        if count := known.count(False):
            unknown.append(f"{count:,} of {len(rows):,} rows of {settings.home / name}")
    if unknown:
        return Finding(
            subject, "warning", f"rapport.toml does not name the client or topic of {' and '.join(unknown)}",
            "correct these rows or remove them: they stand in no report",
        )  # fmt: skip
    return Finding(subject, "ok", f"can be read: {', '.join(seen)}" if seen else "there are none")


def _for_board_pages(settings: Settings) -> Finding:
    """Logos and forewords, as the board page reads them."""
    subject, clients = "logos and forewords", settings.config.clients
    logos = [partial(looks.logo, settings, client) for client in clients if client.logo]
    forewords = foreword.paths(settings)
    if faults := _faults([*logos, *(partial(foreword.text_of, path) for path in forewords)]):
        return _together(subject, faults)
    names = [(path, _FOREWORD.fullmatch(path.name)) for path in forewords]
    ids = {client.id for client in clients}
    if strangers := [str(path) for path, named in names if named is None or named[1] not in ids]:
        return Finding(
            subject, "warning", f"no client of rapport.toml is called as {', '.join(strangers)}",
            "name a foreword <client>.md, or <client>.2026-W47.md for one week: no page has it else",
        )  # fmt: skip
    count = len(logos) + len(forewords)
    return Finding(subject, "ok", f"all {count:,} can be used" if count else "there are none")


def _faults(reads: Iterable[Callable[[], object]]) -> list[RapportError]:
    faults: list[RapportError] = []
    for read in reads:
        try:
            read()
        except RapportError as problem:
            faults.append(problem)
    return faults


def _together(subject: str, faults: list[RapportError]) -> Finding:
    """All faults as one finding."""
    remedies = dict.fromkeys(fault.remedy for fault in faults)
    return Finding(subject, "error", "; ".join(fault.words for fault in faults), "; ".join(remedies))
