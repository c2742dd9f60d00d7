"""Settings, an empty published file, and `harbour`: a museum's world of 26 weeks, with texts that mean harm."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from rapport.config import Settings, load_settings
from reporting.report import write_reports
from tests.reporting import people_rows, report_rows
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published
from tests.support.once import made_once

HOSTILE = (
    "<script>alert(1)</script> </style><style>body{display:none}</style> <img src=http://evil.example/x.png>"
)

RAPPORT_TOML = """
[[clients]]
id = "harbour"
name = "Harbour Museum"
accounts = ["@HarbourMuseum"]
team = ["@mila_harbour"]
"""


def _settings(home: Path) -> Settings:
    home.mkdir(parents=True, exist_ok=True)
    (home / "rapport.toml").write_text(RAPPORT_TOML, encoding="utf-8")
    return load_settings(home=home, config_path=home / "rapport.toml")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a home of its own, with one client in rapport.toml and nothing published."""
    return _settings(tmp_path / "home")


@pytest.fixture
def publish(settings: Settings) -> Iterator[Callable[[], Published]]:
    """Starts a published file with no rows."""
    opened: list[Published] = []

    def start() -> Published:
        opened.append(Published(settings.published_path))
        return opened[-1]

    yield start
    for published in opened:
        published.con.close()


@pytest.fixture(scope="session")
def harbour_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The museum's home, of which every module has a copy."""
    return made_once(tmp_path_factory, "harbour", _make)


