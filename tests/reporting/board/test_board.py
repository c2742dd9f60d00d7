"""The board page: one side of A4 whatever the data, its sentences as text, tagged, fetched from nowhere."""

import dataclasses
import http.server
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport.config import Settings
from reporting.board import pages as boards
from reporting.board import pdf
from reporting.report import write_reports
from tests.reporting.board.boards import (
    A4,
    board_of,
    quiet,
    read_pdf,
    sentences_of,
    squeezed,
    text_of,
)
from tests.reporting.pages import Page
from tests.reporting.published import Published


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
    found = [sentence for sentence in sentences_of(harbour) if sentence.replace("\u00a0", " ").isascii()]
    assert len(found) >= 3
    assert [sentence for sentence in found if squeezed(sentence) not in text] == []
    for words in ("Quarter against quarter", "What we wanted", "Conversations worth reading", "14 · 1.8 a week",
                  "Ten people <b>we</b> know", "We found the 1911 tide ledger"):  # fmt: skip
        assert squeezed(words) in text


def test_every_figure_of_the_quarters_leads_to_its_list_where_the_lists_are(written: boards.Board) -> None:
    table = Page(written.html).source.split('id="quarters-h"')[1].split("</table>")[0]
    figures = re.findall(r"<td>(.*?)</td>", table.split("<tbody>")[1], re.DOTALL)
    led = [
        re.match(r'(?:<!--beside-->)?<a href="\.\./lists/(\w+)\.html(?:#[^"]+)?">', figure)
        for figure in figures
    ]
    assert len(figures) > 10
    assert {figure for figure, link in zip(figures, led, strict=True) if not link} <= {"0", "–"} and sum(
        map(bool, led)
    ) > 8
    lists = written.html.parent.parent / "lists"
    assert all((lists / f"{link[1]}.html").is_file() for link in led if link)
    # from a PDF that was sent, nothing leads to where its reader has no pages
    assert written.pdf
    [side] = read_pdf(written.pdf).pages
    links = [note.get_object()["/A"]["/URI"] for note in side["/Annots"]]  # type: ignore[attr-defined]
    assert links and all(link.startswith("https://") for link in links)
    # nor do words stand there that are good for nothing else
    assert "The whole report" in Page(written.html).words
    assert squeezed("The whole report") not in squeezed(text_of(written.pdf))


def led_to(pdf_path: Path) -> set[str]:
    [side] = read_pdf(pdf_path).pages
    return {note.get_object()["/A"]["/URI"] for note in side["/Annots"]}  # type: ignore[attr-defined]


def test_its_pdf_leads_to_where_the_client_reads_its_pages(harbour: Settings, written: boards.Board) -> None:
    pages_at = "https://museum.example/a&b"
    [client] = harbour.config.clients
    there = client.model_copy(update={"pages_at": pages_at})
    settings = dataclasses.replace(harbour, config=harbour.config.model_copy(update={"clients": [there]}))
    before = written.pdf
    assert before and before.exists()
    write_reports(settings, quiet)
    board = board_of(settings)
    assert board.pdf, "a PDF without these links would be of another page"
    links = led_to(board.pdf)
    ours = {link for link in links if link.startswith(f"{pages_at}/")}
    assert {link for link in links - ours if not link.startswith("https://x.com/")} == set()
    paths = {link.removeprefix(f"{pages_at}/").partition("#")[0] for link in ours}
    assert [path for path in paths if not (settings.reports_dir / "harbour" / path).is_file()] == []
    assert {path.partition("/")[0] for path in paths} == {"lists", "people", "2026-W47", "2026-Q4"}
    assert any("#quarter=2026-Q4" in link for link in ours)
    # each figure of a sentence leads to its rows, as on the page
    proofs = {link["href"] for link in Page(board.html).all("a") if link.get("class") == "proof"}
    assert {(proof or "").replace("../", f"{pages_at}/") for proof in proofs} <= ours and len(proofs) > 2
    assert squeezed("The whole report") in squeezed(text_of(board.pdf))
    # the page itself leads to what lies beside it
    assert pages_at not in Page(board.html).source.partition("<body>")[2]
    write_reports(harbour, quiet)
    again = board_of(harbour).pdf
    assert again and {link for link in led_to(again) if pages_at in link} == set()


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
