"""How we stand with the people of each tag, on the page and in words; and that each number leads to the people."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from rapport.config import Settings
from rapport.pages import alone
from reporting.person_links import file_name, tag_key
from reporting.report import write_reports
from reporting.sections.tags import words
from reporting.sections.tags.record import Tag, Tags
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, Published, record


def test_each_number_says_of_how_many(report: Page) -> None:
    said = report.words_between("How we stand, by tag", "Who they are")
    assert "Tagged: 18 of 19 people whom we talk with or have on a list (95%)." in said
    press = said[said.index("press") :]
    for words_of_it in (
        "press 3 of 18 (17%)", "connected 1 of 3 (33%)", "conversing 1 of 3 (33%)", "acquainted 0 of 3 (0%)",
        "1 of 3 (33%) · 1 post waiting for us", "won 2 of 3 (67%)", "lost 0 of 3 (0%)", "7 real conversations",
    ):  # fmt: skip
        assert words_of_it in press, words_of_it
    # of the exchanges of the same thirteen weeks
    whole = sum(4 + (number * 11) % 13 for number in range(13, 26))
    assert f"26 of {whole} exchanges" in press
    assert [said.index(tag) for tag in ("city council", "funder", "press")] == sorted(
        said.index(tag) for tag in ("city council", "funder", "press")
    )


def test_who_has_the_tag_stands_there_by_name_those_nearest_first(report: Page) -> None:
    said = report.words_between("Who they are", "Worth seeking out")
    assert said.index("Ana Lima (connected)") < said.index("and 2 others")
    press = said[said.rindex("press") :]
    assert (
        press.index("Ana Lima (connected)")
        < press.index("Ben Okafor (conversing)")
        < press.index("@nobody_yet (stranger)")
    )
    assert "1 of them we have not come across on any network yet" in said
    assert "<i>school" in said  # a tag is text


def test_every_number_leads_to_its_people_among_everyone(harbour: Settings, report: Page) -> None:
    everyone = Page(harbour.reports_dir / "harbour" / "people" / "index.html")
    rows = [row for row in everyone.all("li") if "data-stage" in row]
    options = [str(option["value"]) for option in everyone.all("option")]
    found: dict[str, set[str]] = {}
    links = re.findall(r'href="(\.\./people/index\.html)#([^"]*)"', report.section("tags"))
    for _, narrowed in links:
        wanted = {name: value for name, [value] in parse_qs(narrowed.replace("&amp;", "&")).items()}
        assert wanted["tag"] in options
        fits = {
            str(row["data-person-id"])
            for row in rows
            if all(
                value in str(row.get(f"data-{name}") or "").split(" ")
                for name, value in wanted.items()
                if name != "sort"
            )
        }
        found["&".join(f"{name}={value}" for name, value in wanted.items())] = fits
    assert found["tag=press"] == {"x:11", "x:12"}  # the third has no page, which the page says
    assert found["tag=press&stage=connected"] == found["tag=city%20council&stage=connected"] == {"x:11"}
    assert found["tag=press&stage=conversing"] == {"x:12"}
    assert found["tag=press&waiting=1"] == {"x:12"}
    assert found[f"tag={tag_key('<i>school')}&stage=acquainted"] == {"x:15"}
    assert len(found["tag=funder"]) == 14
    assert file_name("x:11") in report.section("tags")
    assert '../lists/tags.html"' in report.section("tags") and '../lists/keepers.html"' in report.section(
        "tags"
    )


def test_a_copy_that_lies_alone_keeps_the_numbers_and_loses_the_links(report: Page, tmp_path: Path) -> None:
    (tmp_path / "alone.html").write_text(alone(report.source), encoding="utf-8")
    copy = Page(tmp_path / "alone.html")
    section = copy.section("tags")
    assert "people/index.html" not in section and "lists/" not in section
    assert "2 of 3 (67%)" in section and "26 of" in section


def test_the_head_of_the_page_leads_there(report: Page) -> None:
    assert '<a href="#tags">Tags</a>' in report.source


@pytest.mark.parametrize("name", ["tags", "keepers"])
def test_the_lists_have_what_the_section_counts(name: str, harbour: Settings, report: Page) -> None:
    file = (harbour.reports_dir / "harbour" / "lists" / f"{name}.csv").read_text(encoding="utf-8-sig")
    assert file.count("press") == {"tags": 1, "keepers": 3}[name]


def test_a_client_without_tags_has_no_such_section(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    made = publish()
    made.publication()
    made.week("harbour", "Harbour Museum", WEEK)
    made.add(
        "reports.rpt_people", client_id="harbour", entry_id="x:11", person_id="x:11", stage="noticed", tags=[]
    )
    made.add("reports.rpt_tags", client_id="rival", tag="press", person_count=1, tagged_person_count=1)
    made.con.close()
    page = Page(write_reports(settings, on_progress=lambda line: None)[0])
    assert 'id="tags"' not in page.source and "#tags" not in page.source
    assert len(page.all("section")) > 10


def test_tags_in_words() -> None:
    tag = record(Tag, tag="press", person_count=4, tagged_person_count=9, recent_exchange_count=5)
    assert words.exchanges(Tags([tag], exchange_count=None), tag) == "5 exchanges"
    assert words.exchanges(Tags([tag], exchange_count=4), tag) == "5 exchanges"  # restated meanwhile
    assert words.exchanges(Tags([tag], exchange_count=20), tag) == "5 of 20 exchanges (25%)"
    assert words.more_people(tag, 4) == "" and words.more_people(tag, 3) == "and 1 other"
    assert words.unseen(Tags([tag])) == ""
    assert words.link(Tags()) is None
