"""The picture of a client's ties, its list, and the file for Gephi: who is in them, where, and who no longer is."""

import re
from dataclasses import replace
from itertools import pairwise
from math import hypot
from pathlib import Path

import duckdb
import networkx
import pytest

from rapport.config import Settings, load_settings
from rapport.forgotten import Forgotten
from reporting.client import Client
from reporting.erasing import erase_from
from reporting.published import open_published
from reporting.report import write_reports
from reporting.ties import gexf, words
from reporting.ties.layout import NAME_ROOM, layout
from reporting.ties.query import read_ties
from reporting.ties.record import MOST_DRAWN, Bond, Drawn, Tie, Ties
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, DEFINITIONS, record
from tests.reporting.ties import world

TOML = '[[clients]]\nid = "harbour"\nname = "Harbour Museum"\naccounts = ["@HarbourMuseum"]\n'


def _home(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    (folder / "rapport.toml").write_text(TOML, encoding="utf-8")
    settings = load_settings(home=folder, config_path=folder / "rapport.toml")
    world.publish(settings.published_path)
    world.publish(settings.client_dir("harbour") / "engagement.duckdb")
    write_reports(settings, on_progress=lambda line: None)
    return settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return _home(tmp_path_factory.mktemp("ties"))


@pytest.fixture(scope="module")
def page(home: Settings) -> Page:
    return Page(home.reports_dir / "harbour" / "ties.html")


@pytest.fixture(scope="module")
def graph(home: Settings) -> networkx.Graph:
    return networkx.read_gexf(home.reports_dir / "harbour" / "ties.gexf")


def tie(person: str, stage: str = "acquainted", **facts: object) -> Tie:
    return record(Tie, person_id=person, stage=stage, **({"display_name": person} | facts))


def drawn(rings: dict[str, list[str]], pairs: list[tuple[str, str]]) -> Drawn:
    ties = [tie(person, stage) for stage, people in rings.items() for person in people]
    return Ties(ties, [Bond(one, other, 1, 1, ("x",)) for one, other in pairs]).drawn


# --- who is drawn, and where ------------------------------------------------------------------------


def test_the_nearest_and_strongest_are_drawn_as_long_as_names_can_be_read(page: Page) -> None:
    counts = {"connected": 14, "conversing": 30, "acquainted": 80, "dormant": 26}
    assert sum(counts.values()) == MOST_DRAWN
    for stage, count in counts.items():
        assert page.source.count(f'style="fill:var(--{stage})"') == count
    assert "150 people: 14 connected, 30 conversing, 80 acquainted and 26 dormant." in page.words
    assert (
        "14 people with weaker ties are left out, so that names can be read. 70 noticed people" in page.words
    )


def test_the_list_says_what_the_picture_shows(page: Page) -> None:
    picture, listed = page.source.split('<section id="list"')
    shown = re.findall(r'class="who" id="n\d+" data-person-id="([^"]+)"', picture)
    people = re.findall(r'<th scope="row">\s*<span class="person" data-person-id="([^"]+)"', listed)
    assert sorted(people) == sorted(shown) and len(people) == MOST_DRAWN
    lines = {frozenset(ids.split()) for ids in re.findall(r'<g data-person-ids="([^"]+)"><path', picture)}
    said = set()
    for row in listed.split("<tr>")[1:]:
        person = re.findall(r'data-person-id="([^"]+)"', row.split("</th>")[0])
        said |= {
            frozenset([*person, other])
            for other in re.findall(r'data-person-id="([^"]+)"', row.split("</th>")[-1])
        }
    assert len(lines) > 100 and said == lines


def test_everybody_has_a_place_of_their_own_on_the_ring_of_their_stage(home: Settings) -> None:
    with open_published(home.published_path) as con:
        ties = read_ties(con, record_client())
    arranged = layout(ties.drawn)
    radii = [ring.radius for ring in arranged.rings]
    assert all(far - near >= NAME_ROOM for near, far in pairwise(radii))
    for ring in arranged.rings:
        places = ring.places
        assert all(hypot(place.x, place.y) == pytest.approx(ring.radius) for place in places)
        gaps = [hypot(a.x - b.x, a.y - b.y) for at, a in enumerate(places) for b in places[:at]]
        assert min(gaps) > 14  # a line of text
        assert all(-90 <= place.turn <= 90 for place in places)  # no name stands on its head
    # the same again, to the last digit, and in whatever order the rows come
    again = layout(replace(ties, bonds=ties.bonds[::-1]).drawn)
    assert [(p.tie, p.angle) for r in again.rings for p in r.places] == [
        (p.tie, p.angle) for r in arranged.rings for p in r.places
    ]


def test_people_stand_near_those_they_talk_with() -> None:
    names = [f"p{number}" for number in range(20)]
    near = drawn({"connected": ["a", "b"], "acquainted": names}, [("a", "p3"), ("a", "p17"), ("b", "p9")])
    arranged = layout(near)
    order = [place.tie.person_id for place in arranged.rings[1].places]
    assert abs(order.index("p3") - order.index("p17")) <= 2


def test_a_ring_grows_with_its_people_and_an_empty_one_takes_no_room() -> None:
    many = layout(drawn({"connected": [f"p{number}" for number in range(120)]}, []))
    assert many.rings[0].radius > 250
    few = layout(drawn({"dormant": ["a"]}, []))
    assert [ring.stage for ring in few.rings] == ["dormant"]
    _, _, width, height = few.box
    assert height < 2 * few.rings[0].radius + NAME_ROOM + 50 and width < 2 * few.rings[0].radius + 50


# --- who is joined with whom ------------------------------------------------------------------------


def record_client() -> Client:
    return Client("harbour", "Harbour Museum", AS_OF, None, definitions=DEFINITIONS)


def test_two_are_joined_if_both_turned_to_the_other_in_conversations_with_us(settings: Settings) -> None:
    path = settings.published_path
    world.publish(path, {})
    with duckdb.connect(str(path)) as con:
        for person in "abcdefg":
            stage = "noticed" if person == "g" else "acquainted"
            con.execute(
                "insert into reports.rpt_relationships (client_id, person_id, stage, strength, is_stakeholder)"
                " values ('harbour', ?, ?, 1, false)",
                [person, stage],
            )
        con.execute(
            "insert into reports.rpt_conversations (client_id, network, root_post_id, our_post_count) values"
            " ('harbour', 'x', 'ours', 1), ('harbour', 'x', 'theirs', 0), ('rival', 'x', 'rival', 5),"
            " ('harbour', 'bluesky', 'blue', 1)"
        )
        said = [
            ("a", "b", "ours", "x", None, True), ("b", "a", "ours", "x", None, True),
            ("b", "a", "blue", "bluesky", None, True),
            ("a", "c", "ours", "x", None, True),  # c never turned to a
            ("c", "d", "theirs", "x", None, True), ("d", "c", "theirs", "x", None, True),  # without us
            ("c", "e", "rival", "x", None, True), ("e", "c", "rival", "x", None, True),  # another client's
            ("d", "e", "ours", "x", "harbour", True), ("e", "d", "ours", "x", None, True),  # in private
            ("e", "f", "ours", "x", None, False), ("f", "e", "ours", "x", None, True),  # a like
            ("f", "g", "ours", "x", None, True), ("g", "f", "ours", "x", None, True),  # no tie with us yet
            ("a", "us", "ours", "x", None, True), ("us", "a", "ours", "x", None, True),
        ]  # fmt: skip
        con.executemany(
            "insert into marts.interactions (from_person_id, to_person_id, root_post_id, network, private_to_client_id,"
            " is_address) values (?, ?, ?, ?, ?, ?)",
            said,
        )
    with open_published(path) as con:
        ties = read_ties(con, record_client())
    assert ties.bonds == [Bond("a", "b", 1, 2, ("bluesky", "x"))]
    assert [tie.person_id for tie in ties.ties] == ["a", "b", "c", "d", "e", "f"]
    assert ties.stage_counts == {"acquainted": 6, "noticed": 1}


# --- Gephi ------------------------------------------------------------------------------------------


def test_gephi_gets_ids_names_stages_weights_and_networks(home: Settings, graph: networkx.Graph) -> None:
    # all but the noticed who are no stakeholders
    noticed = sum(1 for _, data in graph.nodes(data=True) if data["stage"] == "noticed")
    assert graph.number_of_nodes() == 1 + 164 + noticed and 0 < noticed < 10
    person = graph.nodes["x:1010"]
    assert (person["stage"], person["handle"], person["networks"], person["accounts"]) == (
        "connected", "person_1010", "x", "x:1010",
    )  # fmt: skip
    assert person["strength"] > 0 and person["label"]
    assert graph.edges["us", "x:1010"]["weight"] == 5.0
    between = [data for one, other, data in graph.edges(data=True) if "us" not in (one, other)]
    assert len(between) > 150 and all(data["weight"] >= 1 and data["networks"] == "x" for data in between)
    # the day on which it was written would make it another file every day
    assert b"lastmodified" not in (home.reports_dir / "harbour" / "ties.gexf").read_bytes()


def test_names_that_mean_harm_are_names(page: Page, graph: networkx.Graph) -> None:
    assert page.all("script") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "\u202e" not in page.source and "\x0b" not in page.source
    assert graph.nodes["x:1001"]["label"] == "</text></svg><script>alert(11)</script>"
    assert graph.nodes["x:1006"]["label"] == 'a" onload="alert(12)'


# --- files ------------------------------------------------------------------------------------------


def test_both_lie_in_both_places_and_are_left_alone_when_nothing_has_changed(home: Settings) -> None:
    places = [home.reports_dir / "harbour", home.client_dir("harbour") / "reports"]
    paths = [place / name for place in places for name in ("ties.html", "ties.gexf")]
    assert paths[0].read_bytes() == paths[2].read_bytes() and paths[1].read_bytes() == paths[3].read_bytes()
    before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in paths]
    write_reports(home, on_progress=lambda line: None)
    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in paths] == before


