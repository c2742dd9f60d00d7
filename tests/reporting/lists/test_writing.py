"""The lists as files: every row once on pages, in CSV and in the workbook, and nothing in them acts."""

import csv
import io
import os
import re
import signal
import stat
import zipfile
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import duckdb
import openpyxl
import pytest

from rapport.config import Settings, load_settings
from rapport.warehouse import literal
from reporting.language import _, speaking
from reporting.lists import files, stated, writing
from reporting.lists.columns import BY_HOURS, COLUMNS
from reporting.lists.declared import LISTS
from reporting.lists.narrowing import FILTERS
from reporting.lists.pages import PAGE_ROWS
from reporting.lists.writing import write
from reporting.page import environment, script
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published

FORMULAS = ('=HYPERLINK("http://evil.example")', "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1+1", "'=1")


@pytest.fixture(scope="module")
def lists(harbour: Settings) -> Path:
    """The folder with the museum's lists."""
    write(harbour, "harbour", environment())
    return harbour.reports_dir / "harbour" / "lists"


def counts(settings: Settings) -> dict[str, int]:
    """How many rows each list has to have, asked of the published file by itself."""
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        found = {}
        for listed in LISTS:
            query = f"select count(*) from reports.{listed.table} as listed where client_id = 'harbour'"
            [(found[listed.name],)] = con.execute(f"{query} and ({listed.where})").fetchall()
    return found


def rows_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=delimiter))


def test_every_row_is_on_a_page_in_csv_and_in_the_workbook(lists: Path, harbour: Settings) -> None:
    expected = counts(harbour)
    assert sum(expected.values()) > 200 and expected["people"] == 129
    book = openpyxl.load_workbook(lists / "harbour.xlsx")
    for listed in LISTS:
        on_pages = sum(
            len(Page(path).all("tr")) - 1
            for path in lists.glob(f"{listed.name}*.html")
            if re.fullmatch(rf"{listed.name}(-\d+)?\.html", path.name)
            and "<table" in path.read_text(encoding="utf-8")
        )
        assert on_pages == expected[listed.name], listed.name
        assert len(rows_of(lists / f"{listed.name}.csv")) - 1 == expected[listed.name], listed.name
        assert book[listed.sheet].max_row - 1 == expected[listed.name], listed.name
    index = Page(lists / "index.html")
    assert f"People {expected['people']}" in " ".join(re.sub(r"<[^>]+>", " ", index.source).split())


def test_pages_are_valid_silent_and_lead_on(lists: Path, harbour: Settings) -> None:
    for path in lists.glob("*.html"):
        page = Page(path)
        # no script but our own, and that only where the list can be narrowed
        text, digest = script("narrow.js", "lists.js")
        is_narrowed = path.stem in FILTERS and bool(page.all("table"))
        assert len(page.all("script")) == page.source.count(f"<script>{text}</script>") == is_narrowed, path
        [policy] = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
        assert (f"script-src '{digest}'" in str(policy)) == ("script-src" in str(policy)) == is_narrowed
        assert len(page.all("style")) == 1
        for link in page.all("a"):
            href = str(link["href"])
            if not href.startswith(("#", "https://x.com/i/")):
                # the report itself, and people's pages, are written after the lists: test_links.py
                assert (path.parent / href).exists() or href.startswith(("../2026-W47/", "../people/")), href
    assert "javascript:" not in "".join(
        str(link["href"]) for path in lists.glob("*.html") for link in Page(path).all("a")
    )


def test_what_shows_a_post_or_a_person_says_so(lists: Path) -> None:
    waiting = Page(lists / "waiting.html")
    cells = [*waiting.all("td"), *waiting.all("th")]
    assert {cell["data-person-id"] for cell in cells if cell.get("data-person-id")} == {
        f"x:{account}" for account in (12, 13, 14, 15, 17, 19)
    }
    assert len({cell["data-post-id"] for cell in cells if cell.get("data-post-id")}) == 6
    # private talk is counted, and never shown
    assert "dm:72" not in waiting.words and "dm:" not in (lists / "waiting.csv").read_text(encoding="utf-8")


