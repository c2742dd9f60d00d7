"""The quarter in words: what it came to, against the quarter before. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reporting.client import Client
from reporting.definitions import Definitions
from reporting.language import _, ngettext, npgettext
from reporting.lists.narrowing import address
from reporting.quarter.calendar import Quarter
from reporting.quarter.record import Figures, QuarterView, Tie
from reporting.section import Sentence
from reporting.words import listing, marked, number, outcome_kind, share, stage, within


@dataclass(frozen=True)
class Row:
    """A line of the table: a measure, in this quarter and in the one before, in words.

    `listed`: the list of what is counted. `now_at`, `before_at`: where the rows stand that the figures are made of, an
    address of a list; "" of none.
    """

    label: str
    now: str
    before: str
    listed: str
    now_at: str
    before_at: str
    in_brief: bool = False  # whether it stands on the board page as well


def title(quarter: Quarter) -> str:
    """ "Quarter 4 of 2026"."""
    return _("Quarter %(quarter)s of %(year)s", quarter=str(quarter.number), year=str(quarter.year))


def extent(figures: Figures) -> str:
    """Of how many of its weeks the figures are: "13 weeks", "8 of 14 weeks"."""
    weeks, known = figures.quarter.week_count, figures.week_count
    if known == weeks:
        return ngettext("%(num)s week", "%(num)s weeks", weeks)
    return ngettext("%(known)s of %(num)s week", "%(known)s of %(num)s weeks", weeks, known=known)


def sentences(client: Client, view: QuarterView) -> list[Sentence]:
    """The quarter in two to six sentences."""
    now, before = view.now, view.before
    if not now.weeks:
        return [Sentence(10, _("No week of this quarter is over, or known."), "weeks")]
    found = [
        _of_quarter(now, 10, "real_conversations", talk(now, before)),
        Sentence(20, close_ties(now, before), "weeks", {} if now.archived_count else {"week": _week(now)}),
    ]
    # those that are closer or less close at the end are in no list: it has every step
    found += [
        Sentence(place, text, below="ties")
        for place, text in ((30, closer(now.closer)), (40, less_close(now.less_close)))
        if text
    ]
    for place, listed, text in (
        (50, "answers", answers(now, before, client.definitions)),
        (60, "outcomes", outcomes(now)),
    ):
        if text:
            found.append(_of_quarter(now, place, listed, text))
    return found


def _of_quarter(now: Figures, place: int, listed: str, text: str) -> Sentence:
    """A sentence with the way to the rows that it counts; where weeks are no longer published, to the whole list."""
    is_in_list = listed == "outcomes" or not now.archived_count
    return Sentence(place, text, listed, {"quarter": str(now.quarter)} if is_in_list else {})


def talk(now: Figures, before: Figures) -> str:
    """How much real conversation there was, a week: quarters differ in length, and one may be half known."""
    real = now.total("real_conversation_count")
    text = ngettext(
        "We had %(num)s real conversation in %(weeks)s: %(average)s a week",
        "We had %(num)s real conversations in %(weeks)s: %(average)s a week",
        real,
        weeks=extent(now),
        average=_average(now, "real_conversation_count"),
    )
    if not before.weeks:
        return _("%(what)s. The quarter before is not known.", what=text)
    return _(
        "%(what)s; in the quarter before it was %(average)s.",
        what=text,
        average=_average(before, "real_conversation_count"),
    )


def close_ties(now: Figures, before: Figures) -> str:
    """How many people were connected and in conversation with us at its end."""
    text = ngettext(
        "%(num)s person is connected with us, and %(conversing)s in conversation",
        "%(num)s people are connected with us, and %(conversing)s in conversation",
        now.at_end("connected_count") or 0,
        conversing=now.at_end("conversing_count") or 0,
    )
    if not before.weeks:
        return f"{text}."
    return _(
        "%(what)s; at the end of the quarter before there were %(connected)s and %(conversing)s.",
        what=text,
        connected=before.at_end("connected_count"),
        conversing=before.at_end("conversing_count"),
    )


def closer(ties: Sequence[Tie]) -> str:
    """Which close ties are closer than at the beginning; '' for none. Not called won: that is counted in a week, of all
    ties (docs/glossary.md)."""
    named = [_("%(name)s (now %(stage)s)", name=marked(tie), stage=stage(tie.stage_after)) for tie in ties]
    return (
        _("Close ties that are closer than at the quarter's beginning: %(people)s.", people=listing(named, 5))
        if named
        else ""
    )


def less_close(ties: Sequence[Tie]) -> str:
    """Which ties that were close are less so than at the beginning; '' for none."""
    named = [_("%(name)s (now %(stage)s)", name=marked(tie), stage=stage(tie.stage_after)) for tie in ties]
    return (
        _(
            "Ties that were close at the quarter's beginning, and are less so now: %(people)s.",
            people=listing(named, 5),
        )
        if named
        else ""
    )


def answers(now: Figures, before: Figures, definitions: Definitions) -> str:
    """How much of what came in was answered in time; '' where nothing came in."""
    if not now.total("address_in_count"):
        return ""
    text = _(
        "Answered within %(limit)s: %(share)s",
        limit=within(definitions["prompt_answer_hours"].value),
        share=in_time(now),
    )
    if before.total("answer_due_count"):
        text = _("%(what)s; in the quarter before %(share)s", what=text, share=in_time(before))
    if by_hours := in_working_day(now):
        text = _("%(what)s; within a working day %(share)s", what=text, share=by_hours)
    return text + "." if now.is_settled else _("%(what)s. The last week is not final.", what=text)


def in_time(figures: Figures) -> str:
    """ "93 of 104 posts (89%)"; "nothing due"."""
    due = figures.total("answer_due_count")
    if not due:
        return _("nothing due")
    return share(
        figures.total("answered_within_day_count"),
        due,
        npgettext("of", "%(num)s post", "%(num)s posts", due),
    )


def in_working_day(figures: Figures) -> str:
    """ "99 of 104 (95%)", by the client's hours; "" where it has none, or nothing was due."""
    due = figures.total("working_day_due_count")
    return share(figures.total("answered_within_working_day_count"), due) if due else ""


