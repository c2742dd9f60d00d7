"""Direct messages with the institute. Two of them lie further back than the API's 30 days."""

from __future__ import annotations

from datetime import timedelta

from emulator.model import Message
from emulator.script.writer import Writer
from emulator.snowflake import snowflake

# (days before the end of the world, from, to, text)
_MESSAGES = (
    (44, "mara_in_moss", "lichtung_inst", "May I bring my class to the plots in May?"),
    (43, "lichtung_inst", "mara_in_moss", "Gladly. Tuesdays are quiet, and the path is dry by then."),
    (12, "mara_in_moss", "lichtung_inst", "We were 24, and nobody wanted to leave. Thank you!"),
    (12, "lichtung_inst", "mara_in_moss", "They asked better questions than the review board."),
    (9, "dev_ecology", "lichtung_inst", "Is the sensor data of plot 7 free to use in a workshop?"),
    (8, "lichtung_inst", "dev_ecology", "It is, with a link back. Tell us how it went."),
    (3, "dev_ecology", "lichtung_inst", "Went well, slides are with you by Friday."),
)


def write(writer: Writer) -> list[Message]:
    """All of them, oldest first. Draws nothing from the world's randomness, and is no part of its truth."""
    made = []
    for number, (days, sender, receiver, text) in enumerate(_MESSAGES):
        at = writer.until - timedelta(days=days, hours=11, minutes=-7 * number)
        made.append(
            Message(snowflake(at, number), writer.accounts[sender], writer.accounts[receiver], text, at)
        )
    return sorted(made, key=lambda message: message.at)
