"""The overview of all clients: its order, what it says of each, where it leads, and who gets it."""

import dataclasses
import random
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest

from rapport.config import Settings, load_settings
from reporting.overview import words
from reporting.overview.page import read_home, write_agency
from reporting.overview.query import read_owners
from reporting.overview.record import Row, Standing, worst_first
from reporting.published import ReportError
from reporting.report import write_reports
from tests.reporting import agency
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, Published, record

TOML = '[[clients]]\nid = "unknown"\nname = "Zoo"\naccounts = ["@zoo"]\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("agency")
    (folder / "rapport.toml").write_text(TOML, encoding="utf-8")
    settings = load_settings(home=folder, config_path=folder / "rapport.toml")
    agency.publish(settings.published_path)
    # what the client is given
    agency.publish(settings.client_dir("calm") / settings.published_path.name, ["calm"])
    write_reports(settings, on_progress=lambda line: None)
    return settings


@pytest.fixture(scope="module")
def page(home: Settings) -> Page:
    return Page(home.reports_dir / "index.html")


def row(page: Page, client_id: str) -> str:
    return page.source.split(f'data-client="{client_id}"')[1].partition(">")[2].split("</tr>")[0]


def text(source: str) -> str:
    """Its words, without the links to other pages: which there are, a test of its own says."""
    source = re.sub(r'<a href="[^"#]+">(People|Lists|Board page|Ties)</a>', "", source)
    return " ".join(re.sub(r"<[^>]+>", " ", source).split())


def test_the_worst_come_first(page: Page) -> None:
    assert [found["data-client"] for found in page.all("tr")[1:]] == agency.WORST_FIRST


def test_the_order_is_the_rule_of_the_glossary_whatever_comes_in() -> None:
    chance = random.Random(20261130)
    rows = [
        Row(
            str(number), chance.choice(["Ana", "ben", "Cem"]),
            None if chance.random() < 0.2 else record(
                Standing, warning_sign_count=chance.randint(0, 2), stakeholder_waiting_count=chance.randint(0, 1),
                waiting_count=chance.randint(0, 2),
            ),
            None, AS_OF,
        )
        for number in range(200)
    ]  # fmt: skip
    ordered = worst_first(rows)
    assert sorted(one.client_id for one in ordered) == sorted(one.client_id for one in rows)
    assert worst_first(reversed(rows)) == ordered
    for one, other in pairwise(ordered):
        if one.standing is None or other.standing is None:
            assert one.standing is None
            continue
        figures = [
            (standing.warning_sign_count, standing.stakeholder_waiting_count, standing.waiting_count)
            for standing in (one.standing, other.standing)
        ]
        assert figures[0] > figures[1] or (
            figures[0] == figures[1] and one.client_name.lower() <= other.client_name.lower()
        )


def test_a_row_says_how_the_client_stands(page: Page) -> None:
    assert text(row(page, "worst")) == (
        "Harbour Museum 6 warning signs 0 usually 4 12 ties: 0 won, 2 lost"
        " 1,234 17 from stakeholders the oldest for 4 weeks 6 of 9 (67%) 2 accounts stretched 1 of 3 2 behind or missed"
        " not complete 97 of 445 replies (22%), 3 gaps (3 days) 23 Nov 2026"
    )
    assert text(row(page, "young")).startswith(
        "Startup 4 no usual yet 12 ties: 3 won, 1 lost 0 nothing due none set"
    )
    assert text(row(page, "unknown")) == "Zoo Nothing is known yet. 23 Nov 2026"
    # what is not known is neither complete nor a sign
    assert "not known no replies counted" in text(row(page, "young"))
    assert "not known 90 of 100 replies (90%), not all are counted" in text(row(page, "waited"))
    assert "complete 90 of 100 replies (90%)" in text(row(page, "calm"))
    assert "data ends 9 days before" in text(row(page, "gaps"))
    assert "10 clients, 7 with a warning sign, and 20 messages from stakeholders to answer." in page.words


def test_only_signs_are_coloured(page: Page) -> None:
    for client_id, (_, facts) in agency.CLIENTS.items():
        shown = row(page, client_id).count("badge wait") - ("data ends" in row(page, client_id))
        assert shown == facts.get("warning_sign_count", 0), client_id


