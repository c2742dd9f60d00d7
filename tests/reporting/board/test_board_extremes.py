"""The board page with as much as there can be of everything: still one side, and nothing over something else."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from rapport.config import Settings, load_settings
from reporting.board import pages as boards
from reporting.board import pdf
from reporting.page import environment
from reporting.report import read_reports
from tests.reporting.board.boards import A4, MM, read_pdf, squeezed, text_of
from tests.reporting.conftest import RAPPORT_TOML
from tests.reporting.published import AS_OF, WEEK, Published

SCRIPTS = {
    "long": "Wolfeschlegelsteinhausenbergerdorff von und zu Hohenstein-Oberursel ",
    "wide": "伊藤博文と愉快な仲間たちの長い名前",
    "right to left": "نور البحر المتوسط والمحيط الهادئ ",
    "no spaces": "W" * 90,
}


def extreme(settings: Settings, world: Published, name: str, language: str) -> Settings:
    """As much as there can be of everything, all of it as long as it gets."""
    world.publication()
    for number in range(40):
        account = str(3000 + number)
        world.add("marts.accounts", network="x", account_id=account, person_id=f"x:{account}",
                  handle=f"h_{number}_{'w' * 40}", display_name=f"{name * 3}"[:200])  # fmt: skip
    for number in range(30):
        world.week(
            "harbour", name * 9, WEEK - timedelta(weeks=29 - number), real_conversation_count=1_234_567,
            exchange_count=12_345_678, address_in_count=23_456_789, address_out_count=9, person_in_count=3_456_789,
            noticed_count=9, acquainted_count=234_567, conversing_count=123_456, connected_count=98_765,
            dormant_count=876_543, new_count=765_432, deepened_count=65_432, cooled_count=54_321, lapsed_count=43_210,
            revived_count=3_210, answered_within_day_count=21_098_765, answer_due_count=23_456_788,
            unanswered_count=1_234_567, median_answer_hours=400.0, is_settled_week=number < 29,
        )  # fmt: skip
    at = 0
    for movement, before, after in (
        ("deepened", "acquainted", "connected"), ("revived", "dormant", "conversing"),
        ("new", "stranger", "acquainted"), ("cooled", "connected", "conversing"), ("lapsed", "conversing", "dormant"),
    ):  # fmt: skip
        for _ in range(6):
            world.add("reports.rpt_relationship_moves", client_id="harbour", person_id=f"x:{3000 + at}",
                      movement=movement, stage_before=before, stage_after=after, evidence_post_ids=[],
                      handle=f"h_{at}", display_name=f"{at} {name}", week_start_date=WEEK,
                      is_stakeholder=True)  # fmt: skip
            at += 1
    for number in range(9):
        said = [(str(3000 + other), f"{name} " * 40, None if other == 0 else 0) for other in range(8)]
        _conversation(world, said, number)
        world.add("reports.rpt_waiting", client_id="harbour", person_id=f"x:{3000 + number}", handle=f"h_{number}",
                  post_id=f"99{number}", text=f"{name} " * 40, waiting_hours=700.0, waiting_rank=number + 1,
                  kind="reply", is_question=True, is_stakeholder=True, display_name=name * 3,
                  occurred_at=AS_OF - timedelta(hours=700), root_post_id="1")  # fmt: skip
    for number in range(14):
        world.add("reports.rpt_goals", client_id="harbour", goal_number=number, words=f"{name} " * 30,
                  measure="answered_within_day_share" if number % 2 else "stakeholder_conversing_count",
                  target=123_456_789.5, value=98_765_432.1, expected_value=87_654_321.9, status="on course",
                  due_date=date(2027, 9, 30))  # fmt: skip
        world.add("reports.rpt_outcomes", client_id="harbour", outcome_id=str(number), kind="collaboration",
                  occurred_date=WEEK, is_joined=False, note=name * 40)  # fmt: skip
    world.stream("harbour", "own_posts")
    world.stream("harbour", "conversations", captured_reply_count=97_123_456, reported_reply_count=445_123_456,
                 conversation_count=3_112_345, incomplete_conversation_count=2_123_456,
                 uncounted_conversation_count=1_123_456)  # fmt: skip
    world.con.close()
    folder = settings.home / "forewords"
    folder.mkdir()
    (folder / "harbour.md").write_text(
        "\n\n".join(f"- {name[:12]} " + "w" * 60 for _ in range(9))[:600], encoding="utf-8"
    )
    Image.new("RGB", (900, 900), "#7a1f3d").save(settings.home / "logo.png")
    title = json.dumps(name * 4, ensure_ascii=False)
    settings.config_path.write_text(
        RAPPORT_TOML.replace('"Harbour Museum"', f'{title}\nlogo = "logo.png"\nlanguage = "{language}"'),
        encoding="utf-8",
    )
    return load_settings(home=settings.home, config_path=settings.config_path)


def _conversation(world: Published, said: list[tuple[str, str, int | None]], number: int) -> None:
    ids: list[str] = []
    for at, (account, text, parent) in enumerate(said):
        when = AS_OF - timedelta(hours=90 - number, minutes=60 - at)
        ids.append(
            world.post(account, text, when, None if parent is None else ids[0], ids[0] if ids else None)
        )
    world.add(
        "reports.rpt_conversations", client_id="harbour", root_post_id=ids[0], root_account_id=said[0][0],
        root_text=said[0][1], started_by="them", opened_at=AS_OF - timedelta(hours=91), last_active_at=AS_OF,
        post_count=1_234_567, our_post_count=0, their_post_count=8, participant_count=8, exchange_count=1_234_567,
        real_person_count=8, is_real=True, state="answered", is_complete_enough=False, uncounted_post_count=3,
        captured_reply_count=1, reported_reply_count=9, is_root_missing=False, missing_reply_count=8,
        missing_reason="budget reached",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("script", "language"), [("long", "de"), ("no spaces", "fr"), ("right to left", "en"), ("wide", "de")]
)
def test_it_stays_one_side_whatever_there_is_to_say(
    settings: Settings, publish: Callable[[], Published], tmp_path: Path, script: str, language: str
) -> None:
    settings = extreme(settings, publish(), SCRIPTS[script], language)
    [report], _ = read_reports(settings)
    with report.client.speaking():
        page, faults = boards.draw_board(environment(), settings, report.board)
        sentences = [sentence.text for sentence in report.sentences]
    assert (faults, len(sentences)) == ([], 5)
    path = tmp_path / "board.pdf"
    path.write_bytes(pdf.draw(page))
    reader = read_pdf(path)
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/Lang"] == language
    if script in ("long", "no spaces"):  # in other scripts a viewer finds the words in another order
        text = squeezed(text_of(path))
        assert [sentence for sentence in sentences if squeezed(sentence) not in text] == []
    stands_in_order(path, language)


# What stands on the page from top to bottom, by language.
LANDMARKS = {
    "en": ("Real conversations and", "Quarter against quarter", "or likes."),
    "de": ("Echte Gespräche und", "Quartal gegen Quartal", "oder Likes."),
    "fr": ("Vraies conversations et", "Trimestre contre trimestre", "j’aime"),
}


def stands_in_order(path: Path, language: str) -> None:
    """Nothing lies over something else: the parts stand one below the other, within the margins, and can be read."""
    with closing(pdfium.PdfDocument(path)) as document:
        text = document[0].get_textpage()
        boxes = [
            text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()
        ]
        chart, table, foot = (place_of(text, words) for words in LANDMARKS[language])
    left, bottom, right, top = (
        which(box[side] for box in boxes) for side, which in enumerate((min, min, max, max))
    )
    # a sign that no font here has is drawn as a box, which stands out of its place by a point or so
    assert left >= 13 * MM - 2 and right <= A4[0] - 13 * MM + 2
    assert bottom >= 10 * MM - 1 and top <= A4[1] - 10 * MM + 1
    assert chart[1] > table[3] > table[1] > foot[3]
    assert foot[1] < bottom + 12, "something lies below the footer"
    between = [box[3] for box in boxes if chart[1] > box[3] > table[3]]
    assert between and max(between) - min(between) > 30, "the charts have no room of their own"
    assert table[3] - table[1] > 4.5, "a heading's letters; those of the text are two thirds of them"


def place_of(text: Any, words: str) -> tuple[float, float, float, float]:
    """Where the words stand on a page: left, bottom, right, top in points."""
    search = text.search(words)
    found = search.get_next()
    assert found, words
    boxes = [text.get_charbox(at) for at in range(found[0], found[0] + found[1])]
    return (
        min(box[0] for box in boxes), min(box[1] for box in boxes), max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )  # fmt: skip
