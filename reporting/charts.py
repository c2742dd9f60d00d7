"""Charts as inline SVG: specifications of Vega-Lite, drawn by vl-convert, offline and without a browser.

Colours are CSS variables of the page, so a chart has those of the text around it: light, dark, in print. The legend is
text in the page. For people who do not see a chart it has a title and a description, and the page offers its rows as a
table.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import vl_convert
from markupsafe import Markup, escape

from reporting.language import _
from reporting.weeks import Dated
from reporting.words import date_only, day_and_month, number

W = TypeVar("W", bound=Dated)
# A chart as Vega-Lite describes it: https://vega.github.io/vega-lite/docs/spec.html
Spec = dict[str, Any]

_VEGA_LITE = "6.4"  # of those that vl-convert carries
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Size:
    """How wide the plot is, in pixels; how high, compared with what the section asks for; which weeks have a label."""

    width: int
    height: float
    weeks_a_label: int


WIDE = Size(400, 1, 8)  # one column of the page, and nearly a phone's width
NARROW = Size(190, 0.7, 8)  # a third of a side of A4


@dataclass(frozen=True)
class Chart:
    """A chart: legend as (css variable, word), and its rows for the table beside it. Drawing it is what takes time."""

    key: str
    title: str
    description: str
    spec: Callable[[Size], Spec]
    legend: list[tuple[str, str]]
    columns: list[str]
    rows: list[list[str]]

    @cached_property
    def svg(self) -> Markup:
        """The chart as it stands in a column of a page."""
        return _svg(self.spec(WIDE), self.key, self.title, self.description)

    @cached_property
    def narrow_svg(self) -> Markup:
        """The chart as it stands beside two others on paper."""
        return _svg(self.spec(NARROW), self.key, self.title, self.description)

    @property
    def is_empty(self) -> bool:
        """True for a chart of nothing but zeros."""
        return all(cell == "0" for row in self.rows for cell in row[1:])


def complete_weeks(weeks: Sequence[W]) -> list[W]:
    """The weeks to draw. Not the running one, which would look like a fall; none if there is only one complete week."""
    complete = [week for week in weeks if week.is_complete_week]
    return complete if len(complete) > 1 else []


def stacked(
    key: str,
    title: str,
    weeks: Sequence[Dated],
    parts: dict[str, list[int]],
    colours: list[str],
    height: int,
    of_what: str,
    last: str,
) -> Chart:
    """One bar a week, made of the parts (word -> its number of each week). `of_what`, `last`: for the description."""
    description = _("Stacked bars, one a week, of %(of_what)s. Last: %(last)s.", of_what=of_what, last=last)
    labels = _labels(weeks)
    return Chart(
        key=key,
        title=title,
        description=description,
        spec=lambda size: _bars(labels, parts, colours, height, size, is_last=True),
        legend=list(zip(colours, parts, strict=True)),
        columns=[_("week of"), *parts],
        rows=_rows(weeks, list(parts.values())),
    )


def panels(
    key: str,
    title: str,
    weeks: Sequence[Dated],
    parts: dict[str, list[int]],
    colours: list[str],
    height: int,
    last: str,
) -> Chart:
    """A row of bars for each part, each with a scale of its own."""
    labels = _labels(weeks)
    titles = [_("%(what)s a week", what=word) for word in parts]

    def rows(size: Size) -> list[Spec]:
        return [
            _bars(
                labels,
                {word: values},
                [colour],
                height,
                size,
                is_last=at == len(parts),
                title=title,
            )
            for at, ((word, values), colour, title) in enumerate(
                zip(parts.items(), colours, titles, strict=True), start=1
            )
        ]

    description = _("Two rows of bars, one bar a week. Last: %(last)s.", last=last)
    return Chart(
        key=key,
        title=title,
        description=description,
        spec=lambda size: {"vconcat": rows(size), "spacing": 8},
        legend=[],
        columns=[_("week of"), *parts],
        rows=_rows(weeks, list(parts.values())),
    )


def _bars(
    labels: list[str],
    parts: dict[str, list[int]],
    colours: list[str],
    height: int,
    size: Size,
    is_last: bool,
    title: str | None = None,
) -> Spec:
    """Bars over the weeks; the first of the parts is at the bottom."""
    words = list(parts)
    values = [
        {"week": label, "part": word, "number": parts[word][at], "level": level}
        for at, label in enumerate(labels)
        for level, word in enumerate(words)
    ]
    top = max((sum(parts[word][at] for word in words) for at in range(len(labels))), default=0)
    # The newest week has a label, and every fourth or so before it.
    named = labels[::-1][:: size.weeks_a_label][::-1]
    x = {
        "field": "week",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "scale": {"paddingInner": 0.22, "paddingOuter": 0.1},
        "axis": {
            "values": named,
            "labelAngle": 0,
            "ticks": False,
            "labels": is_last,
            "labelPadding": 10,
            "labelOverlap": False,
        },
    }
    y = {
        "field": "number",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, max(top, 1)], "nice": True},
        "axis": {
            # no ticks between whole numbers
            "tickCount": min(max(top, 1), 3 if height > 100 else 2),
            "format": "d",
            "tickMinStep": 1,
            "domain": False,
            "ticks": False,
            "minExtent": 22,  # the same for all charts, so that their left edges are in line
        },
    }
    colour = {
        "field": "part",
        "type": "nominal",
        "scale": {"domain": words, "range": [f"var({name})" for name in colours]},
        "legend": None,
    }
    # not a literal: no other line may look as if it named a network (tests/test_networks.py)
    channels = dict(x=x, y=y, color=colour, order={"field": "level", "type": "ordinal"})  # noqa: C408
    heading = {"text": title, "anchor": "start", "frame": "group", "fontSize": 11, "offset": 6}
    return {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": channels,
        "width": size.width,
        "height": height * size.height,
    } | ({"title": heading} if title else {})


def _svg(chart: Spec, key: str, title: str, description: str) -> Markup:
    """The chart as one SVG element that scales with its column. Its ids begin with its key: no two charts share one."""
    config = {
        "background": "transparent",
        "font": _FONT,
        "padding": {"left": 0, "right": 6, "top": 4, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            "labelColor": "var(--muted)",
            "gridColor": "var(--rule)",
            "domainColor": "var(--rule)",
            "labelFontSize": 11,
        },
        "title": {"color": "var(--muted)", "fontWeight": "normal"},
    }
    drawn = vl_convert.vegalite_to_svg(chart | {"config": config}, vl_version=_VEGA_LITE)
    head, body = re.match(r"<svg ([^>]*)>(.*)", drawn, re.DOTALL).groups()  # type: ignore[union-attr]
    view_box = re.search(r'viewBox="[^"]*"', head).group()  # type: ignore[union-attr]
    # Vega describes every axis and bar for screen readers; title, description and table are enough.
    body = re.sub(r' (aria-[a-z]+|role)="[^"]*"', "", body)
    body = re.sub(r'(id="|url\(#)', rf"\g<1>{key}-", body)
    named = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view_box} role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(description)}</desc>{body}'
    )
    return Markup(named)  # noqa: S704 - drawn from numbers, dates and our own words; no text of others


def _labels(weeks: Sequence[Dated]) -> list[str]:
    return [day_and_month(week.week_start_date) for week in weeks]


def _rows(weeks: Sequence[Dated], columns: list[list[int]]) -> list[list[str]]:
    """The rows of the table: the newest week first."""
    rows = [
        [date_only(week.week_start_date), *(number(column[at]) for column in columns)]
        for at, week in enumerate(weeks)
    ]
    return rows[::-1]