def test_csv_is_for_spreadsheets_and_no_cell_is_a_formula(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    for rank, text in enumerate(FORMULAS, 1):
        world.waiting("harbour", "13", str(rank), text, 1.5, rank, handle="=evil()", display_name=text)
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    assert (folder / "waiting.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = rows_of(folder / "waiting.csv")
    assert len(rows) == 1 + len(FORMULAS)
    assert [
        cell
        for row in rows[1:]
        for cell in row
        if re.match(r"'*[=+\-@\t\r＝＋－＠]", cell) and cell[0] != "'"
    ] == []
    assert rows[1][rows[0].index("Text")] == "'" + FORMULAS[0]
    assert rows[1][rows[0].index("Hours waiting")] == "1.5"
    assert rows[1][rows[0].index("When (UTC)")] == "2026-11-22 22:30"

    cells = [
        cell for sheet in openpyxl.load_workbook(folder / "harbour.xlsx") for row in sheet for cell in row
    ]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}  # none is a formula ("f")
    assert {cell.value for cell in cells} >= set(FORMULAS[:2])
    with zipfile.ZipFile(folder / "harbour.xlsx") as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())


def test_a_german_spreadsheet_reads_it_too(settings: Settings, publish: Callable[[], Published]) -> None:
    """There a comma stands within numbers, so that it can't stand between cells."""
    world = publish()
    world.publication()
    world.waiting("harbour", "13", "1", "Wann?", 1.5, 1)
    world.con.close()
    config = settings.config_path.read_text(encoding="utf-8")
    settings.config_path.write_text(
        f'{config}language = "de"\ntime_zone = "Europe/Berlin"\n', encoding="utf-8"
    )
    write(load_settings(home=settings.home, config_path=settings.config_path), "harbour", environment())
    rows = rows_of(settings.reports_dir / "harbour" / "lists" / "waiting.csv", delimiter=";")
    assert "1,5" in rows[1]
    assert "2026-11-22 23:30" in rows[1] and any("Europe/Berlin" in heading for heading in rows[0])


def test_the_workbook_is_one_to_work_with(lists: Path, harbour: Settings) -> None:
    book = openpyxl.load_workbook(lists / "harbour.xlsx")
    assert book.sheetnames == ["Contents", *(listed.sheet for listed in LISTS), "What the columns mean"]
    for listed in LISTS:
        sheet = book[listed.sheet]
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
        assert all(cell.font.bold for cell in sheet[1])
        assert {round(sheet.column_dimensions[cell.column_letter].width) for cell in sheet[1]} != {8}
    people = book["People"]
    heading = {cell.value: cell.column - 1 for cell in people[1]}
    ana = next(row for row in people.iter_rows(min_row=2) if row[heading["Person"]].value == "Ana Lima")
    assert ana[heading["Person"]].hyperlink.target == "https://x.com/i/user/11"
    assert ana[heading["Person id"]].value == "x:11" and ana[heading["Person id"]].data_type == "s"
    assert ana[heading["Id of the last post"]].data_type == "s"  # as a number it would lose its last digits
    assert isinstance(ana[heading["Last contact (UTC)"]].value, datetime)
    assert ana[heading["Last contact (UTC)"]].number_format == "yyyy-mm-dd hh:mm"
    assert ana[heading["Real conversations"]].value == 5
    assert ana[heading["Balance"]].number_format == "0%"
    places = {cell.hyperlink.location for row in book["Contents"] for cell in row if cell.hyperlink}
    assert places == {f"'{listed.sheet}'!A1" for listed in LISTS}
    links = [cell.hyperlink for sheet in book for row in sheet for cell in row if cell.hyperlink]
    assert links
    assert all((link.target or "").startswith("https://x.com/i/") or link.location for link in links)
    contents = {row[0].value: row[1].value for row in book["Contents"].iter_rows() if row[0].value}
    assert contents["People"] == 129
    meanings = {
        (row[0].value, row[1].value): row[2].value for row in book["What the columns mean"].iter_rows()
    }
    assert ("List", "Column") in meanings


