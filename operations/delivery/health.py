"""How deliveries stand: whether servers and webhooks are there, and what of late may not have arrived."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

import sqlalchemy as sa

from extractors.state.store import is_made, open_state
from operations.delivery import chat, mail
from operations.delivery.days import is_over
from operations.delivery.errors import UNKNOWN_REMEDY, NotDelivered
from operations.delivery.ledger import FAILED, SENDING, SENT, Ledger, digest
from operations.delivery.overdue import overdue
from operations.health import Finding
from rapport.config import Settings
from rapport.errors import ConfigError, RapportError, first_line

# Of how long it is said what was sent.
RECENT = timedelta(days=7)
# No words of the ledger's: it was never tried, or can't be yet.
UNSENT, WAITING = "unsent", "waiting"
_REMEDIES = {
    FAILED: "`rapport deliver` says why, and tries again",
    UNSENT: "`rapport deliver` sends it, or says why it can't; by itself the DAG `delivery` does, where it is on",
    WAITING: "once all of the week is published, `rapport edition` freezes it, and `rapport deliver` sends what is due",
    SENDING: UNKNOWN_REMEDY,
}


@dataclass(frozen=True)
class Left:
    """A message that was not taken (`failed`), of which nobody knows whether it arrived (`sending`), or that should
    have been sent at that time and was not (`unsent`), or can't be (`waiting`), with the reason.
    """

    client_id: str
    what: str
    of: str
    recipient: str  # as rapport.toml has it; "" where it names nobody of that hash
    state: str
    at: datetime
    why: str = ""

    @property
    def words(self) -> str:
        to = self.recipient or "somebody whom rapport.toml no longer names"
        said = {
            FAILED: "was not taken at",
            SENDING: "may have arrived: its sending was cut short at",
            UNSENT: "was not sent, and should have been at",
            WAITING: f"can't be sent, as {self.why}, and should have been at",
        }[self.state]
        return f"{self.client_id}, {self.what} of {self.of}, to {to}: {said} {self.at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Recent:
    """What became of the messages of the last days. `left`: those about which something can be done; `lost_count`:
    those of earlier days and weeks that did not arrive or may not have, and are not due any more.
    """

    sent_count: int
    left: tuple[Left, ...]
    lost_count: int = 0

    @property
    def words(self) -> str:
        count = Counter(one.state for one in self.left)
        parts = [
            f"{self.sent_count:,} sent in the last {RECENT.days} days, {count[FAILED]:,} not taken, "
            f"{count[SENDING]:,} may have arrived"
        ]
        if unsent := count[UNSENT] + count[WAITING]:
            parts.append(f"{unsent:,} should have been sent and were not")
        if self.lost_count:
            parts.append(
                f"{self.lost_count:,} of earlier days or weeks may not have arrived, and are not due any more"
            )
        return ", ".join(parts)

    @property
    def remedies(self) -> str:
        """What to do about those that are left."""
        states = {one.state for one in self.left}
        return "; ".join(remedy for state, remedy in _REMEDIES.items() if state in states)


def recent(settings: Settings) -> Recent | None:
    """None where rapport.toml sends nothing to anybody. Opening the state store may fail as it does for others."""
    named = _recipients(settings)
    return _recent(settings, named) if named else None


def _recent(settings: Settings, named: list[str]) -> Recent:
    if not is_made(settings):
        return Recent(0, ())
    by_digest, now = {digest(to.lower()): to for to in named}, settings.now()
    with open_state(settings) as state:
        ledger = Ledger(state.engine, settings.now)
        rows = ledger.since(now - RECENT)
        unsent = [
            Left(key.client_id, key.what, key.of, key.recipient, WAITING if why else UNSENT, at, why)
            for key, at, why in overdue(settings, ledger)
        ]
    open_rows = [row for row in rows if row.state != SENT]
    left = [
        Left(
            row.client_id,
            row.what,
            row.of,
            by_digest.get(row.recipient_sha256, ""),
            row.state,
            row.updated_at,
        )
        for row in open_rows
        if not is_over(row.what, row.of, now)
    ]
    sent_count, lost_count = len(rows) - len(open_rows), len(open_rows) - len(left)
    return Recent(sent_count, (*left, *unsent), lost_count)


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
