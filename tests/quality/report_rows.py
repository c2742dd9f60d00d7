"""Rows in order for the reports on content, readership and the rest: more of the warehouse to spoil."""

from collections.abc import Callable
from datetime import date, timedelta

from tests.contracts import ddl_of

TABLES = ("rpt_content",)

DDL = "\n".join(f"{ddl_of(table)};" for table in TABLES)

Add = Callable[[str, list[dict[str, object]]], None]


def fill(add: Add, as_of_date: date, text: str) -> None:
    """Adds the rows; `add` takes a table's name and rows by column."""
    add("reports.rpt_content", _content(as_of_date, text))


def _content(as_of_date: date, text: str) -> list[dict[str, object]]:
    """Four posts: two sparked a conversation, one drew many who never came back, one drew nobody."""
    figures = [(3, 1, 2, 1, 1), (2, 1, 1, 0, 2), (40, 0, 0, 0, 3), (0, 0, 0, 0, 3)]
    return [
        {
            "client_id": "acme", "post_id": str(8000 + number), "root_post_id": str(8000 + number),
            "account_id": "1", "handle": "acme", "kind": "original", "text": text, "is_question": number == 0,
            "has_link": False, "topics": ["peat"], "created_at": as_of_date - timedelta(days=9 - number),
            "answering_person_count": answering, "real_conversation_count": real, "returner_count": returners,
            "new_person_count": new, "content_rank": rank,
            "post_url": f"https://x.com/i/web/status/{8000 + number}", "as_of_date": as_of_date,
        }
        for number, (answering, real, returners, new, rank) in enumerate(figures)
    ]  # fmt: skip
