"""What messages say leads on: names to people, sentences to the rows that they speak of."""

import pytest

from rapport.config import Settings
from reporting.messages import contents
from reporting.messages.forms import as_html, as_text
from reporting.messages.message import Line
from reporting.person_links import file_name
from reporting.report import Report, read_reports

PAGES = "https://reports.example.org/harbour"  # of that client


@pytest.fixture(scope="module")
def report(harbour: Settings) -> Report:
    [found], _ = read_reports(harbour)
    return found


def names_in(line: Line) -> dict[str, str]:
    assert "".join(said for said, _ in line.said) == line.text
    return {said: url for said, url in line.said if url}


def test_each_name_in_a_sentence_leads_to_the_person(report: Report) -> None:
    message = contents.board(report, PAGES, [])
    named = 0
    for sentence, line in zip(report.sentences, message.sentences, strict=True):
        led = names_in(line)
        assert set(led.values()) == {
            f"{PAGES}/people/{file_name(person_id)}" for person_id in sentence.person_ids
        }
        named += len(led)
        for url in led.values():
            assert f'href="{url}"' in as_html(message) and url in as_text(message)
    assert named > 3
    # where no page can be read, to the network
    alone = [names_in(line) for line in contents.board(report, "", []).sentences]
    assert alone[1]["Ana Lima"] == "https://x.com/i/user/11"


def test_a_sentence_leads_to_the_rows_of_its_week(report: Report) -> None:
    led = {link.url.removeprefix(f"{PAGES}/lists/") for line in contents.board(report, PAGES, []).sentences
           for link in line.links}  # fmt: skip
    assert led >= {"moves.html#week=2026-W47", "answers.html#week=2026-W47", "waiting.html"}


def test_names_in_the_notes_of_the_day_lead_to_people(report: Report) -> None:
    waiting, losing = (block.note for block in contents.day(report, PAGES).blocks)
    assert names_in(waiting) == {"Dr. Haruka Ito 伊藤": f"{PAGES}/people/{file_name('x:13')}"}
    assert names_in(losing)["Ana Lima"] == f"{PAGES}/people/{file_name('x:11')}"
    assert "and 12\u00a0others" in losing.text
