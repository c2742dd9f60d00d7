"""A walk over all pages of a home, in each language: every link leads somewhere, every list to all of it, and numbers
stay with what they count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser

from rapport.config import Settings
from rapport.config_clients import LANGUAGES
from rapport.forgotten import Forgotten
from reporting.language import SOURCE, catalog_path
from reporting.lists.declared import BY_NAME
from reporting.person_links import file_name
from reporting.redaction import without
from reporting.report import write_reports
from tests.reporting.language.test_every_page import Shown, spoken
from tests.reporting.pages import Page

DATES = {
    "en": r"\d{1,2} [A-Z][a-z]{2,3} \d{4}(, \d\d:\d\d)?",
    "de": r"\d{1,2}\. \w{3,4}\.? \d{4}, \d\d:\d\d( Uhr)?|\d{1,2}\. \w{3,4}\.? \d{4}",
    "fr": r"(1er|\d{1,2}) \w{3,5}\.? \d{4}([, à]+\d\d:\d\d)?",
}


@dataclass(frozen=True)
class Home:
    """The museum's pages in one language, by their place."""

    language: str
    folder: Path
    pages: dict[Path, Page]

    def of(self, pattern: str) -> dict[Path, Page]:
        found = {path: page for path, page in self.pages.items() if path.match(pattern)}
        assert found
        return found


@pytest.fixture(scope="module", params=LANGUAGES)
def home(request: pytest.FixtureRequest, harbour: Settings) -> Iterator[Home]:
    write_reports(spoken(harbour, request.param), on_progress=lambda line: None)
    yield Home(
        request.param, harbour.reports_dir, {path: Page(path) for path in harbour.reports_dir.rglob("*.html")}
    )


def test_every_link_leads_to_a_page_that_is_there_and_to_a_place_on_it(home: Home) -> None:
    followed = narrowed = 0
    for path, page in home.pages.items():
        for link in page.all("a"):
            to, _, place = str(link["href"]).partition("#")
            if to.startswith(("https:", "mailto:")):
                continue
            target = (path.parent / to).resolve() if to else path
            assert target.is_file() and target.is_relative_to(home.folder), (path, to)
            # with a = it is what the page of everyone or a list is narrowed to
            if "=" in place:
                values = parse_qsl(place, strict_parsing=True)
                narrowed += 1
                assert {name for name, _ in values} <= ids(home.pages[target]), (path, link["href"])
                assert target.parent.name == "people" or any(
                    all(row.get(f"data-{name}") == value for name, value in values)
                    for row in rows_on(home, target)
                ), (path, link["href"])
            elif place:
                assert place in ids(home.pages[target]), (path, link["href"])
            followed += 1
    assert followed > 1000 and narrowed > 50


def rows_on(home: Home, target: Path) -> list[dict[str, str | None]]:
    """The rows of a list on all its pages."""
    own = re.compile(rf"{target.stem}(-\d+)?\.html")
    found = [
        page for path, page in home.pages.items() if path.parent == target.parent and own.fullmatch(path.name)
    ]
    return [row for page in found for row in page.all("tr")]


@cache
def ids(page: Page) -> set[str]:
    return {str(attributes["id"]) for _, attributes in page.tags if "id" in attributes}


SENTENCE = re.compile(r'<p[^>]* data-person-ids="([^"]*)">(.*?)</p>', re.DOTALL)
PERSON = re.compile(r'<a href="(?:\.\./|harbour/)people/(\w+\.html)"[^>]*>([^<]+)</a>')
LISTED = re.compile(r'<a class="proof" href="\.\./lists/(\w+)\.html(?:#[^"]+)?">[^<]+</a>')


