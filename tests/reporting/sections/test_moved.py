"""Which relationships moved, on the page and in words."""

from collections.abc import Callable

from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.pages import alone
from reporting.person_links import file_name
from reporting.redaction import without
from reporting.report import write_reports
from reporting.sections.moved import words
from reporting.sections.moved.record import Move, Moved
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, Published, client, record, week


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


def test_posts_beyond_those_shown_are_on_the_page_of_the_person(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    made = publish()
    made.publication()
    made.accounts()
    made.week("harbour", "Harbour Museum", WEEK)
    said: list[tuple[str, str | None, int | None]] = [("1", "What is in this ledger?", None)]
    said += [(("11", "1")[number % 2], f"Line {number}", number) for number in range(10)]
    posts = made.conversation("harbour", said, 60, exchange_count=9)
    made.person("harbour", "11", "acquainted", 1.0)
    made.move("harbour", "11", "new", "noticed", "acquainted", posts)
    made.con.close()
    page = Page(write_reports(settings, on_progress=lambda line: None)[0])
    assert "and 3 more posts" in page.words
    link = f'<a href="../people/{file_name("x:11")}" data-elsewhere="https://x.com/i/user/11">and 3\u00a0more posts</a>'
    assert link in page.source
    person = Page(settings.reports_dir / "harbour" / "people" / file_name("x:11"))
    assert all(f"Line {number}" in person.words for number in range(10))
    # in a copy that lies alone the link leads to the network, and of somebody erased nothing is left
    assert '<a href="https://x.com/i/user/11" rel="noopener noreferrer">and 3\u00a0more posts</a>' in alone(
        page.source
    )
    erased = without(page.source, Forgotten.of("x", account_ids={"11"}))
    assert file_name("x:11") not in erased and "user/11" not in erased


def test_private_talk_behind_a_move_is_called_what_it_is_there() -> None:
    keys = ("x:1", "x:dm:2", "mastodon:dm:https://a.test/3", "mastodon:dm:https://a.test/4")
    of_two = record(Move, evidence_post_ids=keys)
    assert words.messages(of_two) == "1 direct message and 2 private posts"
