"""What it was about, on the page and in words."""

from reporting.sections.topics import words
from reporting.sections.topics.record import Topic, Topics
from tests.reporting.pages import Page
from tests.reporting.published import record


def whole(**facts: int | bool | str) -> Topic:
    counts = {"all_our_post_count": 10, "all_conversation_count": 5, "all_person_count": 4}
    return record(Topic, **(counts | {"is_by_meaning": True} | facts))


def test_each_topic_says_of_how_many(report: Page) -> None:
    said = report.words_between("What it was about", "Who keeps reading us")
    assert "3 of 4 posts (75%) of ours are about one of our topics." in said
    assert (
        "They come up in 9 of 20 conversations (45%), and with 8 of 30 people who turned to us (27%)." in said
    )
    assert "<b>Tides</b> & ledgers2 of 4 (50%)1 of 2 (50%)6 of 20 (30%)7 of 30 (23%)" in said
    # those that started most real conversations stand first
    assert said.index("Seals1 of 4 (25%)1 of 1 (100%)") < said.index("<b>Tides</b> & ledgers2 of 4")
    assert "Nobody spoke of Open days." in said


def test_people_stand_beside_what_they_turned_to_us_with(report: Page) -> None:
    said = report.words_between("Who turned to us with what", "Who keeps reading us")
    assert said.index("Ana Lima") < said.index("@h0")
    assert "and others: 7 people in all" in said  # five of them stand before it
    assert "Ben Okafor" in said
    assert "Dr. Ito" not in said  # longer ago than the topics look back
    assert (
        "by a word of the topic 1, by what the text means 1, by hand 1. By meaning about one in ten is wrong."
        in said
    )
    assert "2 posts are in a language that is not read by meaning" in said
    assert "Of 1 post the network does not tell the language." in said


def test_topics_in_words() -> None:
    nothing = Topics([whole(all_our_post_count=0)])
    assert words.covered(nothing) == "We wrote nothing."
    assert words.silent(Topics([whole(topic="A"), whole(topic="B"), whole(topic="C", person_count=1)])) == (
        "Nobody spoke of A and B."
    )
    assert words.silent(Topics([whole(topic="C", our_post_count=1)])) == ""
    by_words = Topics([whole(is_by_meaning=False, by_word_count=3, by_words_alone_post_count=9)])
    assert words.how_found(by_words).endswith(
        "by a word of the topic 3, by hand 0. What says the same in other words is not seen."
    )
    assert words.not_read(by_words) == []
    assert words.more_people(whole(person_count=5), 5) == ""
    assert words.more_people(whole(person_count=6), 5) == "and others: 6 people in all"
