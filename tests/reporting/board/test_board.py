"""The board page: one side of A4 whatever the data, its sentences as text, tagged, fetched from nowhere."""

import http.server
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image
from pypdf import PdfReader

from rapport.config import Settings, load_settings
from rapport.forgotten import Forgotten
from reporting import erasing
from reporting.board import pages as boards
from reporting.board import pdf
from reporting.page import environment
from reporting.published import ReportError
from reporting.report import read_reports, write_reports
from tests.reporting.conftest import RAPPORT_TOML
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published

EDITION = "2026-W47"
A4 = (595, 842)  # points
MM = 72 / 25.4


def quiet(line: str) -> None:
    """No progress."""


def board_of(settings: Settings) -> boards.Board:
    found = boards.find(settings, "harbour", EDITION)
    assert found
    return found


def read_pdf(path: Path) -> PdfReader:
    return PdfReader(BytesIO(path.read_bytes()))


def text_of(path: Path) -> str:
    """All words of a PDF, as a viewer finds them."""
    with closing(pdfium.PdfDocument(path)) as document:
        return " ".join(side.get_textpage().get_text_range() for side in document)


def squeezed(text: str) -> str:
    """Without what a line's end may change."""
    return re.sub(r"[\s\u2068\u2069\u00ad\ufffe-]+", "", text)


def sentences_of(settings: Settings) -> list[str]:
    [report], _ = read_reports(settings)
    with report.client.speaking():
        return [sentence.text for sentence in report.sentences]


@pytest.fixture(scope="module")
def written(harbour: Settings) -> boards.Board:
    write_reports(harbour, quiet)
    return board_of(harbour)


def test_it_is_one_side_of_a4_with_its_sentences_as_text(harbour: Settings, written: boards.Board) -> None:
    assert written.pdf
    reader = read_pdf(written.pdf)
    [side] = reader.pages
    assert (round(side.mediabox.width), round(side.mediabox.height)) == A4
    text = squeezed(text_of(written.pdf))
    found = [sentence for sentence in sentences_of(harbour) if sentence.isascii()]
    assert len(found) >= 3
    assert [sentence for sentence in found if squeezed(sentence) not in text] == []
    for words in ("Quarter against quarter", "What we wanted", "Conversations worth reading", "14 · 1.8 a week",
                  "Ten people <b>we</b> know", "We found the 1911 tide ledger"):  # fmt: skip
        assert squeezed(words) in text


def test_it_is_tagged_and_says_its_language_and_title(written: boards.Board) -> None:
    assert written.pdf
    reader = read_pdf(written.pdf)
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata and reader.metadata.title == "Harbour Museum: board page, 2026-W47"
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    kinds: list[str] = []
    alternatives: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            kinds.append(str(node.get("/S")))
            if node.get("/S") == "/Figure":
                alternatives.append(node["/Alt"])
            if "/K" in node:
                walk(node["/K"])

    walk(catalog["/StructTreeRoot"])
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/LI", "/Figure", "/Link"} <= set(kinds)
    assert alternatives == [
        "Real conversations and exchanges a week",
        "Posts addressed to us, by how they fared",
        "People by stage, at each week's end",
    ]


def test_its_html_is_sound_and_asks_for_nothing(written: boards.Board) -> None:
    page = Page(written.html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "iframe", "object", "form", "base", "link-in"})
    assert len(page.all("style")) == 1
    assert "url(" not in page.source.replace("url(#", "") and "@import" not in page.source
    assert "<script>alert(1)</script> </style><style>body{display:none}</style>" in page.text
    for sentence in page.all("p"):
        assert "follower" not in str(sentence)