def test_every_number_leads_to_its_place_in_the_report(home: Settings, page: Page) -> None:
    links = re.findall(r'href="([^"#]+)#([a-z-]+)"', row(page, "worst"))
    assert {anchor for _, anchor in links} == {"week", "people", "waiting", "manageable", "goals", "coverage"}
    assert "#moved" in row(page, "calm")
    # where there are some, the conversations of the week lead to these alone
    assert 'href="calm/lists/real_conversations.html#week=2026-W47"' in row(page, "calm")
    assert (home.reports_dir / "calm" / "lists" / "real_conversations.html").is_file()
    for client_id in agency.CLIENTS:
        for href, anchor in re.findall(r'href="([^"#]+)#([a-z-]+)"', row(page, client_id)):
            assert f'id="{anchor}"' in (home.reports_dir / href).read_text(encoding="utf-8"), (
                client_id,
                anchor,
            )


def test_a_name_that_means_harm_is_text(page: Page) -> None:
    # ours alone, which the page's policy names by its hash
    script = (Path(words.__file__).parent / "filter.js").read_text(encoding="utf-8")
    assert page.source.count("<script") == 1 and f"<script>{script}</script>" in page.source
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'; style-src" in page.source
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "<script>alert(9)</script>" in text(row(page, "hostile")).replace("&lt;", "<").replace("&gt;", ">")


def test_other_pages_of_a_client_are_linked_where_they_are(home: Settings) -> None:
    other = home.reports_dir / "calm" / "lists" / "index.html"
    other.parent.mkdir(exist_ok=True)
    other.write_text("lists", encoding="utf-8")
    write_reports(home, on_progress=lambda line: None)
    found = Page(home.reports_dir / "index.html")
    assert 'href="calm/lists/index.html"' in row(found, "calm")
    for client_id in agency.CLIENTS:
        for name in ("people/index.html", "lists/index.html", "ties.html"):
            is_there = (home.reports_dir / client_id / name).is_file()
            assert (f'href="{client_id}/{name}"' in row(found, client_id)) == is_there, (client_id, name)


def test_the_folder_of_a_client_has_no_overview_and_no_other_client(home: Settings) -> None:
    pages = list((home.client_dir("calm") / "reports").rglob("*.html"))
    assert len(pages) >= 2
    names = {name for client_id, (name, _) in agency.CLIENTS.items() if client_id != "calm"}
    for path in pages:
        source = path.read_text(encoding="utf-8")
        assert "warning sign" not in source and not [name for name in names if name in source]


def test_several_homes_are_one_table_of_what_each_has_published(tmp_path: Path) -> None:
    homes = []
    for name, clients in (("alpha", ["calm", "worst"]), ("be&ta <b>", ["quiet", "hostile"])):
        settings = load_settings(home=tmp_path / name, config_path=None)
        agency.publish(settings.published_path, clients)
        write_reports(settings, on_progress=lambda line: None)
        # whatever else lies in the home is not looked at
        (tmp_path / name / "rapport.toml").write_text("not toml at all", encoding="utf-8")
        homes.append(tmp_path / name)
    path = tmp_path / "pages" / "agency.html"
    write_agency([read_home(home, path.parent) for home in homes], path)
    page = Page(path)
    assert [found["data-client"] for found in page.all("tr")[1:]] == ["worst", "quiet", "hostile", "calm"]
    assert "be&ta <b>" in page.text
    hrefs = [str(link["href"]) for link in page.all("a") if "index.html" in str(link.get("href"))]
    assert len(hrefs) > 20
    assert [href for href in hrefs if not (path.parent / unquote(href).partition("#")[0]).is_file()] == []
    assert path.stat().st_mode & 0o077 == 0
    # no erasure comes by here, so nobody is named
    assert "data-person-id" not in page.source and "In words" not in page.words


def test_a_home_that_has_published_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="nothing is published yet"):
        read_home(tmp_path)


