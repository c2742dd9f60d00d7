"""A recipient who can't be reached keeps nothing from the others, of whichever client they are."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
from pypdf import PdfReader

from operations.cli import delivering
from operations.delivery.deliver import deliver
from operations.delivery.errors import NotDelivered, NotKnown
from rapport.config import Settings, load_settings
from tests.operations.delivery import published_home
from tests.operations.delivery.published_home import MONDAY_MORNING
from tests.sinks import Sinks

# The first client of the file is the one with the fault, so that all others come after it.
FAULTY = """
[[clients]]
id = "faulty"
name = "Faulty"
accounts = ["@faulty"]
[[clients.deliveries]]
what = ["day"]
mail = ["own@example.org"]
{fault}

[[clients]]
id = "harbour"
"""


@pytest.fixture
def with_fault(home: Path, settings: Settings) -> Callable[[str], Settings]:
    """The same home, with a client before the other, whose recipients this says."""

    def make(fault: str) -> Settings:
        config = published_home.RAPPORT_TOML.replace(
            '[[clients]]\nid = "harbour"\n', FAULTY.format(fault=fault)
        )
        (home / "rapport.toml").write_text(config, encoding="utf-8")
        # of a client of whom nothing is known nothing is sent
        with duckdb.connect(str(settings.published_path)) as con:
            con.execute(
                "insert into reports.rpt_engagement_summary by name select * replace ('faulty' as client_id)"
                " from reports.rpt_engagement_summary where client_id = 'harbour'"
            )
        return replace(settings, config=load_settings(home).config)

    return make


def test_the_board_page_that_is_sent_leads_to_the_client_s_pages(settings: Settings, sunk: Sinks) -> None:
    deliver(settings)
    boards = [
        part.get_content()
        for mail in sunk.mails
        for part in mail.iter_attachments()  # type: ignore[attr-defined]
        if part.get_content_type() == "application/pdf"
    ]
    assert len(boards) == 2 and len(set(boards)) == 1
    [side] = PdfReader(BytesIO(boards[0])).pages
    led = {note.get_object()["/A"]["/URI"] for note in side["/Annots"]}  # type: ignore[attr-defined]
    pages_at = "https://reports.example.org/harbour/"
    assert {f"{pages_at}2026-W47/index.html", f"{pages_at}2026-Q4/index.html"} <= led
    ours = {link.removeprefix(pages_at).partition("#")[0] for link in led if link.startswith(pages_at)}
    assert [path for path in ours if not (settings.reports_dir / "harbour" / path).is_file()] == []
    assert all(link.startswith((pages_at, "https://x.com/")) for link in led)


EVERYBODY = ["deputy@example.org", "head@example.org", "own@example.org", "team@example.org"]


@pytest.mark.parametrize(
    ("fault", "recipient", "why", "remedy"),
    [
        ('chat = ["slack:nowhere"]', "slack:nowhere", "no webhook is called 'nowhere'", "add nowhere=https://"),
        # Python's own reader of addresses breaks at it
        ('[[clients.deliveries]]\nwhat = ["day"]\nmail = ["press@[example.org"]', "press@[example.org",
         "'press@[example.org' is no mail address", "rapport.toml"),
        ('[[clients.deliveries]]\nwhat = ["day"]\nmail = ["prèss@example.org"]', "prèss@example.org",
         "takes no addresses with letters beyond ASCII", "rapport.toml"),
        # by RFC 5322 a group without members
        ('[[clients.deliveries]]\nwhat = ["day"]\nmail = ["press:team@example.org"]', "press:team@example.org",
         "'press:team@example.org' is no mail address", "rapport.toml"),
    ],
)  # fmt: skip
def test_one_fault_is_named_and_all_others_get_theirs(
    with_fault: Callable[[str], Settings], sunk: Sinks, fault: str, recipient: str, why: str, remedy: str
) -> None:
    settings = with_fault(fault)
    with pytest.raises(NotDelivered) as problem:
        deliver(settings)
    assert sorted(mail["To"] for mail in sunk.mails) == EVERYBODY and len(sunk.posts) == 1
    assert problem.value.exit_code == 9
    [line] = problem.value.message.splitlines()
    assert line.startswith(f"faulty, day of 2026-11-23, to {recipient}: ") and why in line
    assert remedy in problem.value.remedy
    # nobody gets it twice, and it is tried again by itself once the fault is mended
    with pytest.raises(NotDelivered):
        deliver(settings)
    assert len(sunk.mails) == 4 and len(sunk.posts) == 1


def test_what_could_not_be_sent_is_sent_once_the_webhook_is_named(
    with_fault: Callable[[str], Settings], sunk: Sinks
) -> None:
    settings = with_fault('chat = ["slack:nowhere"]')
    with pytest.raises(NotDelivered):
        deliver(settings)
    named = replace(
        settings, chat_webhooks={**settings.chat_webhooks, "nowhere": settings.chat_webhooks["team"]}
    )
    done = deliver(named)
    assert (done.sent_count, done.earlier_count, len(sunk.posts)) == (1, 5, 2)


def test_a_file_that_is_gone_keeps_back_its_mail_alone(
    with_fault: Callable[[str], Settings], sunk: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_fault("")
    read = Path.read_bytes

    def vanished(path: Path) -> bytes:
        # it is there when it is looked for, and gone when it is read
        if path.suffix == ".pdf":
            raise FileNotFoundError(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", vanished)
    with pytest.raises(NotDelivered, match=r"board\.pdf can't be read") as problem:
        deliver(settings)
    assert problem.value.message.count("board of 2026-W47") == 2  # its two recipients
    assert sorted(mail["To"] for mail in sunk.mails) == ["own@example.org", "team@example.org"]


def shown(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(delivering, "load_settings", lambda: settings)
    delivering.deliver(client=None, show=True, again=False, arrived=False)
    return capsys.readouterr().out


def test_what_was_sent_is_not_shown_as_due(
    settings: Settings, sunk: Sinks, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sunk.status = 500  # the chat takes nothing
    with pytest.raises(NotDelivered):
        deliver(settings)
    printed = shown(settings, monkeypatch, capsys)
    at = re.escape(f"{MONDAY_MORNING:%Y-%m-%d %H:%M} UTC")
    for recipient in ("head@example.org", "deputy@example.org", "team@example.org"):
        assert re.search(rf"^To {recipient}: sent at {at}$", printed, re.MULTILINE), recipient
    # the list of the day waits for the chat alone; of the board page nothing is left to send
    assert "\nTo: slack:team\nSubject: " in printed and printed.count("Subject: ") == 1
    sunk.status = 200
    deliver(settings)
    printed = shown(settings, monkeypatch, capsys)
    assert printed.count(": sent at ") == 4 and "Subject: " not in printed and "\nTo: " not in printed


def test_what_deliver_would_not_send_is_not_shown_as_due(
    with_fault: Callable[[str], Settings],
    sunk: Sinks,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = with_fault('chat = ["slack:nowhere"]')
    sunk.refused = "drop"  # the mail server hangs up in the midst of each mail
    with pytest.raises(NotKnown):
        deliver(settings)
    sunk.refused = ""
    printed = " ".join(shown(settings, monkeypatch, capsys).split())  # a terminal breaks lines
    at = f"{MONDAY_MORNING:%Y-%m-%d %H:%M} UTC"
    for recipient in EVERYBODY:
        said = printed.partition(f" To {recipient}: ")[2]
        assert said.startswith(
            f"not sent again by itself, as it may have arrived: its sending at {at} was cut short."
            " What to do: ask the recipient. `rapport deliver --again`"
        )
    assert (
        " To slack:nowhere: can't be sent: no webhook is called 'nowhere'. What to do: add nowhere="
        in printed
    )
    assert " To: " not in printed
    # and so it is
    with pytest.raises(NotKnown):
        deliver(settings)
    assert sunk.mails == []
