"""When the board page is drawn as PDF and when not; and erasure in it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from rapport.config import Settings, load_settings
from rapport.forgotten import Forgotten
from reporting import erasing
from reporting.board import pages as boards
from reporting.board import pdf
from reporting.published import ReportError
from reporting.report import write_reports
from tests.reporting.board.boards import EDITION, board_of, quiet, read_pdf, squeezed, text_of
from tests.reporting.conftest import RAPPORT_TOML
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, Published


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every page that is drawn as PDF."""
    pages: list[bytes] = []
    real = pdf.draw

    def counted(html: bytes) -> bytes:
        pages.append(html)
        return real(html)

    monkeypatch.setattr(pdf, "draw", counted)
    return pages


@pytest.fixture
def small(settings: Settings, publish: Callable[[], Published]) -> Settings:
    """One week with one conversation, which Ana Lima is in."""
    world = publish()
    world.publication()
    world.accounts()
    world.week("harbour", "Harbour Museum", WEEK, real_conversation_count=1, exchange_count=2, address_in_count=2,
               person_in_count=1, answer_due_count=2, answered_within_day_count=2, connected_count=1)  # fmt: skip
    said = [("1", "Who kept the ledger?", None), ("11", "The secret of the sundew", 0), ("1", "Thank you", 1)]
    ids = world.conversation("harbour", said, 60, exchange_count=2, real_person_count=1, is_real=True)  # type: ignore[arg-type]
    world.move("harbour", "11", "deepened", "conversing", "connected", ids)
    theirs = [("11", "The peat bog behind the shed", None), ("1", "Where?", 0)]
    world.conversation("harbour", theirs, 50, exchange_count=1)  # type: ignore[arg-type]
    world.con.close()
    return settings


def test_what_has_not_changed_is_not_drawn_again(small: Settings, drawn: list[bytes]) -> None:
    small.client_dir("harbour").mkdir(parents=True)
    write_reports(small, quiet)
    board = board_of(small)
    assert board.pdf
    own = small.client_dir("harbour") / "reports" / EDITION
    # drawn once for both of its places
    assert len(drawn) == 1
    assert (own / "board.pdf").read_bytes() == board.pdf.read_bytes()
    before = board.pdf.stat().st_ino
    write_reports(small, quiet)
    assert len(drawn) == 1 and board.pdf.stat().st_ino == before
    (small.home / "forewords").mkdir()
    (small.home / "forewords" / "harbour.md").write_text("A word before.", encoding="utf-8")
    write_reports(small, quiet)
    assert len(drawn) == 2
    (own / "board.pdf").unlink()
    write_reports(small, quiet)
    assert len(drawn) == 2 and (own / "board.pdf").read_bytes() == board.pdf.read_bytes()


def test_without_pango_there_is_no_pdf_and_no_old_one(
    small: Settings, drawn: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(small, quiet)
    (small.home / "forewords").mkdir()
    (small.home / "forewords" / "harbour.md").write_text("A word before.", encoding="utf-8")
    monkeypatch.setattr(
        pdf, "missing", lambda: "Pango is not installed (Debian: apt-get install libpango-1.0-0)"
    )
    lines: list[str] = []
    write_reports(small, lines.append)
    board = board_of(small)
    assert (board.pdf, len(drawn)) == (None, 1)
    assert not board.html.with_name("board.pdf").exists(), "it was of another page"
    assert "A word before." in board.html.read_text()
    assert "without a PDF: Pango is not installed" in lines[0]


def test_a_logo_that_is_wrong_keeps_nobodys_report_back(small: Settings) -> None:
    small.config_path.write_text(
        RAPPORT_TOML.replace("name =", 'logo = "missing.png"\nname ='), encoding="utf-8"
    )
    settings = load_settings(home=small.home, config_path=small.config_path)
    (small.home / "forewords").mkdir()
    (small.home / "forewords" / "harbour.md").write_bytes(b"\xff")
    with pytest.raises(ReportError, match=r"missing\.png cannot be read.*harbour\.md cannot be read as text"):
        write_reports(settings, quiet)
    assert (settings.reports_dir / "index.html").exists()
    board = board_of(settings)
    assert board.pdf and Page(board.html).all("img") == []


def test_a_page_that_cannot_be_drawn_is_there_as_html(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(html: bytes) -> bytes:
        raise RuntimeError("the secret of the sundew")

    monkeypatch.setattr(pdf, "_drawn", fails)
    with pytest.raises(ReportError, match="cannot be drawn as PDF") as caught:
        write_reports(small, quiet)
    assert "sundew" not in str(caught.value)
    assert board_of(small).pdf is None


# --- erasure ---------------------------------------------------------------------------------------------


def texts(settings: Settings) -> str:
    """All that stands in pages and PDFs, but for lists: a room of their own writes these again."""
    pages = [path for path in settings.published_dir.rglob("*.html") if "lists" not in path.parts]
    found = [path.read_text(encoding="utf-8") for path in pages]
    for path in settings.published_dir.rglob("*.pdf"):
        found += [text_of(path), str(read_pdf(path).metadata)]
    return squeezed(" ".join(found))


def test_an_erasure_reaches_page_pdf_and_quarter(small: Settings, drawn: list[bytes]) -> None:
    write_reports(small, quiet)
    pages = texts(small)
    assert squeezed("Ana Lima") in pages and squeezed("peat bog") in pages
    [root] = re.findall(r'data-post-id="(x:\d+)"[^>]*>[^\n]*peat bog', board_of(small).html.read_text())
    gone = Forgotten.of("x", {root.partition(":")[2]}, {"11"}, {"ana_lima"})
    before = len(drawn)
    assert erasing.erase_from(small, gone, quiet) > 0
    after = texts(small)
    for word in ("Ana Lima", "ana_lima", "peat bog"):
        assert squeezed(word) not in after
    board = board_of(small)
    assert board.pdf and len(drawn) == before + 1
    assert len(read_pdf(board.pdf).pages) == 1
    assert squeezed("somebody whose account was erased") in squeezed(
        read_pdf(board.pdf).pages[0].extract_text()
    )
    # a second time nothing is left to do
    assert erasing.erase_from(small, gone, quiet) == 0
    assert len(drawn) == before + 1


@pytest.mark.parametrize("at", ["when the page is clean", "while the PDF is drawn"])
def test_an_erasure_that_was_killed_is_ended_by_the_next(
    small: Settings, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Any) -> Any:
        raise Killed

    write_reports(small, quiet)
    gone = Forgotten.of("x", set(), {"11"}, {"ana_lima"})
    with monkeypatch.context() as patched:
        patched.setattr(
            *((boards, "mend", killed) if at == "when the page is clean" else (pdf, "draw", killed))
        )
        with pytest.raises(Killed):
            erasing.erase_from(small, gone, quiet)
    erasing.erase_from(small, gone, quiet)
    assert squeezed("Ana Lima") not in texts(small)
    board = board_of(small)
    assert board.pdf and len(read_pdf(board.pdf).pages) == 1


def test_where_no_pdf_can_be_drawn_an_erasure_removes_it(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(small, quiet)
    stray = small.reports_dir / "harbour" / "2026-W01" / "board.pdf"
    stray.parent.mkdir()
    stray.write_bytes(b"of a page that is gone")
    monkeypatch.setattr(pdf, "missing", lambda: "Pango is not installed")
    erasing.erase_from(small, Forgotten.of("x", set(), {"11"}, {"ana_lima"}), quiet)
    assert list(small.published_dir.rglob("*.pdf")) == []
    assert squeezed("Ana Lima") not in texts(small)
