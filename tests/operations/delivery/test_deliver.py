"""Each message arrives once at each recipient: by a real mail server and a real HTTP server, up, down and killed."""

import logging
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from operations.cli import delivering
from operations.delivery.deliver import deliver
from operations.delivery.due import Due, NotDue, find
from operations.delivery.errors import DeliveryRefused, NotDelivered, NotKnown
from quality.results import SCHEMA_SQL
from rapport.config import Settings, load_settings
from reporting.person_links import file_name
from tests.operations.delivery import published_home
from tests.operations.delivery.published_home import MONDAY_MORNING, TO, text_of
from tests.reporting.published import AS_OF
from tests.sinks import FROM, SECRET_PATH, Sinks


def test_each_gets_what_is_meant_for_them_and_once(settings: Settings, sunk: Sinks) -> None:
    done = deliver(settings)
    assert (done.sent_count, done.earlier_count) == (4, 0)
    by_recipient = {mail["To"]: mail for mail in sunk.mails}
    assert set(by_recipient) == TO and len(sunk.mails) == 3 and len(sunk.posts) == 1
    board = by_recipient["head@example.org"]
    assert board["From"] == f"Rapport <{FROM}>"
    assert board["Subject"] == "Harbour Museum: 16–22 November 2026"
    assert "The whole report: https://reports.example.org/harbour/2026-W47/index.html" in text_of(
        board, "plain"
    )
    # known among those of other clients and weeks
    attached = [part.get_filename() for part in board.iter_attachments()]  # type: ignore[attr-defined]
    assert attached == ["harbour-2026-W47-board.pdf"]
    again = deliver(settings)
    assert (again.sent_count, again.earlier_count) == (0, 4)
    assert len(sunk.mails) == 3 and len(sunk.posts) == 1
    later = replace(settings, now=lambda: MONDAY_MORNING + timedelta(hours=2))
    assert deliver(later).sent_count == 0


def test_the_list_of_the_day_names_three_and_quotes_nobody(settings: Settings, sunk: Sinks) -> None:
    deliver(settings)
    [mail] = [mail for mail in sunk.mails if mail["To"] == "team@example.org"]
    text, html = text_of(mail, "plain"), text_of(mail, "html")
    assert (
        "* Dr. Haruka Ito 伊藤 @drito, stakeholder: a question, 2 days old\n  answer: https://x.com/i/web/status/7000001"
        in text
    )
    page = f"https://reports.example.org/harbour/people/{file_name('x:13')}"
    assert f"  all about them: {page}\n" in text and f'href="{page}"' in html
    assert text.count("\n* ") == 3 and "Dora" not in text
    assert "direct message" in text
    for written in ("Words of a post", "hostile <b>words</b>", "the fourth"):
        assert written not in text + html
    assert "<script>" not in html and "&lt;script&gt;" in html
    [post] = sunk.posts
    said = str(post)
    assert str({"type": "link", "url": "https://x.com/i/web/status/7000001", "text": "answer"}) in said
    assert "<script>" in said and "mrkdwn'" not in said.replace("'mrkdwn': False", "")


def test_what_a_server_refuses_is_sent_when_it_takes_it(settings: Settings, sunk: Sinks) -> None:
    sunk.refused, sunk.status = "550 no room", 500
    with pytest.raises(NotDelivered) as problem:
        deliver(settings)
    assert SECRET_PATH not in str(problem.value)
    assert (len(sunk.mails), len(sunk.posts)) == (0, 0)
    sunk.refused = ""
    with pytest.raises(NotDelivered, match="slack:team answers 500"):
        deliver(settings)
    assert {mail["To"] for mail in sunk.mails} == TO
    sunk.status = 200
    assert deliver(settings).sent_count == 1
    assert (len(sunk.mails), len(sunk.posts)) == (3, 1)


def test_what_may_have_arrived_is_not_sent_again_by_itself(settings: Settings, sunk: Sinks) -> None:
    sunk.refused = "drop"
    with pytest.raises(NotKnown, match="ended before it said"):
        deliver(settings)
    sunk.refused = ""
    with pytest.raises(NotKnown, match="not known whether it arrived") as problem:
        deliver(settings)
    assert "rapport deliver --again" in problem.value.remedy
    assert sunk.mails == []
    assert deliver(settings, again=True).sent_count == 3
    assert {mail["To"] for mail in sunk.mails} == TO and len(sunk.mails) == 3
    assert deliver(settings).sent_count == 0


def test_what_has_arrived_can_be_noted(settings: Settings, sunk: Sinks) -> None:
    sunk.refused = "drop"
    with pytest.raises(NotKnown):
        deliver(settings)
    sunk.refused = ""
    assert deliver(settings, arrived=True).sent_count == 0
    assert deliver(settings).earlier_count == 4 and sunk.mails == []


