"""A publication with something for each chart of the dashboard, in the storage format that Superset's DuckDB opens."""

from datetime import timedelta
from pathlib import Path

import duckdb

from quality.record import STORAGE_VERSION
from tests.reporting import people_rows, report_rows
from tests.reporting.published import AS_OF, WEEK, Published

FORBIDDEN = "worst"  # a client whose rows must not be seen where another one is chosen


def publish(path: Path) -> None:
    """Publishes the museum and other clients."""
    draft = path.with_name("draft.duckdb")
    path.parent.mkdir(parents=True, exist_ok=True)
    world = Published(draft)
    world.publication()
    world.accounts()
    for number in range(26):
        week = {
            "real_conversation_count": number % 5, "exchange_count": 9, "address_in_count": 9, "address_out_count": 4,
            "person_in_count": 7, "noticed_count": 20, "acquainted_count": 9, "conversing_count": 4,
            "connected_count": 2, "dormant_count": 1, "new_count": 2, "deepened_count": 1, "cooled_count": 1,
            "lapsed_count": 1, "revived_count": 1, "answered_within_day_count": 6, "answer_due_count": 9,
            "unanswered_count": 1, "waiting_count": 3,
        }  # fmt: skip
        world.week("harbour", "Botanical Harbour", WEEK - timedelta(weeks=25 - number), **week)
    for client_id, name in (("harbour", "Botanical Harbour"), (FORBIDDEN, "Zoo of Others")):
        world.add("reports.rpt_clients", client_id=client_id, client_name=name, week_start_date=WEEK,
                  is_complete_week=True, is_data_complete=False, captured_reply_count=97, reported_reply_count=445,
                  completeness=97 / 445, gap_count=2, gap_hours=30.0, warning_sign_count=1,
                  real_conversation_count=4)  # fmt: skip
        for stream in ("own_posts", "conversations"):
            world.stream(
                client_id, stream, captured_reply_count=97, reported_reply_count=445, completeness=0.22
            )
        ours = (f"mila_{client_id}", f"team_{client_id}")
        for number in range(40):
            is_answered = number % 3 > 0
            at = AS_OF - timedelta(hours=7 * number + 1)
            world.add("reports.rpt_answers", client_id=client_id, network="x", post_id=f"{client_id}{number}",
                      person_id="x:11", handle="ana_lima", display_name="Ana Lima", kind="reply", occurred_at=at,
                      answered_at=at + timedelta(hours=2) if is_answered else None,
                      answer_hours=2.0 if is_answered else None, is_answered_within_day=is_answered,
                      answered_by_handle=ours[number % 2] if is_answered else None, is_final=True)  # fmt: skip
    world.week(FORBIDDEN, "Zoo of Others", WEEK, real_conversation_count=77)
    posts = world.conversation("harbour", [
        ("11", "<b>Who</b> kept the tide ledger of 1911?", None), ("1", "We do not know yet.", 0)], 50)  # fmt: skip
    world.waiting(
        "harbour", "11", posts[0], "<script>alert(1)</script> is this open?", 52, 1, is_stakeholder=True
    )
    world.waiting(FORBIDDEN, "12", posts[1], "theirs alone", 52, 1)
    world.move("harbour", "11", "deepened", "acquainted", "conversing", posts)
    world.move(FORBIDDEN, "20", "lapsed", "acquainted", "dormant", [])
    report_rows.fill(world.add, AS_OF)
    people_rows.fill(world.add, AS_OF)
    world.con.close()
    with duckdb.connect() as con:
        con.execute(f"attach '{draft}' as draft (read_only)")
        con.execute(f"attach '{path}' as published (storage_version '{STORAGE_VERSION}')")
        con.execute("copy from database draft to published")
    draft.unlink()
