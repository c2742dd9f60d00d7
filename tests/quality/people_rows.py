"""Rows in order for the reports on whom we lose, whom we want and whom to seek out."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import sqrt

Add = Callable[[str, list[dict[str, object]]], None]


def fill(add: Add, as_of_date: date, text: str) -> None:
    """Adds the rows; `add` takes a table's name and rows by column."""
    add("reports.rpt_nurture", _nurture(as_of_date, text))
    add("reports.rpt_stakeholders", _stakeholders(as_of_date))
    add("reports.rpt_worth_seeking_out", _worth(as_of_date, text))
    add("reports.rpt_people", _people(as_of_date))
    add("reports.rpt_tags", _tags(as_of_date))
    add("reports.rpt_notes", _notes(as_of_date, text))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _nurture(as_of_date: date, text: str) -> list[dict[str, object]]:
    """A stakeholder first, then a connected tie, then the more unusual silence of two others."""
    listed = [("conversing", 10.0, 30, 1), ("connected", 8.0, 20, None), ("conversing", 3.0, 40, None),
              ("conversing", 4.0, 20, None)]  # fmt: skip
    return [
        {
            "client_id": "acme", "person_id": str(60 + rank), "handle": f"handle_{60 + rank}",
            "stage": stage, "usual_gap_days": gap, "silent_days": float(silent), "silence_ratio": silent / gap,
            "nurture_rank": rank, "last_mutual_at": _midnight(as_of_date) - timedelta(days=silent),
            "last_contact_at": _midnight(as_of_date) - timedelta(days=silent), "last_answer_by": "us",
            "last_post_id": str(7000 + rank), "last_text": text,
            "post_url": f"https://x.com/i/web/status/{7000 + rank}", "is_waiting_for_us": False,
            "is_stakeholder": priority is not None, "stakeholder_priority": priority, "as_of_date": as_of_date,
        }
        for rank, (stage, gap, silent, priority) in enumerate(listed, start=1)
    ]  # fmt: skip


def _stakeholders(as_of_date: date) -> list[dict[str, object]]:
    """Two with the ties that rpt_relationships has, and one whom nobody has ever seen."""
    first = _midnight(as_of_date) - timedelta(days=90)
    last = _midnight(as_of_date) - timedelta(days=3)
    shared = {"client_id": "acme", "as_of_date": as_of_date}
    none = {"address_in_count": 0, "address_out_count": 0, "exchange_count": 0, "real_conversation_count": 0,
            "waiting_count": 0}  # fmt: skip
    return [
        shared | {
            "stakeholder_id": "41", "person_id": "41", "stakeholder_priority": 1, "standing": "connected",
            "stage": "connected", "reached_out_at": first, "sought_out_at": first + timedelta(hours=2),
            "answered_at": first + timedelta(hours=2), "in_conversation_at": first + timedelta(days=1),
            "last_contact_at": last, "last_mutual_at": last, "address_in_count": 8, "address_out_count": 6,
            "exchange_count": 9, "real_conversation_count": 3, "waiting_count": 0,
        },
        shared | none | {
            "stakeholder_id": "45", "person_id": "45", "stakeholder_priority": 2,
            "standing": "reached out to us", "stage": "noticed", "reached_out_at": first,
            "last_contact_at": last, "address_in_count": 2,
        },
        shared | none | {
            "stakeholder_id": "@nobody", "stakeholder_priority": 3, "standing": "not yet met", "stage": "stranger",
        },
    ]  # fmt: skip


def _worth(as_of_date: date, text: str) -> list[dict[str, object]]:
    """Three people over one or two others, the second with a topic in common; one was noticed already."""
    listed = [("71", "stranger", ["41", "42"], [], 3.0), ("72", "stranger", ["41"], ["peat"], 1.5),
              ("45", "noticed", ["42"], [], 1.0)]  # fmt: skip
    return [
        {
            "client_id": "acme", "person_id": person, "handle": f"handle_{person}", "stage": stage,
            "seek_rank": rank, "score": sqrt(0.8 * 0.5) * times, "via_person_count": len(via),
            "via_person_ids": via, "via_person_id": via[0], "via_stage": "connected", "via_strength": 0.8,
            "their_strength": 0.5, "shared_topic_count": len(topics), "shared_topics": topics,
            "last_post_id": str(7100 + rank), "last_text": text,
            "post_url": f"https://x.com/i/web/status/{7100 + rank}", "is_stakeholder": False,
            "as_of_date": as_of_date,
        }
        for rank, (person, stage, via, topics, times) in enumerate(listed, start=1)
    ]  # fmt: skip


def _people(as_of_date: date) -> list[dict[str, object]]:
    """Two of those with ties, with an owner by hand and one by answers, and one whom nobody has ever seen."""
    shared = {"client_id": "acme", "as_of_date": as_of_date, "person_kind": "person", "note_count": 0}
    nobody = {"owner_name": None, "owner_basis": None, "owner_answer_count": None, "answer_count": 0}
    return [
        shared | {
            "entry_id": "41", "person_id": "41", "handle": "handle_41", "stage": "connected",
            "is_stakeholder": True, "owner_name": "Ben", "owner_basis": "by hand", "owner_answer_count": None,
            "answer_count": 6, "tags": ["funder", "press"],
        },
        shared | {
            "entry_id": "45", "person_id": "45", "handle": "handle_45", "stage": "noticed",
            "is_stakeholder": True, "owner_name": "@acme", "owner_basis": "by answers", "owner_answer_count": 2,
            "answer_count": 2, "tags": [],
        },
        shared | nobody | {
            "entry_id": "x:@nobody", "person_id": None, "handle": "nobody", "stage": "stranger",
            "is_stakeholder": True, "tags": ["press"],
        },
    ]  # fmt: skip


def _tags(as_of_date: date) -> list[dict[str, object]]:
    """The tags of these people."""
    monday = as_of_date - timedelta(days=as_of_date.weekday() + 7)
    return [
        {
            "client_id": "acme", "tag": tag, "person_count": people, "tagged_person_count": 2, "met_count": 1,
            "acquainted_count": 0, "conversing_count": 0, "connected_count": 1, "waiting_person_count": 0,
            "waiting_count": 0, "week_start_date": monday, "week_real_conversation_count": 0,
            "recent_real_conversation_count": 1, "recent_exchange_count": 3, "won_count": 1, "lost_count": 0,
            "as_of_date": as_of_date,
        }
        for tag, people in (("funder", 1), ("press", 2))
    ]  # fmt: skip


def _notes(as_of_date: date, text: str) -> list[dict[str, object]]:
    """One on a person, and one on somebody whom the client has not come across."""
    shared = {
        "client_id": "acme",
        "noted_date": as_of_date,
        "consent_basis": "consent",
        "as_of_date": as_of_date,
    }
    return [
        shared | {"note_id": "a", "is_joined": True, "person_id": "41", "handle": "handle_41", "note": text},
        shared | {"note_id": "b", "is_joined": False},
    ]  # fmt: skip
