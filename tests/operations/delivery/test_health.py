"""What doctor and status say of deliveries: of servers, webhooks, and of messages that may not have arrived."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr
from rich.console import Console

from extractors.state.store import open_state
from operations.cli import watching
from operations.delivery.deliver import deliver
from operations.delivery.errors import NotDelivered, NotKnown
from operations.delivery.health import recent
from operations.doctor import examine
from operations.health import Finding
from operations.status import read_status
from rapport.config import Settings, load_settings
from rapport.config_environment import MailServer
from tests.clock import Clock
from tests.operations.delivery import published_home
from tests.operations.delivery.published_home import MONDAY_MORNING
from tests.reporting.published import AS_OF
from tests.sinks import SECRET_PATH, Sinks

HEAD, DAY = "head@example.org", "2026-11-23"


def findings(settings: Settings, is_offline: bool = False) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(settings, is_offline)}


def told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `rapport status` prints."""
    printed = io.StringIO()
    monkeypatch.setattr(watching, "load_settings", lambda: settings)
    monkeypatch.setattr(watching, "out", Console(file=printed, width=400))
    watching.status(as_json=False, exit_code=False, max_age=1e6)
    return printed.getvalue()


def test_a_home_that_sends_what_is_due_is_in_order(
    settings: Settings, sunk: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(settings)
    seen = findings(settings)
    assert [seen[name].state for name in ("mail server", "webhooks", "deliveries")] == ["ok", "ok", "ok"]
    assert "answers, without a login" in seen["mail server"].seen
    assert seen["deliveries"].seen == "4 sent in the last 7 days, 0 not taken, 0 may have arrived"
    assert "4 sent in the last 7 days, 0 not taken, 0 may have arrived" in told(settings, monkeypatch)
    # it looked, and sent nothing
    assert (len(sunk.mails), len(sunk.posts)) == (3, 1)


def test_nobody_to_send_to_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = load_settings(tmp_path)
    assert "deliveries" not in told(bare, monkeypatch)
    assert not (tmp_path / "state.sqlite").exists()
    seen = findings(bare, is_offline=True)
    assert seen["deliveries"].state == "ok" and not {"mail server", "webhooks"} & set(seen)


def test_what_is_missing_is_told_with_what_to_do(home: Path, settings: Settings) -> None:
    seen = findings(replace(settings, mail_server=None, chat_webhooks={}))
    assert (seen["mail server"].state, seen["webhooks"].state) == ("warning", "warning")
    # where Airflow sends, its connections may have both
    assert "`smtp_default`" in seen["mail server"].remedy and "`rapport_chat`" in seen["webhooks"].remedy
    config = published_home.RAPPORT_TOML.replace('"slack:team"', '"slack:team", "slack:nowhere"')
    (home / "rapport.toml").write_text(config, encoding="utf-8")
    seen = findings(replace(settings, config=load_settings(home).config))
    assert seen["webhooks"].state == "error" and "no webhook is called 'nowhere'" in seen["webhooks"].seen
    assert "add nowhere=https://" in seen["webhooks"].remedy and SECRET_PATH not in str(seen)


def test_a_mail_server_that_can_t_be_used_is_an_error(settings: Settings, sunk: Sinks) -> None:
    server = settings.mail_server
    assert server is not None
    clear = replace(server, user="ana", password=SecretStr("s3cret"))
    assert "without encryption" in findings(replace(settings, mail_server=clear))["mail server"].seen
    gone = replace(settings, mail_server=MailServer("127.0.0.1", 9, "none"))
    assert findings(gone)["mail server"].state == "error"
    offline = findings(gone, is_offline=True)["mail server"]
    assert offline.state == "ok" and "not tried" in offline.seen


@pytest.mark.parametrize(
    ("break_it", "error", "words", "remedy"),
    [
        (lambda sunk: setattr(sunk, "refused", "550 no room"), NotDelivered, "was not taken", "tries again"),
        (lambda sunk: setattr(sunk, "refused", "drop"), NotKnown, "may have arrived", "--arrived"),
    ],
)
def test_what_did_not_arrive_is_named(
    settings: Settings,
    sunk: Sinks,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[Sinks], None],
    error: type[Exception],
    words: str,
    remedy: str,
) -> None:
    break_it(sunk)
    with pytest.raises(error):
        deliver(settings)
    found = findings(settings, is_offline=True)["deliveries"]
    assert found.state == "warning" and remedy in found.remedy
    for said in (found.seen, told(settings, monkeypatch)):
        assert f"harbour, board of 2026-W47, to {HEAD}: {words}" in said
        assert f"harbour, day of {DAY}, to team@example.org: {words}" in said
        assert "1 sent in the last 7 days" in said
    # the next day the list of the day before can't be sent any more; the board page can until the week is over
    later = replace(settings, now=lambda: MONDAY_MORNING + timedelta(days=1))
    seen = findings(later, is_offline=True)["deliveries"]
    assert f"board of 2026-W47, to {HEAD}: {words}" in seen.seen and "day of" not in seen.seen
    assert "1 of earlier days or weeks may not have arrived, and are not due any more" in seen.seen


