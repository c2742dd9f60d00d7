"""Two networks in one home, with the same ids and the same handles on both: erasing of one leaves the other whole."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from extractors.files import importer, lists, outcomes
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state import tombstones
from extractors.state.store import open_state
from operations.backup.restore import restore
from operations.backup.take import back_up
from operations.cli.main import app
from operations.erasure import everywhere as erasure
from operations.erasure.everywhere import erase_home
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import NETWORKS
from rapport.warehouse import connect
from tests.invented_network import Y
from tests.operations import erasure_home as home_of
from tests.operations.erasure_home import AGREED, EDITED, HANDLE, NAME, OTHER, PROFILE, SECRET, SHY, SPOKEN

CONFIG = """
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["101", "y:101"]
"""
# What each network's people wrote: the ids, the handles and the shape are the same.
SAID = {
    "x": {SECRET: SECRET, NAME: NAME, PROFILE: PROFILE, EDITED[0]: EDITED[0]},
    "y": {
        SECRET: "nobody has ever seen the bog orchid flower in our lane 🌾",
        NAME: "Shy Sandpiper",
        PROFILE: "keeper of a saltmarsh nobody visits",
        EDITED[0]: "orchids flower on wednesdays, first thought",
    },
}
OF_THE_POST = {network: (said[SECRET][:40],) for network, said in SAID.items()}
OF_THE_ACCOUNT = {
    network: (*OF_THE_POST[network], said[NAME], said[PROFILE]) for network, said in SAID.items()
}
BOTH = pytest.mark.parametrize(("network", "other"), [("x", "y"), ("y", "x")])
WHY = "on request"


@pytest.fixture(scope="module", autouse=True)
def two_networks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NETWORKS, "y", Y)
        yield


@pytest.fixture(scope="module")
def made(two_networks: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home that holds both, in landing, raw, the state store, outcomes.csv and what is published.

    Beside it lie the files that it was imported from, each with a line that was cut in the middle of the text.
    """
    folder = tmp_path_factory.mktemp("two")
    settings = home_of.make_home(folder / "home", CONFIG)
    for network, said in SAID.items():
        text = json.dumps(home_of.page(), ensure_ascii=False)
        for before, after in said.items():
            text = text.replace(before, after)
        cut = text[: text.index(said[SECRET]) + 50]
        path = folder / f"{network}.jsonl"
        path.write_text(f"{text}\n{cut}\n", encoding="utf-8")
        result = importer.import_files(settings, [path], network=network)
        assert (result["posts"], result["rejected_lines"]) == (8, 1)
    with open_state(settings) as state:
        for network in SAID:
            state.remember_handles(network, {HANDLE: SHY, "agreeable": OTHER})
    known = {"client_id": "lab", "kind": "call", "occurred_date": "2026-10-20", "consent_basis": "consent"}
    logged = [
        outcomes.new(settings, handle=f"{network}:@{HANDLE}", note=f"said {said[SECRET]}", **known)
        for network, said in SAID.items()
    ]
    outcomes.add(settings, logged)
    lists.sync(settings)
    publish(settings)
    return folder


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    """A copy of that home, the test's own."""
    shutil.copytree(made / "home", tmp_path / "home")
    return load_settings(tmp_path / "home")


def publish(settings: Settings) -> None:
    """What a build makes of them, as far as an erasure looks at it: texts, names, people and links between them."""
    settings.published_dir.mkdir()
    with connect(settings) as connection:
        connection.execute(f"attach '{settings.published_path}' as published")
        for schema in ("marts", "reports"):
            connection.execute(f"create schema published.{schema}")
        connection.execute(
            """
            create table published.marts.accounts as
            select
                network, account_id, 'person:both' as person_id, username as handle, name as display_name, description
            from raw.users where account_id = $other
            union all
            select network, account_id, network || ':' || account_id, username, name, description
            from raw.users where account_id <> $other
            """,
            {"other": OTHER},
        )
        connection.execute(
            "create table published.marts.posts as select distinct network, post_id, author_id as account_id, "
            "network || ':' || author_id as person_id, text from raw.posts"
        )
        connection.execute(
            "create table published.reports.rpt_nurture as select 'lab' as client_id, person_id, "
            "network as last_post_network, post_id as last_post_id, text as last_text from published.marts.posts"
        )
        connection.execute(
            "create table published.reports.rpt_stakeholders as select 'lab' as client_id, person_id, "
            "display_name, handle, 'knows @' || handle as stakeholder_why from published.marts.accounts"
        )


