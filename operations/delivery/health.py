"""How deliveries stand: whether servers and webhooks are there, and what of late may not have arrived."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

import sqlalchemy as sa

from extractors.state.store import open_state
from operations.delivery import chat, mail
from operations.delivery.errors import UNKNOWN_REMEDY, NotDelivered
from operations.delivery.ledger import FAILED, SENDING, SENT, Ledger, digest
from operations.health import Finding
from rapport.config import Settings
from rapport.errors import ConfigError, RapportError, first_line

# What was not sent by then is not due any more: a board page waits for the next Monday at most.
RECENT = timedelta(days=7)
FAILED_REMEDY = "`rapport deliver` says why, and tries again"


@dataclass(frozen=True)
class Left:
    """A message that was not taken (`failed`), or of which nobody knows whether it arrived (`sending`)."""

    client_id: str
    what: str
    of: str
    recipient: str  # as rapport.toml has it; "" where it names nobody of that hash
    state: str
    at: datetime

    @property
    def words(self) -> str:
        to = self.recipient or "somebody whom rapport.toml no longer names"
        what = "was not taken" if self.state == FAILED else "may have arrived: its sending was cut short"
        return f"{self.client_id}, {self.what} of {self.of}, to {to}: {what} at {self.at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Recent:
    """What became of the messages of the last days."""

    sent_count: int
    left: tuple[Left, ...]

    @property
    def words(self) -> str:
        count = Counter(one.state for one in self.left)
        return (
            f"{self.sent_count:,} sent in the last {RECENT.days} days, {count[FAILED]:,} not taken, "
            f"{count[SENDING]:,} may have arrived"
        )

    @property
    def remedies(self) -> str:
        """What to do about those that are left."""
        states = {one.state for one in self.left}
        by_state = ((FAILED, FAILED_REMEDY), (SENDING, UNKNOWN_REMEDY))
        return "; ".join(remedy for state, remedy in by_state if state in states)


def recent(settings: Settings) -> Recent | None:
    """None where rapport.toml sends nothing to anybody. Opening the state store may fail as it does for others."""
    named = _recipients(settings)
    return _recent(settings, named) if named else None


def _recent(settings: Settings, named: list[str]) -> Recent:
    url = sa.make_url(settings.state_url)
    if url.get_backend_name() == "sqlite" and not (settings.home / (url.database or "")).exists():
        return Recent(0, ())  # opening it would make it
    by_digest = {digest(to.lower()): to for to in named}
    with open_state(settings) as state:
        rows = Ledger(state.engine, settings.now).since(settings.now() - RECENT)
    left = [
        Left(
            row.client_id,
            row.what,
            row.of,
            by_digest.get(row.recipient_sha256, ""),
            row.state,
            row.updated_at,
        )
        for row in rows
        if row.state != SENT
    ]
    return Recent(len(rows) - len(left), tuple(left))


def examine(settings: Settings, is_offline: bool) -> Iterator[Finding]:
    """For `rapport doctor`. Nothing is sent; unless `is_offline`, a login at the mail server is tried."""
    named = _recipients(settings)
    if not named:
        yield Finding("deliveries", "ok", "nobody is named to get mails or chat messages")
        return
    if any(to.mail for client in settings.config.clients for to in client.deliveries):
        yield _mail(settings, is_offline)
    in_chats = {to for client in settings.config.clients for row in client.deliveries for to in row.chat}
    if chats := [to for to in named if to in in_chats]:
        yield _webhooks(settings, chats)
    yield _messages(settings, named)


def _recipients(settings: Settings) -> list[str]:
    rows = [to for client in settings.config.clients for to in client.deliveries]
    return list(dict.fromkeys(chain.from_iterable((*row.mail, *row.chat) for row in rows)))


def _mail(settings: Settings, is_offline: bool) -> Finding:
    subject = "mail server"
    if settings.mail_server is None:
        return Finding(
            subject, "warning", "mails are to be sent, and there is none in RAPPORT_SMTP_URL",
            "set it (docs/delivery.md); or where Airflow's connection `smtp_default` has it, its tasks find it there",
        )  # fmt: skip
    try:
        server = mail.server_of(settings)
        where = f"{server.host}:{server.port}"
        login = "with a login" if server.user and server.password else "without a login"
        if is_offline:
            return Finding(subject, "ok", f"{where}, {login}; not tried")
        mail.reach(server)
    except (ConfigError, NotDelivered) as problem:
        return Finding(subject, "error", problem.words, problem.remedy)
    return Finding(subject, "ok", f"{where} answers, {login}")


def _webhooks(settings: Settings, chats: list[str]) -> Finding:
    """By their names alone: what is posted there to try would arrive."""
    subject = "webhooks"
    if not settings.chat_webhooks:
        return Finding(
            subject, "warning", f"{', '.join(chats)} get messages, and RAPPORT_CHAT_WEBHOOKS names no webhook",
            "set it (docs/delivery.md); or where Airflow's connection `rapport_chat` has them, its tasks find them",
        )  # fmt: skip
    faults: list[ConfigError] = []
    for to in chats:
        try:
            chat.address_of(settings, to)
        except ConfigError as problem:
            faults.append(problem)
    if faults:
        return Finding(
            subject,
            "error",
            "; ".join(dict.fromkeys(fault.words for fault in faults)),
            "; ".join(dict.fromkeys(fault.remedy for fault in faults)),
        )
    return Finding(
        subject, "ok", f"there is one for each of {', '.join(chats)}; not tried, as a message would arrive"
    )


def _messages(settings: Settings, named: list[str]) -> Finding:
    subject = "deliveries"
    try:
        found = _recent(settings, named)
    except (RapportError, sa.exc.SQLAlchemyError, OSError, ImportError) as problem:
        return Finding(
            subject,
            "error",
            f"what was sent is not known: {first_line(problem)}",
            "see what is said of the state store",
        )
    if not found.left:
        return Finding(subject, "ok", found.words)
    seen = "; ".join([found.words, *(one.words for one in found.left)])
    return Finding(subject, "warning", seen, found.remedies)