def test_a_client_without_ties_is_told_so(settings: Settings) -> None:
    world.publish(settings.published_path, {})
    write_reports(settings, on_progress=lambda line: None)
    page = Page(settings.reports_dir / "harbour" / "ties.html")
    assert "There is no tie to draw yet." in page.words and page.all("svg") == []
    graph = networkx.read_gexf(settings.reports_dir / "harbour" / "ties.gexf")
    assert list(graph.nodes) == ["us"]


# --- erasure ----------------------------------------------------------------------------------------


def test_who_is_erased_stands_in_neither_file(tmp_path: Path) -> None:
    settings = _home(tmp_path / "home")
    gone, handle = "x:1010", "person_1010"
    paths = sorted(settings.published_dir.rglob("ties.*"))
    assert len(paths) == 4
    before = networkx.read_gexf(settings.reports_dir / "harbour" / "ties.gexf")
    forgotten = Forgotten(
        posts=frozenset(), accounts=frozenset({("x", "1010")}), handles=frozenset({("x", handle)})
    )
    assert erase_from(settings, forgotten, lambda line: None) >= 4
    for path in paths:
        content = path.read_bytes()
        assert handle.encode() not in content, path
        if path.suffix == ".gexf":
            assert gone.encode() not in content
            after = networkx.read_gexf(path)
            assert {*before.nodes} - {*after.nodes} == {gone}
            assert {*map(frozenset, after.edges)} == {
                frozenset(edge) for edge in before.edges if gone not in edge
            }
            assert after.nodes["x:1011"] == before.nodes["x:1011"]
        else:
            around = re.findall(rf'data-person-ids?="[^"]*\b{gone}\b[^"]*"[^>]*>([^<]*)<', content.decode())
            assert around and set(around) == {"somebody whose account was erased"}
    # running it again changes nothing
    assert erase_from(settings, forgotten, lambda line: None) == 0


