"""A client with working hours is told both figures, in its language; one without reads what it always read."""

import csv
from collections.abc import Callable
from dataclasses import replace

import pytest

from rapport.config import Settings, load_settings
from reporting.client import read_clients
from reporting.lists.columns import BY_HOURS, COLUMNS
from reporting.lists.declared import LISTS
from reporting.messages import contents
from reporting.messages.forms import as_text
from reporting.overview import words as overview
from reporting.overview.record import Standing
from reporting.published import open_published, read_publication
from reporting.quarter import words as quarter
from reporting.quarter.calendar import Quarter
from reporting.quarter.query import read_quarter
from reporting.quarter.record import Figures, QuarterView
from reporting.report import read_reports, write_reports
from reporting.sections.week import words
from reporting.words import waited
from tests.reporting.pages import Page
from tests.reporting.published import DEFINITIONS, WEEK, Published, client, record, week

ASKED = week(
    person_in_count=9, address_in_count=9, answered_within_day_count=6, answer_due_count=9, unanswered_count=2,
    answered_within_working_day_count=8, working_day_due_count=9,
)  # fmt: skip


def test_the_week_says_both_of_how_many() -> None:
    said = "9 people wrote to us: 6 of 9 (67%) got an answer within a day"
    left = "2 were still unanswered a day after the week's end."
    assert words.answers(ASKED, DEFINITIONS) == f"{said}, and 8 of 9 (89%) within a working day, {left}"
    # a holiday after the week: it is settled, and not yet by the hours
    later = replace(ASKED, answered_within_working_day_count=6, working_day_due_count=7)
    assert words.answers(later, DEFINITIONS) == (
        f"{said}, and 6 of 7 (86%) within a working day, {left} "
        "By working hours this is not final: for some of it no working day has passed yet."
    )
    # over the weekend nothing was due
    none = replace(ASKED, answered_within_working_day_count=0, working_day_due_count=0)
    assert words.answers(none, DEFINITIONS).startswith(f"{said}, {left} By working hours this is not final")
    without = replace(ASKED, answered_within_working_day_count=None, working_day_due_count=None)
    assert words.answers(without, DEFINITIONS) == f"{said}, {left}"
    assert client(without, ASKED).has_hours and not client(without).has_hours


def test_a_wait_says_both() -> None:
    assert waited(52, None) == "2 days"
    assert waited(52, 9.9) == "2 days (9 working hours)"
    assert waited(30, 1.5) == "30 hours (1 working hour)"
    assert waited(52, 0.5) == "2 days (0 working hours)"


def test_the_overview_says_both() -> None:
    standing = record(
        Standing, waiting_count=1, longest_waiting_hours=120.0, longest_waiting_working_hours=16.0,
        answered_within_day_count=6, answer_due_count=9, answered_within_working_day_count=8, working_day_due_count=9,
    )  # fmt: skip
    assert overview.longest(standing) == "the oldest for 5 days (16 working hours)"
    assert overview.answered_by_hours(standing) == "8 of 9 (89%) within a working day"
    still_open = replace(standing, is_settled_week=False)
    assert overview.answered_also(still_open) == "8 of 9 (89%) within a working day, not final"
    nothing = replace(still_open, answer_due_count=0, working_day_due_count=0)
    assert (overview.answered(nothing), overview.answered_also(nothing)) == ("nothing due", "")
    without = replace(standing, longest_waiting_working_hours=None, working_day_due_count=None)
    assert (overview.longest(without), overview.answered_by_hours(without)) == ("the oldest for 5 days", "")


def test_a_quarter_sums_the_weeks_that_know_hours() -> None:
    without = replace(ASKED, answered_within_working_day_count=None, working_day_due_count=None)
    now, before = Figures(Quarter(2026, 4), [ASKED, without]), Figures(Quarter(2026, 3), [without])
    assert quarter.answers(now, before, DEFINITIONS) == (
        "Answered within a day: 12 of 18 posts (67%); in the quarter before 6 of 9 posts (67%);"
        " within a working day 8 of 9 (89%)."
    )
    rows = {row.label: (row.now, row.before) for row in quarter.table(QuarterView(now, before), DEFINITIONS)}
    assert rows["Answered within a working day"] == ("8 of 9 (89%)", "–")
    labels = [row.label for row in quarter.table(QuarterView(before, before), DEFINITIONS)]
    assert "Answered within a day" in labels and "Answered within a working day" not in labels