def test_a_page_explains_its_own_columns_and_no_other(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    for table, column in world.con.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'reports'"
    ).fetchall():
        thing = column.removesuffix("_id").replace("_", " ")
        world.con.execute(f"comment on column reports.{table}.{column} is 'It is the {thing}.'")
    world.con.close()
    write(load_settings(settings.home), "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    book = openpyxl.load_workbook(folder / "harbour.xlsx")["What the columns mean"]
    in_book = {(row[0].value, row[1].value) for row in book.iter_rows()}
    for listed in (one.without(BY_HOURS) for one in LISTS):
        key = (folder / f"{listed.name}.html").read_text(encoding="utf-8").partition('id="meanings-h"')[2]
        said = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", key))
        shown = [COLUMNS[name] for name in listed.shown]
        assert list(said) == [column.label for column in shown], listed.name
        assert {column.label for column in shown if "network" in said[column.label]} <= {
            "Network",
            "Networks",
        }
        assert {(listed.title, COLUMNS[name].label) for name in listed.columns} <= in_book


@pytest.mark.parametrize(
    ("language", "title", "said", "of_hours"),
    [
        ("en", "What the columns mean", "How long they waited for the answer.", "answered within 36.5 hours"),
        ("de", "Was die Spalten bedeuten", "Wie lange sie auf die Antwort gewartet haben.",
         "innerhalb von 36,5 Stunden"),
        ("fr", "Ce que disent les colonnes", "Combien de temps ils ont attendu la réponse.", "en 36,5 heures"),
    ],
)  # fmt: skip
def test_what_columns_mean_is_said_in_the_client_s_language_with_the_numbers_of_the_file(
    settings: Settings, publish: Callable[[], Published], language: str, title: str, said: str, of_hours: str
) -> None:
    world = publish()
    world.publication()
    for column in ("answer_hours", "is_answered_within_day", "kind"):
        comment = stated.comments()["rpt_answers", column].replace("24 hours", "36.5 hours")
        world.con.execute(f"comment on column reports.rpt_answers.{column} is {literal(comment)}")
    # of another version's words nobody has a translation
    world.con.execute("comment on column reports.rpt_answers.handle is 'Words of another version.'")
    world.add("reports.rpt_answers", client_id="harbour", network="x", post_id="1", kind="reply")
    world.con.close()
    config = settings.config_path.read_text(encoding="utf-8").rstrip()
    settings.config_path.write_text(f'{config}\nlanguage = "{language}"\n', encoding="utf-8")
    write(load_settings(settings.home), "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    page = Page(folder / "answers.html")
    with speaking(language):
        assert title == _("What the columns mean")
    book = openpyxl.load_workbook(folder / "harbour.xlsx")
    in_book = " ".join(str(row[2].value) for row in book[title].iter_rows()).replace("\u00a0", " ")
    for text in (title, said, of_hours):
        assert text in page.words
    for text in (said, of_hours, "Words of another version."):
        assert text in in_book


def test_a_long_list_is_cut_into_pages_without_losing_or_doubling_a_row(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    how_many = 2 * PAGE_ROWS + 7
    for rank in range(1, how_many + 1):
        world.waiting("harbour", "13", str(rank), f"question {rank}", 5, rank)
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    pages = [Page(folder / name) for name in ("waiting.html", "waiting-2.html", "waiting-3.html")]
    found = [number for page in pages for number in re.findall(r">question (\d+)<", page.source)]
    assert found == [str(rank) for rank in range(1, how_many + 1)]
    assert f"Rows {PAGE_ROWS + 1} to {2 * PAGE_ROWS} of {how_many}" in pages[1].words
    assert [link["href"] for link in pages[1].all("a") if link.get("rel") in ("prev", "next")] == [
        "waiting.html", "waiting-3.html", "waiting.html", "waiting-3.html",
    ]  # fmt: skip
    # a list that has become shorter leaves no page behind
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("delete from reports.rpt_waiting where waiting_rank > 3")
    written = write(settings, "harbour", environment())
    assert not list(folder.glob("waiting-*.html"))
    assert {path.name for path in written.changed} == {
        "waiting.html",
        "waiting.csv",
        "harbour.xlsx",
        "index.html",
    }


def test_nobody_else_may_read_them(settings: Settings, publish: Callable[[], Published]) -> None:
    world = publish()
    world.publication()
    world.con.close()
    settings.published_dir.chmod(0o700)
    written = write(settings, "harbour", environment())
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.files} == {0o600}
    assert stat.S_IMODE(written.files[0].parent.stat().st_mode) == 0o700


def test_what_says_the_same_is_not_written_again(harbour: Settings, lists: Path) -> None:
    own = harbour.client_dir("harbour")
    own.mkdir(parents=True)
    first = write(harbour, "harbour", environment())
    before = {path: path.stat().st_ino for path in first.files}
    again = write(harbour, "harbour", environment())
    assert again.changed == [] and again.files == first.files
    assert {path: path.stat().st_ino for path in again.files} == before
    for path in lists.iterdir():
        assert (own / "reports" / "lists" / path.name).read_bytes() == path.read_bytes()
    assert not list(harbour.published_dir.rglob(".*"))


def _killed(home: Path, stop_at: int) -> None:
    """Writes the lists, and dies as the file of that number is put in its place."""
    count = 0
    put_in_place = files.put_in_place

    def put(draft: Path, place: Path) -> None:
        nonlocal count
        count += 1
        if count == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)
        put_in_place(draft, place)

    files.put_in_place = put
    writing.write(load_settings(home=home, config_path=home / "rapport.toml"), "harbour", environment())


def test_killed_at_any_file_a_rerun_ends_the_same(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    world.waiting("harbour", "13", "1", "Why?", 5, 1)
    world.con.close()
    files_made = len(write(settings, "harbour", environment()).files)
    folder = settings.reports_dir / "harbour" / "lists"
    undisturbed = {path.name: path.read_bytes() for path in folder.iterdir()}
    for stop_at in (1, 2, files_made // 2, files_made):
        for path in folder.iterdir():
            path.unlink()
        process = get_context("fork").Process(target=_killed, args=(settings.home, stop_at))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert len([path for path in folder.iterdir() if path.is_file()]) == stop_at - 1
        write(settings, "harbour", environment())
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == undisturbed


def test_a_name_in_another_script_and_an_empty_cell_are_shown(lists: Path) -> None:
    assert "نور البحر" in (lists / "people.html").read_text(encoding="utf-8")
    assert "(nothing to show)" in Page(lists / "conversations.html").words


def test_of_a_client_on_one_network_what_changed_is_told_once(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    for table in ("rpt_engagement_summary", "rpt_engagement_by_network"):
        world.add(
            "reports.rpt_restatements", client_id="harbour", table_name=table, week_start_date=WEEK,
            column_name="answered_within_day_share", value_before=0.5, value_after=0.625, restated_at=AS_OF,
            part_count_before=4, whole_count_before=8, part_count_after=5, whole_count_after=8,
        )  # fmt: skip
    world.add("reports.rpt_engagement_by_network", client_id="harbour", network="x", week_start_date=WEEK)
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    assert len(rows_of(folder / "restatements.csv")) == 2
    assert "Share answered in time" in Page(folder / "restatements.html").words
    assert "50% (4 of 8) 63% (5 of 8)" in Page(folder / "restatements.html").words
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute(
            "insert into reports.rpt_engagement_by_network by name select 'harbour' as client_id, 'y' as network"
        )
    write(settings, "harbour", environment())
    assert len(rows_of(folder / "restatements.csv")) == 3


def test_long_hours_and_days_are_also_said_as_the_report_says_them(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    for rank, hours in enumerate((5.5, 613.7), 1):
        world.waiting("harbour", "13", str(rank), "words", hours, rank)
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    page = (folder / "waiting.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "<bdi>613.7 (3 weeks)</bdi>" in page and "<bdi>5.5</bdi>" in page
    # a spreadsheet reckons with them
    rows = rows_of(folder / "waiting.csv")
    assert [row[rows[0].index("Hours waiting")] for row in rows[1:]] == ["5.5", "613.7"]


def test_page_csv_and_workbook_round_alike(settings: Settings, publish: Callable[[], Published]) -> None:
    """Spreadsheets round what lies in the middle up; Python goes to the even digit."""
    world = publish()
    world.publication()
    for rank, hours in enumerate((6.25, 6.125), 1):
        world.waiting("harbour", "13", str(rank), "words", hours, rank)
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    page = (folder / "waiting.html").read_text(encoding="utf-8")
    assert "<bdi>6.3</bdi>" in page and "<bdi>6.1</bdi>" in page
    rows = rows_of(folder / "waiting.csv")
    assert [row[rows[0].index("Hours waiting")] for row in rows[1:]] == ["6.25", "6.13"]
    sheet = openpyxl.load_workbook(folder / "harbour.xlsx").worksheets[1]
    cells = {cell.value: cell.number_format for row in sheet for cell in row}
    assert cells[6.25] == "#,##0.0", "a spreadsheet shows 6.3"