@pytest.mark.parametrize(
    ("page", "lists"),
    [
        ("harbour/2026-W47/index.html", ["real_conversations", "moves", "answers", "waiting", "coverage"]),
        ("harbour/2026-W47/board.html", ["real_conversations", "moves", "answers", "waiting", "coverage"]),
        ("harbour/2026-Q4/index.html", ["real_conversations", "weeks", "", "", "answers", "outcomes"]),
        ("index.html", []),
    ],
)
def test_every_name_in_a_sentence_leads_to_the_person_and_every_sentence_to_its_list(
    home: Home, page: str, lists: list[str]
) -> None:
    source = home.pages[home.folder / page].source
    sentences = SENTENCE.findall(source)
    named = 0
    for ids, sentence in sentences:
        led = PERSON.findall(sentence)
        assert {file for file, _ in led} == {file_name(person_id) for person_id in ids.split()}, sentence
        # and none of these names stands there without leading
        assert [name for _, name in led if name in PERSON.sub("", sentence)] == []
        named += len(led)
    assert named > 1 and "Ana Lima" in [
        name for _, sentence in sentences for _, name in PERSON.findall(sentence)
    ]
    proofs = [LISTED.findall(sentence) for _, sentence in sentences]
    # those of the week or quarter stand first; a sentence of a section has its lists at the section's end
    assert proofs == [[name] if name else [] for name in lists] + [[]] * (len(proofs) - len(lists))
    # what no list has stands below, one by one
    below = [bool(re.search('<a class="proof" href="#ties">', sentence)) for _, sentence in sentences]
    assert below[: len(lists)] == [not name for name in lists]
    # whoever is erased goes with the sentence, and takes nobody's name elsewhere along
    clean = without(source, Forgotten.of("x", account_ids={"11"}, handles={"ana_lima"}))
    assert file_name("x:11") not in clean and "Ana Lima" not in clean
    if page == "harbour/2026-W47/index.html":
        assert "Ben Okafor" in clean


def rows_of(home: Home, name: str) -> int:
    """How many rows the pages of a list have, all together."""
    own = re.compile(rf"{name}(-\d+)?\.html")
    pages = [page for path, page in home.of("harbour/lists/*.html").items() if own.fullmatch(path.name)]
    assert pages
    return sum(page.source.partition("<tbody>")[2].count("<tr") for page in pages)


def test_every_section_says_how_many_rows_its_lists_have_and_leads_to_them(home: Home) -> None:
    [page] = home.of("harbour/2026-W47/index.html").values()
    said = dict(re.findall(r'<a href="\.\./lists/(\w+)\.html">[^<]*\(([\d.,\s]+)\)</a>', page.source))
    assert said.keys() == BY_NAME.keys() - {"weeks_by_network"}  # the museum is on one network
    assert {name: int(re.sub(r"\D", "", number)) for name, number in said.items()} == {
        name: rows_of(home, name) for name in said
    }
    assert int(re.sub(r"\D", "", said["people"])) > 100


def test_a_list_that_is_cut_says_of_how_many_and_leads_to_all(home: Home) -> None:
    if home.language != SOURCE:
        pytest.skip("what is cut is found by its English words")
    [page] = home.of("harbour/2026-W47/index.html").values()
    sections = re.findall(r'<section id="([\w-]+)".*?</section>', page.source, re.DOTALL)
    cut = {
        name
        for name in sections
        if re.search(r"Shown: the|of them\s+here", page.section(name).replace("\u00a0", " "))
    }
    assert "nurture" in cut
    for name in cut:
        assert 'class="meta in-full"' in page.section(name), name
    # where the section is cut from the whole list, both say the same number
    [shown, whole] = re.findall(
        r"Shown: the first (\d+) of (\d+)", page.section("nurture").replace("\u00a0", " ")
    )[0]
    assert int(shown) < int(whole) == rows_of(home, "nurture")


def test_days_in_lists_are_written_as_the_language_writes_them(home: Home) -> None:
    days = [
        cell
        for page in home.of("harbour/lists/*.html").values()
        for cell in re.findall(r'class="when"[^>]*><bdi>([^<]+)</bdi>', page.source)
    ]
    assert len(days) > 50
    plain = [day.replace("\u00a0", " ") for day in days]
    assert [day for day in plain if not re.fullmatch(DATES[home.language], day)] == []


@cache
def counted(language: str) -> frozenset[str]:
    """Every word that a text has behind a number."""
    with catalog_path("de" if language == SOURCE else language).open("rb") as file:
        messages = list(read_po(file))
    ids = [message.id if language == SOURCE else message.string for message in messages]
    texts = [text for one in ids for text in ([one] if isinstance(one, str) else one)]
    words = {word for text in texts for word in re.findall(r"%\(num\)s ([^\W\d_]+)", text)}
    return frozenset(words - {"sont"})  # which also stands behind "8 semaines sur 14"


def test_a_number_stays_on_the_line_of_what_it_counts(home: Home) -> None:
    words = counted("en") | counted(home.language)  # the pages of the agency are English
    assert {"en": "posts", "de": "Stunden", "fr": "heures"}[home.language] in words
    apart = re.compile(rf"(?<![\w.,])\d(?:[\d.,\u202f\u00a0]*\d)? (?:{'|'.join(sorted(words))})\b")
    joined = re.compile(rf"\d\u00a0(?:{'|'.join(sorted(words))})\b")
    seen = 0
    for path, page in home.pages.items():
        shown = Shown(page.source)
        # a year stands before a word where a day ends a cell or a phrase
        assert [found for found in apart.findall(shown.text) if not re.match(r"20\d\d ", found)] == [], path
        seen += len(joined.findall(shown.text))
    assert seen > 200


