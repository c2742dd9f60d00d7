"""The foreword: what of Markdown it takes, what is too long, and what an erasure does with it."""

from pathlib import Path

import pytest

from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting import redaction
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
        ("@**ana_l**, a@ *b*", "<p><strong>@ana_l</strong>, a@ <em>b</em></p>\n"),
        ("@*[ana_l](https://x.com/ana_l)*", '<p><em><a href="https://x.com/ana_l">@ana_l</a></em></p>\n'),
        ("*@ana*_l, and/*or*: **@bo**.", "<p><em>@ana_l</em>, and/<em>or</em>: <strong>@bo</strong>.</p>\n"),
        ("[@ana](https://a.example)/[@bo](https://b.example)",
         '<p><a href="https://a.example">@ana</a>/<a href="https://b.example">@bo</a></p>\n'),
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


HANDLES = Forgotten(handles=frozenset({("x", "ana_l"), ("mastodon", "ana@wald.test")}))


@pytest.mark.parametrize(
    ("markdown", "clean"),
    [
        # as editors of Markdown write it
        (r"With @ana\_l, and *more*.", "With @_____, and *more*."),
        (r"With \@Ana\_L\.", r"With \@_____\."),
        ("With &#64;ana_l &amp; us", "With &#64;_____ &amp; us"),
        ("With &commat;ana&#x5f;l and &lt;b&gt;", "With &commat;_____ and &lt;b&gt;"),
        (r"[her](https://x.com/ana\_l) \_then\_", r"[her](https://x.com/_____) \_then\_"),
        ("[her](https://x.com/ana%5Fl), 100%25", "[her](https://x.com/_____), 100%25"),
        (r"[tree](https://wald.test/%40ana)", "[tree](https://wald.test/%40___)"),
        (r"ana\@wald\.test wrote", "_____________ wrote"),
        ("@**ana_l** and @*ana*_l", "@**_____** and @*___*__"),
        ("@[ana_l](https://museum.example/a_b)", "@[_____](https://museum.example/a_b)"),
        ("@__ana_l__ wrote", "@_________ wrote"),
        ("@[ana_l][a] wrote\n\n[a]: https://museum.example", "@[_____][a] wrote\n\n[a]: https://museum.example"),
        ("`@ana_l`, <https://x.com/ana_l>\\\n@**ana_l**", "`@_____`, <https://x.com/_____>\\\n@**_____**"),
        ("@ana_l%41, 5 > 4", "@_____%41, 5 > 4"),
        # whatever a link has beside its words, and the words of a picture
        ('@[ana_l](https://museum.example "Ana")', '@[_____](https://museum.example "Ana")'),
        ("@[ana_l](<https://museum.example/a b>)", "@[_____](<https://museum.example/a b>)"),
        ("@[ana_l](https://a.example/w_(x))", "@[_____](https://a.example/w_(x))"),
        ('@*[ana_l](https://a.example "Ana L.")*', '@*[_____](https://a.example "Ana L.")*'),
        ("@![ana_l](https://a.example/p.png)", "@![_____](https://a.example/p.png)"),
        ("@![ana_l][p]\n\n[p]: https://a.example/p", "@![_____][p]\n\n[p]: https://a.example/p"),
        # in blocks of every kind
        ("1. a\0b\r\n   > ## @**ana_l** #\r\n\r\nx", "1. a\0b\r\n   > ## @**_____** #\r\n\r\nx"),
        ("> \xa0\n@``ana_l`` \n===", "> \xa0\n@``_____`` \n==="),
        ("- a\n\n\t\tx\\@ana_l\n\n~~~ana_l\n@ana_l\n~~~", "- a\n\n\t\tx\\@_____\n\n~~~ana_l\n@_____\n~~~"),
        # others, and what is no handle
        ("@**ana_l** met @ana_lima and @**ana_lima**", "@**_____** met @ana_lima and @**ana_lima**"),
        (r"@ana\_lima, ana\_l, ana\_l@museum.example", r"@ana\_lima, ana\_l, ana\_l@museum.example"),
        (r"a\_b &copy; @bo\_l\_ `x\_y`", r"a\_b &copy; @bo\_l\_ `x\_y`"),
    ],
)  # fmt: skip
def test_a_handle_goes_however_markdown_writes_it(settings: Settings, markdown: str, clean: str) -> None:
    path = write(settings, markdown)
    assert foreword.names(markdown, HANDLES) is (clean != markdown)
    foreword.erase_from(settings, HANDLES, lambda line: None)
    assert path.read_bytes().decode() == clean
    assert foreword.without(clean, HANDLES) == clean


@pytest.mark.parametrize(
    ("markdown", "clean"),
    [
        ("We met @ana. And @ana.example is another.", "We met @___. And @ana.example is another."),
        ("@ana met https://wald.test/@ana yesterday", "@___ met https://wald.test/@ana yesterday"),
        ("@**ana** met, and info@ana too", "@**___** met, and info@ana too"),
        ("@**ana** and @**ana**.example, @ana_l", "@**___** and @**ana**.example, @ana_l"),
    ],
)
def test_what_is_anothers_stays_beside_a_handle_that_goes(markdown: str, clean: str) -> None:
    assert foreword.without(markdown, Forgotten(handles=frozenset({("x", "ana")}))) == clean


@pytest.mark.parametrize("tail", ["][" * 40, "_" * 60])
def test_no_row_of_marks_is_tried_in_all_its_parts(tail: str) -> None:
    gone = Forgotten(handles=frozenset({("x", "a______b")}))
    assert foreword.without(f"@a______b met @a{tail}", gone) == f"@________ met @a{tail}"


def test_what_is_too_long_for_any_page_is_read_as_it_stands() -> None:
    rest = " @**ana_l** " + "[" * 64_000
    assert foreword.without(f"@ana\\_l{rest}", HANDLES) == f"@_____{rest}"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("To @___, and to @___ again.", "<p>To @___, and to @___ again.</p>\n"),
        ("_With @___ and @___ again_", "<p><em>With @___ and @___ again</em></p>\n"),
        ("(_____________), (_____________)", "<p>(_____________), (_____________)</p>\n"),
        ("@__ana__ and ___both___", "<p><strong>@ana</strong> and <em><strong>both</strong></em></p>\n"),
    ],
)
def test_blanks_are_no_emphasis(markdown: str, html: str) -> None:
    assert foreword.html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("@*ana*_l", "<em>@_____</em>"),
        ("*@ana*_l", "<em>@_____</em>"),
        ("@[ana](https://a.example)_l", '<a href="https://a.example">@_____</a>'),
        ("@*[ana](https://a.example)*_l", '<em><a href="https://a.example">@_____</a></em>'),
        ("https://x.com/**ana_l**", "<strong>https://x.com/_____</strong>"),
        ("**ana**@wald.test", "<strong>_____________</strong>"),
        ("[y](https://x.com/ana%5Fl)", '<a href="https://x.com/___%5F_">y</a>'),
    ],
)
def test_an_erasure_finds_the_handle_on_pages_that_were_drawn_before(markdown: str, shown: str) -> None:
    page = f"<html><section>{foreword.html(markdown)}</section></html>"
    assert redaction.without(page, HANDLES) == f"<html><section><p>{shown}</p>\n</section></html>"
