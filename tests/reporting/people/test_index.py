"""The page on which everybody is found, as a file: who stands where, and what an erasure leaves of it."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable

import pytest

from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting.erasing import erase_from
from reporting.folding import fold, words_of
from reporting.person_links import file_name
from reporting.report import write_reports
from tests.reporting.pages import Page
from tests.reporting.people.test_pages import folder, world
from tests.reporting.published import Published


@pytest.fixture(scope="module")
def index(harbour: Settings) -> Page:
    write_reports(harbour, on_progress=lambda line: None)
    return Page(folder(harbour) / "index.html")


def rows(page: Page) -> list[dict[str, str | None]]:
    return [li for li in page.all("li") if "data-stage" in li]


def test_everybody_stands_there_once_by_letter_and_leads_to_the_page(harbour: Settings, index: Page) -> None:
    pages = {path.name for path in folder(harbour).glob("*.html")} - {"index.html"}
    links = [a["href"] for a in index.all("a") if re.fullmatch(r"[0-9a-f]{20}\.html", str(a["href"]))]
    assert len(links) == len(set(links)) == len(rows(index)) and set(links) == pages
    letters = [str(h["id"]) for h in index.all("h2")]
    assert letters == ["letter-A", "letter-B", "letter-D", "letter-E", "letter-G", "letter-K", "letter-S",
                       "letter-W", "letter-other"] or letters[-1] == "letter-other"  # fmt: skip
    assert letters[:-1] == sorted(letters[:-1])


def test_without_its_script_it_is_a_plain_list(index: Page) -> None:
    [form] = index.all("form")
    assert "hidden" in form and not [li for li in rows(index) if "hidden" in li]
    assert "Ana Lima @ana_lima stakeholder" in index.words
    assert "connected last contact 16 Nov 2026" in index.words


def test_only_its_own_script_may_run_and_it_asks_for_nothing(index: Page) -> None:
    [script] = re.findall(r"<script>(.*?)</script>", index.source, re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = [
        str(meta["content"])
        for meta in index.all("meta")
        if "Content-Security" in str(meta.get("http-equiv"))
    ]
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'")
    assert len(script) < 6_000
    assert not re.search(r"fetch|XMLHttp|import|innerHTML|eval|document\.write", script)
    assert '<script>alert("name")</script>' in index.text  # a name, as text


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Müller, Ångström", "muller, angstrom"), ("STRASSE straße", "strasse strasse"), ("Łódź", "lodz"),
     ("café", "cafe"), ("هَلْ", "هل"), ("Ørsted", "orsted"), ("ISPARTA ı", "isparta i"), ("ﬁn", "fin")],
)  # fmt: skip
def test_texts_are_compared_without_accents(text: str, folded: str) -> None:
    assert fold(text) == folded == fold(folded)


def test_the_words_of_a_post_are_neither_addresses_nor_handles() -> None:
    said = "@HarbourMuseum Is the Tide-Ledger of 1911 at https://tide.example/x? mail a@b.example ok 伊藤"
    assert words_of(said) == ["the", "tide", "ledger", "1911", "mail", "example", "伊藤"]


def test_what_is_forgotten_is_in_no_word_of_the_list(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    made = world(publish)
    [(said,)] = made.con.execute("select post_id from marts.posts where account_id = '12'").fetchall()
    made.con.execute(
        "update marts.posts set text = 'Secretum about Ana Lima, she knows' where post_id = ?", [said]
    )
    made.con.execute("update marts.posts set text = 'Openly about Ana Lima and tides' where text = 'To 12'")
    made.con.close()
    write_reports(settings, on_progress=lambda line: None)
    path = folder(settings) / "index.html"
    before = path.read_text(encoding="utf-8")
    assert "secretum" in before and "openly about ana lima and tides" in before

    # a post: its words go, and with them the others of that person, until the next report
    erase_from(settings, Forgotten.of("x", post_ids={said}), lambda line: None)
    after = path.read_text(encoding="utf-8")
    assert "secretum" not in after and "openly" not in after and "hand" in after

    # a person: the line, and the name among the words of others
    path.write_text(before, encoding="utf-8")
    erase_from(settings, Forgotten.of("x", account_ids={"11"}, handles={"ana_lima"}), lambda line: None)
    after = path.read_text(encoding="utf-8")
    assert not re.search("ana|lima", after.split("<body>")[1].split("<script>")[0], re.IGNORECASE)
    assert "openly about and tides" in after and file_name("x:11") not in after
    assert after.split("<script>")[1] == before.split("<script>")[1]  # or the policy would not let it run


def test_a_client_without_anybody_has_a_page_that_says_so(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    made = publish()
    made.publication()
    made.con.close()
    write_reports(settings, on_progress=lambda line: None)
    page = Page(folder(settings) / "index.html")
    assert "Nobody yet" in page.words and not page.all("script") and not page.all("form")