def test_a_client_without_any_row_has_one_as_well(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    world.con.close()
    write_reports(settings, quiet)
    board = board_of(settings)
    assert board.pdf
    assert len(read_pdf(board.pdf).pages) == 1
    text = squeezed(text_of(board.pdf))
    for words in ("Nothing is known yet about the conversations of Harbour Museum.", "No week is over yet.",
                  "No goal is set."):  # fmt: skip
        assert squeezed(words) in text


# --- one side, whatever there is to say --------------------------------------------------------------

SCRIPTS = {
    "long": "Wolfeschlegelsteinhausenbergerdorff von und zu Hohenstein-Oberursel ",
    "wide": "伊藤博文と愉快な仲間たちの長い名前",
    "right to left": "نور البحر المتوسط والمحيط الهادئ ",
    "no spaces": "W" * 90,
}


def extreme(settings: Settings, world: Published, name: str, language: str) -> Settings:
    """As much as there can be of everything, all of it as long as it gets."""
    world.publication()
    for number in range(40):
        account = str(3000 + number)
        world.add("marts.accounts", network="x", account_id=account, person_id=f"x:{account}",
                  handle=f"h_{number}_{'w' * 40}", display_name=f"{name * 3}"[:200])  # fmt: skip
    for number in range(30):
        world.week(
            "harbour", name * 9, WEEK - timedelta(weeks=29 - number), real_conversation_count=1_234_567,
            exchange_count=12_345_678, address_in_count=23_456_789, address_out_count=9, person_in_count=3_456_789,
            noticed_count=9, acquainted_count=234_567, conversing_count=123_456, connected_count=98_765,
            dormant_count=876_543, new_count=765_432, deepened_count=65_432, cooled_count=54_321, lapsed_count=43_210,
            revived_count=3_210, answered_within_day_count=21_098_765, answer_due_count=23_456_788,
            unanswered_count=1_234_567, median_answer_hours=400.0, is_settled_week=number < 29,
        )  # fmt: skip
    at = 0
    for movement, before, after in (
        ("deepened", "acquainted", "connected"), ("revived", "dormant", "conversing"),
        ("new", "stranger", "acquainted"), ("cooled", "connected", "conversing"), ("lapsed", "conversing", "dormant"),
    ):  # fmt: skip
        for _ in range(6):
            world.add("reports.rpt_relationship_moves", client_id="harbour", person_id=f"x:{3000 + at}",
                      movement=movement, stage_before=before, stage_after=after, evidence_post_ids=[],
                      handle=f"h_{at}", display_name=f"{at} {name}", week_start_date=WEEK,
                      is_stakeholder=True)  # fmt: skip
            at += 1
    for number in range(9):
        said = [(str(3000 + other), f"{name} " * 40, None if other == 0 else 0) for other in range(8)]
        _conversation(world, said, number)
        world.add("reports.rpt_waiting", client_id="harbour", person_id=f"x:{3000 + number}", handle=f"h_{number}",
                  post_id=f"99{number}", text=f"{name} " * 40, waiting_hours=700.0, waiting_rank=number + 1,
                  kind="reply", is_question=True, is_stakeholder=True, display_name=name * 3,
                  occurred_at=AS_OF - timedelta(hours=700), root_post_id="1")  # fmt: skip
    for number in range(14):
        world.add("reports.rpt_goals", client_id="harbour", goal_number=number, words=f"{name} " * 30,
                  measure="answered_within_day_share" if number % 2 else "stakeholder_conversing_count",
                  target=123_456_789.5, value=98_765_432.1, expected_value=87_654_321.9, status="on course",
                  due_date=date(2027, 9, 30))  # fmt: skip
        world.add("reports.rpt_outcomes", client_id="harbour", outcome_id=str(number), kind="collaboration",
                  occurred_date=WEEK, is_joined=False, note=name * 40)  # fmt: skip
    world.stream("harbour", "own_posts")
    world.stream("harbour", "conversations", captured_reply_count=97_123_456, reported_reply_count=445_123_456,
                 conversation_count=3_112_345, incomplete_conversation_count=2_123_456,
                 uncounted_conversation_count=1_123_456)  # fmt: skip
    world.con.close()
    folder = settings.home / "forewords"
    folder.mkdir()
    (folder / "harbour.md").write_text(
        "\n\n".join(f"- {name[:12]} " + "w" * 60 for _ in range(9))[:600], encoding="utf-8"
    )
    Image.new("RGB", (900, 900), "#7a1f3d").save(settings.home / "logo.png")
    title = json.dumps(name * 4, ensure_ascii=False)
    settings.config_path.write_text(
        RAPPORT_TOML.replace('"Harbour Museum"', f'{title}\nlogo = "logo.png"\nlanguage = "{language}"'),
        encoding="utf-8",
    )
    return load_settings(home=settings.home, config_path=settings.config_path)


def _conversation(world: Published, said: list[tuple[str, str, int | None]], number: int) -> None:
    ids: list[str] = []
    for at, (account, text, parent) in enumerate(said):
        when = AS_OF - timedelta(hours=90 - number, minutes=60 - at)
        ids.append(
            world.post(account, text, when, None if parent is None else ids[0], ids[0] if ids else None)
        )
    world.add(
        "reports.rpt_conversations", client_id="harbour", root_post_id=ids[0], root_account_id=said[0][0],
        root_text=said[0][1], started_by="them", opened_at=AS_OF - timedelta(hours=91), last_active_at=AS_OF,
        post_count=1_234_567, our_post_count=0, their_post_count=8, participant_count=8, exchange_count=1_234_567,
        real_person_count=8, is_real=True, state="answered", is_complete_enough=False, uncounted_post_count=3,
        captured_reply_count=1, reported_reply_count=9, is_root_missing=False, missing_reply_count=8,
        missing_reason="budget reached",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("script", "language"), [("long", "de"), ("no spaces", "fr"), ("right to left", "en"), ("wide", "de")]
)
def test_it_stays_one_side_whatever_there_is_to_say(
    settings: Settings, publish: Callable[[], Published], tmp_path: Path, script: str, language: str
) -> None:
    settings = extreme(settings, publish(), SCRIPTS[script], language)
    [report], _ = read_reports(settings)
    with report.client.speaking():
        page, faults = boards.draw_board(environment(), settings, report.board)
        sentences = [sentence.text for sentence in report.sentences]
    assert (faults, len(sentences)) == ([], 5)
    path = tmp_path / "board.pdf"
    path.write_bytes(pdf.draw(page))
    reader = read_pdf(path)
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/Lang"] == language
    if script in ("long", "no spaces"):  # in other scripts a viewer finds the words in another order
        text = squeezed(text_of(path))
        assert [sentence for sentence in sentences if squeezed(sentence) not in text] == []
    stands_in_order(path, language)


# What stands on the page from top to bottom, by language.
LANDMARKS = {
    "en": ("Real conversations and", "Quarter against quarter", "The whole report"),
    "de": ("Echte Gespräche und", "Quartal gegen Quartal", "Der ganze Bericht"),
    "fr": ("Vraies conversations et", "Trimestre contre trimestre", "Le rapport complet"),
}


def stands_in_order(path: Path, language: str) -> None:
    """Nothing lies over something else: the parts stand one below the other, within the margins, and can be read."""
    with closing(pdfium.PdfDocument(path)) as document:
        text = document[0].get_textpage()
        boxes = [
            text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()
        ]
        chart, table, foot = (place_of(text, words) for words in LANDMARKS[language])
    left, bottom, right, top = (
        which(box[side] for box in boxes) for side, which in enumerate((min, min, max, max))
    )
    # a sign that no font here has is drawn as a box, which stands out of its place by a point or so
    assert left >= 13 * MM - 2 and right <= A4[0] - 13 * MM + 2
    assert bottom >= 10 * MM - 1 and top <= A4[1] - 10 * MM + 1
    assert chart[1] > table[3] > table[1] > foot[3]
    assert foot[1] < bottom + 12, "something lies below the footer"
    between = [box[3] for box in boxes if chart[1] > box[3] > table[3]]
    assert between and max(between) - min(between) > 30, "the charts have no room of their own"
    assert table[3] - table[1] > 4.5, "a heading's letters; those of the text are two thirds of them"


def place_of(text: Any, words: str) -> tuple[float, float, float, float]:
    """Where the words stand on a page: left, bottom, right, top in points."""
    search = text.search(words)
    found = search.get_next()
    assert found, words
    boxes = [text.get_charbox(at) for at in range(found[0], found[0] + found[1])]
    return (
        min(box[0] for box in boxes), min(box[1] for box in boxes), max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )  # fmt: skip


# --- nothing is fetched ----------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """An HTTP server, and every path that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}", asked
        made.shutdown()


def test_drawing_fetches_nothing_and_reads_no_file(server: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = server
    secret = tmp_path / "secret.txt"
    os.mkfifo(secret)  # reading it would never end
    parts = [
        f'<img src="{where}"><link rel="stylesheet" href="{where}"><link rel="attachment" href="{where}">'
        f'<object data="{where}"></object><embed src="{where}">'
        f'<svg><image href="{where}"/><use href="{where}#a"/></svg>'
        f'<style>@import "{where}"; @font-face {{ font-family: f; src: url("{where}") }}'
        f' p {{ background: url("{where}"); font-family: f; list-style-image: url("{where}") }}'
        f' @page {{ background: url("{where}") }} p::before {{ content: url("{where}") }}</style>'
        for where in (
            f"{address}/x",
            secret.as_uri(),
            str(secret),
            "//127.0.0.1/x",
            f"ftp://127.0.0.1{secret}",
        )
    ]
    html = f"<!doctype html><html lang=en><title>t</title><p>words</p>{''.join(parts)}</html>"
    made = pdf.draw(html.encode())
    assert asked == []
    (tmp_path / "made.pdf").write_bytes(made)
    assert "words" in text_of(tmp_path / "made.pdf")
    assert b"/EmbeddedFile" not in made
    for where in (secret.as_uri(), f"{address}/x", "gopher://x", "data.txt"):
        with pytest.raises(ValueError, match=r"disallowed|absolute"):
            pdf.fetcher().fetch(where)


# --- when it is drawn, and when not ----------------------------------------------------------------------


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
