"""Which relationships moved, on the page and in words."""

from reporting.sections.moved import words
from reporting.sections.moved.record import Move, Moved
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, client, record, week


def move(movement: str, name: str, after: str = "acquainted") -> Move:
    return record(Move, movement=movement, display_name=name, stage_after=after, week_start_date=WEEK)


def test_ties_that_moved_are_named_by_what_happened_to_them() -> None:
    text = words.ties(
        [
            move("deepened", "Ana", "connected"),
            move("revived", "Noor"),
            *(move("new", name) for name in ("A", "B", "C", "D")),
            move("cooled", "Karl"),
            move("cooled", "Kim"),
            move("lapsed", "Gus", "dormant"),
        ]
    )
    assert text == (
        "Ana (now connected) came closer; Noor came back after a silence; "
        "we had a first exchange with A, B and 2 others; the ties with Karl and Kim cooled; "
        "the tie with Gus fell silent."
    )
    assert words.ties([]) == "No relationship moved this week."


def test_a_sentence_says_whom_it_names() -> None:
    moves = [move("new", "Ana"), move("lapsed", "Ben"), *(move("cooled", name) for name in "ABCD")]
    moves = [record(Move, **{name: getattr(earlier, name) for name in Move.__slots__} | {"person_id": str(number)})
             for number, earlier in enumerate(moves)]  # fmt: skip
    (sentence,) = words.sentences(client(week()), Moved(moves, [], {}))
    assert sentence.person_ids == ("0", "1", "2", "3")  # C and D are among "2 others"
    assert words.sentences(client(), Moved([], [], {})) == []


def test_evidence_stands_beside_the_tie_it_moved(report: Page) -> None:
    moved = report.section("moved")
    assert moved.index("Ana Lima") < moved.index("6 posts behind it") < moved.index("A postcard from 1909")
    assert moved.index("Came closer") < moved.index("First exchange") < moved.index("Fell silent")


def test_private_talk_behind_a_move_is_called_what_it_is_there() -> None:
    keys = ("x:1", "x:dm:2", "mastodon:dm:https://a.test/3", "mastodon:dm:https://a.test/4")
    of_two = record(Move, evidence_post_ids=keys)
    assert words.messages(of_two) == "1 direct message and 2 private posts"
