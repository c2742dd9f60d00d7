"""A published file as the reports find it: the columns of the contract, invented people, hostile texts.

`Published` makes the tables and takes rows as keywords; `harbour` is a museum's world of 26 weeks.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rapport.config import Settings, load_settings

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = date(2026, 11, 16)

TABLES = {
    "quality.publication": "publication_id text, build_id text, published_at timestamptz, as_of_at timestamptz,"
    " check_count int, duckdb_storage_version text",
    "reports.rpt_engagement_summary": "client_id text, client_name text, week_start_date date, as_of_date date,"
    " is_complete_week boolean, real_conversation_count bigint, exchange_count bigint, address_in_count bigint,"
    " address_out_count bigint, person_in_count bigint, noticed_count bigint, acquainted_count bigint,"
    " conversing_count bigint, connected_count bigint, dormant_count bigint, new_count bigint,"
    " deepened_count bigint, cooled_count bigint, lapsed_count bigint, revived_count bigint,"
    " answered_within_day_count bigint, answer_due_count bigint, answered_within_day_share double,"
    " unanswered_count bigint, median_answer_hours double, waiting_count bigint",
    "reports.rpt_relationships": "client_id text, person_id text, handle text, display_name text,"
    " person_kind text, stage text, stage_since_date date, movement text, movement_week_start_date date,"
    " reached_out_by text, address_in_count bigint, address_out_count bigint, exchange_count bigint,"
    " real_conversation_count bigint, active_week_count bigint, first_contact_at timestamptz,"
    " last_contact_at timestamptz, last_mutual_at timestamptz, balance double, strength double,"
    " is_stakeholder boolean, stakeholder_priority int, stakeholder_topic text, last_post_id text,"
    " as_of_date date",
    "reports.rpt_relationship_moves": "client_id text, person_id text, handle text, display_name text,"
    " week_start_date date, stage_before text, stage_after text, movement text, evidence_post_ids text[],"
    " is_stakeholder boolean, as_of_date date",
    "reports.rpt_conversations": "client_id text, root_post_id text, root_account_id text, root_handle text,"
    " root_text text, started_by text, opened_at timestamptz, last_active_at timestamptz, post_count bigint,"
    " our_post_count bigint, their_post_count bigint, participant_count bigint, depth bigint, width bigint,"
    " turn_count bigint, exchange_count bigint, real_person_count bigint, is_real boolean,"
    " became_real_at timestamptz, state text, captured_reply_count bigint, reported_reply_count bigint,"
    " completeness double, is_complete_enough boolean, is_root_missing boolean, as_of_date date",
    "reports.rpt_waiting": "client_id text, post_id text, root_post_id text, person_id text, handle text,"
    " display_name text, kind text, text text, occurred_at timestamptz, waiting_hours double,"
    " is_question boolean, is_stakeholder boolean, stakeholder_priority int, waiting_rank int, post_url text,"
    " as_of_date date",
    "reports.rpt_coverage": "client_id text, stream text, first_window_start_at timestamptz,"
    " last_window_end_at timestamptz, last_fetched_at timestamptz, page_count bigint, post_count bigint,"
    " error_count bigint, estimated_cost_usd double, captured_reply_count bigint, reported_reply_count bigint,"
    " completeness double, conversation_count bigint, incomplete_conversation_count bigint, as_of_date date",
    "marts.posts": "network text, post_id text, account_id text, kind text, created_at timestamptz,"
    " root_post_id text, parent_post_id text, parent_account_id text, text text, lang text, is_edited boolean",
    "marts.accounts": "network text, account_id text, person_id text, handle text, display_name text,"
    " description text, observed_at timestamptz",
    "marts.conversation_posts": "root_post_id text, post_id text, parent_post_id text, depth bigint",
}

RAPPORT_TOML = """
[[clients]]
id = "harbour"
name = "Harbour Museum"
accounts = ["@HarbourMuseum"]
team = ["@mila_harbour"]
"""

PEOPLE = {  # account id -> handle, name
    "1": ("harbourmuseum", "Harbour Museum"),
    "2": ("mila_harbour", "Mila, Harbour Museum"),
    "11": ("ana_lima", "Ana Lima"),
    "12": ("benokafor", "Ben Okafor"),
    "13": ("drito", "Dr. Haruka Ito 伊藤"),
    "14": ("noor_tides", "نور البحر"),
    "15": ("evil", '<script>alert("name")</script>'),
    "16": ("rlo", "Karl \u202egnp.exe"),
    "17": (None, None),
    "18": ("emoji", "🦀🌊👩\u200d🔬"),
    "19": ("longname", "Wolfeschlegelsteinhausenbergerdorff" * 3),
    "20": ("gus_tar", "Gustav Tarp"),
    "21": ("dora_m", "Dora Mensah"),
    "22": ("shipsandsheds", "Ships & Sheds"),
}


class Published:
    """A published file being written; `add` takes a table's row as keywords, the rest is NULL."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.con = duckdb.connect(str(path))
        self.con.execute("set timezone = 'UTC'")
        for schema in ("quality", "reports", "marts"):
            self.con.execute(f"create schema {schema}")
        for table, columns in TABLES.items():
            self.con.execute(f"create table {table} ({columns})")
        self._next_id = 7_000_000

    def add(self, table: str, **row: Any) -> None:
        marks = ", ".join("?" for _ in row)
        self.con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))

    def publication(self, as_of_at: datetime = AS_OF) -> None:
        self.add("quality.publication", publication_id="p", build_id="b", as_of_at=as_of_at,
                 published_at=as_of_at + timedelta(hours=5), check_count=40)  # fmt: skip

    def accounts(self) -> None:
        for account_id, (handle, name) in PEOPLE.items():
            self.add("marts.accounts", network="x", account_id=account_id, person_id=account_id,
                     handle=handle, display_name=name)  # fmt: skip

    def post(self, account: str, text: str | None, at: datetime, parent: str | None, root: str | None) -> str:
        self._next_id += 1
        post_id = str(self._next_id)
        self.add("marts.posts", network="x", post_id=post_id, account_id=account, text=text, created_at=at,
                 kind="reply" if parent else "original", parent_post_id=parent,
                 root_post_id=root or post_id)  # fmt: skip
        self.add("marts.conversation_posts", root_post_id=root or post_id, post_id=post_id,
                 parent_post_id=parent, depth=0)  # fmt: skip
        return post_id

    def conversation(
        self, client: str, said: list[tuple[str, str | None, int | None]], hours_ago: float, **facts: Any
    ) -> list[str]:
        """Posts as (account, text, position of the parent or None); returns their ids, the root first."""
        start = AS_OF - timedelta(hours=hours_ago)
        ids: list[str] = []
        for number, (account, text, parent) in enumerate(said):
            at = start + timedelta(minutes=17 * number)
            ids.append(
                self.post(account, text, at, None if parent is None else ids[parent], ids[0] if ids else None)
            )
        root_account = said[0][0]
        ours = sum(account in ("1", "2") for account, _, _ in said)
        row = {
            "root_account_id": root_account, "root_handle": PEOPLE[root_account][0], "root_text": said[0][1],
            "started_by": "us" if root_account in "12" else "them", "opened_at": start,
            "last_active_at": start + timedelta(minutes=17 * (len(said) - 1)), "post_count": len(said),
            "our_post_count": ours, "their_post_count": len(said) - ours,
            "participant_count": len({account for account, _, _ in said}), "depth": 2, "width": 2,
            "turn_count": len(said), "exchange_count": 0, "real_person_count": 0, "is_real": False,
            "state": "answered", "captured_reply_count": len(said) - 1, "reported_reply_count": len(said) - 1,
            "completeness": 1.0, "is_complete_enough": True, "is_root_missing": False,
        }  # fmt: skip
        self.add("reports.rpt_conversations", client_id=client, root_post_id=ids[0], **(row | facts))
        return ids

    def person(self, client: str, account: str, stage: str, strength: float, **facts: Any) -> None:
        handle, name = PEOPLE[account]
        row = {
            "handle": handle, "display_name": name, "stage": stage, "strength": strength,
            "address_in_count": 6, "address_out_count": 5, "exchange_count": 7, "real_conversation_count": 2,
            "last_contact_at": AS_OF - timedelta(days=30 / (strength + 0.5)), "balance": 0.8,
            "is_stakeholder": False, "reached_out_by": "them", "last_post_id": "7000001",
        }  # fmt: skip
        self.add("reports.rpt_relationships", client_id=client, person_id=account, **(row | facts))

    def move(
        self,
        client: str,
        account: str,
        movement: str,
        before: str,
        after: str,
        posts: list[str],
        **facts: Any,
    ) -> None:
        handle, name = PEOPLE[account]
        row = {"handle": handle, "display_name": name, "week_start_date": WEEK, "is_stakeholder": False}
        self.add("reports.rpt_relationship_moves", client_id=client, person_id=account, movement=movement,
                 stage_before=before, stage_after=after, evidence_post_ids=posts, **(row | facts))  # fmt: skip

    def waiting(
        self, client: str, account: str, post_id: str, text: str | None, hours: float, rank: int, **facts: Any
    ) -> None:
        handle, name = PEOPLE[account]
        row = {
            "handle": handle, "display_name": name, "kind": "reply", "is_question": "?" in (text or ""),
            "is_stakeholder": False, "occurred_at": AS_OF - timedelta(hours=hours), "root_post_id": post_id,
        }  # fmt: skip
        self.add("reports.rpt_waiting", client_id=client, person_id=account, post_id=post_id, text=text,
                 waiting_hours=hours, waiting_rank=rank, **(row | facts))  # fmt: skip

    def week(self, client: str, name: str, start: date, **facts: Any) -> None:
        row = {"is_complete_week": True, "as_of_date": start + timedelta(days=7)}
        self.add("reports.rpt_engagement_summary", client_id=client, client_name=name, week_start_date=start,
                 **(row | facts))  # fmt: skip

    def stream(self, client: str, stream: str, **facts: Any) -> None:
        row = {
            "first_window_start_at": AS_OF - timedelta(weeks=26), "last_window_end_at": AS_OF,
            "last_fetched_at": AS_OF + timedelta(hours=1), "page_count": 26, "post_count": 340,
            "error_count": 0, "estimated_cost_usd": 1.7,
        }  # fmt: skip
        self.add("reports.rpt_coverage", client_id=client, stream=stream, **(row | facts))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home of its own, with one client in rapport.toml and nothing published."""
    home = tmp_path_factory.mktemp("home")
    (home / "rapport.toml").write_text(RAPPORT_TOML, encoding="utf-8")
    return load_settings(home=home, config_path=home / "rapport.toml")


@pytest.fixture
def publish(settings: Settings) -> Iterator[Callable[[], Published]]:
    """Starts a published file with no rows, in place of the one before."""
    opened: list[Published] = []

    def start() -> Published:
        settings.published_path.unlink(missing_ok=True)
        opened.append(Published(settings.published_path))
        return opened[-1]

    yield start
    for one in opened:
        one.con.close()
    settings.published_path.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def harbour(settings: Settings) -> Settings:
    """The museum's world, published: 26 weeks, people of every stage, texts that mean harm."""
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
        ("15", "<script>alert(1)</script> </style><style>body{display:none}</style> <img src=http://evil.example/x.png>", None),
        ("1", "@evil Thank you for &lt;b&gt;writing&lt;/b&gt; &amp; have a good day", 0),
        ("16", "@HarbourMuseum \u202eevil txet lortnoc javascript:alert(2)", 1),
        ("14", "@HarbourMuseum هل المتحف مفتوح يوم الجمعة؟", 0),
        ("19", "https://" + "a" * 300 + "/" + "w" * 200, 2),
        ("18", "🦀" * 120, 4), ("19", None, 5), ("18", "🌊", 6), ("19", "deeper", 7), ("18", "deeper still", 8), ("19", "the bottom", 9),
    ], 100, exchange_count=1, state="waiting for us", captured_reply_count=10, reported_reply_count=31,
        completeness=0.32, is_complete_enough=False)  # fmt: skip
    world.conversation("harbour", [
        ("13", "Salt crystals on oak: a thread on what we measured last winter.", None), ("1", "@drito Could we see the raw series?", 0),
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
                       root_handle=None, reported_reply_count=0, captured_reply_count=0, completeness=None)  # fmt: skip
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
            person_id=str(900 + number),
            stage="noticed",
            is_stakeholder=False,
        )
    world.move("harbour", "11", "deepened", "conversing", "connected", tides[:6], is_stakeholder=True)
    world.move("harbour", "12", "deepened", "acquainted", "conversing", [tides[6], tides[7], tides[8]])
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
    world.stream(
        "harbour",
        "profiles",
        post_count=0,
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
    )
    world.con.close()
    return settings
