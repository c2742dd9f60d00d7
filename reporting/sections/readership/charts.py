"""Readers over the weeks."""

from reporting.charts import Chart, complete_weeks, stacked
from reporting.client import Client
from reporting.language import _, pgettext
from reporting.sections.readership.record import ReaderWeek
from reporting.words import number


def charts(client: Client, data: list[ReaderWeek]) -> list[Chart]:
    """Readers at each complete week's end."""
    weeks = complete_weeks(data)
    if not weeks:
        return []
    parts = {
        pgettext("readers", "stayed"): [week.stayed_count for week in weeks],
        pgettext("readers", "joined"): [week.joined_count for week in weeks],
    }
    return [
        stacked(
            "readers",
            _("Readers at each week's end"),
            weeks,
            parts,
            ["--acquainted", "--connected"],
            height=110,
            of_what=_("the people who keep coming back"),
            last=number(weeks[-1].reader_count),
        )
    ]
