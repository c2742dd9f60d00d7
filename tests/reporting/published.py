"""A published file for the reports' tests: the columns they read, and rows by keyword.

The columns are those of the published tables; the people are invented, some of them hostile.
"""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from quality import record as record_of_publication
from quality import restatements
from quality.results import SCHEMA_SQL
from rapport.definitions import definitions
from reporting.client import Client
from reporting.definitions import Definition, Definitions
from reporting.weeks import Week
from tests import contracts

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = date(2026, 11, 16)

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


def record(kind: type[Any], **facts: Any) -> Any:
    """A record whose unsaid fields are 0, '' or None."""
    empty = {int: 0, str: "", bool: False, float: 0.0, tuple[str, ...]: ()}
    return kind(**({field.name: empty.get(field.type) for field in fields(kind)} | facts))


def week(start: date = WEEK, **facts: Any) -> Week:
    is_complete_week = facts.pop("is_complete_week", True)
    stands = {"is_complete_week": is_complete_week, "is_settled_week": is_complete_week}
    return record(Week, week_start_date=start, **(stands | facts))


DEFINITIONS = Definitions(
    {name: Definition(entry["value"], entry["unit"]) for name, entry in definitions().items()}
)


def client(*weeks: Week) -> Client:
    return Client("c", "C", AS_OF, None, weeks=list(weeks), definitions=DEFINITIONS)


def past(*real: int) -> list[Week]:
    return [
        week(WEEK - timedelta(weeks=len(real) - at), real_conversation_count=n) for at, n in enumerate(real)
    ]


def _create_tables(path: Path) -> None:
    """What a publication holds, empty: the tables of a build, and those that publishing adds."""
    with duckdb.connect() as con:
        con.execute(SCHEMA_SQL)
        con.execute(f"attach '{path}' as draft")
        con.execute("create schema draft.quality; create schema draft.reports")
        con.execute("create table draft.quality.check_results as from quality.check_results limit 0")
        record_of_publication.make_table(con)
        restatements.make_table(con)
        con.execute("use draft")
        contracts.create_tables(con)


