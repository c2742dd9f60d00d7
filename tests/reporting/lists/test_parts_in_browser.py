"""From a figure to the rows that it is made of, as a browser shows them: these and no others, also of a list that is
cut into pages; and an address that somebody made up does nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urljoin

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from rapport.networks import NETWORKS
from reporting.lists import pages, writing
from reporting.quarter.calendar import quarter_of
from reporting.report import write_reports
from tests.reporting.conftest import _settings
from tests.reporting.lists import parts_world
from tests.reporting.published import Published
from tests.reporting.test_report_in_browser import shown

EDITION = "2026-W47"
LINK = re.compile(
    r'<a(?: class="proof")? href="(\.\./lists/[a-z_]+\.html#[^"]+)">(?:<!--/beside-->)?(.*?)(?:<!--beside-->)?</a>'
)
COLUMNS = {
    "Exchanges": "Exchanges", "Connected, at the end": "Connected",
    "In conversation, at the end": "Conversing",
}  # fmt: skip
WEEKLY = {"weeks", "weeks_by_network", "accounts", "readership"}
# What goals are about: columns of the week, or of each of the last weeks.
GOALS = {
    "people connected": ("Connected",), "people in conversation": ("Connected", "Conversing"),
    "readers": ("Readers",), "posts that wait": ("Waiting for us",),
    "real conversations a week": ("Real conversations",),
    "first exchanges a week": ("First exchanges",), "exchanges a week": ("Exchanges",),
}  # fmt: skip
VISIBLE = "() => [...document.querySelectorAll('#list tbody tr')].filter(row => row.checkVisibility()).length"


@dataclass(frozen=True)
class Figure:
    """A link from a figure to its rows. `beside`: what the row of its table is called, if it stands in one."""

    href: str
    text: str
    beside: str

    @property
    def listed(self) -> str:
        return Path(self.href.partition("#")[0]).stem

    @property
    def values(self) -> dict[str, str]:
        return dict(parse_qsl(self.href.partition("#")[2]))

    @property
    def number(self) -> int | None:
        """The figure; of a share what it is a share of (of topics the part), of what is cut how many there are. None
        where none is said."""
        numbers = re.findall(r"\d+", re.split(r"[(·]", self.text)[0])
        return int(numbers[0 if self.listed == "topic_posts" else -1]) if numbers else None


@pytest.fixture(scope="module", params=[250, 4], ids=["on one page", "cut into pages"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    settings = _settings(tmp_path_factory.mktemp("parts"))
    world = Published(settings.published_path)
    parts_world.fill(world)
    world.con.close()
    with pytest.MonkeyPatch.context() as changed:
        for module in (pages, writing):
            changed.setattr(module, "PAGE_ROWS", request.param)
        write_reports(settings, on_progress=lambda line: None)
    yield settings.reports_dir / "harbour"


def figures(home: Path, page: str) -> list[Figure]:
    """All links of a page that lead to a part of a list."""
    found = []
    for line in (home / page).read_text(encoding="utf-8").replace("\u00a0", " ").splitlines():
        # in a table, the row says what the figure is of
        label = re.search(r'<th scope="row">(?:<!--beside--><a [^>]*><!--/beside-->)?([^<]+)', line)
        for href, text in LINK.findall(line):
            plain = unescape(re.sub(r"<[^>]+>", "", text))
            found.append(Figure(unescape(href), plain, unescape(label[1]) if label else ""))
    return found


def goal_of(figure: Figure) -> tuple[str, ...]:
    """The columns of the weeks that a goal's figure is made of; none of another figure."""
    if "9,999" not in figure.text:
        return ()
    return next(columns for said, columns in GOALS.items() if said in figure.text)


