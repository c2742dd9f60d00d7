"""People by stage, over the weeks."""

from reporting.charts import Chart, complete_weeks, stacked
from reporting.client import Client
from reporting.language import _
from reporting.sections.people.record import People
from reporting.words import at_stage, stage


def charts(client: Client, data: People) -> list[Chart]:
    """Ties by stage at each week's end. The noticed are no tie yet and may be many: not drawn."""
    weeks = complete_weeks(client.weeks)
    if not weeks:
        return []
    parts = {
        "connected": [week.connected_count for week in weeks],
        "conversing": [week.conversing_count for week in weeks],
        "acquainted": [week.acquainted_count for week in weeks],
        "dormant": [week.dormant_count for week in weeks],
    }
    return [
        stacked(
            "stages",
            _("People by stage, at each week's end"),
            weeks,
            {stage(word): numbers for word, numbers in parts.items()},
            [f"--{word}" for word in parts],
            height=170,
            of_what=_("the people at each stage"),
            last=", ".join(at_stage(word, numbers[-1]) for word, numbers in parts.items()),
        )
    ]
