"""A quarter read from the published file and from editions, and said in words."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rapport.config import Settings
from reporting.client import read_clients
from reporting.published import open_published, read_publication
from reporting.quarter import words
from reporting.quarter.calendar import Quarter
from reporting.quarter.pages import read_due
from reporting.quarter.query import net, read_quarter
from reporting.quarter.record import Figures, QuarterView, Step
from reporting.report import write_reports
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, DEFINITIONS, Published, client, record, week

TODAY = AS_OF.date()
NOW, BEFORE = Quarter(2026, 4), Quarter(2026, 3)


def fill(world: Published, since: date, until: date = TODAY) -> None:
    """A world with a week from `since` on; the numbers of a week tell which it is."""
    for number, monday in enumerate(mondays(since, until)):
        world.week("harbour", "Harbour Museum", monday, real_conversation_count=2, exchange_count=5, new_count=1,
                   address_in_count=10, answer_due_count=10, answered_within_day_count=7, connected_count=number,
                   conversing_count=3)  # fmt: skip


def mondays(since: date, until: date) -> list[date]:
    return [since + timedelta(weeks=number) for number in range((until - since).days // 7)]


def read(settings: Settings, quarter: Quarter = NOW, editions: list[Path] | None = None) -> QuarterView:
    with open_published(settings.published_path) as con:
        [found] = read_clients(con, settings, read_publication(con))
        return read_quarter(con, found, quarter, editions or [])


@pytest.fixture
def world(publish: Callable[[], Published]) -> Published:
    made = publish()
    made.publication()
    made.accounts()
    return made


def test_weeks_are_summed_and_people_counted_at_the_end(settings: Settings, world: Published) -> None:
    fill(world, BEFORE.start)
    world.week("harbour", "Harbour Museum", AS_OF.date(), is_complete_week=False, real_conversation_count=99)
    world.con.close()
    view = read(settings)
    assert (view.now.week_count, view.before.week_count) == (8, 13)
    assert (view.now.total("real_conversation_count"), view.before.total("real_conversation_count")) == (
        16,
        26,
    )
    assert (view.now.at_end("connected_count"), view.before.at_end("connected_count")) == (20, 12)
    assert (view.now.is_over, view.now.is_whole, view.before.is_over, view.before.is_whole) == (
        False, False, True, True,
    )  # fmt: skip
    texts = " ".join(sentence.text for sentence in words.sentences(client(week()), view))
    assert "We had 16 real conversations in 8 of 14 weeks: 2 a week; in the quarter before it was 2." in texts
    assert "20 people are connected with us, and 3 in conversation" in texts
    [ends] = [one for one in words.sentences(client(week()), view) if "connected with us" in one.text]
    assert ends.address == "weeks.html#week=2026-W47"  # the row that has both numbers
    assert (
        "Answered within a day: 56 of 80 posts (70%); in the quarter before 91 of 130 posts (70%)." in texts
    )
    assert words.incomplete(view) == ["2026-Q4 is still running: 8 of 14 weeks are over."]


def test_ties_are_told_by_name_without_steps_to_and_fro(settings: Settings, world: Published) -> None:
    fill(world, BEFORE.start)
    steps = [
        ("11", 1, "acquainted", "conversing"), ("11", 4, "conversing", "connected"),  # closer, in two steps
        ("12", 1, "connected", "conversing"), ("12", 2, "conversing", "connected"),  # to and fro
        ("13", 3, "conversing", "dormant"),  # less close
        ("14", 0, "stranger", "acquainted"),  # not close yet
        ("16", -1, "acquainted", "conversing"),  # in the quarter before
        ("20", 8, "acquainted", "conversing"),  # in the week still running
    ]  # fmt: skip
    for account, number, before, after in steps:
        world.move("harbour", account, "deepened", before, after, [],
                   week_start_date=NOW.start + timedelta(weeks=number))  # fmt: skip
    world.con.close()
    view = read(settings)
    assert [(tie.handle, tie.stage_before, tie.stage_after) for tie in view.now.closer] == [
        ("ana_lima", "acquainted", "connected")
    ]
    assert [tie.handle for tie in view.now.less_close] == ["drito"]
    assert [tie.handle for tie in view.before.closer] == ["rlo"]
    found = {sentence.text: sentence.person_ids for sentence in words.sentences(client(week()), view)}
    assert found["Close ties that are closer than at the quarter's beginning: Ana Lima (now connected)."] == (
        "x:11",
    )
    assert found[
        "Ties that were close at the quarter's beginning, and are less so now: Dr. Haruka Ito 伊藤 (now dormant)."
    ] == ("x:13",)
    # no list has them without the steps between; the page itself has
    led = {one.below for one in words.sentences(client(week()), view) if "close" in one.text}
    assert led == {"ties"}


def test_the_newest_name_and_the_order_are_those_of_the_report() -> None:
    def step(person: str, number: int, before: str, after: str, **facts: Any) -> Step:
        facts = {"display_name": person} | facts
        monday = NOW.start + timedelta(weeks=number)
        return record(
            Step, person_id=person, week_start_date=monday, stage_before=before, stage_after=after, **facts
        )

    ties = net([
        step("b", 2, "conversing", "connected", display_name="new name"), step("b", 1, "stranger", "conversing"),
        step("c", 1, "acquainted", "conversing", is_stakeholder=True), step("a", 1, "acquainted", "conversing"),
    ])  # fmt: skip
    assert [(tie.person_id, tie.display_name) for tie in ties] == [("c", "c"), ("b", "new name"), ("a", "a")]


def freeze(settings: Settings, world: Published, name: str) -> Path:
    """The tables that a quarter is read from, as an edition has them: of goals as it was before shares had counts."""
    folder = settings.editions_dir / name
    (folder / "tables").mkdir(parents=True)
    for table in ("rpt_engagement_summary", "rpt_relationship_moves", "rpt_goals"):
        columns = "* exclude (part_count, whole_count)" if table == "rpt_goals" else "*"
        rows = f"select {columns} from reports.{table}"
        world.con.execute(f"copy ({rows}) to '{folder}/tables/{table}.parquet' (format parquet)")
    return folder


def test_what_the_publication_holds_no_longer_is_read_from_editions(
    settings: Settings, world: Published
) -> None:
    fill(world, BEFORE.start, NOW.start)
    world.move("harbour", "11", "deepened", "acquainted", "conversing", [], week_start_date=BEFORE.start)
    world.add("reports.rpt_goals", client_id="harbour", goal_number=1, words="Ten people", measure="connected_count",
              target=10, value=3, status="behind", due_date=date(2026, 12, 31))  # fmt: skip
    world.week("another", "Another", BEFORE.start, real_conversation_count=1000)
    old = freeze(settings, world, "2026-W39")
    for table in ("rpt_engagement_summary", "rpt_relationship_moves", "rpt_goals"):
        world.con.execute(f"delete from reports.{table}")
    fill(world, NOW.start)
    newer = freeze(settings, world, "2026-W40")
    world.con.close()
    view = read(settings, editions=[old, newer])
    assert (view.now.week_count, view.now.archived_count) == (8, 0)
    assert (view.before.week_count, view.before.archived_count) == (13, 13)
    assert view.before.total("real_conversation_count") == 26
    assert [tie.handle for tie in view.before.closer] == ["ana_lima"]
    assert "Of 2026-Q3 13 weeks are read from their frozen editions." in words.incomplete(view)
    # the goals of a quarter that is over are those of its last week's edition
    assert [goal.words for goal in read(settings, BEFORE, [old, newer]).goals] == ["Ten people"]
    gone = read(settings, BEFORE, [newer])
    assert (gone.goals, gone.goals_as_of) == ([], None)


@pytest.mark.parametrize("content", [b"", b"no parquet at all, and long enough to be looked at" * 9])
def test_an_edition_that_cannot_be_read_leaves_weeks_unknown(
    settings: Settings, world: Published, content: bytes
) -> None:
    fill(world, NOW.start)
    folder = freeze(settings, world, "2026-W39")
    for path in (folder / "tables").iterdir():
        path.write_bytes(content)
    world.con.close()
    view = read(settings, editions=[folder])
    assert (view.before.week_count, view.now.week_count) == (0, 8)
    assert "Of 2026-Q3 nothing is known." in words.incomplete(view)
    talk = words.sentences(client(week()), view)[0].text
    assert talk.endswith("The quarter before is not known.")


def test_an_edition_of_another_version_is_passed_over(settings: Settings, world: Published) -> None:
    fill(world, BEFORE.start, NOW.start)
    folder = freeze(settings, world, "2026-W39")
    path = folder / "tables" / "rpt_engagement_summary.parquet"
    with duckdb.connect() as con:
        con.execute(f"create table t as select client_id, week_start_date from '{path}'")
        con.execute(f"copy t to '{path}' (format parquet)")
    world.con.execute("delete from reports.rpt_engagement_summary")
    fill(world, NOW.start)
    world.con.close()
    assert read(settings, editions=[folder]).before.weeks == []


def test_data_that_begins_within_a_quarter_says_so(settings: Settings, world: Published) -> None:
    fill(world, BEFORE.start + timedelta(weeks=9))
    world.add("reports.rpt_conversations", client_id="harbour", root_post_id="1", is_complete_enough=False,
              opened_at=AS_OF, last_active_at=AS_OF)  # fmt: skip
    world.add("reports.rpt_conversations", client_id="harbour", root_post_id="2", is_complete_enough=True,
              opened_at=AS_OF, last_active_at=AS_OF)  # fmt: skip
    world.con.close()
    assert words.incomplete(read(settings)) == [
        "2026-Q4 is still running: 8 of 14 weeks are over.",
        "Of 2026-Q3 only 4 of 13 weeks are known.",
        "Too incomplete for averages, or of unknown completeness: 1 of 2 conversations (50%) that were active in it.",
    ]


def test_outcomes_are_those_of_the_quarter_by_their_day(settings: Settings, world: Published) -> None:
    fill(world, BEFORE.start)
    for number, (kind, day) in enumerate(
        [("meeting", NOW.start), ("meeting", date(2026, 11, 20)), ("lead", NOW.start - timedelta(days=1))]
    ):
        world.add("reports.rpt_outcomes", client_id="harbour", outcome_id=str(number), kind=kind, occurred_date=day,
                  is_joined=False)  # fmt: skip
    world.con.close()
    view = read(settings)
    assert (dict(view.now.outcomes), dict(view.before.outcomes)) == ({"meeting": 2}, {"lead": 1})
    assert "2 outcomes were logged: meeting (2)." in [
        sentence.text for sentence in words.sentences(client(week()), view)
    ]


def test_no_share_of_nothing_and_no_division_by_it() -> None:
    nothing = QuarterView(Figures(NOW), Figures(BEFORE))
    assert [sentence.text for sentence in words.sentences(client(week()), nothing)] == [
        "No week of this quarter is over, or known."
    ]
    assert {row.now for row in words.table(nothing, DEFINITIONS)} == {"–", "0"}
    silent = QuarterView(Figures(NOW, [week(NOW.start)]), Figures(BEFORE))
    texts = [sentence.text for sentence in words.sentences(client(week()), silent)]
    assert not any("Answered" in text for text in texts)


def test_an_unsettled_week_is_called_that(settings: Settings, world: Published) -> None:
    fill(world, NOW.start)
    world.con.execute(
        "update reports.rpt_engagement_summary set is_settled_week = false where week_start_date = ?",
        [date(2026, 11, 16)],
    )
    world.con.close()
    assert "70%). The last week is not final." in " ".join(
        sentence.text for sentence in words.sentences(client(week()), read(settings))
    )


def test_quarters_are_written_until_they_are_final(settings: Settings, world: Published) -> None:
    fill(world, Quarter(2026, 2).start)
    world.con.close()
    write_reports(settings, on_progress=lambda line: None)
    folder = settings.reports_dir / "harbour"
    assert sorted(path.name for path in folder.glob("*-Q*")) == ["2026-Q2", "2026-Q3", "2026-Q4"]
    with open_published(settings.published_path) as con:
        [found] = read_clients(con, settings, read_publication(con))
        assert [str(view.quarter) for view in read_due(con, found, folder, [])] == ["2026-Q4"]
        shutil.rmtree(folder / "2026-Q2")
        assert [str(view.quarter) for view in read_due(con, found, folder, [])] == ["2026-Q2", "2026-Q4"]


def test_a_final_quarter_is_written_again_when_a_backfill_brings_more_of_it(
    settings: Settings, world: Published
) -> None:
    fill(world, BEFORE.start)
    world.con.close()
    write_reports(settings, on_progress=lambda line: None)
    page = settings.reports_dir / "harbour" / "2026-Q3" / "index.html"
    assert "26 real conversations" in Page(page).words
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute(
            "update reports.rpt_engagement_summary set real_conversation_count = 9 where week_start_date = ?",
            [BEFORE.start],
        )
    write_reports(settings, on_progress=lambda line: None)
    assert "33 real conversations" in Page(page).words


def test_a_running_quarter_is_written_again_when_it_is_over(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    for as_of_at in (AS_OF, datetime(2027, 1, 18, tzinfo=UTC)):
        settings.published_path.unlink(missing_ok=True)
        world = publish()
        world.publication(as_of_at)
        fill(world, NOW.start, as_of_at.date())
        world.con.close()
        write_reports(settings, on_progress=lambda line: None)
    page = Page(settings.reports_dir / "harbour" / "2026-Q4" / "index.html")
    assert "14 weeks" in page.words and "still running" not in page.words
    [mark] = [meta["content"] for meta in page.all("meta") if meta.get("name") == "rapport-quarter"]
    assert mark.startswith("final ")
    # and it leads to the quarter that came after it
    assert "../2027-Q1/index.html" in [link["href"] for link in page.all("a")]


def test_the_page_of_a_quarter(harbour: Settings, pages: dict[str, Page]) -> None:
    page = Page(harbour.reports_dir / "harbour" / "2026-Q4" / "index.html")
    assert "Quarter 4 of 2026" in page.words
    assert (
        "closer than at the quarter's beginning: Ana Lima (now connected), Ben Okafor (now conversing)"
        in page.words
    )
    # of the glossary, which counts moves of a week: here the beginning is compared with the end
    assert not re.search(r"\b(won|lost)\b", page.words, re.IGNORECASE)
    assert (
        f"Closer than at the beginning {page.section('ties').partition('Less close')[0].count('<li>')} "
        in page.words
    )
    assert "14 · 1.8 a week" in page.words
    assert '<script>alert("name")</script>' not in page.source
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "iframe", "object", "form", "base"})
    hrefs = [link["href"] for link in page.all("a")]
    assert "../2026-W47/index.html" in hrefs and "../2026-Q3/index.html" in hrefs
