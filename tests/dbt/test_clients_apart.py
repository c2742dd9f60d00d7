"""Two clients in one home: each has the tables that it would have alone."""

import io
import json
import os
import re
import signal
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

import duckdb
import pytest

from quality import change_over, editions
from quality.erasing import erase_from
from quality.publish import Publication, latest_receipt, publish
from rapport import on_disk
from rapport.forgotten import Forgotten
from rapport.networks import NETWORKS
from reporting.report import write_reports
from reporting.superset import pack
from tests.dbt.apart import CONFIG, ELSEWHERE, LAB, NAMES, OURS, PEOPLE, RIVAL, SECRETS, WANDA, World, world
from tests.dbt.homes import Home
from tests.quality.publishing import give_receipt

SEED = 20261129
# What was captured by anybody stands here once, for all: of a client are the rows with its id.
_CLIENTS_TABLES = """
    select schema_name || '.' || table_name from duckdb_columns()
    where database_name = 'alone' and column_name = 'client_id' and schema_name in ('marts', 'reports') order by all
"""

# Whom the lab would get to know through the rival's own account.
THROUGH_RIVAL = f"""
    select count(*) from reports.rpt_worth_seeking_out
    where client_id = 'lab' and list_contains(via_person_ids, 'x:{OURS[RIVAL][0]}')
"""

# What people of the list are where only one of the clients is.
OF_OTHERS = {LAB: ["wandawandawandawanda"], RIVAL: ["w@f.test", "b@f.test"]}


@dataclass
class Homes:
    """Both clients in one home, in one build after the other; and each client alone."""

    world: World
    both: Home
    alone: dict[str, Home]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homes]:
    folder, made = tmp_path_factory.mktemp("apart"), world(SEED)
    with pytest.MonkeyPatch.context() as patch:
        for network, _ in ELSEWHERE.values():
            patch.setitem(NETWORKS, network, replace(NETWORKS[network], is_translated=False))
        yield _homes(folder, made)


def _homes(folder: Path, made: World) -> Homes:
    alone = {}
    for client in (LAB, RIVAL):
        alone[client] = Home(folder / client, PEOPLE + CONFIG[client], has_outcomes=client == LAB)
        alone[client].load(made.of(client))
        alone[client].build()
    both = Home(folder / "both", PEOPLE + CONFIG[LAB] + CONFIG[RIVAL])
    both.load(made.of(LAB))
    both.build()
    return Homes(made, both, alone)


