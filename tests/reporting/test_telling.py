"""Which files are told of somebody: by each id that a page may know them by, and what was drawn of such a page."""

from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.held import Subject
from reporting import telling
from reporting.redaction import MARKER

ANA = Subject(
    Forgotten.of("mastodon", account_ids={"ana@b.test"}, handles={"ana@b.test"}), frozenset({"person:ana"})
)


def told(settings: Settings) -> set[str]:
    return {held.place for held in telling.tell(settings, ANA)}


def test_a_page_may_know_somebody_by_the_id_of_the_list_of_people(settings: Settings) -> None:
    folder = settings.published_dir / "reports"
    folder.mkdir(parents=True)
    for name, person in (("board", "person:ana"), ("other", "person:anabel")):
        page = f'<html><head>{MARKER}</head><p data-person-ids="x:1 {person}">Ana came closer.</p></html>'
        (folder / f"{name}.html").write_text(page)
        (folder / f"{name}.pdf").write_bytes(b"%PDF drawn of the page beside it")
    own = f'<html><head>{MARKER}<meta name="rapport-person-page" content="person:ana"></head></html>'
    (folder / "own.html").write_text(own)
    assert told(settings) == {f"published/reports/{name}" for name in ("board.html", "board.pdf", "own.html")}
    assert telling.own_pages(settings, ANA) == [folder / "own.html"]


def test_a_list_may_name_somebody_in_short(settings: Settings) -> None:
    folder = settings.published_dir / "lists"
    folder.mkdir(parents=True)
    for name, text in (
        ("short", "thanks, @ana!"),
        ("other", "thanks, @ana@c.test and @anabel"),
        ("id", "person:ana"),
    ):
        (folder / f"{name}.csv").write_text(f"text\r\n{text}\r\n")
    assert told(settings) == {"published/lists/short.csv", "published/lists/id.csv"}


def test_a_foreword_may_name_somebody_as_editors_of_markdown_write_it(settings: Settings) -> None:
    folder = settings.home / "forewords"
    folder.mkdir(parents=True)
    for name, text in (
        ("escaped", r"Thanks to \@ana and ana\@b\.test."),
        ("reference", "Thanks to &#64;ana."),
        ("other", r"Thanks to @ana\_bel and @ana@c\.test."),
    ):
        (folder / f"{name}.md").write_text(text)
    assert told(settings) == {"forewords/escaped.md", "forewords/reference.md"}