def outcomes(figures: Figures) -> str:
    """What was logged by hand; '' for nothing."""
    if not (logged := sum(figures.outcomes.values())):
        return ""
    kinds = [f"{outcome_kind(name)} ({number(count)})" for name, count in figures.outcomes.most_common()]
    return ngettext(
        "%(num)s outcome was logged: %(kinds)s.",
        "%(num)s outcomes were logged: %(kinds)s.",
        logged,
        kinds=listing(kinds, len(kinds)),
    )


def incomplete(view: QuarterView) -> list[str]:
    """What the figures leave out, each as a sentence; none where nothing is missing."""
    said = []
    for figures in (view.now, view.before):
        name = str(figures.quarter)
        if not figures.weeks:
            said.append(_("Of %(quarter)s nothing is known.", quarter=name))
        elif not figures.is_over:
            said.append(
                ngettext(
                    "%(quarter)s is still running: %(weeks)s is over.",
                    "%(quarter)s is still running: %(weeks)s are over.",
                    figures.week_count,
                    quarter=name,
                    weeks=extent(figures),
                )
            )
        elif not figures.is_whole:
            said.append(
                ngettext(
                    "Of %(quarter)s only %(weeks)s is known.",
                    "Of %(quarter)s only %(weeks)s are known.",
                    figures.week_count,
                    quarter=name,
                    weeks=extent(figures),
                )
            )
        if figures.archived_count:
            said.append(
                ngettext(
                    "Of %(quarter)s %(num)s week is read from its frozen edition.",
                    "Of %(quarter)s %(num)s weeks are read from their frozen editions.",
                    figures.archived_count,
                    quarter=name,
                )
            )
    known = view.completeness
    if known.incomplete_count:
        whole = npgettext("of", "%(num)s conversation", "%(num)s conversations", known.conversation_count)
        said.append(
            _(
                "Too incomplete for averages, or of unknown completeness: %(share)s that were active in it.",
                share=share(known.incomplete_count, known.conversation_count, whole),
            )
        )
    return said


