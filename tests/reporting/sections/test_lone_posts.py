"""What nobody answered, on the page and in words."""

from dataclasses import replace

from reporting.sections.lone_posts import words
from reporting.sections.lone_posts.record import LonePost, LonePosts
from tests.reporting.pages import Page
from tests.reporting.published import record


def test_posts_that_nobody_answered_are_listed_apart_from_conversations(report: Page) -> None:
    lone = report.section("lone-posts")
    assert (
        "Of the last 4 weeks: 1 post of ours that nobody answered and 1 post with answers that were not"
        in lone
    )
    assert "&lt;b&gt;Closed&lt;/b&gt; on Monday" in lone and "nobody answered" in lone
    assert "X counts 2 replies that we do not have" in lone and "a thread of 3 posts" in lone
    assert "long ago" not in lone
    assert "Closed" not in report.section("conversations")


def test_lone_posts_in_words() -> None:
    some = LonePosts(4, [], {"nobody answered": 6, "answers not captured": 3, "not known": 1})
    assert words.lone(some) == (
        "Of the last 4 weeks: 6 posts of ours that nobody answered, 3 posts with answers that were not captured and "
        "1 post of which the answers are not known. No word of anybody else is here, so they count as no conversation."
    )
    post = record(LonePost, network="x", state="nobody answered", missing_reply_count=0)
    assert words.state(post) == "nobody answered"
    assert words.state(replace(post, state="not known")) == "whether anybody answered is not known"
    assert words.state(replace(post, state="answers not captured", missing_reply_count=1)) == (
        "X counts 1 reply that we do not have"
    )
