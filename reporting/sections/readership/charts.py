"""Readers over the weeks."""

from reporting.charts import Chart, complete_weeks, stacked
from reporting.client import Client
from reporting.sections.readership.record import ReaderWeek


def charts(client: Client, data: list[ReaderWeek]) -> list[Chart]:
    """Readers at each complete week's end."""
    weeks = complete_weeks(data)
    if not weeks:
        return []
    parts = {
        "stayed": [week.stayed_count for week in weeks],
        "joined": [week.joined_count for week in weeks],
    }
    return [
        stacked(
            "readers",
            "Readers at each week's end",
            weeks,
            parts,
            ["--acquainted", "--connected"],
            height=110,
            of_what="the people who keep coming back",
            last=str(weeks[-1].reader_count),
        )
    ]
