"""Conversations on the page, and what is missing of them."""

import re
from dataclasses import replace

import yaml

from rapport.project import PROJECT_DIR
from reporting.person_links import file_name
from reporting.sections.conversations import words
from reporting.sections.conversations.record import Conversation, Conversations
from tests.reporting.pages import Page
from tests.reporting.published import record


def test_what_is_missing_is_told_with_its_reason() -> None:
    whole = record(Conversation, missing_reply_count=0, missing_reason="nothing missing")
    assert words.missing(whole) == ""
    assert words.missing(replace(whole, missing_reason="not counted")) == ""
    assert words.missing(replace(whole, missing_reply_count=1, missing_reason="budget reached")) == (
        "Missing: 1 reply (the budget was reached)."
    )
    assert words.missing(replace(whole, missing_reason="erased")) == (
        "Missing: what others here answer (erased here)."
    )
    # the reasons that the model may give, and none else
    model = PROJECT_DIR / "models" / "intermediate" / "conversations" / "int_conversations__missing.yml"
    columns = {column["name"]: column for column in yaml.safe_load(model.read_text())["models"][0]["columns"]}
    tests = columns["missing_reason"]["data_tests"]
    (values,) = [test["accepted_values"]["arguments"]["values"] for test in tests if isinstance(test, dict)]
    assert {*words.MISSING_WORDS, "nothing missing", "not counted"} == set(values)


def test_what_has_no_count_is_said() -> None:
    whole = record(Conversation, network="x", captured_reply_count=3, reported_reply_count=2)
    assert words.captured(whole) == "Captured: 2 of 2 replies (100%) that X counts."
    assert words.captured(replace(whole, uncounted_post_count=1)) == (
        "Captured: 2 of 2 replies (100%) that X counts: 1 post of it has no count that proves anything."
    )
    uncounted = replace(whole, uncounted_post_count=2, reported_reply_count=0)
    assert words.captured(uncounted) == (
        "Whether replies are missing is not known: 2 posts of it have no count that proves anything."
    )
    assert words.captured(replace(uncounted, uncounted_post_count=0)) == (
        "X counts no replies here, or has not said how many."
    )
    assert words.captured(replace(whole, network="bluesky")) == (
        "Whether replies are missing is not known: Bluesky's counts of replies prove nothing."
    )


def test_a_beginning_without_words_is_not_called_missing() -> None:
    assert words.untold_root(record(Conversation, is_root_missing=True)).endswith("was not captured")
    assert words.untold_root(record(Conversation)).endswith("has no text to show")


def test_conversations_are_told_apart_from_what_is_counted_for_each_person() -> None:
    data = Conversations(4, [], {}, total_count=49, real_count=18, became_real_count=25)
    assert [words.recent(data), words.came_back(data), words.became_real(data)] == [
        "Of the last 4 weeks there are 49 conversations.",
        "In 18 of them somebody came back: these stand first.",
        "In the last 4 weeks that are over we had 25 real conversations, counted for each person.",
    ]
    assert words.came_back(replace(data, real_count=0)) == "Nobody came back in any of them."
    with_one = record(Conversation, is_real=True, real_person_count=1)
    assert words.real(with_one) == "real conversation"
    assert words.real(replace(with_one, real_person_count=3)) == "real with 3 people"


def test_the_weeks_that_are_over_are_those_of_the_chart(report: Page) -> None:
    """Whose numbers stand there, the newest week first."""
    said = re.search(r"weeks that are over we had (\d+) real", report.section("conversations"))
    charted = re.findall(
        r'<tr><th scope="row">[^<]+</th><td>(\d+)</td><td>\d+</td></tr>', report.section("week")
    )
    assert said and int(said[1]) == sum(map(int, charted[:4])) > 0


def test_who_is_answered_can_be_looked_up(report: Page) -> None:
    answered = re.findall(
        r'<span data-person-id="([^"]+)">answering (?:<a href="([^"]+)" [^>]*>)?<bdi>',
        report.section("conversations"),
    )
    # whoever has a page; of us nobody has one
    assert ("x:15", f"../people/{file_name('x:15')}") in answered
    assert {person for person, page in answered if not page} == {"x:1"}


def test_a_hole_in_a_conversation_is_told_with_its_reason(report: Page) -> None:
    assert "Missing: 21 replies (the budget was reached)." in report.words
    assert "Missing: what others here answer (no longer on X)." in report.words
