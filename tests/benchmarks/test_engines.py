"""The benchmark of engines runs, and says where two of them differ. Never how fast."""

from pathlib import Path

import duckdb
import pytest

from benchmarks import engines
from benchmarks.processes import Cost


def test_each_size_is_built_and_measured(tmp_path: Path) -> None:
    tables = list(engines.measure(tmp_path, [300, 600], ["duckdb"], "", lambda message: None))
    assert [table.title for table in tables] == [
        "full build of 300 posts", "full build of 600 posts", "growth of CPU",
    ]  # fmt: skip
    [(engine, *costs)] = tables[0].rows
    assert engine == "duckdb" and all(float(cost.split()[0].replace(",", "")) > 0 for cost in costs)
    assert not any(tmp_path.iterdir())


def test_growth_is_the_power_of_the_number_of_posts() -> None:
    def of(seconds: float) -> dict[str, Cost]:
        return {"duckdb": Cost(1, seconds, 1), "spark": Cost(1, 100, 1)}

    found = engines.growth({1000: of(2), 10_000: of(20), 100_000: of(2000)})
    assert list(found.rows) == [("1,000 → 10,000", "1.00", "0.00"), ("10,000 → 100,000", "2.00", "0.00")]


@pytest.mark.parametrize(
    ("value", "unlike"), [("0.1e0", []), ("0.1e0 + 1e-18", []), ("0.1000000000000001e0", ["1 of 3"])]
)
def test_one_digit_more_is_a_difference(tmp_path: Path, value: str, unlike: list[str]) -> None:
    for name, share in (("one", "0.1e0"), ("other", value)):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute("create schema marts; create schema reports; create schema staging")
            connection.execute(f"create table staging.stg as select '{name}' as text")
            connection.execute("create table reports.rpt as select 1 as n")
            connection.execute(
                f"create table marts.ties as from (values (1, 0.5e0), (2, {share}), (2, 0.1e0)) as t (n, share)"
            )
    table = engines.equality(tmp_path / "one.duckdb", tmp_path / "other.duckdb")
    assert table.rows[0] == ("2 tables, 4 rows", f"{len(unlike)} tables")
    assert [how_many for _, how_many in table.rows[1:]] == unlike


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        engines.main(["--home", str(tmp_path / "nowhere")])
    assert ended.value.code == 2 and f"there is no folder {tmp_path / 'nowhere'}" in capsys.readouterr().err
