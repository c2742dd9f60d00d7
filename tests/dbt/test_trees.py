"""Both ways of walking trees (macros/engine/trees.sql) find what walking up from each post finds."""

from pathlib import Path

import duckdb
import pytest

from modelling import dbt
from rapport.config import load_settings
from tests.dbt import small, trees

_TOPS = "'raw.links', 'parent_post_id', ['network'], own=['mine'], of_top=['told']"
_BELOW = "'raw.trees', 'parent_post_id', ['network']"
_BY_ROUNDS = f"""{{% if execute %}}
    {{% do tops_by_rounds('raw.tops', {_TOPS}) %}}
    {{% do descendants_by_rounds('raw.below', {_BELOW}) %}}
{{% endif %}}"""
_MODELS = {
    "tops_by_rounds": "select * from raw.tops",
    "tops_by_recursion": f"{{{{ tops_by_recursion({_TOPS}, has_cycles=true) }}}}",
    "below_by_rounds": "select * from raw.below",
    "below_by_recursion": f"{{{{ descendants_by_recursion({_BELOW}) }}}}",
}


def _links(seed: int, cycle_count: int) -> list[trees.Link]:
    """The trees of a seed, on networks of its own: so one build walks those of all seeds."""
    links = trees.random_links(seed, 300, 801, cycle_count)
    return [(f"{network} {seed}", post_id, parent) for network, post_id, parent in links]


def test_both_ways_find_what_walking_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small.project(monkeypatch, tmp_path / "project", _MODELS, [_BY_ROUNDS])
    links = _links(1, cycle_count=9) + _links(2, cycle_count=9)
    tops, without_cycles = trees.tops(links), _links(1, cycle_count=0) + _links(2, cycle_count=0)
    cuts = [link for link in links if link[2] and tops[link[:2]][1] == 0]
    for seed in "12":
        own = [link for link in cuts if link[0].endswith(seed)]
        assert len(own) > 5 and any(link[1] != link[2] for link in own)
    settings = load_settings(tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create schema raw")
        connection.execute("create view raw.posts as select 1 as post")
        columns = "network text, post_id text, parent_post_id text"
        connection.execute(f"create table raw.links ({columns}, mine text, told text)")
        connection.execute(f"create table raw.trees ({columns})")
        told = [(*link, f"of {link[1]}", f"top {link[1]}") for link in links]
        connection.executemany("insert into raw.links values (?, ?, ?, ?, ?)", told)
        connection.executemany("insert into raw.trees values (?, ?, ?)", without_cycles)
    result = dbt.run(settings, ["build"], lambda line: None)
    assert result.returncode == 0, result.reasons
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        below = trees.descendants(without_cycles)
        for way in ("rounds", "recursion"):
            found = connection.execute(
                f"select network, post_id, top_post_id, steps, mine, told from marts.tops_by_{way}"
            ).fetchall()
            assert sorted(found) == sorted(
                (network, post_id, top, steps, f"of {post_id}", f"top {top}")
                for (network, post_id), (top, steps) in tops.items()
            )
            counts = connection.execute(
                f"select network, post_id, descendant_count from marts.below_by_{way}"
            ).fetchall()
            assert {(network, post_id): count for network, post_id, count in counts} == below
        # what a round makes on the way is gone again
        names = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert names == {"links", "trees", "tops", "below", *_MODELS}
