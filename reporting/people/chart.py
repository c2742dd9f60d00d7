"""The stage of a relationship over the weeks, as a small chart.

Drawn here and not by Vega-Lite: that takes 75 ms and 10 kB a chart, six minutes for five thousand people. It ends with
the last week in which something happened, so that it stays as it is until something happens again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil

from markupsafe import Markup, escape

from reporting.language import _
from reporting.people.record import Person, TieWeek
from reporting.words import STAGES, date_only, number, stage

WEEKS_SHOWN = 52
_WEEK = timedelta(weeks=1)
# In pixels of a drawing that is as wide as its column.
_WIDTH, _CHARACTER = 340, 7.5
_LANE, _BAR = 19, 22
_LANES_END = _LANE * len(STAGES)
_MIDDLE = _LANES_END + 12 + _BAR
_HEIGHT = _MIDDLE + _BAR + 20


@dataclass(frozen=True)
class StageChart:
    """The drawn chart: legend as (css variable, word), and its rows for the table beside it."""

    title: str
    svg: Markup
    legend: list[tuple[str, str]]
    columns: list[str]
    rows: list[list[str]]


def stage_chart(person: Person) -> StageChart | None:
    """The chart; None where there is no course to see yet: in a single week nothing moves."""
    weeks = [week for week in person.weeks if week.stage in STAGES]
    if len(weeks) < 2:
        return None
    end = weeks[-1].week_start_date
    start = max(weeks[0].week_start_date, end - _WEEK * (WEEKS_SHOWN - 1))
    title = _("Stage over the weeks")
    description = _(
        "From %(start)s to %(end)s: %(stages)s. Below: posts a week, from them up, from us down.",
        start=date_only(start), end=date_only(end), stages=_course(weeks),
    )  # fmt: skip
    return StageChart(
        title=title,
        svg=_svg(weeks, start, end, title, description),
        legend=[("--them", _("from them")), ("--us", _("from us"))],
        columns=[_("week of"), _("stage"), _("from them"), _("from us")],
        rows=[
            [
                date_only(week.week_start_date),
                stage(week.stage),
                number(week.week_address_in_count),
                number(week.week_address_out_count),
            ]
            for week in reversed(weeks)
        ],
    )


def _course(weeks: Sequence[TieWeek]) -> str:
    """ "acquainted → conversing → connected", of a long course the last stages."""
    stages = [stage(word) for word, _week in groupby(week.stage for week in weeks)]
    return " → ".join(stages if len(stages) <= 8 else ["…", *stages[-8:]])


def _svg(weeks: Sequence[TieWeek], start: date, end: date, title: str, description: str) -> Markup:
    begin = _begin()
    step = (_WIDTH - begin) / ((end - start).days // 7 + 1)

    def x(day: date) -> float:
        return round(begin + max((day - start).days // 7, 0) * step, 1)

    drawn = [_lanes(begin)]
    spells = [(word, list(spell)) for word, spell in groupby(weeks, key=lambda week: week.stage)]
    ends = [spell[0].week_start_date for _, spell in spells[1:]] + [end + _WEEK]
    for at, ((word, spell), until) in enumerate(zip(spells, ends, strict=True)):
        if until <= start:
            continue
        y = _middle(word)
        left, right = x(spell[0].week_start_date), x(until)
        drawn.append(f'<path d="M{left:g} {y}H{right:g}" stroke="var(--{word})" stroke-width="9"/>')
        if at + 1 < len(spells):
            drawn.append(f'<path d="M{right:g} {y}V{_middle(spells[at + 1][0])}" stroke="var(--muted)"/>')
    shown = [week for week in weeks if week.week_start_date >= start]
    most = max([1, *(max(week.week_address_in_count, week.week_address_out_count) for week in shown)])
    width = max(min(step, 12) - 1, 0.6)
    for side, sign, counts in (
        ("them", -1, [week.week_address_in_count for week in shown]),
        ("us", 1, [week.week_address_out_count for week in shown]),
    ):
        base = _MIDDLE + sign
        bars = "".join(
            f"M{x(week.week_start_date):g} {base}v{sign * _BAR * count / most:.3g}h{width:.3g}V{base}z"
            for week, count in zip(shown, counts, strict=True)
            if count
        )
        drawn.append(f'<path d="{bars}" fill="var(--{side})"/>' if bars else "")
    drawn.append(f'<path d="M{begin} {_MIDDLE}H{_WIDTH}" stroke="var(--rule)"/>')
    drawn.append(
        f'<text x="{begin}" y="{_HEIGHT - 4}">{escape(date_only(start))}</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT - 4}" text-anchor="end">{escape(date_only(end + timedelta(days=6)))}</text>'
    )
    named = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" class="lanes"'
        f' aria-labelledby="stage-t stage-d"><title id="stage-t">{escape(title)}</title>'
        f'<desc id="stage-d">{escape(description)}</desc>{"".join(drawn)}</svg>'
    )
    return Markup(named)  # noqa: S704 - drawn from numbers, dates and our own words; no text of others


def _begin() -> int:
    """Where the weeks begin: behind the longest name of a stage, which each language has another of."""
    return ceil(max(len(stage(word)) for word in STAGES) * _CHARACTER) + 7


def _lanes(begin: int) -> str:
    """A lane for each stage, the near ones on top, with its name."""
    rules = "".join(f"M{begin} {_middle(word)}H{_WIDTH}" for word in STAGES)
    names = "".join(f'<text x="0" y="{_middle(word) + 4}">{escape(stage(word))}</text>' for word in STAGES)
    return f'<path d="{rules}" stroke="var(--rule)"/>{names}'


def _middle(word: str) -> int:
    return STAGES.index(word) * _LANE + _LANE // 2