KILLED = """
import os, sys
from dataclasses import replace
from pathlib import Path
from operations.delivery import deliver, ledger
from rapport.config import load_settings
from tests.operations.delivery.published_home import MONDAY_MORNING, TO, text_of

left = [int(sys.argv[1])]
def counted(name):
    real = getattr(ledger.Ledger, name)
    def step(*args):
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
        real(*args)
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
    setattr(ledger.Ledger, name, step)
for name in ("begin", "end"):
    counted(name)
deliver.deliver(replace(load_settings(Path(sys.argv[2])), now=lambda: MONDAY_MORNING))
"""


def test_killed_anywhere_nobody_gets_it_twice(settings: Settings, home: Path, sunk: Sinks) -> None:
    """Each run is killed one step later than the one before, until one comes to its end."""
    step, ended = 0, False
    environment = {**os.environ, **sunk.secrets}
    while not ended:
        step += 1
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(step), str(home)],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert run.returncode in (0, 1, 9), run.stderr
        ended = run.returncode != 9
        assert step < 30
    arrived = [mail["To"] for mail in sunk.mails] + ["slack:team" for _ in sunk.posts]
    assert len(arrived) == len(set(arrived))
    # whatever is left is either sent or known to be unknown
    with pytest.raises(NotKnown):
        deliver(settings)
    deliver(settings, again=True)
    assert deliver(settings).earlier_count == 4


def test_two_at_once_send_each_message_once(home: Path, settings: Settings, sunk: Sinks) -> None:
    code = KILLED.replace("os._exit(9)", "pass")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, "0", str(home)],
            env={**os.environ, **sunk.secrets},
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in running:
        _, told = process.communicate(timeout=900)
        assert process.returncode == 0, told.decode()
    assert sorted(mail["To"] for mail in sunk.mails) == sorted(TO) and len(sunk.posts) == 1


def test_nothing_is_sent_while_a_rule_blocks(settings: Settings, sunk: Sinks) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute(SCHEMA_SQL)
        con.execute("create table quality.builds (build_id varchar, started_at timestamptz, is_success boolean, "
                    "as_of_at timestamptz)")  # fmt: skip
        con.execute(
            "insert into quality.builds values ('b2', '2026-11-23 06:00:00+00', true, '2026-11-23 00:00:00+00')"
        )
        con.execute("insert into quality.check_runs (run_id, build_id, is_success) values ('r', 'b2', false)")
    with pytest.raises(DeliveryRefused, match="blocks the newest build b2"):
        deliver(settings)
    assert (sunk.mails, sunk.posts) == ([], [])
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("insert into quality.check_runs (run_id, build_id, is_success) values ('r2', 'b2', true)")
    assert deliver(settings).sent_count == 4


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (
            timedelta(hours=-8),
            {"board", "day"},
        ),  # Sunday evening: the week is not over, and data reaches further
        (timedelta(days=1), {"day"}),  # the data does not reach to the end of yesterday
        (timedelta(days=7), {"board", "day"}),  # the next edition is due, and not there
    ],
)
def test_what_is_not_due_is_said_with_its_reason(
    settings: Settings, sunk: Sinks, later: timedelta, expected: set[str]
) -> None:
    deliver(settings)
    count = len(sunk.mails)
    done = deliver(replace(settings, now=lambda: MONDAY_MORNING + later))
    assert {found.what for found in done.not_due} == expected
    assert all(found.why for found in done.not_due)
    assert len(sunk.mails) == count


def in_zone(home: Path, settings: Settings, zone: str, now: datetime, weekends: bool = False) -> Settings:
    """The same home, of a client who lives there, at that moment. Published is what reaches to Monday, 00:00 UTC."""
    toml = published_home.RAPPORT_TOML.replace(
        'accounts = ["@HarbourMuseum"]', f'accounts = ["@HarbourMuseum"]\ntime_zone = "{zone}"'
    )
    toml = toml.replace('what = ["day"]', f'what = ["day"]\nweekends = {str(weekends).lower()}')
    (home / "rapport.toml").write_text(toml, encoding="utf-8")
    return replace(settings, config=load_settings(home).config, now=lambda: now)


def day_of(settings: Settings) -> str:
    """Of which day a list is due; why none, where none is."""
    [found] = [one for one in find(settings) if one.what == "day"]
    return found.of if isinstance(found, Due) else found.why


