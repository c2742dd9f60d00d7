"""Erasure in the people's pages: whoever is forgotten has none, and others' pages show nothing of them."""

from collections.abc import Callable

from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting.erasing import erase_from
from reporting.person_links import file_name
from reporting.report import write_reports
from tests.reporting.people.test_pages import folder, page_of, person_pages, run, world
from tests.reporting.published import AS_OF, Published


def everything(settings: Settings) -> str:
    """All pages but those of the lists, which are written again from tables that are cleaned later."""
    pages = [path for path in settings.published_dir.rglob("*.html") if path.parent.name != "lists"]
    return "".join(path.read_text(encoding="utf-8") for path in pages)


def test_a_forgotten_person_has_no_page_and_stands_on_nobody_s(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    made = world(publish)
    # Ben answers in the conversation in which we talk with Ana, and she answers him
    [(last, root)] = made.con.execute(
        "select post_id, root_post_id from marts.posts where account_id = '11'"
    ).fetchall()
    words = made.post("12", "@HarbourMuseum Ask benokafor's aunt, says @ana_lima", AS_OF, last, root)
    made.post("1", "@benokafor We will!", AS_OF, words, root)
    made.con.close()
    write_reports(settings, on_progress=lambda line: None)
    assert "@ana_lima" in page_of(settings, "12").text and "Ana Lima" in page_of(settings, "12").text
    forgotten = Forgotten.of("x", account_ids={"11"}, handles={"ana_lima"}, post_ids={last})
    erase_from(settings, forgotten, lambda line: None)
    assert person_pages(settings) == {file_name("x:12")}
    assert "Ana Lima" not in everything(settings) and "ana_lima" not in everything(settings)
    assert "Whose hand is it?" not in everything(settings)
    assert file_name("x:11") not in everything(settings)
    before = everything(settings)
    erase_from(settings, forgotten, lambda line: None)
    assert everything(settings) == before


def test_a_page_that_an_erasure_changed_is_made_anew(
    settings: Settings, publish: Callable[[], Published], monkeypatch: object
) -> None:
    made = world(publish)
    [(said,)] = made.con.execute("select post_id from marts.posts where account_id = '11'").fetchall()
    made.con.close()
    write_reports(settings, on_progress=lambda line: None)
    before = {path.name: path.read_bytes() for path in folder(settings).glob("*.html")}
    erase_from(settings, Forgotten.of("x", post_ids={said}), lambda line: None)
    page = page_of(settings, "11")
    assert "This post was erased." in page.words and "Whose hand is it?" not in page.text
    assert (folder(settings) / file_name("x:12")).read_bytes() == before[file_name("x:12")]
    assert run(settings, monkeypatch).drawn_count == 1  # type: ignore[arg-type]