class Published:
    """A published file being written; `add` takes a table's row as keywords, the rest is NULL."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _create_tables(path)
        self.con = duckdb.connect(str(path))
        self.con.execute("set timezone = 'UTC'")
        for name, column in self.con.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where column_name in ('network', 'last_post_network')"
        ).fetchall():
            self.con.execute(f"alter table {name} alter {column} set default 'x'")
        self._next_id = 7_000_000

    @classmethod
    def again(cls, path: Path) -> "Published":
        """A published file that is there already, to be changed."""
        made = cls.__new__(cls)
        made.con = duckdb.connect(str(path))
        made.con.execute("set timezone = 'UTC'")
        made._next_id = 8_000_000
        return made

    def add(self, table: str, **row: Any) -> None:
        marks = ", ".join("?" for _ in row)
        self.con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))

    def publication(self, as_of_at: datetime = AS_OF) -> None:
        self.add("reports.rpt_publication", publication_id="p", build_id="b", as_of_at=as_of_at,
                 published_at=as_of_at + timedelta(hours=5), check_count=40)  # fmt: skip
        for name, definition in DEFINITIONS.items():
            self.add("reports.rpt_definitions", name=name, value=definition.value, unit=definition.unit)
        for number in range(39):
            self.add("quality.check_results", table_name="rpt_waiting", rule=f"rule_{number}", severity="block",
                     is_success=True, reason="why", unexpected_count=0, row_count=9)  # fmt: skip
        self.add("quality.check_results", table_name="load_profile", rule="language_drift_is_small",
                 severity="warn", is_success=False, reason="half of the posts are of <b>another</b> language.",
                 unexpected_count=1, row_count=5, sample_keys=["rival mentions 2026-11-20"])  # fmt: skip

    def accounts(self) -> None:
        for account_id, (handle, name) in PEOPLE.items():
            self.add("marts.accounts", network="x", account_id=account_id, person_id=f"x:{account_id}",
                     handle=handle, display_name=name)  # fmt: skip
        # two were called otherwise before: one lately, one long ago
        for account_id, ago in (("12", 10), ("13", 100)):
            for number, (handle, since) in enumerate((("ben_before", 200), (PEOPLE[account_id][0], ago)), 1):
                self.add("marts.account_handles", network="x", account_id=account_id, spell_number=number,
                         handle=handle, is_current=number == 2,
                         first_seen_at=AS_OF - timedelta(days=since))  # fmt: skip
        for account_id, role in (("1", "tracked"), ("2", "team"), ("18", "bot")):
            self.add("marts.client_accounts", client_id="harbour", network="x", account_id=account_id,
                     role=role, is_ours=role != "bot")  # fmt: skip

    def post(self, account: str, text: str | None, at: datetime, parent: str | None, root: str | None) -> str:
        self._next_id += 1
        post_id = str(self._next_id)
        self.add("marts.posts", network="x", post_id=post_id, account_id=account, text=text, created_at=at,
                 kind="reply" if parent else "original", parent_post_id=parent,
                 root_post_id=root or post_id, latest_version_id=post_id)  # fmt: skip
        self.add("marts.conversation_posts", root_post_id=root or post_id, post_id=post_id,
                 parent_post_id=parent, depth=0)  # fmt: skip
        if parent:
            self._answer(account, parent, post_id, root or post_id, at)
        return post_id

    def _answer(self, account: str, parent: str, post_id: str, root: str, at: datetime) -> None:
        """The address that a reply is; nobody addresses themselves."""
        [(answered,)] = self.con.execute(
            "select account_id from marts.posts where post_id = ?", [parent]
        ).fetchall()
        if answered != account:
            self.add("marts.interactions", network="x", interaction_id=f"x:{post_id}:{answered}", kind="reply",
                     is_address=True, from_account_id=account, to_account_id=answered,
                     from_person_id=f"x:{account}", to_person_id=f"x:{answered}", post_id=post_id,
                     root_post_id=root, occurred_at=at)  # fmt: skip

    def tie_week(self, client: str, account: str, start: date, stage: str, **facts: Any) -> None:
        row = {"week_address_in_count": 2, "week_address_out_count": 1, "is_complete_week": True}
        self.add("marts.relationship_weeks", client_id=client, person_id=f"x:{account}", week_start_date=start,
                 stage=stage, **(row | facts))  # fmt: skip

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
            "completeness": 1.0, "uncounted_post_count": 0, "is_complete_enough": True, "missing_reply_count": 0,
            "missing_reason": "nothing missing", "is_root_missing": False,
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
        self.add("reports.rpt_relationships", client_id=client, person_id=f"x:{account}", **(row | facts))

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
        self.add("reports.rpt_relationship_moves", client_id=client, person_id=f"x:{account}", movement=movement,
                 stage_before=before, stage_after=after, evidence_post_ids=[f"x:{post}" for post in posts],
                 **(row | facts))  # fmt: skip

    def waiting(
        self, client: str, account: str, post_id: str, text: str | None, hours: float, rank: int, **facts: Any
    ) -> None:
        handle, name = PEOPLE[account]
        row = {
            "handle": handle, "display_name": name, "kind": "reply", "is_question": "?" in (text or ""),
            "is_stakeholder": False, "occurred_at": AS_OF - timedelta(hours=hours), "root_post_id": post_id,
        }  # fmt: skip
        self.add("reports.rpt_waiting", client_id=client, person_id=f"x:{account}", post_id=post_id, text=text,
                 waiting_hours=hours, waiting_rank=rank, **(row | facts))  # fmt: skip

    def week(self, client: str, name: str, start: date, **facts: Any) -> None:
        row = {"is_complete_week": True, "is_settled_week": True, "as_of_date": start + timedelta(days=7)}
        self.add("reports.rpt_engagement_summary", client_id=client, client_name=name, week_start_date=start,
                 **(row | facts))  # fmt: skip

    def stream(self, client: str, stream: str, **facts: Any) -> None:
        row = {
            "first_window_start_at": AS_OF - timedelta(weeks=26), "last_window_end_at": AS_OF,
            "last_fetched_at": AS_OF + timedelta(hours=1), "page_count": 26, "post_count": 340,
            "error_count": 0, "estimated_cost_usd": 1.7,
        }  # fmt: skip
        self.add("reports.rpt_coverage", client_id=client, network="x", stream=stream, **(row | facts))