@pytest.mark.parametrize(
    "zone", ["UTC", "Australia/Sydney", "Asia/Tokyo", "America/New_York", "Pacific/Honolulu"]
)
def test_one_publication_gives_one_list_wherever_the_client_is(
    home: Path, settings: Settings, sunk: Sinks, zone: str
) -> None:
    """All through the UTC day: all that is due is the list of the day that the publication is of."""
    hours = [
        in_zone(home, settings, zone, AS_OF + timedelta(hours=hour, minutes=30)) for hour in range(0, 24, 3)
    ]
    found = {day_of(hour) for hour in hours}
    assert "2026-11-23" in found and found <= {"2026-11-23", "it is the weekend"}
    for hour in hours:
        deliver(hour)
    assert [mail["To"] for mail in sunk.mails].count("team@example.org") == 1 and len(sunk.posts) == 1


def test_a_list_waits_for_the_end_of_the_clients_weekend(home: Path, settings: Settings, sunk: Sinks) -> None:
    """Published at 00:30 UTC, which is Sunday evening in New York: it goes when Monday has begun there."""
    sunday = in_zone(home, settings, "America/New_York", AS_OF + timedelta(hours=4, minutes=59))
    monday = replace(sunday, now=lambda: AS_OF + timedelta(hours=5))
    assert (day_of(sunday), day_of(monday)) == ("it is the weekend", "2026-11-23")
    deliver(sunday)
    assert "team@example.org" not in [mail["To"] for mail in sunk.mails]
    deliver(monday)
    assert [mail["To"] for mail in sunk.mails].count("team@example.org") == 1


def test_a_list_of_the_weekend_does_not_wait_for_monday(home: Path, settings: Settings) -> None:
    """In Sydney it is Monday while Sunday's list is the newest. Monday's follows within hours."""
    sunday = AS_OF - timedelta(days=1)
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("update reports.rpt_coverage set last_window_end_at = ?", [sunday])
    monday_there = sunday + timedelta(hours=15)
    settings = in_zone(home, settings, "Australia/Sydney", monday_there)
    assert day_of(settings) == "the list of 2026-11-22 is one of the weekend"
    assert day_of(in_zone(home, settings, "Australia/Sydney", monday_there, weekends=True)) == "2026-11-22"
    friday_there = AS_OF - timedelta(days=2) + timedelta(hours=1)
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("update reports.rpt_coverage set last_window_end_at = ?", [AS_OF - timedelta(days=2)])
    assert day_of(in_zone(home, settings, "America/New_York", friday_there)) == "2026-11-21"


def test_of_a_client_of_whom_nothing_is_known_nothing_is_sent(settings: Settings, sunk: Sinks) -> None:
    """Not even that nobody waits: nobody has looked."""
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("delete from reports.rpt_engagement_summary")
        con.execute("delete from reports.rpt_coverage")
        con.execute("update reports.rpt_publication set as_of_at = null")
    found = list(find(settings))
    assert {(one.what, type(one)) for one in found} == {(what, NotDue) for what in ("board", "day")}
    assert all(isinstance(one, NotDue) and one.why.startswith("nothing is known yet") for one in found)
    assert deliver(settings).sent_count == 0 and sunk.mails == sunk.posts == []


def test_what_is_due_can_be_read_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the command prints it: no sign stands for a character that a terminal would obey."""
    monkeypatch.setattr(
        delivering, "load_settings", lambda: replace(settings, now=lambda: AS_OF + timedelta(days=2))
    )
    delivering.deliver(client=None, show=True, again=False, arrived=False)
    printed = capsys.readouterr().out
    assert "\ufffd" not in printed and printed.count(": not due, as ") == 1
    monkeypatch.setattr(delivering, "load_settings", lambda: settings)
    delivering.deliver(client=None, show=True, again=False, arrived=False)
    printed = capsys.readouterr().out
    assert (
        "harbour, day of 2026-11-23\nTo: team@example.org, slack:team\n" in printed
        and "\ufffd" not in printed
    )


def test_without_servers_it_says_what_to_set(home: Path, settings: Settings) -> None:
    bare = replace(settings, mail_server=None, chat_webhooks={})
    with pytest.raises(
        NotDelivered, match=r"harbour, board of 2026-W47, to head@example\.org: .*no mail server"
    ) as none:
        deliver(bare)
    assert "harbour, day of 2026-11-23, to slack:team: no webhook is called 'team'" in none.value.message
    assert "set RAPPORT_SMTP_URL" in none.value.remedy and "add team=https://" in none.value.remedy
    clear = load_settings(home, secrets={"RAPPORT_SMTP_URL": "smtp+plain://ana:s3cret@mail.example.org"})
    with pytest.raises(NotDelivered, match="without encryption") as problem:
        deliver(replace(clear, now=settings.now))
    assert "s3cret" not in str(problem.value)


def test_no_log_shows_a_secret(settings: Settings, sunk: Sinks, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        deliver(settings)
    assert "sent" in caplog.text and SECRET_PATH not in caplog.text
