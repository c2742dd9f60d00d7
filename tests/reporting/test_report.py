"""The files that reports are: where they lie, what stands in them, what happens when there is nothing to read."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jinja2 import Environment

from rapport.config import Settings, load_settings
from reporting import report as report_module
from reporting.alone import alone
from reporting.page import draw
from reporting.person_links import file_name
from reporting.published import ReportError
from reporting.report import write_reports
from reporting.sections import NAMES
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published


def test_a_page_per_client_and_week_a_pointer_to_the_newest_and_an_index(
    harbour: Settings, pages: dict[str, Page]
) -> None:
    assert list(pages) == ["harbour/2026-W47/index.html", "index.html"]
    newest = Page(harbour.reports_dir / "harbour" / "index.html")
    assert {"http-equiv": "refresh", "content": "0; url=2026-W47/index.html"} in newest.all("meta")
    assert {"href": "harbour/2026-W47/index.html"} in pages["index.html"].all("a")
    assert not list(harbour.reports_dir.rglob("*.tmp"))


def test_the_parts_stand_in_their_order(report: Page) -> None:
    sections = [attributes["id"] for attributes in report.all("section")]
    assert sections == [name.replace("_", "-") for name in NAMES]
    assert "as of Mon 23 Nov 2026, 00:00 UTC" in report.words


def test_the_head_of_the_page_leads_to_sections_and_says_how_much_is_there(report: Page) -> None:
    assert (
        "Waiting for us 6 Moved 7 Losing 14 People Stakeholders Tags Worth seeking out Conversations 5 Content "
        "Topics Coverage" in report.words
    )


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(report: Page) -> None:
    ids = [attributes["id"] for _, attributes in report.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    inner = [href[1:] for a in report.all("a") if (href := a["href"] or "").startswith("#")]
    assert inner and set(inner) <= set(ids)
    named = " ".join(str(attributes.get("aria-labelledby") or "") for _, attributes in report.tags).split()
    assert set(named) <= set(ids)


def test_links_lead_to_x_by_id_or_stay_within_the_reports(report: Page) -> None:
    outward = [href for a in report.all("a") if not (href := a["href"] or "").startswith("#")]
    assert outward
    allowed = (
        r"https://x\.com/i/(web/status|user)/\d{1,19}|\.\./people/([0-9a-f]{20}\.html|index\.html(#tag=[\w%&=]+)?)"
        r"|\.\./lists/[a-z_]+\.(html(#[a-z_]+=[\w%&=+-]+)?|csv)|\.\./ties\.html"
        r"|\.\./\d{4}-[WQ]\d{1,2}/index\.html|board\.(html|pdf)"
    )
    assert [href for href in outward if not re.fullmatch(allowed, href)] == []


def test_nothing_in_the_page_loads_or_runs(report: Page) -> None:
    tags = {tag for tag, _ in report.tags}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base", "image", "use"})
    assert len(report.all("style")) == 1
    assert not [name for _, attributes in report.tags for name in attributes if name.startswith("on")]
    policy = [
        meta["content"] for meta in report.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy and str(policy[0]).startswith("default-src 'none'")
    assert "url(http" not in report.source and "@import" not in report.source


def test_what_strangers_wrote_shows_as_they_wrote_it(report: Page) -> None:
    assert "<script>alert(1)</script> </style><style>body{display:none}</style>" in report.text
    assert '<script>alert("name")</script>' in report.text
    assert "Thank you for <b>writing</b> & have a good day" in report.text


def test_charts_have_a_title_a_description_and_a_table_of_their_numbers(report: Page) -> None:
    charts = [svg for svg in report.all("svg") if svg.get("role") == "img"]
    assert len(charts) == len(report.all("figure")) == len(report.all("desc")) == 4
    # Within a chart nothing but numbers and dates is written: no text of strangers passes unescaped.
    assert "real conversations a week" in report.text


def test_what_is_cut_short_says_of_how_many(report: Page) -> None:
    assert "33 posts of this long conversation are not shown" in report.words
    assert "97 of 445 replies (22%)" in report.words
    assert "2 of 31 conversations (6%)" in report.words
    assert "118 noticed people are not drawn" in report.words
    assert "1 post is no longer held" in report.words


def test_direct_messages_are_counted_and_never_shown(report: Page) -> None:
    waiting = report.section("waiting")
    assert "Posts and direct messages addressed to us" in waiting
    assert waiting.count("A direct message, which we count and do not show.") == 1
    assert "1 direct message behind it" in report.words
    assert "The last exchange was by direct message" in report.section("nurture")
    assert "Direct messages are counted, and never shown." in report.words
    assert "dm:" not in report.words and not [a for a in report.all("a") if "dm:" in str(a.get("href"))]


def without_links(page: bytes) -> bytes:
    """The page but for its links to the client's others, which hang on what lies in the folder."""
    assert page.count(b'<nav class="editions"') == 1
    return re.sub(rb'(<nav class="editions"[^>]*>).*?</nav>', rb"\1", page, flags=re.DOTALL)