def landed(settings: Settings, network: str) -> dict[str, bytes]:
    """The pages of a network, to the byte."""
    keys = [key for key in landing_files.keys(settings.landing_dir) if key.startswith(f"{network}/")]
    return {key: landing_files.path_of(settings.landing_dir, key).read_bytes() for key in keys}


def rows_of(path: Path, network: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the network in the tables of a database that say of which they are; but not when they were loaded."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, list(column_name) from duckdb_columns() "
            "where schema_name in ('raw', 'marts', 'reports') group by all order by all"
        ).fetchall()
        found = {}
        for schema, table, columns in tables:
            named = next((column for column in ("network", "last_post_network") if column in columns), None)
            if table == "rejects":
                condition = f"page_key like '{network}/%'"
            elif named:
                condition = f"{named} = '{network}'"
            else:
                continue
            kept = [column for column in columns if not column.startswith("load") and column != "rejected_at"]
            query = f"select {', '.join(sorted(kept))} from {schema}.{table} where {condition} order by all"
            found[f"{schema}.{table}"] = connection.execute(query).fetchall()
    return found


def everything(settings: Settings, network: str) -> tuple[Any, ...]:
    """All that a home holds of a network."""
    return (
        landed(settings, network),
        rows_of(settings.warehouse_path, network),
        rows_of(settings.published_path, network),
        [outcome for outcome in outcomes.read(settings) if outcome.about.network == network],
    )


def found_in(home: Path, words: tuple[str, ...]) -> list[str]:
    return home_of.found_in(home, words)


@BOTH
def test_a_post_goes_and_the_one_of_the_same_id_stays(
    settings: Settings, made: Path, network: str, other: str
) -> None:
    before = everything(settings, other)
    assert before[1]["raw.posts"] and before[1]["raw.rejects"] and before[2]["marts.posts"]
    assert {place.split("/")[0].split(":")[0] for place in found_in(settings.home, OF_THE_POST[network])} == {
        "landing", "warehouse.duckdb", "published", "outcomes.csv"
    }  # fmt: skip
    backup = back_up(settings).path
    done = erasure.erase(settings, {f"{network}:{SPOKEN}": WHY})
    assert (done.post_count, done.backup_count) == (2, 1)  # with its repost
    # An outcome's note is its writer's own text: of a post that is erased it keeps what was noted.
    assert {place.split(":")[0] for place in found_in(settings.home, OF_THE_POST[network])} <= {
        "outcomes.csv", "warehouse.duckdb", f"backups/{backup.name}/outcomes.csv",
        f"backups/{backup.name}/warehouse.duckdb",
    }  # fmt: skip
    assert everything(settings, other) == before
    in_backup = load_settings(backup)
    assert everything(in_backup, other) == before
    with open_state(settings) as state:
        assert tombstones.erased(state).networks == [network]
        assert tombstones.erased(state).on(network).post_ids == {SPOKEN, home_of.REPOSTED}
    for home in (settings, in_backup):
        for table, column, where in (("posts", "post_id", other), ("tombstones", "object_id", network)):
            sql = f"select distinct network from raw.{table} where {column} = '{SPOKEN}'"
            assert query(home, sql) == [(where,)]
    # It does not come back, and the other can be brought again.
    importer.import_files(settings, [made / f"{network}.jsonl"], network=network)
    with connect(settings) as connection:
        connection.execute(f"delete from raw.posts where network = '{other}'")
        connection.execute(f"delete from raw.pages where network = '{other}'")
    raw_store.load(settings)
    assert rows_of(settings.warehouse_path, other)["raw.posts"] == before[1]["raw.posts"]
    held = query(
        settings, f"select count(*) from raw.posts where network = '{network}' and post_id = '{SPOKEN}'"
    )
    assert held == [(0,)]


@BOTH
def test_an_account_goes_and_the_one_of_the_same_id_and_handle_stays(
    settings: Settings, network: str, other: str
) -> None:
    before = everything(settings, other)
    backup = back_up(settings).path
    done = erasure.erase(settings, accounts={f"{network}:@{HANDLE}": WHY})
    assert (done.account_count, done.backup_count) == (1, 1)
    assert found_in(settings.home, OF_THE_ACCOUNT[network]) == []
    in_backup = load_settings(backup)
    for home in (settings, in_backup):
        assert everything(home, other) == before
        ours = everything(home, network)
        pages = [landing_files.unpacked(landing_files.path_of(home.landing_dir, key)) for key in ours[0]]
        assert HANDLE not in str(pages) and HANDLE not in str(ours[1:])
        # Somebody else's reply stays, without the name.
        texts = dict(query(home, f"select post_id, text from raw.posts where network = '{network}'"))
        assert texts[AGREED] == f"@{'_' * len(HANDLE)} @lab so would I"
    # Restored, it is as the backup is now: the other whole, this one gone.
    assert restore(settings, backup, erase_home).is_erased
    assert found_in(settings.home, OF_THE_ACCOUNT[network]) == []
    with open_state(settings) as state:
        assert state.account_ids(network, [HANDLE]) == {} and state.account_ids(other, [HANDLE]) == {
            HANDLE: SHY
        }
    assert everything(load_settings(settings.home), other) == before


