"""What a report knows of its client before any section is read."""

import duckdb

from reporting.client import private_networks_of
from tests import contracts


def test_private_talk_is_the_clients_own_wherever_it_is_counted() -> None:
    with duckdb.connect() as con:
        contracts.create_tables(con)
        for network, client_id in (("mastodon", "ours"), ("x", "theirs"), ("bluesky", None)):
            con.execute(
                "insert into marts.interactions (network, private_to_client_id, kind) values (?, ?, 'message')",
                [network, client_id],
            )
        assert private_networks_of(con, "ours") == ("mastodon",)
        assert private_networks_of(con, "nobody") == ()
