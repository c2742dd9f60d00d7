"""What messages say leads on: names to people, sentences to the rows that they speak of."""

from dataclasses import replace

import pytest

from rapport.config import Settings
from reporting.messages import contents
from reporting.messages.forms import as_html, as_text, for_slack, for_teams
from reporting.messages.message import Line
from reporting.person_links import file_name
from reporting.report import Report, read_reports
from reporting.sections.waiting.record import Waiting

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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "One that is real with two people counts for each of them."),
        ("de", "Ist es mit zwei Personen echt, zählt es für jede von ihnen."),
        ("fr", "Si elle est vraie avec deux personnes, elle compte pour chacune."),
    ],
)
def test_a_figure_of_real_conversations_says_how_they_are_counted(
    report: Report, language: str, said: str
) -> None:
    def with_real(count: int) -> Report:
        client = replace(report.client, language=language)
        weeks = [replace(week, real_conversation_count=count) for week in client.weeks]
        client = replace(client, weeks=weeks)
        return replace(report, client=client, parts=[replace(part, client=client) for part in report.parts])

    assert not [line for line in contents.board(with_real(0), PAGES, []).sentences if said in line.text]
    message = contents.board(with_real(5), PAGES, [])
    assert [said in line.text for line in message.sentences].count(True) == 1
    for whole in (as_text(message), as_html(message), str(for_slack(message)), str(for_teams(message))):
        assert whole.count(said) == 1


def test_names_in_the_notes_of_the_day_lead_to_people(report: Report) -> None:
    waiting, losing = (block.note for block in contents.day(report, PAGES).blocks)
    assert names_in(waiting) == {"Dr. Haruka Ito 伊藤": f"{PAGES}/people/{file_name('x:13')}"}
    assert names_in(losing)["Ana Lima"] == f"{PAGES}/people/{file_name('x:11')}"
    assert "and 12\u00a0others" in losing.text


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_list_of_the_day_says_one_thing_in_one_way(report: Report, language: str) -> None:
    def replies(data: Waiting) -> Waiting:
        return replace(data, posts=[replace(post, kind="reply", is_question=False) for post in data.posts])

    parts = [
        replace(part, data=replies(part.data)) if part.section.name == "waiting" else part
        for part in report.parts
    ]
    spoken = replace(report, client=replace(report.client, language=language), parts=parts)
    waiting, losing = contents.day(spoken, PAGES).blocks
    # what the sentence calls a post is called so in the line below it, whether it is a reply or a mention
    called = {"en": "a post", "de": "Beitrag", "fr": "une publication"}[language]
    kind = {"en": "a reply", "de": "Antwort", "fr": "une réponse"}[language]
    assert called in waiting.note.text and waiting.lines
    assert all(called in line.text and kind not in line.text for line in waiting.lines)
    # they may have written yesterday: it is the exchange that is missing
    exchange = {"en": "no exchange for", "de": "ohne Austausch", "fr": "aucun échange depuis"}[language]
    assert losing.lines and all(exchange in line.text for line in losing.lines)


def test_a_subject_says_what_waits_and_names_no_nothing(report: Report) -> None:
    def subject(waiting_count: int, silent_count: int, language: str = "de") -> str:
        counts = {"waiting": waiting_count, "nurture": silent_count}
        parts = [
            replace(part, data=replace(part.data, total_count=counts[part.section.name]))
            if part.section.name in counts
            else part
            for part in report.parts
        ]
        spoken = replace(report, client=replace(report.client, language=language), parts=parts)
        return contents.day(spoken, PAGES).subject.replace("\u00a0", " ")

    assert subject(1, 0) == "Harbour Museum: 1 Beitrag wartet auf uns"
    assert (
        subject(4, 2) == "Harbour Museum: 4 Beiträge warten auf uns, 2 enge Beziehungen lange ohne Austausch"
    )
    assert subject(0, 0, "en") == "Harbour Museum: nobody is waiting for us"
    assert subject(0, 1, "en") == (
        "Harbour Museum: nobody is waiting for us, 1 close tie without an exchange for long"
    )
