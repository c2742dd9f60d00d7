"""What a reader sees of HTML, however hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.mastodon.html_text import text_of


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            "<p>Good &amp; early</p><p>Second<br />third<br>fourth</p>",
            "Good & early\n\nSecond\nthird\nfourth",
        ),
        ("<p>two \n  lines </p>\n<p> one</p>", "two lines\n\none"),
        ("<ul><li>moss</li><li>fern</li></ul><p>end</p>", "moss\nfern\n\nend"),
        ("<blockquote><p>said</p></blockquote>answered", "said\n\nanswered"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("plain, as GoToSocial sends it", "plain, as GoToSocial sends it"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>"),
        ("<script>alert(1)</script><style>p{}</style><p>text</p>", "text"),
        ('<p onclick="alert(1)">a <img src=x onerror="alert(1)" alt=":tree:"> b</p>', "a :tree: b"),
        ("<!-- hidden --><p>shown", "shown"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_sees(html: str, shown: str) -> None:
    assert text_of(html).text == shown


def test_of_a_long_link_only_what_is_shown_is_text() -> None:
    link = (
        '<p>see <a href="https://example.com/a/very/long/path" rel="nofollow"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.com/a/very</span><span class="invisible">/long/path</span></a> now</p>'
    )
    found = text_of(link)
    assert found.text == "see example.com/a/very… now"
    [shown] = found.links
    assert shown.href == "https://example.com/a/very/long/path"
    assert found.text[shown.start : shown.end] == "example.com/a/very…"


def test_the_note_of_a_quote_is_left_out_only_if_asked() -> None:
    html = '<p class="quote-inline">RE: <a href="https://a.test/1">a.test/1</a></p><p>So it is</p>'
    assert text_of(html, without_quoted=True).text == "So it is"
    assert text_of(html).text == "RE: a.test/1\n\nSo it is"


def test_places_of_links_count_code_points() -> None:
    found = text_of('<p>🌲🌲 <a href="https://b.test/@ada">@<span>ada</span></a> ok</p>')
    [link] = found.links
    assert (link.start, link.end) == (3, 7)
    assert found.text[link.start : link.end] == "@ada"


@given(st.text(st.sampled_from(list("<>/abp&;#x\"'= \n!-[]🌲")) | st.characters(), max_size=120))
def test_nothing_is_too_odd_to_be_read(html: str) -> None:
    found = text_of(f"<p>{html}</p><a href='x'>end</a>")
    assert all(0 <= link.start < link.end <= len(found.text) for link in found.links)


def test_a_thousand_elements_in_each_other_are_read() -> None:
    assert text_of("<div>" * 5000 + "deep" + "</div>" * 5000).text == "deep"
