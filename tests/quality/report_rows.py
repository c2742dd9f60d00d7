"""Rows in order for the reports on content, readership and the rest: more of the warehouse to spoil."""

from collections.abc import Callable
from datetime import date, timedelta

from rapport.definitions import definitions

Add = Callable[[str, list[dict[str, object]]], None]


def fill(add: Add, first_week: date, week_count: int, as_of_date: date, text: str) -> None:
    """Adds the rows; `add` takes a table's name and rows by column."""
    weeks = [first_week + timedelta(weeks=number) for number in range(week_count)]
    add("reports.rpt_content", _content(as_of_date, text))
    add("reports.rpt_topics", _topics(as_of_date))
    add("reports.rpt_topic_posts", _topic_posts(as_of_date))
    add("reports.rpt_readership", _readership(weeks, as_of_date))
    add("reports.rpt_context_counts", _context(weeks, as_of_date))
    add("reports.rpt_goals", _goals(as_of_date))
    add("reports.rpt_outcomes", _outcomes(as_of_date, text))
    add("reports.rpt_manageability", _manageability(weeks, as_of_date))
    add("reports.rpt_new_circles", _new_circles(weeks, as_of_date))
    add("reports.rpt_real_conversations", _real_conversations(weeks, as_of_date, text))
    add("reports.rpt_definitions", definition_rows())


def definition_rows() -> list[dict[str, object]]:
    """The definitions of dbt_project.yml, as rpt_definitions.sql makes rows of them."""
    return [
        entry | {"name": name, "range": " to ".join(map(str, entry["range"]))}
        for name, entry in definitions().items()
    ]


def _content(as_of_date: date, text: str) -> list[dict[str, object]]:
    """Four posts: two sparked a conversation, one drew many who never came back, one drew nobody."""
    figures = [(3, 1, 2, 1, 1), (2, 1, 1, 0, 2), (40, 0, 0, 0, 3), (0, 0, 0, 0, 3)]
    return [
        {
            "client_id": "acme", "network": "x", "post_id": str(8000 + number),
            "root_post_id": str(8000 + number), "account_id": "1", "handle": "acme", "kind": "original",
            "text": text, "is_question": number == 0, "has_link": False,
            "topics": ["peat"], "created_at": as_of_date - timedelta(days=9 - number),
            "answering_person_count": answering, "real_conversation_count": real, "returner_count": returners,
            "new_person_count": new, "content_rank": rank,
            "post_url": f"https://x.com/i/web/status/{8000 + number}", "as_of_date": as_of_date,
        }
        for number, (answering, real, returners, new, rank) in enumerate(figures)
    ]  # fmt: skip


def _topics(as_of_date: date) -> list[dict[str, object]]:
    """One that the first two posts of ours are about, and one that nobody spoke of."""
    row: dict[str, object] = {
        "client_id": "acme", "all_our_post_count": 4, "any_topic_post_count": 2, "unknown_language_post_count": 1,
        "by_words_alone_post_count": 1, "all_conversation_count": 3, "any_topic_conversation_count": 2,
        "all_person_count": 5, "any_topic_person_count": 3, "as_of_date": as_of_date,
    }  # fmt: skip
    counts = dict.fromkeys(
        (
            "our_post_count", "sparking_post_count", "sparked_conversation_count", "by_word_count", "by_meaning_count",
            "by_hand_count", "conversation_count", "real_conversation_count", "person_count",
        ),
        0,
    )  # fmt: skip
    spoken = {
        "our_post_count": 2, "sparking_post_count": 2, "sparked_conversation_count": 2, "by_word_count": 1,
        "by_meaning_count": 1, "conversation_count": 2, "real_conversation_count": 2, "person_count": 3,
        "last_post_at": as_of_date - timedelta(days=8),
    }  # fmt: skip
    return [
        row | counts | spoken | {"topic": "Peatlands", "topic_number": 1, "is_by_meaning": True},
        row | counts | {"topic": "Schools", "topic_number": 2, "is_by_meaning": False},
    ]