def test_writing_again_changes_nothing_and_other_editions_stay(harbour: Settings) -> None:
    folder = harbour.reports_dir / "harbour"
    write_reports(harbour, on_progress=lambda line: None)
    earlier = folder / "2026-W31" / "index.html"
    earlier.parent.mkdir()
    earlier.write_text("as it was", encoding="utf-8")
    before = (folder / "2026-W47" / "index.html").read_bytes()
    lines: list[str] = []
    write_reports(harbour, on_progress=lines.append)
    assert without_links((folder / "2026-W47" / "index.html").read_bytes()) == without_links(before)
    assert earlier.read_text(encoding="utf-8") == "as it was"
    index = Page(harbour.reports_dir / "index.html")  # which also checks that it is valid with two editions
    led = {str(link["href"]) for link in index.all("a")}
    people = {href for href in led if re.fullmatch(r"harbour/people/[0-9a-f]{20}\.html", href)}
    assert f"harbour/people/{file_name('x:11')}" in people  # Ana, whom the week in words names
    # from the table, and from the words below it
    assert led - people == {
        "#clients", "#order", *(f"harbour/2026-W{week}/index.html" for week in (47, 31)),
        "harbour/lists/index.html", "harbour/people/index.html", "harbour/ties.html", "operator.html",
        "harbour/2026-W47/board.html",
    }  # fmt: skip
    assert (len(index.all("details")), len(index.all("li"))) == (1, 1)
    assert any("Harbour Museum" in line for line in lines)


