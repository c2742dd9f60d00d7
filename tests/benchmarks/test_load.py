"""The benchmark runs, and what it loads is what it wrote. Never how fast: that depends on the machine."""

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb

from benchmarks import load, posts
from extractors.landing import landing_files


def test_the_same_seed_gives_the_same_posts() -> None:
    first, second = list(posts.pages(250)), list(posts.pages(250))
    assert [page.body for page in first] == [page.body for page in second]
    assert [len(page.posts) for page in first] == [100, 100, 50]
    assert first[0].body != next(posts.pages(250, seed=8)).body


def test_the_table(tmp_path: Path) -> None:
    table = dict(load.measure(tmp_path, post_count=2_050, rounds=1, seed=7))
    assert re.match(r"2,050 / 21 / \d", table["posts / pages / authors"])
    for what in ("posts", "posts and authors"):
        assert table[f"load of {what}: everything came out / payloads verbatim"] == "True / 2,050"
    assert table["second load: pages / seconds"].startswith("0 / ")
    assert any("ratio" in name for name in table)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select count(*), count(distinct post_id), count(author_id), count(created_at), "
            "count(public_metrics.like_count), count(*) filter (text is null) from raw.posts"
        ).fetchall()
        assert rows == [(2_050, 2_050, 2_050, 2_050, 2_050, 0)]
        assert connection.execute("select count(*) from raw.rejects").fetchall() == [(0,)]


# Limits a sixteenth of what they are, so that a sixteenth of the data shows whether they hold.
_LOAD_SMALL = """
import json, sys
from pathlib import Path
from benchmarks import load
from extractors.raw import raw_pages, raw_store
raw_pages.BATCH_BYTES //= 16
raw_store.MEMORY_LIMIT_BYTES = 200_000_000
print(json.dumps(load.load_here(Path(sys.argv[1])).__dict__))
"""


def test_memory_is_bounded_whatever_the_size_of_the_load(tmp_path: Path) -> None:
    page = next(posts.pages(100))
    values = [json.loads(post) for post in page.posts]
    many = [{**value, "text": value["text"] * 20} for value in values * 5]
    body = json.dumps({"data": many}).encode()
    peaks = {}
    for page_count in (50, 200):  # 100 MB and 400 MB of bodies
        home = tmp_path / str(page_count)
        for number in range(page_count):
            key = landing_files.page_key("x", "own_posts", "run", f"page-{number:06d}")
            landing_files.write(home / "landing", key, {"network": "x", "data_kind": "post"}, body)
        done = subprocess.run(
            [sys.executable, "-c", _LOAD_SMALL, home], check=True, capture_output=True, text=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        found = load.Load(**json.loads(done.stdout.splitlines()[-1]))
        assert found.posts == page_count * 500
        peaks[page_count] = found.peak_bytes
    assert peaks[200] < 1.3 * peaks[50], peaks
