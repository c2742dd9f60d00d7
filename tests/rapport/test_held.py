"""Which rows of tables are about somebody: by an id, and where a row has none, by the whole handle alone."""

from collections.abc import Iterator

import duckdb
import pytest

from rapport.forgotten import Forgotten
from rapport.held import Subject, tables_about

WILMA = Subject(
    Forgotten.of("mastodon", account_ids={"wilma@fedi.test"}, handles={"wilma@fedi.test"}),
    frozenset({"mastodon:wilma@fedi.test"}),
)
NOBODY = frozenset({("mastodon", "wilma@moor.test")})
UNSEEN = Subject(Forgotten(handles=NOBODY, unseen=NOBODY), frozenset())


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as home")
        con.execute("create schema home.reports")
        yield con


def told(
    con: duckdb.DuckDBPyConnection, subject: Subject, columns: str, *rows: tuple[str | None, ...]
) -> str:
    """The numbers of those rows that are told of."""
    typed = ", ".join(f"{name} varchar" for name in columns.split())
    con.execute(f"create table home.reports.rows (row_number varchar, {typed})")
    marks = ", ".join("?" * (len(columns.split()) + 1))
    for number, row in enumerate(rows, start=1):
        con.execute(f"insert into home.reports.rows values ({marks})", [str(number), *row])
    found = [row for _, _, rows in tables_about(con, "home", subject, ["reports"]) for row in rows]
    return "".join(sorted(row["row_number"] for row in found))


# As rpt_people and rpt_stakeholders have them, and as the others do, which have no network.
ENTRIES = (
    ("x:1290", "x:1290", "wilma"),
    ("x:@wilma", None, "wilma"),
    ("mastodon:@wilma@fedi.test", None, "wilma@fedi.test"),
    ("mastodon:@Wilma@Fedi.test", None, None),
    ("mastodon:wilma@fedi.test", "mastodon:wilma@fedi.test", "wilma@fedi.test"),
    ("mastodon:@wilma@moor.test", None, "Wilma@moor.test"),
    ("bluesky:@wilma.bsky.social", None, "wilma.bsky.social"),
)


@pytest.mark.parametrize("entry", ["entry_id", "stakeholder_id"])
@pytest.mark.parametrize(("subject", "numbers"), [(WILMA, "345"), (UNSEEN, "6")])
def test_a_namesakes_rows_are_told_to_nobody_else(
    con: duckdb.DuckDBPyConnection, entry: str, subject: Subject, numbers: str
) -> None:
    assert told(con, subject, f"{entry} person_id handle", *ENTRIES) == numbers


def test_where_no_entry_stands_the_whole_handle_tells(con: duckdb.DuckDBPyConnection) -> None:
    rows = [(person, handle) for _, person, handle in ENTRIES]
    assert told(con, WILMA, "person_id handle", *rows) == "35"


def test_who_has_an_id_is_known_by_it_whoever_bore_the_handle(con: duckdb.DuckDBPyConnection) -> None:
    ana = Subject(Forgotten.of("x", account_ids={"7"}, handles={"ana"}), frozenset({"x:7"}))
    rows = [("x:7", "formerly"), ("x:8", "ana"), (None, "@Ana"), ("person:ana", "ana"), ("7", "ana_then")]
    # A list that joins accounts may have given them an id of its own, and older versions knew one network.
    assert told(con, ana, "person_id handle", *rows) == "1345"


def test_an_id_of_a_list_is_theirs_where_it_is_not_known_as_somebody_elses(
    con: duckdb.DuckDBPyConnection,
) -> None:
    about = Forgotten.of("x", account_ids={"7"}, handles={"ana"})
    ana = Subject(about, frozenset({"person:ana"}), frozenset({"person:bob"}))
    rows = [("person:bob", "ana"), ("person:ana", "ana_then"), ("person:lima", "ana"), (None, "ana")]
    assert told(con, ana, "person_id handle", *rows) == "234"


def test_a_table_of_an_older_version_tells_by_what_it_has(con: duckdb.DuckDBPyConnection) -> None:
    ana = Subject(Forgotten.of("x", account_ids={"7"}, handles={"ana"}), frozenset({"x:7"}))
    assert told(con, ana, "stakeholder_id handle", ("@ana", None), ("@anna", "anna"), ("7", "Ana")) == "13"


@pytest.mark.parametrize("before", ["", "via_", "our_"])
def test_each_handle_has_a_network_and_an_id_of_its_own(con: duckdb.DuckDBPyConnection, before: str) -> None:
    rows = [
        ("x", None, "wilma"),
        ("mastodon", None, "wilma@fedi.test"),
        ("mastodon", "71", "wilma@fedi.test"),
    ]
    columns = f"{before}network {before}account_id {before}handle"
    assert told(con, WILMA, columns, *rows) == "2"


@pytest.mark.parametrize("column", ["note", "noted_by", "tag", "owner_name"])
def test_what_was_written_by_hand_tells_however_it_spells_the_handle(
    con: duckdb.DuckDBPyConnection, column: str
) -> None:
    spelled = [
        "mastodon:wilma@moor.test",
        "＠Wilma＠moor.test",
        "https://moor.test/@wilma",
        "wilma@moor.test",
    ]
    others = ["@wilma", "@wilma@fedi.test", "wilma", "@wilma.test"]
    assert told(con, UNSEEN, column, *((f"met {text} there",) for text in spelled + others)) == "1234"
