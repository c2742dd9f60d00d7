"""What `make demo` says at its end, from a published file."""

from datetime import timedelta
from pathlib import Path

import pytest

from operations.findings import findings
from tests.reporting.published import WEEK, Published

REAL = " A conversation is real where somebody came back. One that is real with two people counts for each of them."


@pytest.mark.parametrize(
    ("week_count", "said"),
    [
        (1, f"2 real conversations in 1 week.{REAL}"),
        (27, f"54 real conversations in 27 weeks.{REAL}"),
    ],
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
        f"  Nobody came up with whom you could talk. 27 real conversations in 3 weeks.{REAL}",
        "  Nobody waits for an answer.",
    ]


def test_of_a_client_on_several_networks_they_say_on_which(tmp_path: Path) -> None:
    path = tmp_path / "published" / "engagement.duckdb"
    world = Published(path)
    for client, networks in (("harbour", ("bluesky", "x")), ("lab", ("mastodon",))):
        world.week(client, client.title(), WEEK, real_conversation_count=5)
        for number, network in enumerate(networks):
            world.add(
                "marts.client_accounts", client_id=client, network=network, account_id="1", is_ours=True
            )
            world.add("reports.rpt_engagement_by_network", client_id=client, network=network,
                      week_start_date=WEEK, real_conversation_count=2 + number)  # fmt: skip
        facts = {"client_id": client, "person_id": "person:ana", "display_name": "Ana Lima"}
        tie = facts | {"networks": [*networks], "strength": 2.0}
        world.add("reports.rpt_relationships", stage="connected", **tie)
        world.add(
            "reports.rpt_relationships", **tie | {"person_id": "p:2", "display_name": "Ben"}, stage="dormant"
        )
        world.add("reports.rpt_nurture", **facts, networks=[*networks], nurture_rank=1)
        world.add("reports.rpt_waiting", **facts, network=networks[0], post_id="9", text="Well?", waiting_hours=30.0,
                  waiting_rank=1)  # fmt: skip
        world.add("reports.rpt_relationship_moves", **facts, week_start_date=WEEK, movement="revived")
        world.add("marts.relationship_weeks", client_id=client, person_id="person:ana",
                  week_start_date=WEEK - timedelta(weeks=6), week_exchange_count=1)  # fmt: skip
    world.con.close()

    said = findings(path)
    assert said[1:5] == [
        "  You really talk with 1 person of 2 who came up: Ana Lima (Bluesky and X); 1 of them had no exchange with us "
        "for longer than usual: Ana Lima (Bluesky and X). "
        f"5 real conversations in 1 week, 2 on Bluesky and 3 on X.{REAL}",
        "  1 post waits for an answer; first Ana Lima on Bluesky, for 30 hours: “Well?”",
        "  1 tie came back from silence: Ana Lima (Bluesky and X) after 6 weeks.",
        "  1 tie fell silent: Ben (Bluesky and X).",
    ]
    assert not [line for line in said[5:] if "Mastodon" in line]


@pytest.mark.parametrize("networks", [("x",), ("bluesky", "x")])
def test_where_no_conversation_was_real_none_is_explained(tmp_path: Path, networks: tuple[str, ...]) -> None:
    path = tmp_path / "published" / "engagement.duckdb"
    world = Published(path)
    world.week("harbour", "Harbour Museum", WEEK, real_conversation_count=0)
    for network in networks:
        world.add("marts.client_accounts", client_id="harbour", network=network, account_id="1", is_ours=True)
    world.con.close()

    assert findings(path)[1] == "  Nobody came up with whom you could talk. 0 real conversations in 1 week."
