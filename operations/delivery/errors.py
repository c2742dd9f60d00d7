"""What can keep a message from arriving."""

from rapport.errors import RapportError

UNKNOWN_REMEDY = (
    "ask the recipient. `rapport deliver --again` sends what may not have arrived once more, "
    "`rapport deliver --arrived` notes it as sent"
)


class NotDelivered(RapportError):
    """A server did not take a message. Nothing of it has arrived, so it may be sent again."""

    exit_code = 9


class NotKnown(RapportError):
    """A message may have arrived, or may not: the connection, or this program, ended in the midst of sending it."""

    exit_code = 9


class DeliveryRefused(RapportError):
    """What is published must not be sent: a rule of the checks blocks what is newer."""

    exit_code = 5
