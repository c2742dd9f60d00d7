"""What `make demo` says at its end, from a published file."""

from datetime import timedelta
from pathlib import Path

import pytest

from operations.findings import findings
from tests.reporting.published import WEEK, Published


@pytest.mark.parametrize(
    ("week_count", "said"),
    [(1, "2 real conversations in 1 week."), (27, "54 real conversations in 27 weeks.")],
)
def test_conversations_are_counted_over_all_weeks_of_the_client(
    week_count: int, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "published" / "engagement.duckdb"
    world = Published(path)
    for number in range(week_count):
        world.week("harbour", "Harbour Museum", WEEK - timedelta(weeks=number), real_conversation_count=2)
    for number in range(3):  # of another client
        world.week("lab", "A Lab", WEEK - timedelta(weeks=number), real_conversation_count=9)
    world.person("harbour", "11", "connected", 3.0)
    world.person("harbour", "12", "noticed", 1.0)
    world.person("harbour", "13", "conversing", 2.0)
    world.add(
        "reports.rpt_nurture", client_id="harbour", person_id="x:13", display_name="Cai", nurture_rank=1
    )
    world.con.close()

    assert findings(path) == [
        "Harbour Museum, as of 23 November 2026",
        "  You really talk with 2 people of 3 who came up: Ana Lima and Dr. Haruka Ito 伊藤; 1 of them had no "
        f"exchange with us for longer than usual: Cai. {said}",
        "  Nobody waits for an answer.",
        "A Lab, as of 23 November 2026",
        "  Nobody came up with whom you could talk. 27 real conversations in 3 weeks.",
        "  Nobody waits for an answer.",
    ]