def code(settings: Settings) -> int:
    """The exit code of `rapport status --exit-code`, of nothing but deliveries."""
    found = read_status(settings)
    assert not found.broken and not found.obstacles
    # of this client one stream alone was ever fetched
    return replace(found, clients=[]).exit_code(1e6)


def unsent(settings: Settings, hours: float) -> list[str]:
    """Of what it is said that many hours after the midnight of Monday that it was not sent."""
    later = replace(settings, now=Clock(AS_OF + timedelta(hours=hours)))
    found = recent(later)
    assert found and code(later) == (9 if found.left else 0)
    seen = findings(later, is_offline=True)["deliveries"]
    assert (seen.state, seen.seen.partition("; ")[0]) == ("warning" if found.left else "ok", found.words)
    for one in found.left:
        assert one.words in seen.seen and "`rapport deliver` sends" in seen.remedy
    return [f"{one.client_id}, {one.what} of {one.of}, to {one.recipient}" for one in found.left]


DAYS = [f"harbour, day of {DAY}, to {to}" for to in ("team@example.org", "slack:team")]
BOARDS = [f"harbour, board of 2026-W47, to {to}" for to in (HEAD, "deputy@example.org")]


def test_what_nobody_has_tried_to_send_is_named_after_a_while(settings: Settings, sunk: Sinks) -> None:
    with open_state(settings):
        pass
    # published at five, frozen at seven
    assert unsent(settings, 7.9) == []
    assert unsent(settings, 8) == DAYS
    assert unsent(settings, 10) == [*BOARDS, *DAYS]
    assert unsent(settings, 24 + 10) == BOARDS, "the list of Monday is over"
    # where something is published every hour, the list of the day is missed at noon at the latest
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("update reports.rpt_publication set published_at = published_at + interval '6 hours'")
    assert [one for one in unsent(settings, 11.9) if one in DAYS] == []
    assert [one for one in unsent(settings, 12) if one in DAYS] == DAYS
    deliver(settings)
    assert unsent(settings, 24 + 10) == [] and len(sunk.mails) == 3


def test_a_recipient_who_can_t_be_sent_to_is_named(home: Path, settings: Settings, sunk: Sinks) -> None:
    config = published_home.RAPPORT_TOML.replace('"slack:team"', '"slack:team", "slack:nowhere"')
    published_home.named(home, config, AS_OF + timedelta(hours=9))
    changed = replace(settings, config=load_settings(home).config)
    with pytest.raises(NotDelivered):
        deliver(changed)
    nowhere = [f"harbour, day of {DAY}, to slack:nowhere"]
    assert (unsent(changed, 11.9), unsent(changed, 12)) == ([], nowhere), (
        "three hours after the file was changed"
    )


def test_a_weekend_is_waited_for(home: Path, settings: Settings) -> None:
    with open_state(settings):
        pass
    config = published_home.RAPPORT_TOML.replace("accounts =", 'time_zone = "America/New_York"\naccounts =')
    published_home.named(home, config)
    # at five in the morning UTC of Monday, when the list is published, Monday begins in New York
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("update reports.rpt_publication set published_at = published_at - interval '1 hour'")
    american = replace(settings, config=load_settings(home).config)
    assert unsent(american, 4.9) == []
    assert [one for one in unsent(american, 13.9) if one in DAYS] == []
    assert [one for one in unsent(american, 14) if one in DAYS] == DAYS
    eager = config.replace('mail = ["team@example.org"]', 'mail = ["team@example.org"]\nweekends = true')
    published_home.named(home, eager)
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("update reports.rpt_publication set published_at = published_at - interval '3 hours'")
    assert unsent(replace(settings, config=load_settings(home).config), 4) == DAYS, "at weekends, too"


def test_a_week_that_was_not_frozen_is_named_with_what_to_do(settings: Settings) -> None:
    deliver(settings)
    a_week = 7 * 24
    # the edition of 2026-W48 is due on Monday at six, and tried again for six hours
    assert unsent(settings, a_week + 14.9) == []
    boards = [one.replace("W47", "W48") for one in BOARDS]
    assert unsent(settings, a_week + 15) == boards
    later = replace(settings, now=Clock(AS_OF + timedelta(hours=a_week + 15)))
    found = findings(later, is_offline=True)["deliveries"]
    assert "can't be sent, as the edition 2026-W48 is not there" in found.seen
    assert "`rapport edition` freezes it" in found.remedy
    # who has frozen no week of late has no use for board pages yet
    assert unsent(settings, 2 * a_week + 15) == []


def test_what_did_not_arrive_ends_status_with_a_code_of_its_own(settings: Settings, sunk: Sinks) -> None:
    assert code(settings) == 0
    sunk.refused = "550 no room"
    with pytest.raises(NotDelivered):
        deliver(settings)
    assert code(settings) == 9
    found = replace(read_status(settings), clients=[])
    assert replace(found, extraction_troubles=["x"]).exit_code(1e6) == 3 and found.exit_code(0) == 6
    sunk.refused = ""
    deliver(settings)
    assert code(settings) == 0
