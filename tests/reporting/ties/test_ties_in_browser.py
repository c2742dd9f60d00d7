"""The picture of the ties as a browser shows it: 150 names that can be read, pointed at, and reached."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from rapport.config import load_settings
from reporting.report import write_reports
from reporting.ties.record import MOST_DRAWN
from tests.reporting.sound import expect_sound
from tests.reporting.ties import world


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    settings = load_settings(home=tmp_path_factory.mktemp("ties"))
    world.publish(settings.published_path)
    write_reports(settings, on_progress=lambda line: None)
    return (settings.reports_dir / "harbour" / "ties.html").as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 1300})
    page.goto(address)
    yield page
    page.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (1200, "dark"), (390, "light"), (390, "dark")]
)
def test_it_fits_is_silent_and_axe_finds_nothing(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    expect_sound(browser, address, width, scheme)


def test_names_are_large_enough_and_none_lies_on_its_neighbour(page: Page) -> None:
    assert page.locator(".ties .who").count() == MOST_DRAWN
    scale = page.evaluate("document.querySelector('.ties').getScreenCTM().a")
    assert 12.5 * scale > 10.5  # pixels
    # neighbours on a ring are lines of text apart: the ends of each name, compared with those of all others of its ring
    near = page.evaluate("""() => {
      const ends = [...document.querySelectorAll('.who text')].map(text => {
        const matrix = text.getCTM(), box = text.getBBox();
        return [[box.x, 0], [box.x + box.width, 0]].map(
          ([x, y]) => [matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f]);
      });
      const apart = (one, other) => Math.hypot(one[0] - other[0], one[1] - other[1]);
      let least = 1e9;
      ends.forEach((one, at) => ends.slice(at + 1).forEach(other => {
        least = Math.min(least, Math.min(...one.map(a => Math.min(...other.map(b => apart(a, b))))));
      }));
      return least;
    }""")
    assert near > 4
    outside = page.evaluate("""() => {
      const all = document.querySelector('.ties').getBoundingClientRect();
      return [...document.querySelectorAll('.who text')].map(text => text.getBoundingClientRect()).filter(
        box => box.left < all.left || box.right > all.right || box.top < all.top || box.bottom > all.bottom).length;
    }""")
    assert outside == 0


def test_no_name_lies_on_a_dot_however_wide_it_is(page: Page) -> None:
    """Where a name is seen: its box, and of that what is not clipped, in the picture as the name is turned."""
    covered = page.evaluate("""() => [...document.querySelectorAll('.who text')].flatMap(text => {
      const box = text.getBBox(), back = text.getScreenCTM().inverse();
      const clip = text.getAttribute('clip-path');
      const room = clip && document.querySelector(clip.slice(4, -1) + ' rect').getBBox();
      const left = Math.max(box.x, room ? room.x : -1e9), top = Math.max(box.y, room ? room.y : -1e9);
      const right = Math.min(box.x + box.width, room ? room.x + room.width : 1e9);
      const bottom = Math.min(box.y + box.height, room ? room.y + room.height : 1e9);
      return [...document.querySelectorAll('.who circle')].filter(dot => {
        const middle = new DOMPoint(dot.cx.baseVal.value, dot.cy.baseVal.value)
          .matrixTransform(dot.getScreenCTM()).matrixTransform(back);
        const away = Math.hypot(Math.max(left - middle.x, 0, middle.x - right),
                                Math.max(top - middle.y, 0, middle.y - bottom));
        return away < dot.r.baseVal.value;
      }).map(dot => text.textContent);
    })""")
    assert covered == []


def test_a_name_is_whole_or_says_that_it_is_cut_and_is_whole_in_its_title(page: Page) -> None:
    names = {
        person: (shown, title)
        for person, shown, title in page.evaluate("""() => [...document.querySelectorAll('.who')].map(who => [
          who.dataset.personId, who.querySelector('text').textContent, who.querySelector('title')?.textContent
        ])""")
    }
    assert names["x:1007"] == ("<b>x", None) and names["x:1010"] == ("<b>left", None)
    # a name from right to left keeps to itself
    assert names["x:1011"] == ("\u2068שלום <i> abc\u2069", None)
    assert [names["x:1003"][1], names["x:1008"][1]] == [f"\u2068{world.HOSTILE['x:1003']}\u2069", "W" * 20]
    cut = [(shown, title) for shown, title in names.values() if title]
    assert len(cut) > 20
    for shown, title in cut:
        begin = shown.removesuffix("\u2069")
        assert begin[-1] == "…" and len(begin) > 4 and title.startswith(begin[:-1]), shown
    assert not [shown for shown, title in names.values() if "…" in shown and not title]
    # what the page reckons with holds in a browser: only what a font draws out of all measure is clipped
    clipped = page.evaluate("""() => [...document.querySelectorAll('.who text')].filter(text => {
      const rect = document.querySelector(text.getAttribute('clip-path').slice(4, -1) + ' rect').getBBox();
      const box = text.getBBox();
      return box.x < rect.x || box.x + box.width > rect.x + rect.width;
    }).map(text => text.closest('.who').dataset.personId)""")
    assert {*clipped} <= {"x:1013", "x:1040"}


def test_on_paper_everybody_is_there_without_a_link(page: Page) -> None:
    page.emulate_media(media="print")
    shown = page.evaluate("""() => [...document.querySelectorAll('.who circle, .who text')].filter(part =>
      getComputedStyle(part).visibility === 'visible' && part.getBoundingClientRect().width > 0).length""")
    assert shown == 2 * MOST_DRAWN
    links = page.evaluate("""() => [...document.querySelectorAll('.ties a')].map(
      link => getComputedStyle(link).visibility)""")
    assert {*links} == {"hidden"}


def test_the_name_of_a_ring_lies_on_nobody(page: Page) -> None:
    covered = page.evaluate("""() => [...document.querySelectorAll('.name-of-ring')].flatMap(ring => {
      const own = ring.getBoundingClientRect();
      return [...document.querySelectorAll('.who circle')].map(dot => dot.getBoundingClientRect()).filter(
        box => box.left < own.right && box.right > own.left && box.top < own.bottom && box.bottom > own.top);
    }).length""")
    assert covered == 0


def test_a_phone_says_that_the_picture_scrolls(browser: Browser, address: str) -> None:
    for width, is_said in ((390, True), (1200, False)):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(address)
        assert page.locator(".ties-hint").is_visible() is is_said
        page.close()


def test_a_phone_shows_the_middle_first_and_scrolls_anywhere(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    page.goto(address)
    assert page.evaluate("document.scripts.length") == 0
    picture = page.locator(".ties-scroll")
    room, us = picture.bounding_box(), page.locator(".ties .us").bounding_box()
    assert room and us
    assert picture.evaluate("box => box.scrollWidth") > 2 * room["width"]
    assert abs((us["x"] + us["width"] / 2) - (room["x"] + room["width"] / 2)) < 3
    # once it has let go, it stays where it is moved to
    page.wait_for_timeout(700)
    assert page.locator(".ties-middle").evaluate("spot => getComputedStyle(spot).scrollSnapAlign") == "none"
    for place in (0, 100, 555):
        picture.evaluate("(box, place) => { box.scrollLeft = place }", place)
        page.wait_for_timeout(200)
        assert picture.evaluate("box => box.scrollLeft") == place
    page.close()


def test_whoever_is_pointed_at_stands_out_with_their_lines(page: Page) -> None:
    number = page.evaluate(
        "[...document.querySelectorAll('.who')].map(who => who.id).find(id => document.querySelector('.bond.' + id))"
    )
    page.hover(f"#{number} text")
    shown = page.evaluate(
        "[...document.querySelectorAll('.bond')].map(line => [line.classList.contains('"
        + number
        + "'), Number(getComputedStyle(line).opacity)])"
    )
    assert {opacity for is_own, opacity in shown if is_own} == {1}
    assert {opacity for is_own, opacity in shown if not is_own} == {0.06}


def test_keys_reach_the_picture_and_the_list_without_going_through_every_name_twice(page: Page) -> None:
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.className || document.activeElement.getAttribute('href')")
        )
    assert reached[:4] == ["skip", "index.html", "ties.gexf", "scroll ties-scroll"]
    assert page.evaluate("document.activeElement.closest('#list') !== null")