def table(view: QuarterView, definitions: Definitions) -> list[Row]:
    """Quarter against quarter. What happened is told for a week, too: quarters differ in length."""
    limit = within(definitions["prompt_answer_hours"].value)
    now, before = view.now, view.before

    def flow(label: str, column: str, listed: str, counted: str, in_brief: bool = False, **of: str) -> Row:
        """`counted`: the list with a row for each of what is counted, or for each week."""
        return Row(
            label, _flow(now, column), _flow(before, column), listed,
            _rows(now, now.total(column), counted, **of), _rows(before, before.total(column), counted, **of), in_brief,
        )  # fmt: skip

    def moved(label: str, column: str, movement: str, listed: str = "moves", in_brief: bool = False) -> Row:
        return flow(label, column, listed, "moves", in_brief, movement=movement)

    def stock(label: str, column: str) -> Row:
        return Row(
            label, _stock(now, column), _stock(before, column), "people", _last_week(now), _last_week(before), True
        )  # fmt: skip

    def answered(label: str, say: Callable[[Figures], str], column: str, in_brief: bool, **of: str) -> Row:
        return Row(
            label, say(now) or "–", say(before) or "–", "answers",
            _rows(now, now.total(column), "answers", **of), _rows(before, before.total(column), "answers", **of),
            in_brief,
        )  # fmt: skip

    within_hours = _("Answered within a working day")
    by_hours = answered(within_hours, in_working_day, "working_day_due_count", False, due_by_hours="1")
    return [
        flow(
            _("Real conversations"), "real_conversation_count", "real_conversations", "real_conversations",
            in_brief=True,
        ),
        flow(_("Exchanges"), "exchange_count", "weeks", "weeks", in_brief=True),
        flow(_("Posts addressed to us"), "address_in_count", "answers", "answers"),
        answered(_("Answered within %(limit)s", limit=limit), in_time_brief, "answer_due_count", True, due="1"),
        *([by_hours] if in_working_day(now) or in_working_day(before) else []),
        stock(_("Connected, at the end"), "connected_count"),
        stock(_("In conversation, at the end"), "conversing_count"),
        moved(_("First exchanges"), "new_count", "new", "circles", in_brief=True),
        moved(_("Came closer"), "deepened_count", "deepened"),
        moved(_("Came back after a silence"), "revived_count", "revived"),
        moved(_("Cooled"), "cooled_count", "cooled"),
        moved(_("Fell silent"), "lapsed_count", "lapsed"),
        Row(
            _("Outcomes logged"), _outcomes(now), _outcomes(before), "outcomes", _logged(now), _logged(before), True
        ),
    ]  # fmt: skip


def _rows(figures: Figures, count: int, name: str, **values: str) -> str:
    """Where the rows of a list stand that a figure of the quarter is made of; "" of nothing. Of weeks that the
    publication holds no longer it has no rows: then it is the whole list."""
    if not count:
        return ""
    return address(name) if figures.archived_count else address(name, quarter=str(figures.quarter), **values)


def _logged(figures: Figures) -> str:
    """Where the outcomes of the quarter stand, whose weeks need not be known."""
    return address("outcomes", quarter=str(figures.quarter)) if figures.outcomes else ""


def _last_week(figures: Figures) -> str:
    """Where the week stands at whose end people are counted."""
    if not figures.weeks:
        return ""
    if figures.archived_count:
        return address("weeks")
    return address("weeks", week=_week(figures))


def _week(figures: Figures) -> str:
    """The last of its weeks that is known, as the lists name it."""
    return f"{figures.weeks[-1].week_start_date:%G-W%V}"


def in_time_brief(figures: Figures) -> str:
    """ "93 of 104 (89%)"; a dash where nothing was due."""
    due = figures.total("answer_due_count")
    return share(figures.total("answered_within_day_count"), due) if due else "–"


def _flow(figures: Figures, column: str) -> str:
    if not figures.weeks:
        return "–"
    return _("%(total)s · %(average)s a week", total=figures.total(column), average=_average(figures, column))


def _stock(figures: Figures, column: str) -> str:
    value = figures.at_end(column)
    return "–" if value is None else number(value)


def _outcomes(figures: Figures) -> str:
    # they are kept by hand: of a quarter without a week known there may be some all the same
    return number(sum(figures.outcomes.values()))


def _average(figures: Figures, column: str) -> str:
    value = figures.average(column)
    return "–" if value is None else number(value, 1)
