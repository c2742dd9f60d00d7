"""What doctor and status say of deliveries: of servers, webhooks, and of messages that may not have arrived."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from operations.cli import watching
from operations.delivery.deliver import deliver
from operations.delivery.errors import NotDelivered, NotKnown
from operations.doctor import examine
from operations.health import Finding
from rapport.config import Settings, load_settings
from rapport.config_environment import MailServer
from tests.operations.delivery import published_home
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
    # a week later it is not due any more, and nothing can be done about it
    later = replace(settings, now=lambda: published_home.MONDAY_MORNING + timedelta(days=8))
    assert findings(later, is_offline=True)["deliveries"].state == "ok"
