"""Sends all that is due, each message once to each recipient."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from filelock import FileLock, Timeout

from extractors.state.store import open_state
from operations.delivery import chat, mail
from operations.delivery.due import Due, NotDue, find
from operations.delivery.errors import UNKNOWN_REMEDY, NotDelivered, NotKnown
from operations.delivery.ledger import FAILED, SENDING, SENT, Key, Ledger
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.on_disk import make_home

log = logging.getLogger("rapport.delivery")

_CUT_SHORT = "it is not known whether it arrived, as its sending was cut short"


@dataclass(frozen=True)
class _Problem:
    """Why one message is not known to have arrived at one recipient."""

    key: Key
    error: NotDelivered | NotKnown | ConfigError

    @property
    def words(self) -> str:
        return f"{_named(self.key)}: {self.error.message}"


@dataclass(frozen=True)
class Delivered:
    """What one run did: how many messages it sent, and how many had arrived before."""

    sent_count: int
    earlier_count: int
    not_due: tuple[NotDue, ...]


def deliver(
    settings: Settings,
    client_id: str | None = None,
    on_progress: Callable[[str], None] = log.info,
    again: bool = False,
    arrived: bool = False,
) -> Delivered:
    """Sends what is due and was not sent yet. What fails does not keep the rest from being sent.

    `again` sends once more what may have arrived, `arrived` notes it as sent. Raises NotKnown for such messages
    otherwise, NotDelivered if one was not taken, or could not be sent at all (no server or webhook is named, the
    address is none), and DeliveryRefused if the checks block.
    """
    problems: list[_Problem] = []
    sent = earlier = 0
    not_due: list[NotDue] = []
    with _alone(settings), open_state(settings) as state:
        ledger = Ledger(state.engine, settings.now)
        for found in find(settings, client_id):
            if isinstance(found, NotDue):
                not_due.append(found)
                on_progress(f"{found.client_id}, {found.what}: not sent, as {found.why}")
                continue
            for key in found.keys:
                before = ledger.state(key)
                if before == SENDING and arrived:
                    ledger.end(key, SENT)
                    before = SENT
                if before == SENT:
                    earlier += 1
                    continue
                if before == SENDING and not again:
                    problems.append(_Problem(key, NotKnown(_CUT_SHORT)))
                    continue
                try:
                    _send(settings, ledger, found, key)
                except (NotDelivered, NotKnown, ConfigError) as problem:
                    problems.append(_Problem(key, problem))
                    on_progress(problems[-1].words)
                else:
                    sent += 1
                    on_progress(f"{_named(key)}: sent")
    if problems:
        raise _together(problems)
    return Delivered(sent, earlier, tuple(not_due))


def prepared(settings: Settings, due: Due, key: Key) -> Callable[[], None]:
    """What sends one message to one recipient. Raises ConfigError or NotDelivered if it can't be sent at all."""
    message = due.to(key.recipient)
    if key.recipient in due.chat:
        address = chat.address_of(settings, key.recipient)
        return partial(chat.send, message, key.recipient, address)
    server = mail.server_of(settings)
    sender = str(settings.config.delivery.sender)
    composed = mail.compose(message, sender, key.recipient, key.digest, settings.now())
    return partial(mail.send, server, composed, key.recipient)


def _send(settings: Settings, ledger: Ledger, due: Due, key: Key) -> None:
    """One message to one recipient, with its two notes in the ledger.

    Raises ConfigError or NotDelivered before anything is written down, if it can't be sent at all.
    """
    hand_over = prepared(settings, due, key)
    ledger.begin(key)
    try:
        hand_over()
    except NotDelivered:
        ledger.end(key, FAILED)
        raise
    ledger.end(key, SENT)


def _named(key: Key) -> str:
    return f"{key.client_id}, {key.what} of {key.of}, to {key.recipient}"


def _together(problems: list[_Problem]) -> NotDelivered | NotKnown:
    """All problems as one error. It may be retried only where each of them may."""
    words = "\n".join(problem.words for problem in problems)
    remedies = [problem.error.remedy for problem in problems if problem.error.remedy]
    is_unknown = any(isinstance(problem.error, NotKnown) for problem in problems)
    if is_unknown:
        remedies.append(UNKNOWN_REMEDY)
    kind = NotKnown if is_unknown else NotDelivered
    return kind(words, "; ".join(dict.fromkeys(remedies)), detail=problems[0].error.detail)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Only one process sends at a time: so what the ledger says is being sent was cut short."""
    make_home(settings)
    lock = FileLock(settings.home / "delivery.lock", mode=0o600)
    try:
        lock.acquire(timeout=60)
    except Timeout:
        raise ConfigError(
            "another process is sending messages, and did not end within a minute", "try again when it has"
        ) from None
    try:
        yield
    finally:
        lock.release()
