"""Charts as inline SVG: declared with Altair, drawn by vl-convert, offline and without a browser.

Colours are CSS variables of the page, so a chart follows light, dark and print with the text around it.
Legends are text in the page. Each chart carries a title and a description for those who do not see it,
and the rows it was drawn from, which the page offers as a table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import altair as alt
import vl_convert
from markupsafe import Markup, escape

from reporting.records import Week
from reporting.records_questions import ReaderWeek
from reporting.words import count, date_only

_WIDTH = 400  # of the plot, in pixels: one column of the page, and nearly a phone's width
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


class _Dated(Protocol):
    @property
    def week_start_date(self) -> date: ...


@dataclass(frozen=True)
class Chart:
    """A drawn chart: legend as (css variable, word), and its rows for the table beside it."""

    key: str
    title: str
    description: str
    svg: Markup
    legend: list[tuple[str, str]]
    columns: list[str]
    rows: list[list[str]]


def charts(weeks: Sequence[Week]) -> list[Chart]:
    """Up to three charts over a client's complete weeks (oldest first): a running week would look like a
    fall. None below two weeks, as a bar is no course, and none of nothing but zeros.
    """
    whole = [week for week in weeks if week.is_complete_week]
    if len(whole) < 2:
        return []
    drawn = [_talk(whole), _answers(whole), _stages(whole)]
    return [chart for chart in drawn if any(cell != "0" for row in chart.rows for cell in row[1:])]


def readers(weeks: Sequence[ReaderWeek]) -> Chart | None:
    """Readers at each complete week's end; none below two weeks, and none of nothing but zeros."""
    whole = [week for week in weeks if week.is_complete_week]
    if len(whole) < 2 or not any(week.reader_count for week in whole):
        return None
    parts = {
        "stayed": [week.stayed_count for week in whole],
        "joined": [week.joined_count for week in whole],
    }
    return _stacked(
        "readers",
        "Readers at each week's end",
        f"Stacked bars, one a week, of the people who keep coming back. Last: {whole[-1].reader_count}.",
        whole,
        parts,
        ["--acquainted", "--connected"],
        height=110,
    )


def _stages(weeks: Sequence[Week]) -> Chart:
    """Ties by stage at each week's end. The noticed are no tie yet and may be many: not drawn."""
    parts = {
        "connected": [week.connected_count for week in weeks],
        "conversing": [week.conversing_count for week in weeks],
        "acquainted": [week.acquainted_count for week in weeks],
        "dormant": [week.dormant_count for week in weeks],
    }
    last = ", ".join(f"{values[-1]} {word}" for word, values in parts.items())
    return _stacked(
        "stages",
        "People by stage, at each week's end",
        f"Stacked bars, one a week, of the people at each stage. Last: {last}.",
        weeks,
        parts,
        [f"--{word}" for word in parts],
        height=170,
    )


def _answers(weeks: Sequence[Week]) -> Chart:
    """What became of the posts addressed to us, by the week they came in."""
    parts = {
        "answered within a day": [week.answered_within_day_count for week in weeks],
        "answered later": [
            max(week.address_in_count - week.answered_within_day_count - week.unanswered_count, 0)
            for week in weeks
        ],
        "not answered": [week.unanswered_count for week in weeks],
    }
    last = ", ".join(f"{values[-1]} {word}" for word, values in parts.items())
    return _stacked(
        "answers",
        "Posts addressed to us, by how they fared",
        f"Stacked bars, one a week, of the posts addressed to us. Last: {last}.",
        weeks,
        parts,
        ["--within-day", "--later", "--unanswered"],
        height=130,
    )


def _talk(weeks: Sequence[Week]) -> Chart:
    """Exchanges, and above them the conversations that became real: two scales, so two panels."""
    real = [week.real_conversation_count for week in weeks]
    exchanges = [week.exchange_count for week in weeks]
    labels = _labels(weeks)
    panels = [
        _bars(labels, {word: values}, [colour], height, is_last=is_last, title=f"{word} a week")
        for word, values, colour, height, is_last in (
            ("real conversations", real, "--connected", 58, False),
            ("exchanges", exchanges, "--conversing", 58, True),
        )
    ]
    key, title = "talk", "Real conversations and exchanges a week"
    description = (
        "Two rows of bars, one bar a week. Last: "
        f"{count(real[-1], 'real conversation')}, {count(exchanges[-1], 'exchange')}."
    )
    return Chart(
        key=key,
        title=title,
        description=description,
        svg=_svg(alt.vconcat(*panels, spacing=8), key, title, description),
        legend=[],
        columns=["week of", "real conversations", "exchanges"],
        rows=_rows(weeks, [real, exchanges]),
    )