def test_a_report_is_drawn_once_for_both_of_its_places(
    harbour: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def drawing(templates: Environment, template: str, *given: Any, **content: Any) -> bytes:
        drawn.append(template)
        return draw(templates, template, *given, **content)

    monkeypatch.setattr(report_module, "draw", drawing)
    own = harbour.client_dir("harbour")
    own.mkdir(parents=True)
    write_reports(harbour, on_progress=lambda line: None)
    assert drawn.count("report.html.j2") == 1
    places = [
        folder / "2026-W47" / "index.html" for folder in (harbour.reports_dir / "harbour", own / "reports")
    ]
    assert without_links(places[0].read_bytes()) == without_links(places[1].read_bytes())
    shutil.rmtree(own)


def test_whose_handle_changed_lately_is_told_by_the_one_before(report: Page) -> None:
    assert "@benokafor formerly @ben_before" in report.words
    # known by nothing else for months
    assert report.words.count("formerly") == report.words.count("@benokafor formerly") > 0


def test_the_week_in_words_is_five_sentences_and_speaks_of_no_followers(report: Page) -> None:
    lead = report.section("week").split("</div>")[0]
    assert lead.count("<p") == 5
    assert not any(word in lead.lower() for word in ("follower", "like", "impression"))


# --- little or nothing to read ---------------------------------------------------------------------


def test_a_client_without_any_row_gets_a_page_that_says_so(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    world.con.close()
    written = write_reports(settings, on_progress=lambda line: None)
    page = Page(written[0])
    assert written[0].parent.name == "2026-W47"
    assert "Nothing is known yet about the conversations of Harbour Museum." in page.words
    assert page.all("svg") == []
    # no section says of what nobody has looked at that there is nothing
    sections = [str(found["id"]) for found in page.all("section") if "id" in found]
    assert sections == ["week", "goals", "coverage", "checks"]


def test_rows_of_nothing_but_nulls_cost_no_report(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    world.week("harbour", "Harbour Museum", WEEK - timedelta(weeks=1))
    world.week("harbour", "Harbour Museum", WEEK)
    for table in ("rpt_relationships", "rpt_waiting", "rpt_coverage"):
        world.add(f"reports.{table}", client_id="harbour")
    world.add("reports.rpt_relationships", client_id="harbour", stage="connected")
    world.add("reports.rpt_relationship_moves", client_id="harbour", week_start_date=WEEK, movement="new")
    world.add("reports.rpt_conversations", client_id="harbour", last_active_at=AS_OF)
    world.con.close()
    page = Page(write_reports(settings, on_progress=lambda line: None)[0])
    assert "somebody unknown" in page.words
    assert "Its posts are no longer held." in page.words


def test_a_running_week_is_reported_beside_the_complete_one(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication(AS_OF + timedelta(days=2))
    world.week("harbour", "Harbour Museum", WEEK, address_in_count=1)
    world.week(
        "harbour", "Harbour Museum", WEEK + timedelta(weeks=1), is_complete_week=False, address_in_count=3
    )
    world.move("harbour", "11", "new", "noticed", "acquainted", [], week_start_date=WEEK + timedelta(weeks=1))
    world.con.close()
    written = write_reports(settings, on_progress=lambda line: None)
    page = Page(written[0])
    assert written[0].parent.name == "2026-W47"
    assert "No relationship moved this week." in page.words
    assert "Since then, in the week still running First exchange 1 Ana Lima" in page.words


def test_no_client_at_all_gives_an_index_that_explains(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    world = Published(settings.published_path)
    world.publication()
    world.con.close()
    lines: list[str] = []
    assert write_reports(settings, on_progress=lines.append) == [settings.reports_dir / "index.html"]
    assert "no client is tracked" in lines[0]
    assert "Name a client and its accounts in rapport.toml" in Page(settings.reports_dir / "index.html").words


def test_without_a_publication_the_remedy_is_named(settings: Settings) -> None:
    with pytest.raises(ReportError, match="nothing is published yet") as caught:
        write_reports(settings)
    assert "rapport publish" in caught.value.remedy
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be looked at" * 99])
def test_a_broken_file_is_refused(settings: Settings, content: bytes) -> None:
    settings.published_path.parent.mkdir(parents=True, exist_ok=True)
    settings.published_path.write_bytes(content)
    with pytest.raises(ReportError, match="cannot be read"):
        write_reports(settings)


def test_a_file_of_another_version_is_refused(settings: Settings, publish: Callable[[], Published]) -> None:
    world = publish()
    world.publication()
    world.con.execute("alter table reports.rpt_waiting drop column waiting_rank")
    world.con.close()
    with pytest.raises(ReportError, match="another version of Rapport"):
        write_reports(settings)
    settings.published_path.unlink()
    with duckdb.connect(str(settings.published_path)):
        pass
    with pytest.raises(ReportError, match="another version of Rapport"):
        write_reports(settings)


def test_a_file_without_its_record_is_refused(settings: Settings, publish: Callable[[], Published]) -> None:
    publish().con.close()
    with pytest.raises(ReportError, match="no record of its publication"):
        write_reports(settings)


def test_a_file_that_another_program_writes_is_refused(
    settings: Settings, publish: Callable[[], Published], tmp_path: Path
) -> None:
    publish().con.close()
    held = tmp_path / "held"
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, pathlib, sys, time\n"
            "with duckdb.connect(sys.argv[1]): pathlib.Path(sys.argv[2]).touch(); time.sleep(30)",
            str(settings.published_path),
            str(held),
        ]
    )
    try:
        while not held.exists():
            assert writer.poll() is None
        with pytest.raises(ReportError, match="held open for writing"):
            write_reports(settings)
    finally:
        writer.kill()
        writer.wait()


def test_one_process_at_a_time_writes_reports(harbour: Settings) -> None:
    refused = []

    def try_as_well(line: str) -> None:
        with (
            pytest.raises(ReportError, match="another process writes the reports") as caught,
            alone(harbour, 0),
        ):
            pass
        refused.append(caught.value)

    write_reports(harbour, try_as_well)
    assert len(refused) > 2
    with alone(harbour, 0):
        pass


def test_a_client_id_cannot_choose_the_path(settings: Settings, publish: Callable[[], Published]) -> None:
    world = publish()
    world.publication()
    world.week("../../outside", "Outside", WEEK)
    world.con.close()
    with pytest.raises(ReportError, match="cannot name a folder"):
        write_reports(settings)
    assert not (settings.home.parent / "outside").exists()
