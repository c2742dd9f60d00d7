"""By what lists can be narrowed: what links from figures need, and nothing else.

A link says it behind the #: `moves.html#week=2026-W47&movement=deepened`. A script of the page shows these rows alone;
without it the whole list stands there. A list that is cut into pages says on each how many of them stand on which.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import duckdb

from rapport.networks import label_of
from reporting.client import Client
from reporting.definitions import Definition
from reporting.language import N_, _, pgettext
from reporting.lists.columns import COLUMNS
from reporting.lists.declared import BY_NAME
from reporting.lists.listed import List
from reporting.lists.vocabulary import said
from reporting.weeks import CONTENT_WEEKS, TALK_WEEKS
from reporting.words import dates

_OVER = (
    "week_start_date in (select weeks.week_start_date from reports.rpt_engagement_summary as weeks"
    " where weeks.client_id = listed.client_id and weeks.is_complete_week)"
)
# A week belongs to the quarter that its Thursday lies in, as in reporting/quarter/calendar.py.
_QUARTER = "strftime({0}, '%Y') || '-Q' || quarter({0})"
_FLAG = "case when {} then '1' end"


@dataclass(frozen=True, slots=True)
class Period:
    """The last so many weeks: moments up to now, or whole days. `first` and `last` are None where no week is over."""

    weeks: float
    first: date | None  # a moment is a date, too
    last: date | None


def _up_to_now(weeks: float, client: Client) -> Period:
    return Period(weeks, client.as_of_at - timedelta(weeks=weeks), client.as_of_at)


def _of_talk(client: Client) -> Period:
    return _up_to_now(TALK_WEEKS, client)


def _of_content(client: Client) -> Period:
    return _up_to_now(CONTENT_WEEKS, client)


def _of_topics(client: Client) -> Period:
    return _up_to_now(client.definitions["topic_weeks"].value, client)


def _over(weeks: float, client: Client) -> Period:
    week = client.week
    if week is None or not week.is_complete_week:
        return Period(weeks, None, None)
    monday = week.week_start_date
    return Period(weeks, monday - timedelta(weeks=weeks - 1), monday + timedelta(days=6))


def _of_weeks_over(client: Client) -> Period:
    """As the chart of the weeks tells them, and the sentence on the conversations below it."""
    return _over(TALK_WEEKS, client)


def _of_goals(client: Client) -> Period:
    """The weeks of which a goal's measure is the mean."""
    return _over(client.definitions["goal_weeks"].value, client)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list can be narrowed by. `sql`: the value of a row, as text; of a flag '1', or null.

    `said`: the value as people say it. `column`: a list without this column can't be narrowed by it. `period`: of which
    weeks it is, as seen from the newest publication: the label says how many and from when to when, the SQL has it as
    `{first}` and `{last}`.
    """

    label: str
    sql: str
    said: Callable[[str], str] = str
    is_flag: bool = False
    column: str = ""
    period: Callable[[Client], Period] | None = None

    @property
    def is_verbatim(self) -> bool:
        """Whether a value stands there as it is, in every language."""
        return self.said is str

    def called(self, client: Client) -> str:
        """The label in the language that is spoken."""
        if self.period is None:
            return _(self.label)
        period = self.period(client)
        return _(
            self.label,
            weeks=Definition(period.weeks, "weeks"),
            dates=dates(period.first, period.last)
            if period.first and period.last
            else pgettext("weeks", "none yet"),
        )

    def selected(self, client: Client) -> str:
        """The value, as SQL selects it."""
        if self.period is None:
            return self.sql
        period = self.period(client)
        return self.sql.replace("{first}", _literal(period.first)).replace("{last}", _literal(period.last))


def _literal(value: date | None) -> str:
    if value is None:
        return "null"
    return f"{'timestamptz' if isinstance(value, datetime) else 'date'} '{value.isoformat()}'"


_NETWORK = Filter(COLUMNS["network"].label, "network", label_of)
_WEEK = Filter(N_("Week"), "strftime(week_start_date, '%G-W%V')")
# as on the page of a quarter, which tells of weeks that are over
_OF_QUARTER = Filter(N_("Quarter"), f"case when {_OVER} then {_QUARTER.format('(week_start_date + 3)')} end")
_LATELY = Filter(
    N_("of the last %(weeks)s (%(dates)s)"),
    _FLAG.format("last_active_at >= {first}"),
    is_flag=True,
    period=_of_talk,
)
_OF_LAST_WEEKS = Filter(
    N_("of the last %(weeks)s that are over (%(dates)s)"),
    _FLAG.format("week_start_date between {first} and {last}"),
    is_flag=True,
    period=_of_weeks_over,
)
_OF_GOALS = Filter(
    N_("of the last %(weeks)s, as goals are measured (%(dates)s)"),
    _FLAG.format("week_start_date between {first} and {last}"),
    is_flag=True,
    period=_of_goals,
)
_BY_LATE_POST = (
    "exists (select 1 from reports.rpt_content as content where content.client_id = listed.client_id"
    " and content.network = listed.network and content.post_id = listed.spark_post_id"
    " and content.created_at >= {first})"
)

# What a post of ours does. A question that also points elsewhere asks.
FORM = "case when is_question then 'asks' when has_link then 'points elsewhere' else 'tells' end"
_FORM_OF_SPARK = (
    f"(select {FORM} from reports.rpt_content as content where content.client_id = listed.client_id"
    " and content.network = listed.network and content.post_id = listed.spark_post_id)"
)

FILTERS: dict[str, dict[str, Filter]] = {
    "waiting": {
        "network": _NETWORK,
        "stakeholder": Filter(COLUMNS["is_stakeholder"].label, _FLAG.format("is_stakeholder"), is_flag=True),
    },
    "moves": {
        "week": _WEEK,
        "quarter": _OF_QUARTER,
        "movement": Filter(COLUMNS["movement"].label, "movement", said),
    },
    "people": {"stage": Filter(COLUMNS["stage"].label, "coalesce(stage, 'unknown')", said)},
    "conversations": {
        "lately": _LATELY,
        "real": Filter(N_("somebody came back"), _FLAG.format("is_real"), is_flag=True),
    },
    "real_conversations": {
        "week": _WEEK,
        "quarter": _OF_QUARTER,
        "network": _NETWORK,
        "account": Filter(COLUMNS["our_side"].label, "coalesce(our_handle, our_account_id)"),
        "lately": _OF_LAST_WEEKS,
        "started": Filter(
            N_("drawn in by a post of ours of the last %(weeks)s (%(dates)s)"),
            _FLAG.format(_BY_LATE_POST),
            is_flag=True,
            period=_of_content,
        ),
        "form": Filter(N_("The post that drew them in"), _FORM_OF_SPARK, said),
    },
    "lone_posts": {"lately": _LATELY},
    "content": {
        "started": Filter(
            N_("of the last %(weeks)s (%(dates)s), and started a real conversation"),
            _FLAG.format("real_conversation_count > 0 and created_at >= {first}"),
            is_flag=True,
            period=_of_content,
        ),
        "form": Filter(N_("The post"), FORM, said),
    },
    "topic_posts": {
        "topic": Filter(COLUMNS["topic"].label, "topic"),
        "ours": Filter(
            N_("ours, of the last %(weeks)s (%(dates)s)"),
            _FLAG.format("is_ours and created_at >= {first}"),
            is_flag=True,
            period=_of_topics,
        ),
        # a row for each of those whom a topic counts
        "people": Filter(
            N_("of the last %(weeks)s (%(dates)s), the newest of each person who turned to us"),
            _FLAG.format(
                "person_id is not null and created_at >= {first} and row_number() over ("
                "partition by topic, person_id order by created_at desc, post_id, network) = 1"
            ),
            is_flag=True,
            period=_of_topics,
        ),
    },
    "answers": {
        "week": _WEEK,
        "quarter": _OF_QUARTER,
        "due": Filter(N_("answer due"), _FLAG.format("is_final"), is_flag=True),
        "due_by_hours": Filter(
            N_("due by working hours"),
            _FLAG.format("is_final_by_working_day"),
            is_flag=True,
            column="is_final_by_working_day",
        ),
    },
    "outcomes": {
        "quarter": Filter(
            N_("Quarter"), _QUARTER.format("(cast(date_trunc('week', occurred_date) as date) + 3)")
        )
    },
    "weeks": {"week": _WEEK, "quarter": _OF_QUARTER, "goals": _OF_GOALS},
    "weeks_by_network": {"week": _WEEK, "network": _NETWORK},
    "accounts": {"week": _WEEK},
    "readership": {"week": _WEEK},
    "circles": {"week": _WEEK},
}


def filters_of(listed: List) -> dict[str, Filter]:
    """The filters of a list by the name that they have in an address."""
    found = FILTERS.get(listed.name, {})
    return {name: one for name, one in found.items() if not one.column or one.column in listed.columns}


def address(name: str, **values: str) -> str:
    """Where a list stands, or the rows of it that have these values, as seen from its folder.

    Raises KeyError for a list that there is not, or that can't be narrowed so.
    """
    known = FILTERS.get(BY_NAME[name].name, {})
    for one in values:
        known[one]
    return f"{name}.html" + (f"#{urlencode(values, errors='replace')}" if values else "")


def week_of(table: str, column: str, week: date, **values: str) -> str:
    """Where the row of a week stands that shows this number of a published table; "" where no list shows it."""
    shown = (one for one in FILTERS if BY_NAME[one].table == table and column in BY_NAME[one].shown)
    name = next((one for one in shown if "week" in FILTERS[one]), None)
    return address(name, week=f"{week:%G-W%V}", **values) if name else ""


def selected(listed: List, client: Client) -> list[str]:
    """The value of each filter, as SQL selects it from the list's rows."""
    return [one.selected(client) for one in filters_of(listed).values()]