def counted(home: Path, figure: Figure) -> int:
    """What a link that says no number leads to, counted from the published tables."""
    values = figure.values
    with duckdb.connect(str(home.parent.parent / "engagement.duckdb"), read_only=True) as con:
        if figure.listed == "weeks_by_network":
            query, given = "rpt_engagement_by_network where network = ?", values["network"]
        elif figure.listed == "real_conversations":  # as the summary of the weeks counts them
            of, value = ("%G-W%V", values["week"]) if "week" in values else ("", values["quarter"])
            weeks = con.execute(
                "select week_start_date, real_conversation_count from reports.rpt_engagement_summary"
                " where is_complete_week"
            ).fetchall()
            return sum(n for day, n in weeks if (day.strftime(of) if of else str(quarter_of(day))) == value)
        elif "week" in values:
            table = {
                "moves": "rpt_relationship_moves", "answers": "rpt_answers", "weeks": "rpt_engagement_summary",
            }[figure.listed]  # fmt: skip
            query, given = f"{table} where strftime(week_start_date, '%G-W%V') = ?", values["week"]
        else:
            table, day = {
                "moves": ("rpt_relationship_moves", "week_start_date"),
                "answers": ("rpt_answers", "week_start_date"),
                "outcomes": ("rpt_outcomes", "occurred_date"),
            }[figure.listed]
            days = [day for (day,) in con.execute(f"select {day} from reports.{table}").fetchall()]
            mondays = [
                day - (day - parts_world.WEEK) % (parts_world.WEEKS[1] - parts_world.WEEKS[0]) for day in days
            ]
            return sum(
                str(quarter_of(monday)) == values["quarter"]
                and (figure.listed == "outcomes" or monday <= parts_world.WEEK)
                for monday in mondays
            )
        [(number,)] = con.execute(f"select count(*) from reports.{query}", [given]).fetchall()
    return int(number)