def _stacked(
    key: str,
    title: str,
    description: str,
    weeks: Sequence[_Dated],
    parts: dict[str, list[int]],
    colours: list[str],
    height: int,
) -> Chart:
    return Chart(
        key=key,
        title=title,
        description=description,
        svg=_svg(_bars(_labels(weeks), parts, colours, height, is_last=True), key, title, description),
        legend=list(zip(colours, parts, strict=True)),
        columns=["week of", *parts],
        rows=_rows(weeks, list(parts.values())),
    )


def _bars(
    labels: list[str],
    parts: dict[str, list[int]],
    colours: list[str],
    height: int,
    is_last: bool,
    title: str | None = None,
) -> alt.Chart:
    """Bars over the weeks, stacked in the order of `parts` from the ground up."""
    words = list(parts)
    values = [
        {"week": label, "part": word, "number": parts[word][at], "level": level}
        for at, label in enumerate(labels)
        for level, word in enumerate(words)
    ]
    top = max((sum(parts[word][at] for word in words) for at in range(len(labels))), default=0)
    # Every fourth week is named, counted back from the newest one, which always is.
    named = labels[::-1][::4][::-1]
    x = alt.X(
        "week:O",
        sort=None,
        title=None,
        scale=alt.Scale(paddingInner=0.22, paddingOuter=0.1),
        axis=alt.Axis(
            values=named, labelAngle=0, ticks=False, labels=is_last, labelPadding=6, labelOverlap=False
        ),
    )
    y = alt.Y(
        "number:Q",
        title=None,
        scale=alt.Scale(domain=[0, max(top, 1)], nice=True),
        # Counts: no ticks between whole numbers.
        axis=alt.Axis(
            tickCount=min(max(top, 1), 3 if height > 100 else 2),
            format="d",
            tickMinStep=1,
            domain=False,
            ticks=False,
            minExtent=22,  # the same for all, so that plots begin on one line
        ),
    )
    colour = alt.Color(
        "part:N", scale=alt.Scale(domain=words, range=[f"var({one})" for one in colours]), legend=None
    )
    chart = alt.Chart(alt.Data(values=values)).mark_bar().encode(x=x, y=y, color=colour, order="level:O")
    chart = chart.properties(width=_WIDTH, height=height)
    if title:
        chart = chart.properties(title=alt.Title(title, anchor="start", frame="group", fontSize=11, offset=6))
    return chart


def _svg(chart: alt.Chart | alt.VConcatChart, key: str, title: str, description: str) -> Markup:
    """The chart as one SVG element that scales with its column; ids are its own among all of a page."""
    styled = chart.configure(
        background="transparent",
        font=_FONT,
        padding={"left": 0, "right": 6, "top": 4, "bottom": 4},
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="var(--muted)", gridColor="var(--rule)", domainColor="var(--rule)", labelFontSize=11
        ),
        title=alt.TitleConfig(color="var(--muted)", fontWeight="normal"),
    )
    drawn = vl_convert.vegalite_to_svg(styled.to_json())
    head, body = re.match(r"<svg ([^>]*)>(.*)", drawn, re.DOTALL).groups()  # type: ignore[union-attr]
    view_box = re.search(r'viewBox="[^"]*"', head).group()  # type: ignore[union-attr]
    # What Vega says of its axes and marks, bar by bar, is noise beside title, description and table.
    body = re.sub(r' (aria-[a-z]+|role)="[^"]*"', "", body)
    body = re.sub(r'(id="|url\(#)', rf"\g<1>{key}-", body)
    named = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view_box} role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(description)}</desc>{body}'
    )
    return Markup(named)  # noqa: S704 - drawn from numbers, dates and our own words; no text of others


def _labels(weeks: Sequence[_Dated]) -> list[str]:
    return [f"{week.week_start_date.day} {week.week_start_date:%b}" for week in weeks]


def _rows(weeks: Sequence[_Dated], columns: list[list[int]]) -> list[list[str]]:
    """Newest first, as a person looks for it."""
    rows = [
        [date_only(week.week_start_date), *(f"{column[at]:,}" for column in columns)]
        for at, week in enumerate(weeks)
    ]
    return rows[::-1]
