"""The quarter pages of a client: which are due, and how they are drawn.

    published/reports/<client>/<quarter>/index.html   like 2026-Q4; and in the client's own folder

The page of the quarter that the report's week belongs to is written with every report. An earlier one is written until
it is final (over, its last answers settled), and again if what it tells has changed: a backfill has brought more of it.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
from jinja2 import Environment

from reporting.client import Client
from reporting.page import draw
from reporting.quarter import words
from reporting.quarter.calendar import quarter_of
from reporting.quarter.charts import charts
from reporting.quarter.query import quarters_of, read_quarter
from reporting.quarter.record import QuarterView
from reporting.sections.goals import words as goal_words


def read_due(
    con: duckdb.DuckDBPyConnection, client: Client, folder: Path, editions: Sequence[Path]
) -> list[QuarterView]:
    """The quarters whose pages are to be written into the client's folder, oldest first; the last is the report's own.

    `editions`: folders of frozen editions of the client, or of all clients.
    """
    if client.week is None or not client.week.is_complete_week:
        return []
    own = quarter_of(client.week.week_start_date)
    earlier = [quarter for quarter in quarters_of(con, client) if quarter < own]
    views = [read_quarter(con, client, quarter, editions) for quarter in (*earlier, own)]
    return [view for view in views if view.quarter == own or not _stands(folder, view)]


def _stands(folder: Path, view: QuarterView) -> bool:
    """Whether its page is final, and tells this."""
    path = folder / str(view.quarter) / "index.html"
    if not view.now.is_final or not path.is_file():
        return False
    with path.open("rb") as file:
        return f'<meta name="rapport-quarter" content="{view.mark}">'.encode() in file.read(4096)


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
