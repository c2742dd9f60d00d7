"""The benchmark of a build runs, on posts that are what a load would have left. Never how fast."""

from itertools import groupby
from pathlib import Path

import duckdb
import numpy as np
import pytest

from benchmarks import aims, build, history, peers, raw
from benchmarks.processes import Cost
from extractors.landing import landing_files
from extractors.raw import raw_store
from modelling import dbt
from rapport.config import load_settings

# What says which run of the load it was, and what only a real request knows.
_NOT_COMPARED = "exclude (load_id)"
_PAGE_COLUMNS = "page_key, network, client_id, stream, run_id, page_number, source, endpoint, window_start_at, " \
    "window_end_at, fetched_at, object_count, landing_path"  # fmt: skip


@pytest.fixture(scope="module")
def small() -> history.History:
    return history.build(2_000)


def test_a_history_has_the_shape_it_promises(small: history.History) -> None:
    again = history.build(2_000)
    assert all(np.array_equal(getattr(small, name), getattr(again, name)) for name in small.__annotations__)
    assert small.is_captured.sum() == 2_000
    assert len(np.unique(small.post_ids())) == len(small)
    answers = small.parent >= 0
    assert (small.at_ms[small.parent[answers]] < small.at_ms[answers]).all()
    assert (small.root[small.parent[answers]] == small.root[answers]).all()
    facts = dict(build.graph(history.build(100_000)))
    sizes = [int(size.replace(",", "")) for size in facts["conversations / largest / deepest"].split(" / ")]
    assert sizes[1] > 9_000
    assert sizes[2] > 500
    one_way = int(facts["pairs that reply / of them one way only"].split(" / ")[1].removesuffix("%"))
    assert 40 <= one_way <= 65


def test_a_day_brings_new_posts_answers_to_old_ones_and_late_ones(small: history.History) -> None:
    whole, rows = history.a_day_after(small, 200)
    assert len(rows) == 200
    is_new = whole.at_ms[rows] >= history.END_MS
    assert is_new.sum() == len(whole) - len(small) == 180
    assert (~small.is_captured[rows[~is_new]]).all()
    parents = whole.parent[rows[is_new]]
    assert (parents[parents >= 0] < len(small)).sum() >= 60
    assert len(np.unique(whole.post_ids())) == len(whole)


def test_raw_is_what_loading_the_same_pages_leaves(tmp_path: Path, small: history.History) -> None:
    written = raw.configure(tmp_path / "written")
    rows = np.flatnonzero(small.is_captured)[:700]
    raw.write(written, small, rows, tmp_path / "posts.ndjson", lambda message: None)
    (tmp_path / "loaded").mkdir()
    loaded = load_settings(tmp_path / "loaded", written.config_path)
    with duckdb.connect(str(written.warehouse_path), read_only=True) as connection:
        pages = connection.execute(
            "select page_key, stream, run_id, page_number, endpoint, window_start_at::varchar, window_end_at::varchar, "
            "fetched_at::varchar, object_count, result_count from raw.pages"
        ).fetchall()
        objects = connection.execute(
            "select page_key, 'data' as section, position, payload::varchar from raw.posts union all "
            "select page_key, section, position, payload::varchar from raw.users order by 1, 2, 3"
        ).fetchall()
        named = connection.execute(
            "select distinct one.id from (select unnest(referenced_tweets) as one from raw.posts)"
        ).fetchall()
    assert len(named) > 100 and {id_ for (id_,) in named} <= {str(id_) for id_ in small.post_ids()}
    bodies = {
        key: {part: [entry[3] for entry in many] for part, many in groupby(parts, key=lambda row: row[1])}
        for key, parts in groupby(objects, key=lambda row: row[0])
    }
    names = ("stream", "run_id", "page_number", "endpoint", "window_start_at", "window_end_at", "fetched_at",
             "object_count", "result_count")  # fmt: skip
    for key, *page in pages:
        data, users = (",".join(bodies[key].get(part, [])) for part in ("data", "includes"))
        envelope = {
            "network": "x", "client_id": raw.CLIENT, "source": "api", **dict(zip(names, page, strict=True)),
            "data_kind": "user" if page[0] == "likers" else "post", "status_code": 200,
        }  # fmt: skip
        body = f'{{"data": [{data}], "includes": {{"users": [{users}]}}}}'
        landing_files.write(loaded.landing_dir, key, envelope, body.encode())
    raw_store.load(loaded, lambda message: None)
    with duckdb.connect(str(loaded.warehouse_path)) as connection:
        connection.execute(f"attach '{written.warehouse_path}' as written (read_only)")
        for table, columns in (
            ("posts", f"* {_NOT_COMPARED}"),
            ("users", f"* {_NOT_COMPARED}"),
            ("pages", _PAGE_COLUMNS),
        ):
            counts = [connection.execute(f"select count(*) from {database}.raw.{table}").fetchall()[0][0]
                      for database in ("written", "warehouse")]  # fmt: skip
            assert counts[0] == counts[1] > 0, table
            for side, other in (("written", "warehouse"), ("warehouse", "written")):
                differ = connection.execute(
                    f"select {columns} from {side}.raw.{table} except select {columns} from {other}.raw.{table} limit 2"
                ).fetchall()
                assert not differ, table


