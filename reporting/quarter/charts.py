"""The weeks of both quarters as charts: those of the report, over other weeks."""

from dataclasses import replace

from reporting.charts import Chart
from reporting.client import Client
from reporting.quarter.record import QuarterView
from reporting.sections.people import charts as people
from reporting.sections.people.record import People
from reporting.sections.week import charts as week


def charts(client: Client, view: QuarterView) -> list[Chart]:
    """Talk, answers and stages; none where there is only one week."""
    of_both = replace(client, weeks=view.weeks)
    drawn = [*week.charts(of_both, None), *people.charts(of_both, People([], {}))]
    return [chart for chart in drawn if not chart.is_empty]
