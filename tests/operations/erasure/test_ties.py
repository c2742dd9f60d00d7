"""Of two accounts that `[[people]]` joins one is erased: nothing ties it to the other any more, before the next build
and after it, nor in a backup, which is never built."""

from pathlib import Path

import duckdb

from extractors.files import lists
from operations.backup.take import back_up
from operations.erasure import everywhere as erasure
from rapport.config import Settings, load_settings
from tests.operations import erasure_home as home_of

TIED = [("800", "person:shy"), ("900", "person:shy")]
CUT = [("800", "person:shy"), ("900", "x:900")]
_PEOPLE = "select account_id, person_id from {} where account_id in ('800', '900') order by 1"


def people(database: Path, table: str = "marts.accounts") -> list[tuple[str, str]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(_PEOPLE.format(table)).fetchall()


def published(home: Path) -> set[Path]:
    return {*(home / "published").rglob("*.duckdb")}


def test_the_tie_is_cut_everywhere_also_where_the_list_still_names_it(joint: Settings) -> None:
    """The network shows the account no longer, and nobody has taken it out of rapport.toml yet."""
    taken = back_up(joint).path
    for home in (joint.home, taken):
        assert published(home) and all(people(path) == TIED for path in published(home))
    erasure.erase(joint, accounts={home_of.SHY: "the network: suspended"}, is_by_network=True)
    assert "900" in joint.config_path.read_text(encoding="utf-8")
    for home in (joint.home, taken):
        assert all(people(path) == CUT for path in published(home)), home
        assert people(home / "warehouse.duckdb", "raw.people_accounts") == CUT[:1], home
    home_of.publish_all(joint)
    assert people(joint.warehouse_path) == people(joint.published_path) == CUT
    with duckdb.connect(str(joint.published_path), read_only=True) as con:
        found = con.execute(
            "select person_id, account_count, is_erased from marts.people "
            "where person_id in ('person:shy', 'x:900') order by 1"
        ).fetchall()
    assert found == [("person:shy", 1, False), ("x:900", 1, True)]


def test_one_that_is_shown_again_is_joined_again(joint: Settings) -> None:
    erasure.erase(joint, accounts={home_of.SHY: "the network: suspended"}, is_by_network=True)
    back = {"network": "x", "posts": {}, "accounts": {}, "returned": [home_of.SHY]}
    erasure.follow_network(joint, back)
    lists.sync(load_settings(joint.home))
    assert people(joint.warehouse_path, "raw.people_accounts") == TIED
