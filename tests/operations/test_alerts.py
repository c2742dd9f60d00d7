"""What alerts say, and what they never do."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import requests

from extractors.errors import from_response
from modelling import dbt
from operations import alerts
from operations.alerts import Note, Run
from operations.backup import files as backup_files
from quality.erasing import erase_from
from quality.errors import CheckFailed, PublishFailed
from quality.results import WARN, RuleResult
from rapport.config import load_settings
from rapport.errors import BackupFailed, BuildFailed, ConfigError, RapportError
from rapport.forgotten import Forgotten

RUN = Run("engagement_build", "manual__1", "http://127.0.0.1:8080/dags/engagement_build/runs/manual__1")
DOCS = "/srv/rapport/quality/docs/index.html"
WRITTEN = "the sundew behind my shed"


def broken(rule: str, severity: str = "block") -> RuleResult:
    return RuleResult(
        table_name="rpt_content", rule=rule, column_name="text", is_success=False, unexpected_count=1, row_count=9,
        sample_keys=("client_id=lab, post_id=1586025008899448832",), reason="@mara asked: why?",
        remedy=f"mend what makes {rule}", severity=severity,
    )  # fmt: skip


def check_failed() -> CheckFailed:
    failures = (broken("one_row_each"), broken("no_future"))
    words = "2 of 90 rules do not hold.\n  rpt_content: client_id=lab, post_id=1586025008899448832"
    return CheckFailed(words, f"do what each rule says; all results are in {DOCS}", failures)


def test_a_blocked_publication_names_rules_and_remedies_and_no_row() -> None:
    note = Note.load(Note.of("check", check_failed()).dump())
    alert = alerts.failed(RUN, ["check"], [note], DOCS)
    assert alert.kind == "blocked"
    assert alert.subject.startswith("[Rapport] engagement_build: nothing was published, 2 rules block")
    for said in (alert.text, alert.mail, str(alert.payload)):
        for wanted in (
            "engagement_build",
            "manual__1",
            "check",
            RUN.url,
            DOCS,
            "rule one_row_each",
            "rule no_future",
        ):
            assert wanted in said or wanted.removeprefix("rule ") in said
        assert "mend what makes no_future" in said
        for never in ("lab", "1586025008899448832", "@mara"):
            assert never not in said
    assert [rule["rule"] for rule in alert.payload["rules"]] == ["one_row_each", "no_future"]


def test_what_only_warns_does_not_block() -> None:
    failures = (broken("one_row_each"), broken("drift", WARN))
    assert [rule.rule for rule in Note.of("check", CheckFailed("1 of 90", "", failures)).rules] == [
        "one_row_each"
    ]


def test_an_error_of_ours_brings_its_words_and_its_remedy() -> None:
    note = Note.of("plan_accounts", ConfigError("there is no client 'nobody'", "the clients there are: lab"))
    alert = alerts.failed(RUN, ["plan_accounts"], [note], DOCS)
    assert ("plan_accounts", "ConfigError: there is no client 'nobody'") in alert.facts
    assert ("what to do", "the clients there are: lab") in alert.facts
    assert (alert.kind, alert.rules) == ("failed", ())
    assert DOCS not in alert.text


def test_an_error_of_others_brings_its_kind_alone() -> None:
    alert = alerts.failed(
        RUN, ["load"], [Note.of("load", ValueError("could not convert 'what a person wrote'"))], DOCS
    )
    assert "ValueError" in alert.text and "what a person wrote" not in str(alert.payload)


def alert_text(error: RapportError) -> str:
    """All that an alert of it says, each way."""
    alert = alerts.failed(RUN, ["task"], [Note.load(Note.of("task", error).dump())], DOCS)
    return f"{alert.text} {alert.mail} {alert.payload}"


def test_a_failed_build_names_models_and_kinds_of_error_and_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real dbt, whose DuckDB quotes the text that it could not cast."""
    models = tmp_path / "project" / "models"
    models.mkdir(parents=True)
    (models.parent / "dbt_project.yml").write_text("name: small\nprofile: rapport\nvars: {definitions: {}}\n")
    shutil.copytree(dbt.PROJECT_DIR / "macros", models.parent / "macros")
    for name in ("profiles.yml", "selectors.yml"):
        (models.parent / name).write_text((dbt.PROJECT_DIR / name).read_text())
    (models / "casts.sql").write_text(
        "{{ config(materialized='table') }} select words::integer as n from said"
    )
    (models / "twice.sql").write_text(f"select '{WRITTEN}' as said union all select '{WRITTEN}' as said")
    (models / "twice.yml").write_text(
        "models: [{name: twice, columns: [{name: said, data_tests: [unique]}]}]"
    )
    (models.parent / "tests").mkdir()
    (models.parent / "tests" / "nothing_is_there.sql").write_text("select 1 as n")
    settings = load_settings(tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create table said as select $words as words", {"words": WRITTEN})
    monkeypatch.setattr(dbt, "PROJECT_DIR", models.parent)
    with pytest.raises(BuildFailed) as caught:
        dbt.build(settings)
    assert WRITTEN in str(caught.value), "who stands before the machine sees all of it"
    assert WRITTEN in caught.value.detail
    text = alert_text(caught.value)
    assert "casts (Conversion Error)" in text and "nothing_is_there (Got 1 result)" in text
    assert "twice (not of its shape: unique said: 1 rows)" in text
    assert WRITTEN not in text and "Could not convert" not in text


def test_a_refused_backup_brings_no_word_of_the_database() -> None:
    with (
        pytest.raises(BackupFailed) as caught,
        backup_files.failing_as("no backup could be taken to /mnt", "make room"),
        duckdb.connect() as connection,
    ):
        connection.execute("select $words::integer", {"words": WRITTEN})
    assert WRITTEN in str(caught.value)
    text = alert_text(caught.value)
    assert "no backup could be taken to /mnt" in text and "make room" in text
    assert WRITTEN not in text


def test_a_refused_rewriting_brings_no_word_of_the_database(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    settings.published_path.parent.mkdir()
    settings.published_path.write_text(WRITTEN * 1000)
    forgotten = Forgotten.of("x", {"1"})
    with pytest.raises(PublishFailed) as caught:
        erase_from(settings, forgotten, lambda words: None)
    assert "DuckDB database file" in str(caught.value)
    text = alert_text(caught.value)
    assert "could not be rewritten" in text and "DuckDB database file" not in text


def test_an_answer_of_the_network_is_told_by_its_number() -> None:
    answer = requests.Response()
    answer.status_code = 403
    answer._content = b'{"title": "Forbidden", "detail": "@shy has blocked you: %s"}' % WRITTEN.encode()
    error = from_response(answer, 0.0)
    assert WRITTEN in str(error)
    assert "X answered 403" in alert_text(error) and "access level" in alert_text(error)
    assert "@shy" not in alert_text(error) and WRITTEN not in alert_text(error)


def test_a_killed_task_is_named_though_it_left_no_word() -> None:
    alert = alerts.failed(RUN, ["build"], [], DOCS)
    assert ("failed", "build") in alert.facts
    assert "see the run's page" in alert.text


def test_many_tasks_that_fail_of_one_thing_say_so_once() -> None:
    names = [f"fetch_accounts_{number}" for number in range(40)]
    alert = alerts.failed(
        RUN, names, [Note.of(name, BuildFailed("no token", "set one")) for name in names], DOCS
    )
    assert alert.text.count("BuildFailed: no token") == alert.text.count("set one") == 1
    assert "fetch_accounts_4 and 35 more" in alert.text


def test_many_errors_make_one_message_that_can_be_read() -> None:
    notes = [
        Note.of(f"fetch_{number}", BuildFailed(f"{number} " + "x" * 9000, "wait")) for number in range(40)
    ]
    alert = alerts.failed(RUN, [note.task for note in notes], notes, DOCS)
    assert "35 more errors" in alert.text
    assert len(alert.text) < 10_000


def test_a_late_run_says_since_when_and_how_it_stands() -> None:
    alert = alerts.late(RUN, "running", datetime(2026, 11, 23, 5, tzinfo=UTC), timedelta(hours=6))
    assert alert.subject == "[Rapport] engagement_build is late: not done after 360 minutes"
    assert "running, queued 2026-11-23 05:00 UTC" in alert.text and RUN.url in alert.text


def test_hostile_words_stay_words_in_a_mail() -> None:
    note = Note.of("build", BuildFailed("<img src=x onerror=alert(1)>", "</table><script>"))
    mail = alerts.failed(RUN, ["<b>build"], [note], DOCS).mail
    assert "<img" not in mail and "<script>" not in mail and "<b>" not in mail
    assert "&lt;img src=x onerror=alert(1)&gt;" in mail


def test_nobody_is_told_unless_rapport_toml_says_so(tmp_path: Path) -> None:
    chosen = load_settings(tmp_path).config.alerts
    assert (chosen.email_to, chosen.webhook) == ([], False)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('email_to = ["ops"]', "rapport.toml:2: alerts.email_to.0: 'ops' does not fit; write an address"),
        ('email_to = ["a@x.org, b@x.org"]', "write an address"),
        ('webhook = "https://hooks.example.org/secret"', "rapport.toml:2: alerts.webhook: "),
        ("late_after_minutes = 0", "alerts.late_after_minutes"),
    ],
)
def test_a_fault_under_alerts_is_named(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "rapport.toml").write_text(f"[alerts]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as fault:
        load_settings(tmp_path)
    assert words in str(fault.value)
    assert "hooks.example.org" not in str(fault.value)