@pytest.fixture(scope="session")
def harbour_drawn(harbour_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with its pages; `written.json` names them."""

    def draw(folder: Path) -> None:
        shutil.copytree(harbour_made, folder, dirs_exist_ok=True)
        settings = _settings(folder)
        written = write_reports(settings, on_progress=lambda line: None)
        names = [path.relative_to(settings.reports_dir).as_posix() for path in written]
        (folder / "written.json").write_text(json.dumps(names), encoding="utf-8")

    return made_once(tmp_path_factory, "harbour-drawn", draw)


@pytest.fixture(scope="module")
def harbour(harbour_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The museum's world, published: 26 weeks, people of every stage, texts that mean harm."""
    return _settings(
        Path(shutil.copytree(harbour_made, tmp_path_factory.mktemp("harbour"), dirs_exist_ok=True))
    )


def _make(home: Path) -> None:
    settings = _settings(home)
    world = Published(settings.published_path)
    world.publication()
    world.accounts()
    for number in range(26):
        address_in, fresh = 5 + (number * 7) % 9, number == 25
        world.week(
            "harbour", "Harbour Museum", WEEK - timedelta(weeks=25 - number),
            real_conversation_count=3 if fresh else (number * 5) % 4, exchange_count=4 + (number * 11) % 13,
            address_in_count=address_in, address_out_count=6 + number % 5, person_in_count=address_in - 2,
            noticed_count=18 + 4 * number, acquainted_count=2 + number // 2, conversing_count=number // 5,
            connected_count=number // 9, dormant_count=max(0, number - 12) // 3, new_count=2, deepened_count=2,
            cooled_count=1, lapsed_count=1, revived_count=1, answered_within_day_count=address_in - 4,
            answer_due_count=address_in, unanswered_count=number % 4, median_answer_hours=None if number < 3 else 2.5,
        )  # fmt: skip
    tides = world.conversation("harbour", [
        ("1", "We found the 1911 tide ledger, water-stained but whole. Does anybody know who kept it?", None),
        ("11", "@HarbourMuseum My great-grandmother's brother read tides at the east mole. Could it be his hand?", 0),
        ("1", "@ana_lima That would be wonderful. Do you have anything he wrote, to compare?", 1),
        ("11", "@HarbourMuseum A postcard from 1909. I will scan it tonight.", 2),
        ("2", "@ana_lima The g and the 7 are the same. I think we have found our tide reader.", 3),
        ("11", "@mila_harbour I am crying a little. Thank you!", 4),
        ("12", "@HarbourMuseum There is a second ledger in the port archive, I can show you.", 0),
        ("1", "@benokafor Please! Does Thursday suit you?", 6),
        ("12", "@HarbourMuseum Thursday at ten.", 7),
        ("17", "@HarbourMuseum ok", 0),
    ], 60, exchange_count=6, real_person_count=2, is_real=True)  # fmt: skip
    hostile = world.conversation("harbour", [
        ("15", HOSTILE, None),
        ("1", "@evil Thank you for &lt;b&gt;writing&lt;/b&gt; &amp; have a good day", 0),
        ("16", "@HarbourMuseum \u202eevil txet lortnoc javascript:alert(2)", 1),
        ("14", "@HarbourMuseum هل المتحف مفتوح يوم الجمعة؟", 0),
        ("19", "https://" + "a" * 300 + "/" + "w" * 200, 2),
        ("18", "🦀" * 120, 4), ("19", None, 5), ("18", "🌊", 6), ("19", "deeper", 7),
        ("18", "deeper still", 8), ("19", "the bottom", 9),
    ], 100, exchange_count=1, state="waiting for us", captured_reply_count=10, reported_reply_count=31,
        completeness=0.32, is_complete_enough=False, missing_reply_count=21,
        missing_reason="budget reached")  # fmt: skip
    world.conversation("harbour", [
        ("13", "Salt crystals on oak: a thread on what we measured last winter.", None),
        ("1", "@drito Could we see the raw series?", 0),
        ("13", "@HarbourMuseum Of course, sending it.", 1), ("1", "@drito Received, thank you!", 2),
    ], 250, exchange_count=3, real_person_count=1, is_real=True)  # fmt: skip
    viral = [("1", "A seal asleep on our slipway.", None), *[("20", f"Lovely seal, number {n}", 0) for n in range(70)],
             ("21", "@HarbourMuseum Is she there every year?", 0), ("2", "@dora_m Since 2019!", 71)]  # fmt: skip
    world.conversation(
        "harbour",
        viral,
        330,
        exchange_count=1,
        state="quiet",
        reported_reply_count=400,
        completeness=0.18,
        is_complete_enough=False,
    )
    world.conversation("harbour", [("22", None, None)], 400, root_text=None, started_by="unknown", is_root_missing=True,
                       root_handle=None, reported_reply_count=0, captured_reply_count=0, completeness=None,
                       missing_reason="not found")  # fmt: skip
    world.person(
        "harbour",
        "11",
        "connected",
        4.1,
        real_conversation_count=5,
        exchange_count=19,
        is_stakeholder=True,
        stakeholder_topic="tide archive",
    )
    world.person(
        "harbour",
        "13",
        "connected",
        3.2,
        real_conversation_count=4,
        exchange_count=11,
        address_in_count=4,
        address_out_count=11,
    )
    world.person("harbour", "12", "conversing", 2.7, real_conversation_count=2)
    world.person("harbour", "14", "conversing", 1.1)
    for account, strength in (("16", 0.9), ("15", 0.8), ("19", 0.7), ("18", 0.6), ("21", 0.5), ("17", 0.4)):
        world.person(
            "harbour",
            account,
            "acquainted",
            strength,
            real_conversation_count=0,
            exchange_count=1,
            address_in_count=1,
            address_out_count=1,
        )
    world.person("harbour", "20", "dormant", 0.01, last_contact_at=None)
    world.person(
        "harbour",
        "22",
        "noticed",
        0.2,
        is_stakeholder=True,
        stakeholder_topic="</style>",
        address_out_count=0,
        exchange_count=0,
    )
    for number in range(117):
        world.add(
            "reports.rpt_relationships",
            client_id="harbour",
            person_id=f"x:{900 + number}",
            stage="noticed",
            is_stakeholder=False,
        )
    for number, stage in enumerate(
        ("noticed", "acquainted", "acquainted", "dormant", "conversing", "connected", "connected")
    ):
        world.tie_week("harbour", "11", WEEK - timedelta(weeks=4 * (6 - number)), stage)
    world.move("harbour", "11", "deepened", "conversing", "connected", tides[:6], is_stakeholder=True)
    world.move(
        "harbour", "12", "deepened", "acquainted", "conversing", [tides[6], tides[7], tides[8], "dm:71"]
    )
    world.move("harbour", "14", "revived", "dormant", "conversing", hostile[3:4])
    world.move("harbour", "15", "new", "noticed", "acquainted", [*hostile[:2], "999"])
    world.move("harbour", "17", "new", "stranger", "acquainted", [])
    world.move("harbour", "16", "cooled", "conversing", "acquainted", hostile[2:3])
    world.move("harbour", "20", "lapsed", "acquainted", "dormant", [])
    world.waiting(
        "harbour",
        "13",
        tides[3],
        "Could you lend us the ledger for the salt study? We would come and fetch it ourselves.",
        52,
        1,
        is_stakeholder=True,
        post_url="javascript:alert(3)",
    )
    world.waiting("harbour", "14", hostile[3], "هل المتحف مفتوح يوم الجمعة؟", 98, 2, is_question=True)
    world.waiting("harbour", "15", hostile[0], "<script>alert(1)</script> </style> is this open?", 30, 3)
    world.waiting("harbour", "19", hostile[4], "w" * 500, 0.4, 4)
    world.waiting("harbour", "17", "javascript:alert(4)", None, 500, 5, kind=None, occurred_at=None)
    world.waiting("harbour", "12", "dm:72", None, 700, 6, kind="message")
    world.stream("harbour", "direct_messages", post_count=None)
    world.stream(
        "harbour",
        "profiles",
        post_count=None,
        page_count=1,
        first_window_start_at=None,
        last_window_end_at=AS_OF,
    )
    world.stream("harbour", "own_posts")
    world.stream("harbour", "mentions", last_window_end_at=AS_OF - timedelta(days=2, hours=3), error_count=4)
    world.stream(
        "harbour",
        "conversations",
        captured_reply_count=97,
        reported_reply_count=445,
        completeness=0.22,
        conversation_count=31,
        incomplete_conversation_count=2,
        uncounted_conversation_count=0,
    )
    report_rows.fill(world.add, AS_OF)
    people_rows.fill(world.add, AS_OF)
    world.con.close()


@pytest.fixture(scope="module")
def pages(harbour: Settings, harbour_drawn: Path) -> dict[str, Page]:
    """The museum's pages, by their path below published/reports."""
    drawn = _settings(harbour_drawn)
    assert harbour.published_path.read_bytes() == drawn.published_path.read_bytes(), (
        "they are of another world"
    )
    shutil.copytree(
        harbour_drawn, harbour.home, ignore=shutil.ignore_patterns("written.json"), dirs_exist_ok=True
    )
    names = json.loads((harbour_drawn / "written.json").read_text(encoding="utf-8"))
    return {name: Page(harbour.reports_dir / name) for name in names}


@pytest.fixture(scope="module")
def report(pages: dict[str, Page]) -> Page:
    """The museum's report."""
    return pages["harbour/2026-W47/index.html"]