def differences(found: Home, alone: Home, client: str) -> list[str]:
    """Tables whose rows of the client are others than those it has alone, with a few of the rows."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, home in (("found", found), ("alone", alone)):
            connection.execute(f"attach '{home.settings.warehouse_path}' as {name} (read_only)")
        tables = [table for (table,) in connection.execute(_CLIENTS_TABLES).fetchall()]
        assert len(tables) > 15
        messages = []
        for table in tables:
            of = {
                name: f"select * from {name}.{table} where client_id = '{client}'"
                for name in ("found", "alone")
            }
            for one, other in (("found", "alone"), ("alone", "found")):
                rows = connection.execute(f"({of[one]}) except all ({of[other]}) order by all").fetchall()
                if rows:
                    messages.append(f"{table}: {len(rows)} rows only {one}, e.g. {rows[:2]}")
        return messages


def count(home: Home, query: str) -> int:
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return int(row[0])


def test_each_client_has_the_rows_that_it_has_alone(homes: Homes) -> None:
    both = homes.both
    # as long as only the lab has fetched anything, and when the rival's pages come on top of it
    assert differences(both, homes.alone[LAB], LAB) == []
    both.load(homes.world.pages[RIVAL])
    assert not both.build().is_full_refresh
    assert differences(both, homes.alone[LAB], LAB) == []
    assert differences(both, homes.alone[RIVAL], RIVAL) == []
    assert both.differences() == []
    # there was something to keep apart: posts that both have, that the other alone has, trees with parts missing
    assert count(both, "select count(*) from intermediate.int_clients__posts where is_shared") > 100
    assert count(both, "select count(*) from reports.rpt_worth_seeking_out where client_id = 'lab'") > 3
    for client in (LAB, RIVAL):
        parted = f"""
            select count(*) from intermediate.int_conversations__of_clients as own
            inner join marts.conversation_posts as posts using (network, post_id)
            where own.client_id = '{client}' and own.is_parent_missing and not posts.is_parent_missing
        """
        assert count(both, parted) > 5
    # each is a person to the other, as they have talked in public; but nobody is found through the other's own talk
    of_rival = f"from reports.rpt_relationships where client_id = 'lab' and person_id = 'x:{OURS[RIVAL][0]}'"
    assert count(both, f"select count(*) {of_rival}") == 1
    assert count(both, THROUGH_RIVAL) == 0


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_joined_people_are_called_what_they_are_called_where_the_client_is(homes: Homes) -> None:
    both = homes.both
    for client, handle in ((LAB, "wandawandawandawanda.test"), (RIVAL, WANDA[RIVAL])):
        for table in ("rpt_relationships", "rpt_relationship_moves", "rpt_answers", "rpt_waiting"):
            found = rows(
                both,
                f"select distinct handle from reports.{table}"
                f" where client_id = '{client}' and person_id = 'person:wanda'",
            )
            assert found == [(handle,)], (table, client)
    kinds = "select handle, person_kind from reports.rpt_relationships where person_id = '{}' and client_id = '{}'"
    # a robot by what it says on Mastodon, where the lab is not: so only the lab has it as a person
    assert rows(both, kinds.format("person:robot", LAB)) == [("h501", "unknown")]
    assert rows(both, kinds.format("person:robot", RIVAL)) == []
    assert rows(both, kinds.format("person:two", LAB)) == [("h502", "unknown")]


def test_clients_of_one_house_may_share(homes: Homes, tmp_path: Path) -> None:
    config = "[privacy]\nshare_between_clients = true\n" + PEOPLE + CONFIG[LAB] + CONFIG[RIVAL]
    house = Home(tmp_path / "house", config)
    house.load(homes.world.of(LAB, RIVAL))
    house.build()
    assert count(house, THROUGH_RIVAL) > 5
    # lists are each client's own all the same
    of_robot = "from reports.rpt_relationships where client_id = 'lab' and person_id = 'x:505'"
    assert count(house, f"select count(*) {of_robot} and person_kind = 'unknown'") == 1


@pytest.fixture(scope="module")
def published(homes: Homes) -> Homes:
    """Each home with its publication, its reports and its edition."""
    for home in (homes.both, homes.alone[LAB]):
        if home is homes.both:
            home.load(homes.world.pages[RIVAL])
        publish_home(home)
        write_reports(home.settings)
        editions.freeze(home.settings)
    return homes


def publish_home(home: Home) -> Publication:
    settings = home.settings
    assert give_receipt(settings, home.build().build_id)
    return publish(settings, latest_receipt(settings))


def values_of(path: Path) -> set[str]:
    """Every text that stands anywhere in a database, names of tables, columns and comments among them."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = {
            str(value) for row in connection.execute("from duckdb_columns()").fetchall() for value in row
        }
        found |= {
            str(value) for row in connection.execute("from duckdb_tables()").fetchall() for value in row
        }
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        for schema, table in tables:
            for row in connection.execute(f"from {schema}.{table}").fetchall():
                found |= {str(value) for value in row}
    return found


def rows_of(path: Path, table: str, without: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        left_out = f"exclude ({', '.join(without)})" if without else ""
        return connection.execute(f"select * {left_out} from {table} order by all").fetchall()


# When something was seen, and the network's count of replies, are the newest that anybody was shown.
SEEN = {
    "marts.posts": ("reply_count", "first_observed_at", "last_observed_at"),
    "marts.accounts": ("observed_at",),
    "marts.account_handles": ("first_seen_at", "last_seen_at"),
}


def test_a_clients_own_file_is_the_one_it_has_alone(published: Homes) -> None:
    both, alone = published.both.settings, published.alone[LAB].settings
    own, only = (home.client_dir(LAB) / "engagement.duckdb" for home in (both, alone))
    with duckdb.connect(str(only), read_only=True) as connection:
        tables = [table for (table,) in connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('marts', 'reports')"
        ).fetchall()]  # fmt: skip
    assert len(tables) > 25
    other = {"reports.rpt_publication", "marts.conversations"}
    assert [
        table
        for table in tables
        if table not in other
        and rows_of(own, table, SEEN.get(table, ())) != rows_of(only, table, SEEN.get(table, ()))
    ] == []
    # of conversations there are those that the client has whole
    whole = {row[:6] for row in rows_of(own, "marts.conversations")}
    assert len(whole) > 100 and whole <= {row[:6] for row in rows_of(only, "marts.conversations")}
    [own_record], [only_record] = (
        rows_of(
            path,
            "(select check_count, page_count, gap_count, table_count, as_of_at from reports.rpt_publication)",
        )
        for path in (own, only)
    )
    assert own_record == only_record
    for path in (own, both.published_path):
        assert len(rows_of(path, "reports.rpt_publication")) == 1
    everything = rows_of(both.published_path, "reports.rpt_publication")[0]
    assert rows_of(own, "reports.rpt_publication")[0][0] == everything[0]