@dataclass(frozen=True)
class Choice:
    """A filter of a list. `label`: what it is called; `values`: with how people say them, and how many rows have each,
    as they come in the list."""

    name: str
    filter: Filter
    label: str
    values: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Narrowing:
    """What the pages of a list say of its filters. `parts`: as JSON, for each page and each combination of values that
    it has a list of page, number of rows, and the values in the order of the filters; "" of a list on one page."""

    choices: list[Choice]
    parts: str = ""


def read_narrowing(
    con: duckdb.DuckDBPyConnection, listed: List, client: Client, rows: str, page_rows: int
) -> Narrowing | None:
    """What the list can be narrowed to; None where by nothing. `rows`: its rows, as SQL with the client as `?`."""
    filters = filters_of(listed)
    if not filters:
        return None
    values = ", ".join(f"{sql} as f{number}" for number, sql in enumerate(selected(listed, client)))
    names = ", ".join(f"f{number}" for number in range(len(filters)))
    parts = con.execute(
        f"select page, count(*), {names} from (select {values},"
        f" row_number() over (order by {listed.order}) as place, (place - 1) // {page_rows} + 1 as page {rows})"
        " group by all order by min(place)",
        [client.client_id],
    ).fetchall()
    choices = []
    for at, (name, one) in enumerate(filters.items(), start=2):
        counts: dict[str, int] = {}
        for part in parts:
            if part[at] is not None:
                counts[part[at]] = counts.get(part[at], 0) + part[1]
        choices.append(
            Choice(
                name, one, one.called(client), [(value, one.said(value), n) for value, n in counts.items()]
            )
        )
    is_cut = any(part[0] > 1 for part in parts)
    return Narrowing(choices, json.dumps(parts, separators=(",", ":")) if is_cut else "")