def test_words_hold_at_the_edges() -> None:
    nothing = record(Standing)
    assert (words.usual(nothing), words.longest(nothing), words.missing(nothing)) == (
        "the week still runs", "", "no replies counted",
    )  # fmt: skip
    one = dataclasses.replace(
        nothing,
        usual_real_conversation_count=2.0,
        reported_reply_count=1,
        gap_count=1,
        is_data_complete=False,
    )
    assert words.usual(dataclasses.replace(one, usual_real_conversation_count=6.25)) == "usually 6.3"
    assert (words.usual(one), words.missing(one)) == ("usually 2", "0 of 1 reply (0%), 1 gap (under an hour)")
    assert words.summary([]) == "0 clients, 0 with a warning sign."


def test_an_organisation_keeps_ties_once_on_however_many_networks(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    ours = {"x": ("1", "tracked", "@museum"), "bluesky": ("did:plc:m", "tracked", "@museum.test"),
            "mastodon": ("9", "team", "@mila@wald.test")}  # fmt: skip
    for number, (network, (account_id, role, handle)) in enumerate(ours.items()):
        # of the organisation's accounts the profiles are known; it goes by the client's name all the same
        if role == "tracked":
            world.add("marts.accounts", network=network, account_id=account_id, handle=handle[1:],
                      display_name="The Museum", person_id=f"{network}:{account_id}")  # fmt: skip
        world.add("marts.client_accounts", client_id="harbour", network=network, account_id=account_id, role=role,
                  is_ours=True)  # fmt: skip
        world.add("reports.rpt_people", client_id="harbour", entry_id=f"x:{number}", owner_name=handle,
                  owner_basis="by answers", owner_network=network, owner_account_id=account_id)  # fmt: skip
    # what was written by hand stays, and so does a name that the list of people gives
    for number, (name, basis) in enumerate((("@museum", "by hand"), ("Ana Lima", "by answers")), 7):
        world.add("reports.rpt_people", client_id="harbour", entry_id=f"x:{number}", owner_name=name,
                  owner_basis=basis, owner_network="x", owner_account_id="1")  # fmt: skip
    found = read_owners(world.con, "harbour", "Harbour Museum")
    assert found == ("Harbour Museum", "@mila@wald.test", "Ana Lima", "The Museum, @museum")


def test_an_owner_goes_by_the_name_of_the_account_and_by_one_where_they_are_one_person(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    accounts = [  # network, account, person, handle, name, how many ties
        ("x", "7", "x:7", "yara", "Yara <b>Okonkwo</b>\n", 3),
        ("bluesky", "did:plc:y", "x:7", "yara.test", "Yara", 2),
        ("x", "8", "x:8", "nele", "Nele", 4),
        ("mastodon", "9", "mastodon:9", "nele@wald.test", "Nele", 1),
        ("x", "10", "x:10", "silent", None, 1),
    ]
    for network, account_id, person_id, handle, display_name, tie_count in accounts:
        world.add("marts.client_accounts", client_id="harbour", network=network, account_id=account_id, role="team",
                  is_ours=True)  # fmt: skip
        world.add("marts.accounts", network=network, account_id=account_id, person_id=person_id, handle=handle,
                  display_name=display_name)  # fmt: skip
        for number in range(tie_count):
            world.add("reports.rpt_people", client_id="harbour", entry_id=f"{network}:{account_id}:{number}",
                      owner_name=f"@{handle}", owner_basis="by answers", owner_network=network,
                      owner_account_id=account_id)  # fmt: skip
    # a name is one however it is written
    for number, owner in enumerate(("Ana Lima", "Ana Lima", "ana lima")):
        world.add("reports.rpt_people", client_id="harbour", entry_id=f"name:{number}", owner_name=owner,
                  owner_basis="by hand")  # fmt: skip
    assert read_owners(world.con, "harbour", "Harbour Museum") == (
        "Yara <b>Okonkwo</b>, @yara", "Nele, @nele", "Ana Lima", "@silent", "Nele, @nele@wald.test",
    )  # fmt: skip


def test_waiting_stakeholders_lead_to_their_rows_alone(home: Settings, page: Page) -> None:
    for client_id, (_, facts) in agency.CLIENTS.items():
        led = re.findall(r'href="([^"]+#stakeholder=1)"', row(page, client_id))
        assert led == (
            [f"{client_id}/lists/waiting.html#stakeholder=1"] * bool(facts.get("is_stakeholder_waiting"))
        ), client_id
        assert all((home.reports_dir / href.partition("#")[0]).is_file() for href in led)
