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
from operations.delivery.errors import NotDelivered, NotKnown
from operations.delivery.ledger import FAILED, SENDING, SENT, Key, Ledger
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.on_disk import make_home

log = logging.getLogger("rapport.delivery")


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
    otherwise, NotDelivered if a server did not take one, DeliveryRefused if the checks block, ConfigError if
    rapport.toml or the environment lacks what is needed.
    """
    problems: list[NotDelivered | NotKnown] = []
    sent = earlier = 0
    not_due: list[NotDue] = []
    with _alone(settings), open_state(settings) as state:
        ledger = Ledger(state.engine, settings.now)
        for found in find(settings, client_id):
            if isinstance(found, NotDue):
                not_due.append(found)
                on_progress(f"{found.client_id}, {found.what}: not sent, as {found.why}")
                continue
            _expect_ways(settings, found)
            for key in found.keys:
                before = ledger.state(key)
                if before == SENDING and arrived:
                    ledger.end(key, SENT)
                    before = SENT
                if before == SENT:
                    earlier += 1
                    continue
                if before == SENDING and not again:
                    problems.append(_unknown(key))
                    continue
                try:
                    _send(settings, ledger, found, key)
                except (NotDelivered, NotKnown) as problem:
                    on_progress(f"{_named(key)}: {problem.message}")
                    problems.append(problem)
                else:
                    sent += 1
                    on_progress(f"{_named(key)}: sent")
    if problems:
        raise _together(problems)
    return Delivered(sent, earlier, tuple(not_due))


def _send(settings: Settings, ledger: Ledger, due: Due, key: Key) -> None:
    """One message to one recipient, with its two notes in the ledger."""
    message = due.to(key.recipient)
    if key.recipient in due.chat:
        hand_over = partial(chat.send, settings, message, key.recipient)
    else:
        sender = str(settings.config.delivery.sender)
        composed = mail.compose(message, sender, key.recipient, key.digest, settings.now())
        hand_over = partial(mail.send, settings, composed)
    ledger.begin(key)
    try:
        hand_over()
    except NotDelivered:
        ledger.end(key, FAILED)
        raise
    ledger.end(key, SENT)


def _expect_ways(settings: Settings, due: Due) -> None:
    """Raises ConfigError before anything is written down, if a server or a webhook is not named."""
    if due.mail:
        mail.server_of(settings)
    for name in due.chat:
        chat.address_of(settings, name)


def _unknown(key: Key) -> NotKnown:
    return NotKnown(f"{_named(key)}: it is not known whether it arrived, as its sending was cut short")


def _named(key: Key) -> str:
    return f"{key.client_id}, {key.what} of {key.of}, to {key.recipient}"


def _together(problems: list[NotDelivered | NotKnown]) -> NotDelivered | NotKnown:
    """All problems as one error. It may be retried only where each of them may."""
    words = "\n".join(problem.message for problem in problems)
    unknown = [problem for problem in problems if isinstance(problem, NotKnown)]
    if unknown:
        return NotKnown(
            words,
            "ask the recipient. `rapport deliver --again` sends what may not have arrived once more, "
            "`rapport deliver --arrived` notes it as sent",
        )
    return NotDelivered(words, problems[0].remedy, detail=problems[0].detail)


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
