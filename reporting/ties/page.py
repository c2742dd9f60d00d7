"""Writes the picture of a client's ties and the file for Gephi, where they would not come out as they are."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment

from reporting.client import Client
from reporting.page import draw, write_page
from reporting.ties import words
from reporting.ties.gexf import gexf
from reporting.ties.layout import NAME_FROM, NAME_LENGTH, layout
from reporting.ties.record import Tie, Ties

PAGE, FILE = "ties.html", "ties.gexf"


def write_ties(templates: Environment, client: Client, ties: Ties, places: Sequence[Path]) -> list[Path]:
    """Writes both into each place (the folders of the client's reports); returns what was written.

    What is there and would come out the same is left as it is. Raises ReportError when a file can't be written.
    """
    drawn = ties.drawn
    arranged = layout(drawn)
    at = arranged.places
    numbers = {person_id: number for number, person_id in enumerate(at, start=1)}

    def address(tie: Tie) -> str | None:
        return client.person_url(tie.person_id) or client.profile_url(tie.person_id, tie.handle)

    page = draw(
        templates, "ties.html.j2", client.joint_people,
        client=client, drawn=drawn, layout=arranged, places=at, numbers=numbers, say=words, address=address,
        name_from=NAME_FROM, name_length=NAME_LENGTH,
    )  # fmt: skip
    written = []
    for name, content in ((PAGE, page), (FILE, gexf(client, ties))):
        for place in places:
            path = place / name
            if not path.is_file() or path.read_bytes() != content:
                written.append(write_page(path, content))
    return written