def _fill(world: Published, *, has_hours: bool) -> None:
    def by_hours(**facts: object) -> dict[str, object]:
        return facts if has_hours else {}

    world.publication()
    world.accounts()
    asked = {"address_in_count": 9, "answered_within_day_count": 6, "answer_due_count": 9}
    counted = by_hours(answered_within_working_day_count=8, working_day_due_count=9)
    world.week("harbour", "Harbour Museum", WEEK, person_in_count=9, unanswered_count=2, **asked, **counted)
    world.add("reports.rpt_manageability", client_id="harbour", account_id="1", handle="harbourmuseum", network="x",
              week_start_date=WEEK, is_complete_week=True, **asked, **counted)  # fmt: skip
    world.waiting("harbour", "13", "1", "When?", 52.0, 1, network="x", **by_hours(waiting_working_hours=9.5))
    world.con.close()


def _report(settings: Settings, language: str) -> tuple[Page, str]:
    """The page of the client, and the list of the day."""
    config = settings.config_path.read_text(encoding="utf-8").partition("\nlanguage")[0]
    settings.config_path.write_text(f'{config}\nlanguage = "{language}"\n', encoding="utf-8")
    told = load_settings(home=settings.home, config_path=settings.config_path)
    page = Page(write_reports(told, on_progress=lambda line: None)[0])
    [report], _ = read_reports(told)
    return page, as_text(contents.day(report, ""))


def _headings(settings: Settings, name: str) -> list[str]:
    path = settings.reports_dir / "harbour" / "lists" / f"{name}.csv"
    return next(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=","))


@pytest.fixture
def told(settings: Settings, publish: Callable[[], Published]) -> Settings:
    _fill(publish(), has_hours=True)
    return settings


SAID = {
    "en": (
        "8 of 9 (89%) within a working day",
        "2 days (9 working hours)",
        "Within a working day: before our",
    ),
    "de": (
        "innerhalb eines Arbeitstags: 8 von 9",
        "2 Tage (9 Arbeitsstunden)",
        "Innerhalb eines Arbeitstags: bevor",
    ),
    "fr": (
        "en un jour ouvré au plus\u00a0: 8 sur 9",
        "2 jours (9 heures ouvrées)",
        "En un jour ouvré au plus\u00a0:",
    ),
}


@pytest.mark.parametrize("language", SAID)
def test_the_page_and_the_message_say_both(told: Settings, language: str) -> None:
    page, message = _report(told, language)
    week, wait, definition = (" ".join(text.split()) for text in SAID[language])
    assert week in page.words and wait in page.words and definition in page.words
    assert wait in " ".join(message.split())


def test_lists_have_columns_for_it(told: Settings) -> None:
    _report(told, "en")
    found = {listed.name: {*_headings(told, listed.name)} for listed in LISTS}
    for name, columns in {listed.name: {*listed.columns} & BY_HOURS for listed in LISTS}.items():
        assert {COLUMNS[column].label for column in columns} <= found[name]
    assert {name for listed in LISTS for name in listed.columns} >= BY_HOURS


def test_nothing_changes_for_a_client_without_hours(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    _fill(publish(), has_hours=False)
    page, message = _report(settings, "en")
    assert "got an answer within a day" in page.words and "2 days" in page.words
    lists = settings.reports_dir / "harbour" / "lists"
    written = [
        page.source,
        message,
        *(path.read_text(encoding="utf-8-sig") for path in lists.glob("*.[ch]*")),
    ]
    assert len(written) > 20
    assert [text for text in written if "orking hour" in text or "orking day" in text] == []


def test_a_week_of_an_edition_that_knew_no_hours_is_read(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    world.accounts()
    world.week(
        "harbour", "Harbour Museum", Quarter(2026, 3).start, answer_due_count=9, answered_within_day_count=6
    )
    folder = settings.editions_dir / "2026-W39"
    (folder / "tables").mkdir(parents=True)
    columns = "* exclude (answered_within_working_day_count, working_day_due_count)"
    world.con.execute(
        f"copy (select {columns} from reports.rpt_engagement_summary) "
        f"to '{folder}/tables/rpt_engagement_summary.parquet' (format parquet)"
    )
    world.con.execute("delete from reports.rpt_engagement_summary")
    world.week(
        "harbour", "Harbour Museum", WEEK, working_day_due_count=9, answered_within_working_day_count=8
    )
    world.con.close()
    with open_published(settings.published_path) as con:
        [found] = read_clients(con, settings, read_publication(con))
        view = read_quarter(con, found, Quarter(2026, 4), [folder])
    assert (view.before.archived_count, view.before.total("answered_within_day_count")) == (1, 6)
    assert quarter.in_working_day(view.now) == "8 of 9 (89%)" and quarter.in_working_day(view.before) == ""
