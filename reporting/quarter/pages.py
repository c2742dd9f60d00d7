"""The quarter pages of a client: which are due, and how they are drawn.

    published/reports/<client>/<quarter>/index.html   like 2026-Q4; and in the client's own folder

The page of the quarter that the report's week belongs to is written with every report. An earlier one is written until
it is final: over, its last answers settled.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
from jinja2 import Environment

from reporting.client import Client
from reporting.page import draw
from reporting.quarter import words
from reporting.quarter.calendar import Quarter, quarter_of
from reporting.quarter.charts import charts
from reporting.quarter.query import quarters_of, read_quarter
from reporting.quarter.record import QuarterView
from reporting.sections.goals import words as goal_words

_FINAL = b'<meta name="rapport-quarter" content="final">'


def read_due(
    con: duckdb.DuckDBPyConnection, client: Client, folder: Path, editions: Sequence[Path]
) -> list[QuarterView]:
    """The quarters whose pages are to be written into the client's folder, oldest first; the last is the report's own.

    `editions`: folders of frozen editions of the client, or of all clients.
    """
    if client.week is None or not client.week.is_complete_week:
        return []
    own = quarter_of(client.week.week_start_date)
    due = [
        quarter for quarter in quarters_of(con, client) if quarter < own and not _is_final(folder, quarter)
    ]
    return [read_quarter(con, client, quarter, editions) for quarter in (*due, own)]


def _is_final(folder: Path, quarter: Quarter) -> bool:
    path = folder / str(quarter) / "index.html"
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _FINAL in file.read(4096)


def draw_quarter(
    templates: Environment, client: Client, view: QuarterView, joint_people: dict[str, list[str]]
) -> bytes:
    """The page of a quarter. Within `with client.speaking():`."""
    return draw(
        templates,
        "quarter.html.j2",
        joint_people,
        client=client,
        view=view,
        definitions=client.definitions,
        sentences=words.sentences(client, view),
        charts=charts(client, view),
        say=words,
        goal_words=goal_words,
    )
