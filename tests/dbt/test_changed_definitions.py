"""Somebody changes definitions: the report, the comments of columns and rpt_definitions say the new numbers only."""

import shutil
from pathlib import Path

import duckdb
import pytest

from modelling import dbt
from rapport.config import load_settings
from rapport.definitions import definition
from reporting.report import write_reports
from tests.dbt.conftest import Built
from tests.quality.publishing import give_receipt, publish_latest
from tests.reporting.pages import Page

CHANGED: dict[str, float] = {
    "real_conversation_exchanges": 3,
    "conversing_conversations": 3,
    "connected_conversations": 4,
    "connected_weeks": 21,
    "dormant_weeks": 11,
    "waiting_days": 37,
    "prompt_answer_hours": 48,
    "nurture_gap_factor": 3,
    "nurture_silent_days": 17,
    "reader_acting_weeks": 3,
    "reader_weeks": 9,
    "goal_weeks": 5,
    "goal_trend_weeks": 7,
    "usual_weeks": 6,
    "manageable_ties": 119,
    "half_life_days": 31,
    "quiet_days": 15,
}
# What the report says of each, by the names of the definitions.
SENTENCES = [
    "at least {connected_conversations} real conversations, in {connected_conversations} different weeks of the last "
    "{connected_weeks}, and both sides give",
    "at least {conversing_conversations} real conversations, in different weeks",
    "no exchange for {dormant_weeks} weeks",
    "addressed to us in the last {waiting_days} days",
    "{nurture_gap_factor} times as long as is usual between the two, and for more than {nurture_silent_days} days",
    "in at least {reader_acting_weeks} different weeks of the last {reader_weeks}.",
    "real conversations a week, mean of the last {goal_weeks}",
    "over the last {goal_weeks} weeks",
    "At the pace of the last {goal_trend_weeks} weeks",
    "On course means that the pace of the last {goal_trend_weeks} weeks",
    "the {usual_weeks} weeks before averaged",
    "People in {connected_weeks} weeks",
    "Nobody keeps up with more than about {manageable_ties} people",
]
# Said in words of their own while the definitions are what they are.
OLD_WORDS = ["within a day", "within 24 hours", "twice as long", "half a year"]
COMMENTS = [
    "At least {real_conversation_exchanges} exchanges between us and one person",
    "no exchange for {dormant_weeks} weeks",
    "of the last {waiting_days} days",
    "loses half its weight in {half_life_days} days",
    "A week is settled {prompt_answer_hours} hours after its end",
    "nothing for {quiet_days} days",
    "in at least {reader_acting_weeks} weeks of the last {reader_weeks} weeks",
    "above {manageable_ties} people",
]


@pytest.fixture(scope="module")
def published(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a publication that was built with the changed definitions."""
    home = tmp_path_factory.mktemp("changed") / "home"
    shutil.copytree(built.settings.home, home)
    settings = load_settings(home)
    variables = dbt.network_variables()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt, "network_variables", lambda: variables | CHANGED)
        done = dbt.build(settings, full_refresh=True)
    give_receipt(settings, done.build_id)
    publish_latest(settings)
    return home


@pytest.fixture(scope="module")
def page(published: Path) -> Page:
    (report, _) = write_reports(load_settings(published), on_progress=lambda line: None)
    return Page(report)


def test_the_report_says_the_new_numbers_and_none_of_the_old(page: Page) -> None:
    now = {name: f"{value:g}" for name, value in CHANGED.items()}
    before = {name: f"{definition(name):g}" for name in CHANGED}
    assert not [name for name in CHANGED if now[name] == before[name]]
    words = page.words
    for sentence in SENTENCES:
        assert sentence.format(**now) in words
        assert sentence.format(**before) not in words
    assert "got an answer within 2 days" in words and "Answered within 2 days" in words
    kept = "all of the last half year are in reports.rpt_restatements"  # of the file, no definition
    assert not [said for said in OLD_WORDS if said in words.replace(kept, "")]


def test_the_published_file_says_what_it_was_made_with(published: Path) -> None:
    path = load_settings(published).published_path
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute("select name, value from reports.rpt_definitions").fetchall()
        comments = "\n".join(row[0] for row in con.execute(
            "select comment from duckdb_columns() where comment is not null"
            " union all select comment from duckdb_tables() where comment is not null"
        ).fetchall())  # fmt: skip
    assert dict(rows).items() >= CHANGED.items()
    for sentence in COMMENTS:
        assert sentence.format(**{name: f"{value:g}" for name, value in CHANGED.items()}) in comments
        assert sentence.format(**{name: f"{definition(name):g}" for name in CHANGED}) not in comments