def _topic_posts(as_of_date: date) -> list[dict[str, object]]:
    """Two of ours, by a word and by meaning, and one by somebody who turned to us with it."""
    rows = [
        (8000, "word", None, True, None),
        (8001, "meaning", 0.21, True, None),
        (8100, "hand", None, False, "41"),
    ]
    return [
        {
            "client_id": "acme", "network": "x", "post_id": str(number), "root_post_id": "8000", "topic": "Peatlands",
            "found_by": found_by, "score": score, "is_ours": is_ours, "is_to_us": not is_ours, "person_id": person,
            "handle": f"handle_{person}" if person else None, "display_name": None, "lang": "en",
            "created_at": as_of_date - timedelta(days=8),
            "post_url": f"https://x.com/i/web/status/{number}", "as_of_date": as_of_date,
        }
        for number, found_by, score, is_ours, person in rows
    ]  # fmt: skip


def _week(start: date, as_of_date: date) -> dict[str, object]:
    return {
        "client_id": "acme", "week_start_date": start, "as_of_date": min(start + timedelta(weeks=1), as_of_date),
    }  # fmt: skip


def _readership(weeks: list[date], as_of_date: date) -> list[dict[str, object]]:
    """One joins every week but the last, and from the tenth week on one leaves."""
    rows, readers = [], 0
    for number, start in enumerate(weeks):
        is_running = start + timedelta(weeks=1) > as_of_date
        joined, left = (0, 0) if is_running else (1, 1 if number >= 10 else 0)
        rows.append(
            _week(start, as_of_date) | {
                "is_complete_week": not is_running, "acting_person_count": 6,
                "reader_count": readers + joined - left, "joined_count": joined,
                "stayed_count": readers - left, "left_count": left,
            }
        )  # fmt: skip
        readers += joined - left
    return rows


def _context(weeks: list[date], as_of_date: date) -> list[dict[str, object]]:
    return [
        _week(start, as_of_date) | {
            "network": "x", "account_id": "1", "handle": "acme",
            "is_complete_week": start + timedelta(weeks=1) <= as_of_date,
            "follower_count": 4000, "follower_observed_at": min(start + timedelta(days=2), as_of_date),
            "post_count": 5, "like_count": 300, "repost_count": 20, "quote_count": 3, "reply_count": 30,
            "bookmark_count": 0, "impression_count": 9000, "counts_observed_at": as_of_date,
        }
        for start in weeks
    ]  # fmt: skip


def _goals(as_of_date: date) -> list[dict[str, object]]:
    """One of each status."""
    week = as_of_date - timedelta(days=as_of_date.weekday() + 7)
    goals = [
        (8.0, 90, 6.0, 0.75, "on course"), (0.9, 90, 0.6, 2 / 3, "behind"), (6.0, -9, 6.0, 1.0, "reached"),
        (7.0, -9, 6.0, 6 / 7, "missed"), (2.0, 90, None, None, "not known yet"),
    ]  # fmt: skip
    return [
        {
            "client_id": "acme", "goal_number": number, "words": "wanted",
            "measure": "answered_within_day_share" if target < 1 else "connected_count",
            "part_count": 9 if target < 1 else None, "whole_count": 15 if target < 1 else None,
            "target": target, "due_date": as_of_date + timedelta(days=days), "value": value,
            "earlier_value": 4.0 if value else None, "expected_value": 8.0 if value else None,
            "progress_share": progress, "status": status, "week_start_date": week if value else None,
            "as_of_date": as_of_date,
        }
        for number, (target, days, value, progress, status) in enumerate(goals, start=1)
    ]  # fmt: skip


