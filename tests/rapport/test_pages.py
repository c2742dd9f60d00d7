"""Links of a page that lead to files beside it, where the page lies alone."""

from rapport.pages import alone, led_to, without_dead_links

PAGE = (
    '<p><a href="../people/ab.html" data-elsewhere="https://x.com/i/user/7"><bdi>Ana</bdi></a> '
    '<a class="x" href="../people/cd.html" data-elsewhere=""><bdi>Ben</bdi></a> '
    '<a href="../people/ef.html#talks" data-elsewhere="javascript:alert(1)">Evil</a> '
    '<!--beside--><a href="waiting.csv">as CSV</a><!--/beside--> '
    '<a href="#week">up</a> <a href="https://x.com/i/status/1" rel="noopener">on X</a> &lt;a href="no.html"&gt;</p>'
)


def test_a_page_alone_has_no_link_to_a_file() -> None:
    assert alone(PAGE) == (
        '<p><a href="https://x.com/i/user/7" rel="noopener noreferrer"><bdi>Ana</bdi></a> '
        "<a><bdi>Ben</bdi></a> <a>Evil</a>  "
        '<a href="#week">up</a> <a href="https://x.com/i/status/1" rel="noopener">on X</a> &lt;a href="no.html"&gt;</p>'
    )


def test_a_page_alone_leads_to_where_it_can_be_read() -> None:
    page = PAGE.replace("waiting.csv", "../lists/waiting.html#network=x&amp;stakeholder=1")
    led = page
    for relative, absolute in (
        ("../people/", "https://lab.example/a&amp;b/people/"),
        ("../lists/", "https://lab.example/a&amp;b/lists/"),
    ):
        led = led.replace(f'href="{relative}', f'href="{absolute}')
    assert led_to(page, "https://lab.example/a&b/2026-W47/board.html") == led != page
    assert "#network=x&amp;stakeholder=1" in led


def test_a_link_that_is_not_dead_stays_as_it_was() -> None:
    asked: list[str] = []

    def is_dead(path: str) -> bool:
        asked.append(path)
        return path == "../people/cd.html"

    assert without_dead_links(PAGE, is_dead) == PAGE.replace(
        '<a class="x" href="../people/cd.html" data-elsewhere="">', "<a>"
    )
    assert asked == ["../people/ab.html", "../people/cd.html", "../people/ef.html", "waiting.csv"]
