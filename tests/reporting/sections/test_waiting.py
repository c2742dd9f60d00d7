"""Who is waiting for us, in words."""

from dataclasses import replace

from reporting.sections.waiting import words
from reporting.sections.waiting.record import WaitingPost
from tests.reporting.published import record


def test_who_waits_is_told_with_the_first_in_line() -> None:
    first = record(WaitingPost, display_name="Ito", waiting_hours=52.0, is_question=True, is_stakeholder=True)
    assert words.waits([], 0) == "Nobody is waiting for us."
    assert words.waits([first], 1) == (
        "One post waits for an answer from us: Ito, one of our stakeholders, wrote a question that is 2 days old."
    )
    assert words.waits([replace(first, is_stakeholder=False, is_question=False)], 30) == (
        "30 posts wait for an answer from us; first in line is Ito with a post that is 2 days old."
    )


def test_a_direct_message_waits_under_its_own_name() -> None:
    post = record(WaitingPost, network="x", display_name="Ito", waiting_hours=52.0)
    message = replace(post, kind="message")
    assert words.waits([message], 1) == (
        "One direct message waits for an answer from us: Ito wrote a direct message that is 2 days old."
    )
    assert words.waits([post, message], 12).startswith(
        "12 posts and direct messages wait for an answer from us;"
    )
    assert words.waits([message, message], 2).startswith("2 direct messages wait for an answer from us;")
    private = replace(message, network="mastodon")
    assert words.waits([private], 1) == (
        "One private post waits for an answer from us: Ito wrote a private post that is 2 days old."
    )
    assert words.addressed_by([message, private, post], 3) == "posts, direct messages and private posts"