@BOTH
def test_a_backup_from_before_is_brought_back_without_it(
    settings: Settings, tmp_path: Path, network: str, other: str
) -> None:
    before = everything(settings, other)
    place, away = tmp_path / "stick", tmp_path / "drawer"
    backup = back_up(settings, place).path
    place.rename(away)
    erasure.erase(settings, accounts={f"{network}:{SHY}": WHY})
    assert found_in(away, OF_THE_ACCOUNT[network])
    assert restore(settings, away / backup.name, erase_home).is_erased
    assert found_in(settings.home, OF_THE_ACCOUNT[network]) == []
    assert everything(load_settings(settings.home), other) == before


@BOTH
def test_what_has_no_landing_file_any_more(settings: Settings, network: str, other: str) -> None:
    for key in landing_files.keys(settings.landing_dir):
        landing_files.path_of(settings.landing_dir, key).unlink()
    before = rows_of(settings.warehouse_path, other)
    erasure.erase(settings, {f"{network}:{SPOKEN}": WHY}, {f"{network}:{SHY}": WHY})
    after = rows_of(settings.warehouse_path, other)
    assert after == before
    held = query(
        settings, f"select count(*) from raw.posts where network = '{network}' and post_id = '{SPOKEN}'"
    )
    assert held == [(0,)]


def test_whom_rapport_toml_names_on_one_network_can_be_erased_on_another(settings: Settings) -> None:
    home_of.make_home(settings.home, CONFIG.replace("y:101", f"y:@{HANDLE}"))
    settings = load_settings(settings.home)
    for named in (f"y:{SHY}", f"y:@{HANDLE}", f"y:{HANDLE}"):
        with pytest.raises(ConfigError, match=f"names y:@{HANDLE}"):
            erasure.erase(settings, accounts={named: WHY})
    assert erasure.erase(settings, accounts={SHY: WHY}).account_count == 1


def test_what_the_network_shows_no_more_and_again(settings: Settings) -> None:
    look_ups = {"posts": {}, "accounts": {SHY: "resource-not-found"}, "returned": []}
    for network in ("x", "y"):
        done = erasure.follow_network(settings, {"network": network, **look_ups})
        assert done["accounts"] == 1
    with open_state(settings) as state:
        assert tombstones.by_network(state, "y").keys() == {SHY} == tombstones.by_network(state, "x").keys()
    back = {"network": "y", "posts": {}, "accounts": {}, "returned": [SHY]}
    erasure.follow_network(settings, back)
    with open_state(settings) as state:
        assert tombstones.by_network(state, "y") == {} and tombstones.by_network(state, "x").keys() == {SHY}
    rows = query(settings, "select network from raw.tombstones where object_type = 'account'")
    assert rows == [("x",)]


@pytest.mark.parametrize(
    ("given", "held_after"), [(SPOKEN, ["y"]), (f"x:{SPOKEN}", ["y"]), (f"y:{SPOKEN}", ["x"])]
)
def test_the_command_takes_digits_of_x_or_an_id_with_its_network(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, given: str, held_after: list[str]
) -> None:
    monkeypatch.setenv("RAPPORT_HOME", str(settings.home))
    result = CliRunner().invoke(app, ["erase", "--post", given, "--no-build"], catch_exceptions=False)
    assert result.exit_code == 0 and "Erased 2 posts" in result.stdout
    rows = query(settings, f"select distinct network from raw.posts where post_id = '{SPOKEN}' order by all")
    assert [row[0] for row in rows] == held_after


@pytest.mark.parametrize("given", ["z:5001", "y:", "y:five", "five", "@lab", ""])
def test_the_command_says_what_is_no_id(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("RAPPORT_HOME", str(settings.home))
    with pytest.raises(ConfigError, match="is no id of a post") as refused:
        CliRunner().invoke(app, ["erase", "--post", given], catch_exceptions=False)
    assert f"networks there are: {', '.join(NETWORKS)}" in refused.value.remedy


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return connection.execute(sql).fetchall()
