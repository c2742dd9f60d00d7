"""The museum's rows of the reports on content, readership and the rest."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any


def fill(add: Callable[..., None], as_of_at: datetime) -> None:
    """Adds the rows; `add` takes a table's name and a row as keywords."""
    _content(add, as_of_at)
    _topics(add, as_of_at)
    _lone_posts(add, as_of_at)
    _readership(add, as_of_at)
    _context(add, as_of_at)
    _goals(add, as_of_at)
    _outcomes(add, as_of_at)
    _loads_and_circles(add, as_of_at)
    _behind_figures(add, as_of_at)


def _content(add: Callable[..., None], as_of_at: datetime) -> None:
    said: list[tuple[str, int, int, dict[str, Any]]] = [
        ("Who kept the tide ledger of 1911?", 2, 1, {"is_question": True, "topics": ["tides"]}),
        ("A <b>photograph</b> of the east mole", 1, 2, {"topics": ["tides", "<i>mole</i>"]}),
        ("A seal asleep on our slipway.", 0, 3, {"answering_person_count": 70}),
        ("New opening hours https://museum.example/hours", 0, 3, {"has_link": True}),
    ]
    for number, (text, real, rank, facts) in enumerate(said):
        row = {
            "post_id": str(7_900_000 + number), "kind": "original", "account_id": "1",
            "handle": "harbourmuseum", "text": text, "created_at": as_of_at - timedelta(days=3 + number),
            "is_question": False, "has_link": False, "topics": [], "answering_person_count": real + 1,
            "real_conversation_count": real, "returner_count": real, "new_person_count": 1,
            "content_rank": rank,
        }  # fmt: skip
        add("reports.rpt_content", client_id="harbour", **(row | facts))
    # older than the report looks back
    add("reports.rpt_content", client_id="harbour", post_id="7900009", text="Long ago", kind="original",
        created_at=as_of_at - timedelta(weeks=14), real_conversation_count=9, content_rank=1)  # fmt: skip


def _topics(add: Callable[..., None], as_of_at: datetime) -> None:
    """Three topics, one of which nobody spoke of; five people turned to us with the first, and one with the second."""
    whole = {
        "client_id": "harbour", "all_our_post_count": 4, "any_topic_post_count": 3, "unknown_language_post_count": 1,
        "by_words_alone_post_count": 2, "all_conversation_count": 20, "any_topic_conversation_count": 9,
        "all_person_count": 30, "any_topic_person_count": 8, "is_by_meaning": True,
    }  # fmt: skip
    add("reports.rpt_topics", **whole, topic="<b>Tides</b> & ledgers", topic_number=1, our_post_count=2,
        sparking_post_count=1, sparked_conversation_count=2, by_word_count=1, by_meaning_count=1, by_hand_count=0,
        conversation_count=6, real_conversation_count=4, person_count=7)  # fmt: skip
    add("reports.rpt_topics", **whole, topic="Seals", topic_number=2, our_post_count=1, sparking_post_count=1,
        sparked_conversation_count=3, by_word_count=0, by_meaning_count=0, by_hand_count=1, conversation_count=3,
        real_conversation_count=1, person_count=1)  # fmt: skip
    silent = (
        "our_post_count", "sparking_post_count", "sparked_conversation_count", "by_word_count", "by_meaning_count",
        "by_hand_count", "conversation_count", "real_conversation_count", "person_count",
    )  # fmt: skip
    add("reports.rpt_topics", **whole, **dict.fromkeys(silent, 0), topic="Open days", topic_number=3)
    people = [("11", "ana_lima", "Ana Lima", 3), ("15", "evil", '<script>alert("name")</script>', 2),
              *((str(40 + number), f"h{number}", None, 1) for number in range(4))]  # fmt: skip
    spoken = [("<b>Tides</b> & ledgers", *person, 10) for person in people]
    spoken += [("Seals", "12", "benokafor", "Ben Okafor", 1, 10), ("Seals", "13", "drito", "Dr. Ito", 9, 100)]
    for topic, person, handle, name, count, days_ago in spoken:
        for number in range(count):
            add("reports.rpt_topic_posts", client_id="harbour", network="x", post_id=f"{person}000{number}",
                topic=topic, found_by="word", is_ours=False, is_to_us=True, person_id=f"x:{person}", handle=handle,
                display_name=name, created_at=as_of_at - timedelta(days=days_ago))  # fmt: skip
    for number, topic in enumerate(("<b>Tides</b> & ledgers", "<b>Tides</b> & ledgers", "Seals")):
        add("reports.rpt_topic_posts", client_id="harbour", network="x", post_id=f"1000{number}", topic=topic,
            found_by="word", is_ours=True, is_to_us=False, created_at=as_of_at - timedelta(days=10))  # fmt: skip


def _lone_posts(add: Callable[..., None], as_of_at: datetime) -> None:
    said = [("<b>Closed</b> on Monday", "nobody answered", 0, 1, 2), ("New: the quay", "answers not captured", 2, 3, 3),
            ("Ice, long ago", "nobody answered", 0, 1, 90)]  # fmt: skip
    for number, (text, state, missing, posts, days_ago) in enumerate(said):
        at = as_of_at - timedelta(days=days_ago)
        add("reports.rpt_lone_posts", client_id="harbour", root_post_id=str(7_950_000 + number),
            post_id=str(7_950_000 + number), account_id="1", handle="harbourmuseum", text=text, opened_at=at,
            last_active_at=at, post_count=posts, missing_reply_count=missing, state=state)  # fmt: skip


