"""Of how many a share was and is that has moved since it was published."""

import duckdb
import pytest

from quality import restatements
from rapport.config import Settings
from tests.quality.publishing import give_receipt, publish_build, publish_latest
from tests.quality.test_record import OVER, SUMMARY, moved, read

COUNTS = ("part_count_before", "whole_count_before", "part_count_after", "whole_count_after")


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A home with its first publication."""
    give_receipt(settings)
    publish_latest(settings)
    return settings


def test_a_share_that_moves_says_of_how_many_it_was_and_is(published: Settings) -> None:
    publish_build(
        published,
        "build-2",
        f"update {SUMMARY} set answered_within_day_count = 7, answer_due_count = 28, answered_within_day_share = 0.25"
        f" where week_start_date = '{OVER}'",
    )
    rows = read(published, f"select column_name, {', '.join(COUNTS)} from {restatements.NAME}")
    assert {row["column_name"]: tuple(row[name] for name in COUNTS) for row in rows} == {
        "answered_within_day_count": (None,) * 4,
        "answer_due_count": (None,) * 4,
        "answered_within_day_share": (10, 30, 7, 28),
    }


def test_what_a_file_found_that_did_not_say_of_how_many_is_carried_on(published: Settings) -> None:
    publish_build(
        published,
        "build-2",
        f"update {SUMMARY} set answered_within_day_share = 0.25 where week_start_date = '{OVER}'",
    )
    first = moved(published)
    with duckdb.connect(str(published.published_path)) as con:
        for name in COUNTS:
            con.execute(f"alter table {restatements.NAME} drop column {name}")
    publish_build(published, "build-3")
    assert first and moved(published) == first
