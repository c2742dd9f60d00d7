"""The museum's rows of the reports on whom we lose, whom we want and whom to seek out; some names mean harm."""

from collections.abc import Callable
from datetime import datetime, timedelta

HOSTILE = "<script>alert(7)</script> about the </style> tide ledger"


def fill(add: Callable[..., None], as_of_at: datetime) -> None:
    """Adds the rows; `add` takes a table's name and a row as keywords."""
    silent = [("11", "ana_lima", "Ana Lima", "connected", 30.5, 6.0, "us", True, True),
              ("15", "evil", '<script>alert("name")</script>', "conversing", 20.0, 1.0, "them", False,
               False)]  # fmt: skip
    for rank, (person, handle, name, stage, days, gap, answer, waits, is_stakeholder) in enumerate(silent, 1):
        add("reports.rpt_nurture", client_id="harbour", person_id=f"x:{person}", handle=handle, display_name=name,
            stage=stage, usual_gap_days=gap, silent_days=days, silence_ratio=days / gap, nurture_rank=rank,
            last_mutual_at=as_of_at - timedelta(days=days), last_answer_by=answer, last_post_id=str(7_800_000 + rank),
            last_text=HOSTILE, is_waiting_for_us=waits, is_stakeholder=is_stakeholder)  # fmt: skip
    for number in range(12):
        add("reports.rpt_nurture", client_id="harbour", person_id=f"x:{800 + number}", stage="conversing",
            usual_gap_days=7, silent_days=40, nurture_rank=3 + number,
            last_post_id="dm:73" if number == 0 else None)  # fmt: skip
    wanted = [("x:11", "ana_lima", "Ana Lima", 1, "connected", 5),
              ("x:22", "shipsandsheds", "Ships & Sheds", 2, "sought out", 0),
              ("x:@nobody_yet", "nobody_yet", "@nobody_yet", 3, "not yet met", 0)]  # fmt: skip
    for stakeholder, handle, name, priority, standing, real in wanted:
        is_met = standing != "not yet met"
        add("reports.rpt_stakeholders", client_id="harbour", stakeholder_id=stakeholder,
            person_id=None if "@" in stakeholder else stakeholder, handle=handle, display_name=name,
            stakeholder_priority=priority, stakeholder_topic="</style>",
            stakeholder_why="keeps the <b>port</b> archive",
            standing=standing, address_in_count=real, address_out_count=1 if is_met else 0,
            real_conversation_count=real, shared_third_party_count=2, waiting_count=1 if real else 0,
            last_contact_at=as_of_at - timedelta(days=3) if is_met else None, last_post_id="7800001")  # fmt: skip
    for rank, (person, topics) in enumerate([("31", ["tides", "<i>mole</i>"]), ("32", [])], start=1):
        add("reports.rpt_worth_seeking_out", client_id="harbour", person_id=f"x:{person}", handle=f"new_{person}",
            display_name=f"New {person}", stage="noticed" if rank == 2 else "stranger", seek_rank=rank,
            via_person_count=3 - rank, via_person_id="x:11", via_handle="ana_lima", via_display_name="Ana Lima",
            via_stage="connected", shared_topics=topics, last_post_id="javascript:alert(8)",
            last_text=HOSTILE)  # fmt: skip
    _kept(add, as_of_at)


def _kept(add: Callable[..., None], as_of_at: datetime) -> None:
    """What is kept by hand: owners, tags and a note; of the press one was never met, funders are more than fit."""
    listed = [("11", "ana_lima", "Ana Lima", "connected", "Mila Brandt", "by hand", ["city council", "press"]),
              ("12", "benokafor", "Ben Okafor", "conversing", "@harbourmuseum", "by answers", ["press"]),
              ("13", "drito", "Dr. Haruka Ito 伊藤", "connected", "<b>Tom</b>", "by hand", []),
              ("15", "evil", '<script>alert("name")</script>', "acquainted", None, None, ["<i>school"]),
              (None, "nobody_yet", "@nobody_yet", "stranger", None, None, ["press"]),
              *((str(900 + number), None, None, "noticed", None, None, ["funder"])
                for number in range(14))]  # fmt: skip
    for account, handle, name, stage, owner, basis, tags in listed:
        person = f"x:{account}" if account else None
        add("reports.rpt_people", client_id="harbour", entry_id=person or f"x:@{handle}", person_id=person,
            handle=handle, display_name=name, stage=stage, owner_name=owner, owner_basis=basis, tags=tags,
            note_count=int(account == "11"))  # fmt: skip
    week = (as_of_at - timedelta(weeks=1)).date()
    counted = {  # tag: people, acquainted, conversing, connected, who wait, posts that do, won, lost, exchanges, real
        "press": (3, 0, 1, 1, 1, 1, 2, 0, 26, 7),
        "city council": (1, 0, 0, 1, 0, 0, 1, 0, 19, 5),
        "<i>school": (1, 1, 0, 0, 1, 1, 0, 1, 1, 0),
        "funder": (14, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    for tag, (
        people,
        acquainted,
        conversing,
        connected,
        who,
        posts,
        won,
        lost,
        exchanges,
        real,
    ) in counted.items():
        add("reports.rpt_tags", client_id="harbour", tag=tag, person_count=people, tagged_person_count=18,
            met_count=acquainted + conversing + connected, acquainted_count=acquainted, conversing_count=conversing,
            connected_count=connected, waiting_person_count=who, waiting_count=posts, won_count=won, lost_count=lost,
            recent_exchange_count=exchanges, recent_real_conversation_count=real, week_real_conversation_count=0,
            week_start_date=week)  # fmt: skip
    add("reports.rpt_notes", client_id="harbour", note_id="n1", person_id="x:11", handle="ana_lima", is_joined=True,
        noted_date=week, noted_by="Mila", consent_basis="consent", note="Prefers <em>mail</em>")  # fmt: skip
