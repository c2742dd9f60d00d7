"""The tables of rapport.toml about what is sent: [delivery] for the house, [[clients.deliveries]] for each client."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from rapport.config_faults import FaultAt
from rapport.config_values import MailAddress, Strict

# What is sent, and what people call it.
BOARD, DAY, WORKBOOK = "board", "day", "workbook"
What = Literal["board", "day", "workbook"]
# Who takes messages by an incoming webhook.
SLACK, TEAMS = "slack", "teams"
_CHAT = re.compile(rf"^({SLACK}|{TEAMS}):([a-z0-9][a-z0-9_-]{{0,39}})$")


def _website(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:  # brackets around what is no address of IPv6
        parts = urlsplit("")
    if value and (
        parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError(f"'{value}' is no address of a website; write it as https://reports.example.org")
    return value.rstrip("/")


# Where pages can be read, without a slash at its end; "" for nowhere.
Website = Annotated[str, AfterValidator(_website)]


class Delivery(Strict):
    """How messages leave the house, whoever they are for."""

    # Whom mails are from. The server stands in RAPPORT_SMTP_URL, or in Airflow's connection `smtp_default`.
    sender: MailAddress | None = None
    # Where `published/reports` can be read. It is of all clients: nobody is led there but those under `agency`.
    pages_at: Website = ""
    # Who of those that get messages may see all clients: mail addresses and chats, as [[clients.deliveries]] has them.
    agency: list[str] = Field(default=[])


class Recipients(Strict):
    """What of a client's is sent, and to whom.

    `board`: the board page, once the week's edition stands. `day`: who waits and whom we are losing, each day.
    `workbook`: all lists as a spreadsheet, with the edition.
    """

    what: list[What] = Field(min_length=1)
    mail: list[MailAddress] = Field(default=[])
    # slack:<name> or teams:<name>: the webhook's secret address stands in RAPPORT_CHAT_WEBHOOKS under that name.
    chat: list[str] = Field(default=[])
    # On Saturday and Sunday, too; of the list of the day only.
    weekends: bool = False

    @field_validator("chat")
    @classmethod
    def _names_webhooks(cls, value: list[str]) -> list[str]:
        for number, name in enumerate(value):
            if not _CHAT.match(name):
                raise FaultAt(f"'{name}' names no chat; write slack:name or teams:name", (number,))
        return value

    @model_validator(mode="after")
    def _arrives(self) -> "Recipients":
        if not self.mail and not self.chat:
            raise FaultAt("nobody gets it; name somebody under mail or chat", ("what",))
        if self.chat and WORKBOOK in self.what:
            said = "a webhook takes no files; send the workbook by mail, in a block of its own"
            raise FaultAt(said, ("chat",))
        return self


def chat_of(name: str) -> tuple[str, str]:
    """ "slack:press" → what kind of chat it is, and the name of its webhook."""
    kind, _, webhook = name.partition(":")
    return kind, webhook