def _readership(add: Callable[..., None], as_of_at: datetime) -> None:
    for weeks_ago in range(26, -1, -1):
        start = (as_of_at - timedelta(weeks=weeks_ago)).date()
        add("reports.rpt_readership", client_id="harbour", week_start_date=start,
            is_complete_week=weeks_ago > 0, acting_person_count=9, reader_count=30 - weeks_ago,
            joined_count=2, stayed_count=28 - weeks_ago, left_count=1)  # fmt: skip


def _context(add: Callable[..., None], as_of_at: datetime) -> None:
    for weeks_ago, likes in ((2, 1), (1, 123456), (0, 2)):
        add("reports.rpt_context_counts", client_id="harbour", account_id="1", handle="harbourmuseum",
            week_start_date=(as_of_at - timedelta(weeks=weeks_ago)).date(), is_complete_week=weeks_ago > 0,
            follower_count=8765, post_count=4, like_count=likes, repost_count=12)  # fmt: skip


def _goals(add: Callable[..., None], as_of_at: datetime) -> None:
    wanted = [
        ("Ten people <b>we</b> know", "connected_count", 10.0, 6.0, 8.25, "behind"),
        ("Nobody waits", "waiting_count", 2.0, 5.0, -1.0, "on course"),
        ("We answer", "answered_within_day_share", 0.9, 57 / 61, 0.95, "reached"),
        ("We are read", "reader_count", 9.0, None, None, "not known yet"),
    ]
    for number, (words, measure, target, value, expected, status) in enumerate(wanted):
        add("reports.rpt_goals", client_id="harbour", goal_number=number, words=words, measure=measure,
            target=target, value=value, expected_value=expected, status=status,
            **({"part_count": 57, "whole_count": 61} if measure.endswith("_share") else {}),
            due_date=(as_of_at + timedelta(days=30)).date())  # fmt: skip


def _outcomes(add: Callable[..., None], as_of_at: datetime) -> None:
    day = (as_of_at - timedelta(days=20)).date()
    add("reports.rpt_outcomes", client_id="harbour", outcome_id="a", kind="meeting", occurred_date=day,
        consent_basis="consent", note="Coffee at <em>the mole</em>", is_joined=True, person_id="x:11",
        handle="ana_lima", display_name="Ana Lima", is_stakeholder=True, stage_before="conversing",
        exchange_count=9, real_conversation_count=2, exchange_since_count=1)  # fmt: skip
    add("reports.rpt_outcomes", client_id="harbour", outcome_id="b", kind="lead", occurred_date=day,
        is_joined=False)  # fmt: skip


def _loads_and_circles(add: Callable[..., None], as_of_at: datetime) -> None:
    start = (as_of_at - timedelta(weeks=1)).date()
    for account, handle, is_stretched in (("1", "harbourmuseum", True), ("2", "mila_harbour", False)):
        add("reports.rpt_manageability", client_id="harbour", account_id=account, handle=handle,
            week_start_date=start, is_complete_week=True, real_conversation_count=3 - int(account),
            usual_real_conversation_count=1.5 if is_stretched else None, tie_count=17, is_beyond_ties=False,
            address_in_count=9, answered_within_day_count=4, answer_due_count=8,
            is_stretched=is_stretched)  # fmt: skip
    for weeks_ago, met in ((1, 3), (2, 1)):
        add("reports.rpt_new_circles", client_id="harbour", is_complete_week=True, new_count=met,
            week_start_date=(as_of_at - timedelta(weeks=weeks_ago)).date(), new_without_shared_count=met - 1,
            new_with_place_count=met, new_from_new_place_count=1)  # fmt: skip


def _behind_figures(add: Callable[..., None], as_of_at: datetime) -> None:
    """Of each quarter some of the rows that its figures lead to; its weeks count more of them."""
    moved = [("new", "noticed", "acquainted"), ("deepened", "acquainted", "conversing"),
             ("revived", "dormant", "acquainted"), ("cooled", "conversing", "acquainted"),
             ("lapsed", "acquainted", "dormant")]  # fmt: skip
    for weeks_ago in (1, 12, 24):
        week = (as_of_at - timedelta(weeks=weeks_ago)).date()
        add("reports.rpt_answers", client_id="harbour", person_id="x:12", handle="benokafor", display_name="Ben Okafor",
            post_id=str(7_960_000 + weeks_ago), kind="reply", week_start_date=week, is_final=True,
            is_answered_within_day=True, occurred_at=as_of_at - timedelta(weeks=weeks_ago, days=-1))  # fmt: skip
        for number, our_handle in enumerate(("harbourmuseum", "mila_harbour"), start=1):
            add("reports.rpt_real_conversations", client_id="harbour", person_id="x:12", handle="benokafor",
                display_name="Ben Okafor", root_post_id=str(7_970_000 + 100 * number + weeks_ago),
                root_text="<b>Whose</b> boat is this?", our_account_id=str(number), our_handle=our_handle,
                spark_post_id=str(7_899_999 + number), answer_post_id=str(7_980_000 + 100 * number + weeks_ago),
                exchange_count=3, week_start_date=week, is_stakeholder=False,
                became_real_at=as_of_at - timedelta(weeks=weeks_ago, days=-1))  # fmt: skip
        for number, (movement, before, after) in enumerate(moved if weeks_ago > 1 else []):
            add("reports.rpt_relationship_moves", client_id="harbour", person_id=f"x:{910 + number}", movement=movement,
                week_start_date=week, stage_before=before, stage_after=after, evidence_post_ids=[],
                is_stakeholder=False)  # fmt: skip
