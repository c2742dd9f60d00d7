"""After an erasure nothing that was published says which other accounts were theirs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from quality import editions
from quality.erasing import erase_from
from quality.publish import LATEST
from rapport.config import Settings
from rapport.forgotten import Forgotten
from tests.quality.publishing import give_receipt, publish_latest
from tests.quality.test_editions import write_page

MOSS, PERSON = "moss@wald.test", "person:moss"
ERASED = "https://wald.test/users/moss/statuses/7"
KEPT = "7002"
FORGOTTEN = Forgotten.of("mastodon", post_ids=[ERASED], account_ids=[MOSS], handles=[MOSS])
# What joins an account, or a post of it, with a person.
TIES = {
    "marts.accounts": "account_id, person_id",
    "marts.posts": "account_id, person_id",
    "marts.conversation_posts": "account_id, person_id",
    "marts.interactions": "from_account_id, from_person_id, to_account_id, to_person_id",
    "reports.rpt_waiting": "post_id, person_id",
    "reports.rpt_answers": "post_id, person_id",
    "reports.rpt_relationships": "last_post_id, person_id",
    "reports.rpt_relationship_moves": "evidence_post_ids, person_id",
}


def joined(settings: Settings, spoil: Callable[..., None]) -> Settings:
    """Two accounts of one person, on two networks; of each a row in every table."""
    said = []
    for network, account, post in (("mastodon", MOSS, ERASED), ("x", "77", KEPT)):
        values = {
            "network": network, "account_id": account, "from_account_id": account, "to_account_id": "101",
            "from_person_id": PERSON, "to_person_id": "x:101", "person_id": PERSON, "post_id": post,
            "last_post_network": network, "last_post_id": post,
        }  # fmt: skip
        for table, columns in TIES.items():
            names = [name for name in columns.split(", ") if name != "evidence_post_ids"]
            names += ["last_post_network"] if "last_post_id" in names else ["network"]
            if table == "reports.rpt_relationship_moves":
                names = ["person_id"]
            listed = ", ".join(f"'{values[name]}' as {name}" for name in names)
            if "evidence" in columns:
                listed += f", ['mastodon:{ERASED}', 'x:{KEPT}'] as evidence_post_ids"
            said.append(f"insert into {table} by name select {listed}")
    said.append(
        "insert into marts.people by name "
        f"select '{PERSON}' as person_id, 'organisation' as person_kind, 2 as account_count, false as is_erased"
    )
    spoil(*said)
    give_receipt(settings)
    write_page(settings, publish_latest(settings).publication_id)
    return settings


def ties(path: Path, is_edition: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Of each table the rows about that person and their accounts."""
    with duckdb.connect() as con:
        if not is_edition:
            con.execute(f"attach '{path}' as it (read_only)")
        found = {}
        for table, columns in TIES.items():
            schema, name = table.split(".")
            place = f"read_parquet('{path}/{name}.parquet')" if is_edition else f"it.{table}"
            if not is_edition or schema == "reports":
                rows = con.execute(f"select {columns} from {place}").fetchall()
                found[table] = sorted(
                    {row for row in map(_plain, rows) if {PERSON, f"mastodon:{MOSS}"} & {*row}}, key=str
                )
        return found


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)


def test_an_erased_account_is_a_person_of_its_own_again(
    settings: Settings, spoil: Callable[..., None]
) -> None:
    settings = joined(settings, spoil)
    edition = editions.freeze(settings).path
    own = f"mastodon:{MOSS}"
    by_account, by_post = [("77", PERSON), (MOSS, own)], [(KEPT, PERSON), (ERASED, own)]
    wanted: dict[str, Any] = {
        "marts.accounts": by_account,
        "marts.posts": by_account,
        "marts.conversation_posts": by_account,
        "marts.interactions": [("77", PERSON, "101", "x:101"), (MOSS, own, "101", "x:101")],
        "reports.rpt_waiting": by_post,
        "reports.rpt_answers": by_post,
        "reports.rpt_relationships": [(KEPT, PERSON), (None, PERSON)],
        "reports.rpt_relationship_moves": [((f"x:{KEPT}",), PERSON)],
    }
    before = ties(settings.published_path)
    assert all({PERSON} <= {value for row in rows for value in row} for rows in before.values())
    for _ in range(2):  # again, and nothing is left to do
        erase_from(settings, FORGOTTEN, lambda message: None)
        assert ties(settings.published_path) == wanted
        frozen = ties(edition / "tables", is_edition=True)
        assert frozen == {table: wanted[table] for table in frozen} and len(frozen) == 4
        with duckdb.connect(str(settings.published_path), read_only=True) as con:
            people = con.execute(
                "select person_id, person_kind, account_count, is_erased, handle from marts.people "
                "where person_id in (?, ?) order by 1",
                [PERSON, own],
            ).fetchall()
        assert people == [(own, "unknown", 1, True, None), (PERSON, "organisation", 1, True, None)]


def test_a_clients_newest_tables_lose_them_before_the_database_beside_them(
    settings: Settings, spoil: Callable[..., None]
) -> None:
    """Only the database beside them says that the person had two accounts."""
    settings = joined(settings, spoil)
    own = settings.client_dir("acme")
    folder = own / LATEST
    folder.mkdir(parents=True, exist_ok=True)
    database = own / settings.published_path.name
    if not database.exists():
        database.write_bytes(settings.published_path.read_bytes())
    with duckdb.connect(str(database), read_only=True) as con:
        for table in (name.split(".")[1] for name in TIES if name.startswith("reports")):
            con.execute(f"copy (from reports.{table}) to '{folder}/{table}.parquet' (format parquet)")
    erase_from(settings, FORGOTTEN, lambda message: None)
    assert ties(folder, is_edition=True)["reports.rpt_waiting"] == [
        (KEPT, PERSON),
        (ERASED, f"mastodon:{MOSS}"),
    ]
