"""What our posts started, on the page and in words."""

from reporting.sections.content import words
from reporting.sections.content.record import Content, ContentGroup
from tests.reporting.pages import Page


def test_content_names_what_started_conversations_and_leaves_out_what_only_went_round(report: Page) -> None:
    said = report.words_between("What we say that starts conversations", "What it was about")
    assert "Of 4 posts of ours, 2 started 3 real conversations." in said
    assert said.index("Who kept the tide ledger") < said.index("A <b>photograph</b> of the east mole")
    assert "A seal asleep" not in said and "Long ago" not in said
    assert "asks1 of 1 (100%)2" in said
    assert "points elsewhere0 of 1 (0%)0" in said
    assert "2 of 4 posts (50%) of ours have a hashtag or a topic, and stand in these rows" in said
    assert "tides2 of 2 (100%)3" in said and "<i>mole</i>1 of 1 (100%)1" in said


def test_content_in_words() -> None:
    assert words.started(Content(13, [], [], [])) == "We wrote nothing."
    none = Content(13, [], [ContentGroup("tells", 1, 0, 0)], [])
    assert words.started(none) == "Of 1 post of ours, none started a real conversation."
