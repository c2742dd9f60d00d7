"""The benchmark runs, and what it loads is what it wrote. Never how fast: that depends on the machine."""

import re
from pathlib import Path

import duckdb

from benchmarks import load, posts


def test_the_same_seed_gives_the_same_posts() -> None:
    first, second = list(posts.pages(250)), list(posts.pages(250))
    assert [page.body for page in first] == [page.body for page in second]
    assert [len(page.posts) for page in first] == [100, 100, 50]
    assert first[0].body != next(posts.pages(250, seed=8)).body


def test_the_table(tmp_path: Path) -> None:
    table = dict(load.measure(tmp_path, post_count=2_050, rounds=1, seed=7))
    assert re.match(r"2,050 / 21 / \d", table["posts / pages / authors"])
    assert table["everything came out / payloads verbatim"] == "True / 2,050"
    assert table["second load: pages / seconds"].startswith("0 / ")
    assert any("ratio" in name for name in table)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select count(*), count(distinct post_id), count(author_id), count(created_at), "
            "count(public_metrics.like_count), count(*) filter (text is null) from raw.posts"
        ).fetchall()
        assert rows == [(2_050, 2_050, 2_050, 2_050, 2_050, 0)]
        assert connection.execute("select count(*) from raw.rejects").fetchall() == [(0,)]