def test_of_a_person_with_several_accounts_one_is_enough() -> None:
    client = replace(record_client(), joint_people={"person:ana": ["x:1", "bluesky:did:plc:a"]})
    content = gexf.gexf(
        client, Ties([tie("person:ana"), tie("x:2")], [Bond("person:ana", "x:2", 1, 1, ("x",))])
    )
    forgotten = Forgotten(frozenset(), frozenset({("bluesky", "did:plc:a")}), frozenset())
    left = gexf.without(content, forgotten)
    assert left is not None and b"ana" not in left and b"x:2" in left
    assert gexf.without(left, forgotten) == left


def test_a_file_that_cannot_be_read_goes(tmp_path: Path, settings: Settings) -> None:
    path = settings.reports_dir / "harbour" / "ties.gexf"
    path.parent.mkdir(parents=True)
    other = path.with_name("other.gexf")
    path.write_text("<gexf><nodes>", encoding="utf-8")
    other.write_text("<nodes/>", encoding="utf-8")
    lines: list[str] = []
    forgotten = Forgotten(frozenset(), frozenset({("x", "1")}), frozenset())
    assert erase_from(settings, forgotten, lines.append) == 2
    assert not path.exists() and not other.exists() and "was removed" in lines[0]


def test_a_short_name_is_a_name() -> None:
    assert words.short(tie("x:1", display_name="Ana Lima")) == "Ana Lima"
    arabic = words.short(tie("x:1", display_name="نور البحر في الميناء القديم"))
    assert arabic.startswith("\u2068") and arabic.endswith("…\u2069") and len(arabic) <= 17
