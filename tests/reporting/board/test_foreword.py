"""The foreword: what of Markdown it takes, what is too long, and what an erasure does with it."""

from pathlib import Path

import pytest

from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting.board import foreword
from reporting.board.faults import Fault


def write(settings: Settings, text: str | bytes, name: str = "harbour.md") -> Path:
    path = settings.home / "forewords" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_one_of_an_edition_goes_before_that_of_the_client(settings: Settings) -> None:
    assert foreword.read(settings, "harbour", "2026-W47") == ""
    write(settings, "always")
    write(settings, "once", "harbour.2026-W47.md")
    write(settings, "of another", "harbour-two.md")
    assert foreword.read(settings, "harbour", "2026-W47") == "once"
    assert foreword.read(settings, "harbour", "2026-W48") == "always"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("A *good* **week**.", "<p>A <em>good</em> <strong>week</strong>.</p>\n"),
        ("# Title", "<h2>Title</h2>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<div>\n\nx</div>", "<p>&lt;div&gt;</p>\n<p>x&lt;/div&gt;</p>\n"),
        ("![a <b>seal</b>](http://evil.example/x.png)", "<p>a &lt;b&gt;seal&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](JaVaScRiPt:alert(1))", "<p>[x](JaVaScRiPt:alert(1))</p>\n"),
        ("[x](file:///etc/passwd)", "<p>[x](file:///etc/passwd)</p>\n"),
        ("[x](data:text/html,hi)", "<p>[x](data:text/html,hi)</p>\n"),
        ("[x](//evil.example)", "<p>[x](//evil.example)</p>\n"),
        ('[x](https://museum.example/"onclick="a)',
         '<p><a href="https://museum.example/%22onclick=%22a">x</a></p>\n'),
        ("[write](mailto:us@museum.example)", '<p><a href="mailto:us@museum.example">write</a></p>\n'),
        ("</section></main>", "<p>&lt;/section&gt;&lt;/main&gt;</p>\n"),
    ],
)  # fmt: skip
def test_nothing_in_it_runs_or_loads(markdown: str, html: str) -> None:
    assert foreword.html(markdown) == html


def test_one_that_is_too_long_is_refused_with_its_length(settings: Settings) -> None:
    write(settings, "w" * foreword.LARGEST)
    assert foreword.read(settings, "harbour", "2026-W47") == "w" * foreword.LARGEST
    for text, length in (("w" * 701, "701"), ("伊" * 351, "702"), ("w" * 9_000_000, "64,000")):
        write(settings, text)
        with pytest.raises(Fault, match=f"harbour.md is too long for the board page: {length} letters"):
            foreword.read(settings, "harbour", "2026-W47")


def test_one_that_is_no_text_is_refused(settings: Settings) -> None:
    write(settings, "caf\xe9".encode("latin-1"))
    with pytest.raises(Fault, match="cannot be read as text") as caught:
        foreword.read(settings, "harbour", "2026-W47")
    assert caught.value.remedy == "save the foreword as UTF-8"


def test_an_erasure_masks_handles_and_leaves_the_rest_to_the_byte(settings: Settings) -> None:
    path = write(settings, b"With @ana_l and @ana_lima, ana_l aside.\r\n\xff")
    other = write(settings, "Nobody.", "another.md")
    stands = other.stat().st_mtime_ns
    said: list[str] = []
    gone = Forgotten.of("x", account_ids={"7"}, handles={"ana_l"})
    assert foreword.erase_from(settings, gone, said.append) == 1
    assert path.read_bytes() == b"With @_____ and @ana_lima, ana_l aside.\r\n\xff"
    assert other.stat().st_mtime_ns == stands
    assert said == ["forewords: 1 changed; names without @ stay as they were written"]
    assert foreword.erase_from(settings, gone, said.append) == 0
