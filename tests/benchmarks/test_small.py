"""The benchmark of a small home measures the steps that a user would take, in that order. Never how fast."""

from pathlib import Path

import pytest

from benchmarks import small
from benchmarks.processes import Cost, command
from rapport.config import Settings


def test_a_half_year_is_fetched_and_every_step_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []

    def step(settings: Settings, *words: str, **variables: str) -> Cost:
        called.append(words[0])
        if words[0] in ("fetch", "load"):  # the others have tests of their own
            return command(settings, *words, **variables)
        return Cost(2.0, 3.0, 4)

    monkeypatch.setattr(small, "command", step)
    costs, verdicts = small.measure(tmp_path)
    assert called == ["fetch", "load", "build", "build", "check", "publish", "report", "build"]
    assert [row[0] for row in costs.rows] == [
        "importing dbt", "load", "first build, which parses the project", "full build", "check", "publish", "report",
        "build, nothing new",
    ]  # fmt: skip
    posts = int(costs.title.split()[3].replace(",", ""))
    assert 1_000 < posts < 5_000
    assert verdicts.rows[-1][:2] == ("check + publish + report", "6.0 s")
