"""One warehouse with random histories in it, filled through the file import and built by dbt, for all tests here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.files import importer, lists
from extractors.topics import matching
from modelling import dbt
from rapport.config import Settings, load_settings
from rapport.config_clients import GOAL_MEASURES
from tests.dbt.histories import (
    BOT,
    OURS,
    PRIVATE,
    Post,
    Writer,
    private_reposts,
    random_introductions,
    random_questions,
    random_relationships,
    random_topics,
    random_trees,
    write_jsonl,
    write_notes,
    write_outcomes,
)
from tests.support.once import made_once


def goal_target(measure: str) -> float:
    """What the goals of the random world want: a share is at most 1."""
    return 1 if measure.endswith("_share") else 7.5


CONFIG = f"""
[[people]]
name = "One of us, in private too"
accounts = ["{OURS[1]}", "{PRIVATE}"]
tags = ["never them"]

[[people]]
name = "Nobody of the List"
accounts = ["999999"]
owner = "The House"
tags = ["press"]

[[clients]]
id = "lab"
name = "The Lab"
accounts = ["{OURS[0]}"]
team = ["@h{OURS[1]}"]
bots = ["{BOT}"]
time_zone = "Europe/Berlin"

[clients.hours]
days = ["mon", "tue", "wed", "thu", "sat"]
from = "09:30"
to = "16:00"
holidays = "DE-BY"
closed = [2025-07-01]

[[clients.stakeholders]]
handle = "@h500"
why = "talks with us"
topic = "bees"
priority = 1
owner = "@h{OURS[1]}"
tags = ["press", "Funder"]

# called as the hashtag is: so what is shared with others stays what the hashtags say
[[clients.topics]]
name = "moss"
words = ["moss"]

[[clients.topics]]
name = "Deadwood"
words = ["deadwood"]
examples = ["Fallen trees are left to lie in the forest."]

[[clients.stakeholders]]
handle = "510"
why = "talks with us too"
tags = ["press"]

[[clients.stakeholders]]
handle = "@h200"
why = "we never met"
priority = 3

[[clients.stakeholders]]
handle = "@nobody_there"
why = "nobody ever saw that account"
tags = ["press"]

[[clients.people]]
handle = "@H503"
owner = "Ben, who has no account"
tags = ["school"]

[[clients.people]]
handle = "504"
owner = "one of us, in private too"

[[clients.people]]
handle = "@never_there"
owner = "@h{OURS[1]}"
tags = ["school"]
""" + "".join(
    f"""
[[clients.goals]]
words = "more of {measure}"
measure = "{measure}"
target = {goal_target(measure)}
by = 2026-08-30
"""
    for measure in GOAL_MEASURES
)


@dataclass
class Built:
    """The posts that went in and the warehouse that came out."""

    posts: list[Post]
    settings: Settings
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    writer = Writer(seed=20261123)
    posts = (
        random_trees(writer, 250) + random_relationships(writer, 60, 70) + random_introductions(writer, 120)
    )
    posts += random_questions(writer, 120, max(post.created_at for post in posts))
    posts += private_reposts(writer, posts)
    random_topics(writer, posts)
    home = made_once(tmp_path_factory, "random", lambda home: _bring_in(home, posts, writer))
    settings = load_settings(home)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield Built(posts, settings, connection)


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What dbt understood of the project."""

    def parse(home: Path) -> None:
        outcome = dbt.run(load_settings(home), ["parse"], lambda line: None)
        assert outcome.returncode == 0, outcome.reasons

    settings = load_settings(made_once(tmp_path_factory, "parsed", parse))
    return json.loads((settings.dbt_target_dir / "manifest.json").read_text(encoding="utf-8"))


def _bring_in(home: Path, posts: list[Post], writer: Writer) -> None:
    (home / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    settings = load_settings(home)
    write_outcomes(home / "outcomes.csv")
    write_notes(home / "notes.csv")
    write_jsonl(posts, home / "history.jsonl", writer)
    importer.import_files(settings, [home / "history.jsonl"])
    lists.sync(settings)
    matching.match(settings)
    dbt.build(settings)
