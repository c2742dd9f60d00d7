"""How many replies are held, of how many, and where nobody knows: on each network."""

import duckdb

from operations.replies import Held, held


def test_each_network_says_what_it_knows() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema reports")
        connection.execute(
            "create table reports.rpt_coverage (network varchar, captured_reply_count bigint,"
            " reported_reply_count bigint, conversation_count bigint, uncounted_conversation_count bigint)"
        )
        connection.execute(
            "insert into reports.rpt_coverage values ('bluesky', 7, null, 12, 12), ('bluesky', null, null, null, null),"
            " ('mastodon', 90, 100, 30, 2), ('mastodon', 20, 10, 10, 0), ('x', 1, 1, 1, 0)"
        )
        found = list(held(connection))
        assert [one.words for one in found] == [
            "replies on Bluesky: how many there are is not known in 12 of 12 conversations",
            # more than a network counts is not more than all
            "replies on Mastodon: 100 of 110 (91%) held; how many there are is not known in 2 of 40 conversations",
            "replies on X: 1 of 1 (100%) held",
        ]
        connection.execute("alter table reports.rpt_coverage drop column uncounted_conversation_count")
        assert list(held(connection)) == []


def test_where_nobody_answered_there_is_nothing_to_hold() -> None:
    assert Held("x", 0, 0, 3, 0).words == "replies on X: none"