def arrived(page: Page, address: str) -> None:
    """Opens an address anew, and waits until rows are shown: maybe those of a later page of the list."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function(f"({VISIBLE})() > 0")


def rows_behind(page: Page, home: Path, href: str) -> tuple[int, list[dict[str, str]]]:
    """How many rows a link leads to on all pages of the list, and what stands in them by column."""
    arrived(page, urljoin(f"{home.as_uri()}/{EDITION}/", href))
    others = page.locator("#others a").evaluate_all("links => links.map(link => link.href)")
    cells = []
    for other in ["", *others]:
        if other:
            arrived(page, other)
        cells += page.locator("#list tbody tr:visible").evaluate_all(
            "rows => rows.map(row => Object.fromEntries([...row.querySelectorAll('td')]"
            ".map(cell => [cell.dataset.label, cell.textContent.trim()])))"
        )
        said = page.locator("#found").inner_text()
        assert page.locator("#whole").is_visible() and page.locator(".pager:visible").count() == 0
    assert int(re.findall(r"\d+", said)[0]) == len(cells), said
    return len(cells), cells


@pytest.mark.parametrize(
    ("name", "lists"),
    [
        (f"{EDITION}/index.html", {"answers", "content", "conversations", "lone_posts", "moves", "people",
                                   "real_conversations", "topic_posts", "waiting", "weeks_by_network", "weeks",
                                   "accounts", "readership"}),
        (f"{EDITION}/board.html", {"answers", "moves", "outcomes", "real_conversations", "weeks"}),
        ("2026-Q4/index.html", {"answers", "moves", "outcomes", "real_conversations", "weeks"}),
        ("2026-Q3/index.html", {"answers", "moves", "outcomes", "real_conversations", "weeks"}),
    ],
)  # fmt: skip
def test_a_figure_leads_to_just_the_rows_that_it_is_made_of(
    browser: Browser, home: Path, name: str, lists: set[str]
) -> None:
    found = dict.fromkeys(figures(home, name))
    assert {figure.listed for figure in found} == lists
    page = browser.new_page()
    for figure in found:
        number, cells = rows_behind(page, home, figure.href)
        expected = figure.number if figure.number is not None else counted(home, figure)
        if columns := goal_of(figure):  # the mean of its weeks
            assert number == (4 if "goals" in figure.values else 1), figure
            mean = sum(float(row[column]) for row in cells for column in columns) / number
            assert abs(float(figure.text.split()[0]) - mean) <= 0.0501, figure
        elif figure.listed in WEEKLY and re.fullmatch(r"[\d,]+", figure.text) and not figure.beside:
            # a number that changed
            assert figure.text in [value for row in cells for value in row.values()], figure
        elif figure.listed == "weeks" and figure.beside:  # a row for each week
            column = COLUMNS[figure.beside]
            assert sum(int(row[column]) for row in cells) == expected, figure
        else:
            assert number == expected, figure
    page.close()


def test_who_waits_on_a_network_now_is_told_and_led_to(home: Path) -> None:
    found = [figure for figure in figures(home, f"{EDITION}/index.html") if figure.listed == "waiting"]
    first, second, *_ = NETWORKS
    # on the third nobody waits; at the end of the week 99 did
    assert sorted((figure.number, figure.values) for figure in found) == [
        (4, {"network": second}),
        (5, {"network": first}),
    ]


@pytest.mark.parametrize(
    "fragment",
    [
        "#week=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "#__proto__=1&constructor=2", "#movement=constructor",
        "#week=2026-W47&week=<script>alert(2)</script>", "#x=%E0%A4%A", "#javascript:alert(3)=1", "#list",
        "#week=" + "9" * 50_000, "#=&&==", "#movement=deepened%00",
    ],
)  # fmt: skip
def test_an_address_that_somebody_made_up_does_nothing(browser: Browser, home: Path, fragment: str) -> None:
    address = (home / "lists" / "moves.html").as_uri()
    plain, _, _ = shown(browser, address)
    page, said, asked = shown(browser, address + fragment)
    own = {path.as_uri() for path in (home / "lists").glob("moves*.html")}
    assert said == [] and {url.partition("#")[0] for url in asked if not url.startswith("data:")} <= own
    elements = "document.querySelectorAll('*').length"
    assert page.evaluate("document.scripts.length") == 1
    asks = {"week", "movement"} & {name for name, _ in parse_qsl(fragment[1:])} and "W47" not in fragment
    if asks:  # nothing has such a value, and the page says so
        assert page.evaluate(VISIBLE) == 0
        assert re.match(r"0 of \d+\srows", page.locator("#found").inner_text())
    elif "W47" not in fragment:
        assert page.evaluate(VISIBLE) == plain.evaluate(VISIBLE)
        assert page.evaluate(elements) == plain.evaluate(elements)
    plain.close()
    page.close()


def test_a_part_is_chosen_by_keys_and_the_whole_is_one_link_away(browser: Browser, home: Path) -> None:
    address = (home / "lists" / "moves.html").as_uri()
    page, _, _ = shown(browser, address)
    whole = page.evaluate(VISIBLE)
    page.locator("#movement").focus()
    page.keyboard.type("fell")
    page.wait_for_function("location.hash === '#movement=lapsed'")
    said = page.locator("#found").inner_text()
    assert 0 < int(said.split()[0]) < 100 and page.evaluate(VISIBLE) < whole
    page.get_by_role("link", name="All rows").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"({VISIBLE})() === {whole}")
    assert page.url == address and not page.locator("#whole").is_visible()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (320, "light"), (320, "dark")])
def test_a_part_fits_and_pleases_axe(browser: Browser, home: Path, width: int, scheme: str) -> None:
    for name in (
        "moves.html#movement=deepened",
        "answers.html#quarter=2026-Q4&due=1",
        "content.html#started=1",
    ):
        page, said, _ = shown(browser, f"{(home / 'lists').as_uri()}/{name}", width, scheme)
        assert said == [] and page.evaluate(VISIBLE) > 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == [], name
        page.close()


def test_paper_says_that_it_shows_a_part(browser: Browser, home: Path) -> None:
    for fragment, is_said in (("", False), ("#movement=lapsed", True)):
        page, _, _ = shown(browser, f"{(home / 'lists').as_uri()}/moves.html{fragment}")
        page.emulate_media(media="print")
        assert page.locator("#found").is_visible() == is_said
        assert not page.locator("#whole").is_visible() and not page.locator("#others").is_visible()
        assert (
            page.locator("#finder .field:visible, #finder select:visible, #finder input:visible").count() == 0
        )
        page.close()


def test_paper_says_of_which_part_it_is_and_a_screen_does_not_say_it_twice(
    browser: Browser, home: Path
) -> None:
    for name, said in (
        (
            "moves.html#movement=lapsed",
            r"[\d,]+ of [\d,]+ rows(, \d+ of them on this page)? · What moved [a-z ]+",
        ),
        (
            "content.html#started=1",
            r"[\d,]+ of [\d,]+ rows(, \d+ of them on this page)? · of the last 13 weeks"
            r" \(26 Aug 2026 to 25 Nov 2026\), and [a-z ]+",
        ),
        ("moves.html#movement=%3Cb%3E", r"0 of [\d,]+ rows · What moved <b>"),
    ):
        page, errors, _ = shown(browser, f"{(home / 'lists').as_uri()}/{name}")
        assert errors == [] and not page.locator("#asked").is_visible()
        page.emulate_media(media="print")
        finder = page.locator("#finder")
        assert re.fullmatch(said, " ".join(finder.inner_text().split()), re.IGNORECASE), finder.inner_text()
        page.close()


def test_without_a_script_the_whole_list_is_there(browser: Browser, home: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((home / "lists" / "moves.html").as_uri() + "#movement=lapsed")
    source = (home / "lists" / "moves.html").read_text(encoding="utf-8")
    assert page.locator("#list tbody tr:visible").count() == source.partition("<tbody>")[2].count("<tr ")
    assert page.locator("#finder").is_hidden()
    context.close()