def unpacked(path: Path) -> bytes:
    """What a file holds. A workbook is packed; a PDF is drawn of a page that lies beside it, and of nothing else."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def test_nothing_of_the_other_client_is_in_a_clients_folder(published: Homes) -> None:
    settings = published.both.settings
    for client, other in ((LAB, RIVAL), (RIVAL, LAB)):
        folder = settings.client_dir(client)
        never_met = OURS[other][2]
        needles = [NAMES[other], SECRETS[other], f"h{never_met}", never_met, *OF_OTHERS[other]]
        files = [path for path in folder.rglob("*") if path.is_file()]
        kinds = {path.suffix for path in files}
        assert kinds - {".pdf"} == {".duckdb", ".parquet", ".html", ".json", ".csv", ".xlsx", ".gexf"}
        assert len([path for path in files if path.suffix == ".parquet"]) > 30
        for path in files:
            content = unpacked(path)
            assert [needle for needle in needles if needle.encode() in content] == [], path
            if path.suffix == ".parquet":
                with duckdb.connect() as connection:
                    frame = connection.execute(f"from '{path}'").fetchall()
                assert [needle for needle in needles if needle in str(frame)] == [], path
        own = values_of(folder / "engagement.duckdb")
        found = [needle for needle in needles if any(needle in value for value in own)]
        assert found == []
        assert other not in own and client in own
        # the search finds what is there
        whole = values_of(settings.published_path)
        assert [needle for needle in needles if not any(needle in value for value in whole)] == []
        assert any(NAMES[client] in value for value in own)
        assert (folder / "latest" / "rpt_waiting.parquet").exists()
        assert [path.name for path in (folder / "reports").glob("*-W*/index.html")] == ["index.html"]
        [manifest] = folder.glob("editions/*/manifest.json")
        assert json.loads(manifest.read_text())["pages"].keys() == {"reports/index.html"}


def test_killed_in_the_change_over_the_next_publication_finishes_it(published: Homes, tmp_path: Path) -> None:
    home = published.both.copy(tmp_path / "home")
    settings = home.settings
    files = [settings.published_path, *settings.clients_dir.glob("*/engagement.duckdb")]

    def ids() -> set[str]:
        return {str(rows_of(path, "reports.rpt_publication")[0][0]) for path in files}

    [first] = ids()
    for calls in (1, 9, 30):
        child = os.fork()
        if child == 0:
            die_at_call(calls)
            publish(settings, latest_receipt(settings))
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        # the whole comes last: until then it is the one before
        assert str(rows_of(settings.published_path, "reports.rpt_publication")[0][0]) == first
        assert len(ids()) <= 2
        change_over.finish(settings)
        [first] = ids()
    assert not list(settings.published_dir.rglob("*.tmp"))
    publish(settings, latest_receipt(settings))
    assert len(ids()) == 1


def die_at_call(calls: int) -> None:
    """Has this process killed when files have been put in their places so often."""
    left = calls

    def trace(frame: FrameType, event: str, argument: object) -> None:
        nonlocal left
        if frame.f_code is on_disk.put_in_place.__code__ and frame.f_back.f_code.co_name != "write_bytes":  # type: ignore[union-attr]
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.settrace(trace)


def test_what_is_erased_goes_from_the_clients_files_too(published: Homes, tmp_path: Path) -> None:
    home = published.both.copy(tmp_path / "home")
    settings = home.settings
    own = settings.client_dir(LAB)
    [(post_id, text)] = rows_of(
        own / "engagement.duckdb",
        "(select post_id, text from reports.rpt_content where length(text) > 25 limit 1)",
    )
    latest, frozen = (
        own / "latest" / "rpt_content.parquet",
        next(own.glob("editions/*/tables/rpt_content.parquet")),
    )
    forgotten = Forgotten(
        frozenset({("x", str(post_id))}), frozenset({("x", "500")}), frozenset({("x", "h500")})
    )
    assert erase_from(settings, forgotten, lambda words: None) > 5
    for path in (latest, frozen):
        with duckdb.connect() as connection:
            assert connection.execute(
                f"select text from '{path}' where post_id = '{post_id}'"
            ).fetchall() == [(None,)]
    values = values_of(own / "engagement.duckdb")
    assert str(text) not in values and "h500" not in values and "Person 500" not in values
    assert erase_from(settings, forgotten, lambda words: None) == 0


def test_a_dashboard_of_each_in_the_same_superset(published: Homes) -> None:
    settings = published.both.settings
    packed = {client: pack(settings, client_id=client) for client in (None, LAB, RIVAL)}
    ids = {
        client: set(re.findall(r"uuid: ([0-9a-f-]{36})", unzipped(content)))
        for client, content in packed.items()
    }
    assert len(ids[None]) == len(ids[LAB]) > 15
    assert not ids[None] & ids[LAB] and not ids[LAB] & ids[RIVAL]
    assert str(settings.client_dir(LAB) / "engagement.duckdb") in unzipped(packed[LAB])
    assert "rapport-lab" in unzipped(packed[LAB]) and NAMES[RIVAL] not in unzipped(packed[LAB])


def unzipped(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())
