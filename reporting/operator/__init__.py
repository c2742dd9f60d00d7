"""The page for whoever runs Rapport: checks, costs, tables and commands, which no page for a client names.

published/reports/operator.html     one for all clients, in the folder of none: it is handed over with nothing
"""

from pathlib import Path

from jinja2 import Environment

from rapport.config import Settings
from reporting.language import SOURCE, speaking
from reporting.operator import words
from reporting.operator.query import read
from reporting.page import draw, write_page

NAME = "operator.html"


def write(settings: Settings, templates: Environment, joint_people: dict[str, list[str]]) -> Path:
    """Writes the page from the published file. Raises ReportError when one can't be read or the other not written."""
    data = read(settings)
    with speaking(SOURCE):
        page = draw(templates, "operator.html.j2", joint_people, data=data, say=words)
    return write_page(settings.reports_dir / NAME, page)