def test_the_answers_of_peers_are_ours(tmp_path: Path, small: history.History) -> None:
    settings = raw.configure(tmp_path)
    rows = np.flatnonzero(small.is_captured)
    ndjson = tmp_path / "posts.ndjson"
    raw.write(settings, small, rows, ndjson, lambda message: None)
    built = build.build(settings, lambda message: None)
    assert {kind for _, kind, _ in built.nodes} == {"model", "test"}
    assert min(built.cost.seconds, built.cost.cpu_seconds, built.cost.peak_bytes) > 0
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        packed = connection.execute(
            "select count(*) from pragma_storage_info('marts.posts') where compression ilike '%fsst%'"
        ).fetchall()
    assert packed == [(0,)], "packing its texts would take a build as long as making its tables"
    # what the marts alone take is not asked here: one build is enough
    tables = [
        peers.pandas(settings, ndjson, built.cost, lambda message: None),
        peers.sql(settings, ndjson, built.cost, lambda message: None),
        peers.sql(settings, settings.warehouse_path, built.cost, lambda message: None),
    ]
    talk = rows[small.reposted[rows] < 0]
    for beside in tables:
        compared = {
            row[0].split()[0]: int(row[1].replace(",", ""))
            for row in beside.table.rows
            if "compared" in row[0]
        }
        assert compared["conversations"] == len(np.unique(small.root[talk]))
        assert compared["relationships"] > 50


def test_a_build_that_ran_nothing_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = dbt.BuildResult("as before", (), 0.1, False)
    monkeypatch.setattr(build.dbt, "build", lambda *given: nothing)
    built = build.build(raw.configure(tmp_path), lambda message: None)
    assert built.nodes == []
    assert built.seconds_in_dbt == 0


def test_aims_say_what_is_met_and_hold_for_their_size() -> None:
    def cost(seconds: float, gigabytes: float = 1.0) -> Cost:
        return Cost(seconds, 2 * seconds, int(gigabytes * 1e9))

    def rows(post_count: int, full: Cost) -> dict[str, tuple[str, ...]]:
        found = aims.Measured(
            post_count, cost(1), cost(2), full, cost(10), cost(1.5), 1_600_000_000, cost(20),
            {"pandas": cost(100, 2.5), "sql from raw": cost(4)},
        )  # fmt: skip
        return {row[0]: row[1:] for row in aims.of_builds(found).rows}

    at_a_million = rows(1_000_000, cost(40, 2.1))
    assert at_a_million == {
        "nothing new": ("1.5 s", "3.0 s", "≤ 2.0 s", "met"),
        "full build ÷ import of dbt": ("20.0", "20.0", "", ""),
        "full build ÷ floor": ("40", "40", "≤ 40", "met"),
        "a day more ÷ full build": ("25%", "25%", "≤ 25%", "met"),
        "peak memory of a build": ("2.1 GB", "", "≤ 2.0 GB", "**not met**"),
        "warehouse, packed": ("1.6 GB", "", "≤ 1.5 GB", "**not met**"),
        "pandas ÷ ours, same answers": ("5.0", "5.0", "≥ 5.0", "met"),
        "memory of pandas ÷ of our full build": ("1.2", "", "≥ 1.0", "met"),
        "ours ÷ sql from raw, same answers": ("5.0", "5.0", "", ""),
    }
    assert rows(3_000, cost(7))["full build ÷ import of dbt"][2:] == ("≤ 4.0", "met")
    assert rows(3_000, cost(9))["full build ÷ import of dbt"][2:] == ("≤ 4.0", "**not met**")
    assert rows(3_000, cost(9))["full build ÷ floor"][2:] == ("", "")
    steps = {step: cost(2.5) for step in ("check", "publish", "report")}
    after = aims.of_small_home(cost(2), cost(8), cost(1), steps).rows[-1]
    assert after == ("check + publish + report", "7.5 s", "15.0 s", "≤ 7.0 s", "**not met**")


def test_answers_that_differ_are_told(tmp_path: Path) -> None:
    settings = raw.configure(tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.conversations as select '1' as root_post_id, 4 as depth, 2 as width"
        )
        connection.execute(
            f"copy (select 1 as conversation, 4 as depth, 3 as width) to '{tmp_path}/one.parquet'"
        )
        connection.execute(
            f"copy (select 2 as conversation, 4 as depth, 2 as width) to '{tmp_path}/other.parquet'"
        )
    given = ("conversations", "root_post_id", "conversation")
    assert peers.same(settings, f"{tmp_path}/one.parquet", *given, ("depth",), is_complete=True) == 1
    with pytest.raises(AssertionError, match="1 rows of conversations differ"):
        peers.same(settings, f"{tmp_path}/one.parquet", *given, ("depth", "width"), is_complete=True)
    with pytest.raises(AssertionError, match="2 rows of conversations differ"):
        peers.same(settings, f"{tmp_path}/other.parquet", *given, ("depth",), is_complete=True)