def test_a_chart_tells_its_numbers_with_the_plural_of_what_they_count(home: Home) -> None:
    if home.language != "fr":
        pytest.skip("told by the French words")
    [page] = home.of("harbour/2026-W47/index.html").values()
    found = re.findall(r"(\d+)\s(réponses?) en ", page.source)
    assert found
    assert [one for one in found if (one[1] == "réponse") != (one[0] in ("0", "1"))] == []


MONTH = {"en": r"[A-Z][a-z]{2,8}", "de": r"(?:Jan|Feb|März|Apr|Mai|Juni|Juli|Aug|Sept|Okt|Nov|Dez)[a-z]*\.?",
         "fr": r"(?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)[a-zé]*\.?"}  # fmt: skip
OF = {"en": "of", "de": "von", "fr": "sur"}


def test_no_line_ends_within_a_day_or_between_a_part_and_its_whole_or_behind_a_dot(home: Home) -> None:
    nbsp, month = "\u00a0", MONTH[home.language]
    seen = 0
    for path, page in home.of("harbour/**/*.html").items():
        text = Shown(page.source).text
        assert re.findall(rf"\d\.? {month} \d{{4}}", text) == [], path
        assert (
            re.findall(rf"\d[ \u00a0]{OF[home.language]} \d|\d {OF[home.language]}[ \u00a0]\d", text) == []
        ), path
        assert "· " not in text and "·\n" not in text, path
        seen += len(re.findall(rf"\d\.?{nbsp}{month}{nbsp}\d{{4}}|\d{nbsp}{OF[home.language]}{nbsp}\d", text))
    assert seen > 300


# What stands in a line of words without a blank of its own.
INLINE = re.compile(r"</?(?:a|b|bdi|em|small|span|strong|time)\b[^>]*>|<!--.*?-->", re.DOTALL)
POSTS_TEXT = re.compile(r"<(blockquote|script|style|svg)\b.*?</\1>", re.DOTALL)


def test_no_comma_and_no_full_stop_stands_behind_a_blank(home: Home) -> None:
    """A name that leads somewhere, a stage or an account may stand before one."""
    seen = 0
    for path, page in home.pages.items():
        text = INLINE.sub("", POSTS_TEXT.sub("", page.source))
        assert re.findall(r"[^>\s][^<>]{0,40}\s[,.](?=\s)", text) == [], path
        seen += len(re.findall(r"</(?:a|bdi|span)>[,.]\s", page.source))
    assert seen > 20


LEAST = 9  # pixels: smaller letters are hard to read
TEXTS = """() => [...document.querySelectorAll('.chart svg')].flatMap(drawn => {
  const room = drawn.closest('main').parentElement.getBoundingClientRect();
  const all = [...drawn.querySelectorAll('text')].map(text => ({
    said: text.textContent, size: parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a,
    box: text.getBoundingClientRect()}));
  const meet = (one, other) => one.left < other.right && other.left < one.right
    && one.top < other.bottom - 3 && other.top < one.bottom - 3;
  return all.map(({said, size, box}, at) => ({said, size,
    is_out: box.left < room.left || box.right > room.right,
    meets: all.filter((other, to) => to !== at && meet(box, other.box)).map(other => other.said)}));
})"""


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_the_words_of_every_chart_can_be_read_and_lie_apart(home: Home, browser: Browser, width: int) -> None:
    folder = home.folder / "harbour"
    for name in (f"people/{file_name('x:11')}", "2026-W47/index.html", "2026-Q4/index.html"):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto((folder / name).as_uri())
        texts = page.evaluate(TEXTS)
        assert len(texts) > 6, name
        assert [one for one in texts if one["size"] < LEAST or one["is_out"] or one["meets"]] == [], name
        page.close()


def test_the_names_of_stages_end_before_the_weeks_begin(home: Home, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((home.folder / "harbour" / "people" / file_name("x:11")).as_uri())
    begin, ends = page.evaluate("""() => [document.querySelector('.lanes path').getBoundingClientRect().left,
      [...document.querySelectorAll('.lanes text')].slice(0, 5).map(text => text.getBoundingClientRect().right)]""")
    assert len(ends) == 5 and max(ends) < begin
    page.close()
