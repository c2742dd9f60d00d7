"""What our posts started, on the page and in words."""

from collections.abc import Callable

from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.networks import X
from reporting.redaction import without
from reporting.report import write_reports
from reporting.sections.content import words
from reporting.sections.content.record import Content, ContentGroup, ContentPost, DrawnIn
from reporting.words import pieces
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published, record


def test_content_names_what_started_conversations_and_leaves_out_what_only_went_round(report: Page) -> None:
    said = report.words_between("What we say that starts conversations", "What it was about")
    assert "Of 4 posts of ours, 2 started 3 real conversations." in said
    assert said.index("Who kept the tide ledger") < said.index("A <b>photograph</b> of the east mole")
    assert "A seal asleep" not in said and "Long ago" not in said
    assert "asks1 of 1 (100%)2" in said
    assert "points elsewhere0 of 1 (0%)0" in said
    assert "2 of 4 posts (50%) of ours have a hashtag or a topic, and stand in these rows" in said
    assert "tides2 of 2 (100%)3" in said and "<i>mole</i>1 of 1 (100%)1" in said


def test_a_post_says_with_whom_it_started_real_conversations() -> None:
    post = record(ContentPost, network=X.name, post_id="5", account_id="1", real_conversation_count=2)
    people = [
        DrawnIn("x:5", f"x:{number}", f"h{number}", name) for number, name in ((11, "Ana"), (12, "Ben"))
    ]
    data = Content(13, [post], [], [], drawn_in={"x:5": people})
    assert [said for said, _ in pieces(words.with_whom(data, post))] == ["with ", "Ana", " and ", "Ben"]
    assert words.with_whom(Content(13, [post], [], []), post) == ""


def test_a_form_leads_to_its_rows_where_there_are_any() -> None:
    some, none = ContentGroup("points elsewhere", 4, 1, 2), ContentGroup("asks", 4, 0, 0)
    assert words.posts_at(some) == "content.html#started=1&form=points+elsewhere"
    assert words.conversations_at(some) == "real_conversations.html#started=1&form=points+elsewhere"
    assert words.posts_at(none) == words.conversations_at(none) == ""


def test_content_in_words() -> None:
    assert words.started(Content(13, [], [], [])) == "We wrote nothing."
    none = Content(13, [], [ContentGroup("tells", 1, 0, 0)], [])
    assert words.started(none) == "Of 1 post of ours, none started a real conversation."


def test_whoever_is_erased_goes_alone_from_whom_a_post_drew_in(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    world.week("harbour", "Harbour Museum", WEEK)
    world.add("reports.rpt_content", client_id="harbour", network=X.name, post_id="5", created_at=AS_OF, topics=[],
              kind="original", real_conversation_count=3, content_rank=1)  # fmt: skip
    for number, name in ((11, "Ana Lima"), (12, "Ben Okafor"), (13, "Cleo Ito")):
        world.add("reports.rpt_real_conversations", client_id="harbour", network=X.name, spark_post_id="5",
                  root_post_id="5", person_id=f"x:{number}", display_name=name, became_real_at=AS_OF)  # fmt: skip
    world.con.close()
    path = write_reports(settings, on_progress=lambda line: None)[0]
    assert "3 real conversations with Ana Lima, Ben Okafor and Cleo Ito ·" in Page(path).words
    path.write_text(
        without(path.read_text(encoding="utf-8"), Forgotten.of(X.name, account_ids=["11"])), encoding="utf-8"
    )
    assert (
        "3 real conversations with somebody whose account was erased, Ben Okafor and Cleo Ito ·"
        in Page(path).words
    )