def _outcomes(as_of_date: date, text: str) -> list[dict[str, object]]:
    """Two that are joined, to a connected person and to a stranger, and one without a consent basis."""
    occurred = as_of_date - timedelta(days=10)
    monday = occurred - timedelta(days=occurred.weekday())
    row: dict[str, object] = {
        "client_id": "acme", "kind": "meeting", "occurred_date": occurred, "as_of_date": as_of_date,
    }  # fmt: skip
    joined = row | {
        "consent_basis": "consent", "note": text, "is_joined": True, "is_stakeholder": False,
        "relationship_as_of_date": monday, "exchange_since_count": 1,
    }  # fmt: skip
    return [
        joined | {
            "outcome_id": "a", "person_id": "41", "handle": "handle_41", "stage_before": "connected",
            "address_in_count": 7, "address_out_count": 5, "exchange_count": 8, "real_conversation_count": 3,
            "first_contact_at": monday - timedelta(days=90), "last_mutual_at": monday - timedelta(days=2),
        },
        joined | {
            "outcome_id": "b", "person_id": "49", "handle": "handle_49", "stage_before": "stranger",
            "address_in_count": 0, "address_out_count": 0, "exchange_count": 0, "real_conversation_count": 0,
        },
        row | {"outcome_id": "c", "is_joined": False, "is_stakeholder": False},
    ]  # fmt: skip


def _manageability(weeks: list[date], as_of_date: date) -> list[dict[str, object]]:
    """Two accounts that share the two real conversations of every week."""
    return [
        _week(start, as_of_date) | {
            "network": "x", "account_id": account, "handle": f"acme_{account}",
            "is_complete_week": start + timedelta(weeks=1) <= as_of_date, "real_conversation_count": 1,
            "usual_real_conversation_count": 1.0 if number >= 3 else None, "tie_count": min(number + 1, 26),
            "is_settled_week": start + timedelta(days=8) <= as_of_date,
            "is_beyond_ties": False, "address_in_count": 15, "answered_within_day_count": 5,
            "answer_due_count": due, "answered_within_day_share": 5 / due, "is_stretched": False,
        }
        for number, start in enumerate(weeks)
        for account in ("1", "2")
        # of the last 24 hours of the running week two are open, and three
        for due in [15 if start + timedelta(days=8) <= as_of_date else 14 - int(account)]
    ]  # fmt: skip


def _new_circles(weeks: list[date], as_of_date: date) -> list[dict[str, object]]:
    return [
        _week(start, as_of_date) | {
            "is_complete_week": start + timedelta(weeks=1) <= as_of_date, "new_count": 1,
            "new_without_shared_count": number % 2, "new_without_shared_share": number % 2 / 1,
            "new_with_place_count": 1, "new_from_new_place_count": 1 - number % 2,
        }
        for number, start in enumerate(weeks)
    ]  # fmt: skip


def _real_conversations(weeks: list[date], as_of_date: date, text: str) -> list[dict[str, object]]:
    """Two a week, one of each account: with those of rpt_relationships, in the real ones of rpt_conversations, and
    begun by the first posts of rpt_content. Where weeks are few, some are of before."""
    people = ["41", "41", "41", "42", "42", "44"]
    roots = [str(9000 + 3 * number) for number in range(8)]
    before = [weeks[0] - timedelta(weeks=back) for back in range(1, 5)]
    slots = [(monday, account) for monday in [*reversed(weeks), *before] for account in ("1", "2")]
    return [
        {
            "client_id": "acme", "network": "x", "root_post_id": roots[at] if at < len(roots) else str(5000 + at),
            "person_id": people[at] if at < len(people) else str(1000 + at), "is_stakeholder": False,
            "root_text": text, "spark_post_id": str(8000 + at) if at < 2 else None, "our_account_id": account,
            "answer_post_id": str(7100 + at), "became_real_at": monday + timedelta(days=1), "week_start_date": monday,
            "exchange_count": 2, "post_url": f"https://x.com/i/web/status/{7100 + at}", "as_of_date": as_of_date,
        }
        for at, (monday, account) in enumerate(slots[: max(2 * len(weeks), len(roots))])
    ]  # fmt: skip
