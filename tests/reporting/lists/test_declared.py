"""Every published column of a client's is in a list, or left out on purpose; every list can be said."""

import re

import pytest

from rapport.config_clients import LANGUAGES
from reporting.language import _, speaking
from reporting.lists.cells import headings
from reporting.lists.columns import COLUMNS, Kind
from reporting.lists.declared import BY_NAME, LISTS
from reporting.lists.listed import List
from reporting.lists.meanings import in_words
from tests import contracts

# Columns that are not in the list of their table, and why.
OF_EVERY_TABLE = {"client_id", "as_of_date"}  # whose it is, and up to when, stands once on each page
LEFT_OUT = {
    "post_url": "made anew of network and id: what stands there is not ours",
    "display_name": "part of the person",
    "via_display_name": "part of the person between",
    "via_handle": "part of the person between",
    "handle": "part of the account",
    "client_name": "stands once on each page",
    "stage": "said by how far we have come, or by the title",
    "page_count": "for whoever runs it",
    "estimated_cost_usd": "for whoever runs it",
    "last_fetched_at": "for whoever runs it",
    "gap_count": "their hours are there",
    "gone_count": "part of what was not handed out",
    "conversation_count": "the list of conversations has them",
    "incomplete_conversation_count": "the list of conversations has them",
    "uncounted_conversation_count": "the list of conversations has them",
    "uncounted_post_count": "part of the completeness",
    "width": "a measure for research",
    "movement_week_start_date": "the list of moves has it",
    "last_root_post_id": "of the conversation that the last post is of",
    "last_root_text": "of the conversation that the last post is of",
    "score": "orders the list",
    "via_person_ids": "the closest of them is there, and how many there are",
    "via_strength": "orders the list",
    "their_strength": "orders the list",
    "new_without_shared_share": "both counts are there",
    "topic_number": "orders the list",
    "earlier_value": "what is expected is made of it",
    "tagged_person_count": "the same on every row",
    "owner_network": "the name is there",
    "owner_account_id": "the name is there",
    "owner_answer_count": "the list of answers has each",
    "answer_count": "the list of answers has each",
    "settled_at": "whether it is final is there",
    "follower_observed_at": "within the week",
    "counts_observed_at": "within the week",
}


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.name)
def test_a_column_is_in_its_list_or_left_out_for_a_reason(listed: List) -> None:
    published = contracts.tables().get(f"reports.{listed.table}")
    if published is None:  # made by publishing, not by a model
        assert listed.table == "rpt_restatements"
        return
    used = {used for name in listed.columns for used in (*COLUMNS[name].uses, name)}
    assert published.keys() - used - OF_EVERY_TABLE - LEFT_OUT.keys() == set()
    needed = {
        used for name in listed.columns for used in (*(COLUMNS[name].uses or (name,)), *COLUMNS[name].counts)
    }
    assert needed <= published.keys()


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.name)
def test_a_share_says_of_how_many_in_its_cell_and_in_files(listed: List) -> None:
    shares = {
        name: COLUMNS[name]
        for name in listed.shown
        if COLUMNS[name].kind is Kind.SHARE or name.startswith("value_")
    }
    # of a goal: how much of the target is reached; both stand beside it
    shares.pop("progress_share", None)
    assert [name for name, column in shares.items() if len(column.counts) != 2] == []
    counts = {count for name in listed.columns for count in COLUMNS[name].counts}
    assert counts <= set(listed.columns)


def test_every_table_of_a_client_is_a_list() -> None:
    of_clients = {
        name.split(".")[1] for name, columns in contracts.tables().items() if "client_id" in columns
    }
    tables = {name for name in of_clients if name.startswith("rpt_")}
    # one row a client, for whoever has several
    assert tables - {listed.table for listed in LISTS} == {"rpt_clients"}


def test_names_and_labels_are_told_apart() -> None:
    assert len(BY_NAME) == len(LISTS)
    for listed in LISTS:
        assert re.fullmatch(r"[a-z_]+", listed.name)
        said = headings(listed)
        assert len(said) == len(set(said)), f"{listed.name}: two columns are called the same"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_name_of_a_sheet_is_whole_and_its_own(language: str) -> None:
    with speaking(language):
        names = [
            _(text) for text in ("Contents", "What the columns mean", *(listed.sheet for listed in LISTS))
        ]
    assert [name for name in names if len(name) > 31] == []  # what a workbook allows
    assert [name for name in names if set("[]:*?/\\'") & set(name)] == []
    assert len({name.casefold() for name in names}) == len(names)


def test_no_column_is_declared_that_no_list_has() -> None:
    assert COLUMNS.keys() == {name for listed in LISTS for name in listed.columns}


def test_a_meaning_is_in_a_readers_words() -> None:
    assert in_words(
        "True if it was answered within 24 hours. Means: Whether the answer came in time: answered_within_day_count"
        " counts these. Quick is not good. False may still become true while is_final is false."
        " (yes or no; per client and post; output)"
    ) == (
        "Yes if it was answered within 24 hours. Whether the answer came in time: “Answered in time” counts these."
        " Quick is not good. “No” may still become “yes” while “Final” is “no”."
    )
    assert in_words(
        "Whom the reporting is for, as in rapport.toml. Means: Whose row it is. (id; per client; output)"
    ) == ("Whose row it is.")
    assert in_words("When it was (UTC). Means: When. Not why. (time (UTC); per post; out-take)") == (
        "When it was. When. Not why."
    )
    assert in_words("See some_column_of_ours.") == ""
    assert in_words("From where: x, bluesky or mastodon. It is the name of a published column.") == (
        "From where: X, Bluesky or Mastodon."
    )
    assert (
        in_words(
            "What was said. Hostile: escape it. Means: Word for word. No sign of it to sort by as text."
            " No key: handles change, and change hands. Here a person; null for others."
        )
        == "What was said. Word for word. Handles change, and change hands. Here a person; empty for others."
    )
    assert in_words("Id of the post. Means: Which post it is.", is_link=True) == "Which post it is."


def test_a_column_made_of_several_means_what_it_shows() -> None:
    found = {name: column.shows(name) for name, column in COLUMNS.items() if len(column.uses) > 1}
    assert found == {
        "person": "display_name", "via": "via_display_name",
        "post": "post_id", "root_post": "root_post_id", "last_post": "last_post_id", "spark_post": "spark_post_id",
        "answer_post": "answer_post_id",
        "target": "target", "value": "value", "expected_value": "expected_value",
        "value_before": "value_before", "value_after": "value_after", "stream": "stream",
    }  # fmt: skip
