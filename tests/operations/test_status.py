"""What `rapport status` says of homes that are new, whole, blocked, busy or damaged; on real files."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from typer.testing import CliRunner

from extractors.files import quarantine
from extractors.raw import raw_store
from extractors.state import gaps
from extractors.state.budget import Purse
from extractors.state.store import open_state
from operations.backup.files import MANIFEST, PLACES
from operations.cli import watching
from operations.status import read_status
from rapport.config import Settings
from rapport.config_clients import Budget
from rapport.networks import X
from rapport.window import Window
from tests.clock import NOW
from tests.operations.told import settings_of, words
from tests.quality import warehouse
from tests.quality.publishing import give_receipt, start_build
from tests.support.duckdb_files import open_elsewhere

DAY = timedelta(days=1)
LATER = warehouse.AS_OF + timedelta(weeks=1)  # after every build
EARLIER = warehouse.AS_OF - timedelta(days=1)  # where the clock was set back after a build


def test_a_changed_api_version_is_told_with_its_day(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    raw_store.load(settings, lambda message: None)
    assert read_status(settings).facts["X API version"] == "not yet"
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for key, version, at in (
            ("a", "2.166", "2026-11-01"), ("b", "2.166", "2026-11-02"),
            ("c", "2.167", "2026-11-03"), ("d", None, "2026-11-04"),
        ):  # fmt: skip
            connection.execute(
                "insert into raw.pages by name select $key as page_key, $version as api_version,"
                " $at::timestamptz as fetched_at",
                {"key": key, "version": version, "at": at},
            )
    assert read_status(settings).facts["X API version"] == (
        "2.167 since 2026-11-03 00:00 UTC, before that 2.166 since 2026-11-01 00:00 UTC"
    )


def test_where_nothing_is_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path / "home")
    text, code = words(settings, monkeypatch, "--exit-code")
    assert code == 6
    assert "nothing yet: `rapport run`" in text
    assert "next runs not started by `rapport up`; if another Airflow runs this home, ask that one" in text
    assert not settings.home.exists()


def test_a_publication_is_told_with_its_age_and_its_checks(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_status(fresh)
    assert found.publication and found.publication["build_id"] == "build-1"
    assert not found.obstacles and not found.unknown
    text, code = words(fresh, monkeypatch, "--exit-code")
    assert code == 0 and text.startswith("published 5 minutes ago")
    for told in ("1 of 1 checks hold, 0 warn", "UTC replies on X: 96 of 120 (80%) held", "blocked nothing"):
        assert told in text
    assert words(fresh, monkeypatch, "--exit-code", "--max-age", "0")[1] == 6
    two_days_on = replace(found, looked_at=found.looked_at + 2 * DAY)
    assert (two_days_on.exit_code(36), two_days_on.exit_code(49)) == (6, 0)


def test_what_blocks_is_named_with_its_remedy(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    start_build(fresh, "build-2")
    assert [obstacle.remedy for obstacle in read_status(fresh).obstacles] == ["`rapport check`"]
    give_receipt(fresh, "build-2", is_success=False)
    found = read_status(fresh)
    assert [(obstacle.by, obstacle.what) for obstacle in found.obstacles] == [
        ("rule", "1 of 1 rules block the build build-2")
    ]
    assert [(rule["table_name"], rule["rule"], rule["remedy"]) for rule in found.blocking_rules] == [
        ("rpt_waiting", "some_rule", "what")
    ]
    text, code = words(fresh, monkeypatch, "--exit-code")
    assert code == 5
    assert text.index("build-1") < text.index("rpt_waiting, some_rule: 1 of 4 rows") < text.index("gaps")
    give_receipt(fresh, "build-2")
    found = read_status(fresh)
    assert [obstacle.remedy for obstacle in found.obstacles] == ["`rapport publish`"]
    assert found.exit_code(36) == 0


def test_a_failed_build_and_an_erasure_are_told_apart(fresh: Settings) -> None:
    start_build(fresh, "build-2", is_success=False)
    found = read_status(fresh)
    assert [obstacle.by for obstacle in found.obstacles] == ["build"]
    assert found.exit_code(36) == 4
    start_build(fresh, "erasure-20261123", is_success=False)
    found = read_status(fresh)
    assert [(obstacle.by, obstacle.remedy) for obstacle in found.obstacles] == [("step", "`rapport build`")]
    assert found.exit_code(36) == 0


def test_pages_that_no_build_has_seen_are_told(fresh: Settings) -> None:
    with duckdb.connect(str(fresh.warehouse_path)) as connection:
        connection.execute(
            "insert into raw.pages by name "
            "select 'new' as page_key, 'new' as load_id, unnest([$at, $earlier])::timestamptz as loaded_at",
            {"at": LATER, "earlier": EARLIER},
        )
    assert [obstacle.what for obstacle in read_status(fresh).obstacles] == [
        "2 pages were loaded since the last build"
    ]


def test_a_warehouse_in_use_hides_nothing_else(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with FileLock(str(fresh.warehouse_path) + ".lock"):
        text, code = words(fresh, monkeypatch, "--exit-code")
    assert "not known: the warehouse is in use by another process" in text
    assert "published 5 minutes ago" in text
    assert code == 0


def test_a_warehouse_that_another_program_has_open_is_in_use(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_elsewhere(fresh.warehouse_path):
        text, code = words(fresh, monkeypatch)
    assert "blocked not known: the warehouse is in use by another process right now gaps" in text
    assert code == 0


def test_damage_is_told_and_the_rest_as_well(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (fresh.warehouse_path, fresh.published_path, fresh.home / "state.sqlite"):
        path.write_bytes(b"no database at all " * 200)
    assert read_status(fresh).unknown.keys() == {"published", "warehouse", "state store"}
    text, code = words(fresh, monkeypatch)
    assert code == 1, "without --exit-code, too"
    assert "clients none" in text
    assert f"blocked not known: {fresh.warehouse_path} is damaged: " in text
    assert "not a valid DuckDB database file. What to do: `rapport restore <backup>`" in text
    assert f"gaps not known: {read_status(fresh).unknown['state store'].split()[0]}" in text
    assert (
        "state store the state store" not in text and "published the published file can't be read: " in text
    )
    out_of_reach = replace(fresh, state_url="postgresql+psycopg2://me:secret@127.0.0.1:1/none")
    assert "secret" not in read_status(out_of_reach).unknown["state store"]


@pytest.mark.clock
def test_gaps_and_money_of_each_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rapport.toml").write_text(
        '[[clients]]\nid = "ours"\nname = "Ours"\naccounts = ["@ours"]\n'
        "budget = { usd_per_day = 0.5, usd_per_month = 9 }\n"
        '[[clients]]\nid = "theirs"\nname = "Theirs"\naccounts = ["@theirs"]\n',
        encoding="utf-8",
    )
    settings = settings_of(tmp_path)
    early, late = Window(NOW - 3 * DAY, NOW - 2 * DAY), Window(NOW - DAY, NOW)
    with open_state(settings) as state:
        for network, window in (("x", early), ("x", late), ("bluesky", late)):
            gaps.record(state, network, "ours", "mentions", "", window, gaps.BUDGET)
        purse = Purse(state.engine, X, "ours", Budget(usd_per_day=0.5, usd_per_month=9), state.now)
        purse.settle(
            purse.reserve("mentions", X.price_usd["post"], 1, 100), {"post": {str(n) for n in range(100)}}
        )
    found = read_status(settings)
    kinds = {(gap.client_id, gap.stream, gap.why) for gap in found.gaps}
    assert kinds == {("ours", "mentions", gaps.BUDGET)}
    assert [(spending.client_id, spending.day_usd, spending.day_cap_usd) for spending in found.budgets] == [
        ("ours", pytest.approx(0.5), 0.5), ("theirs", 0, None),
    ]  # fmt: skip
    text, _ = words(settings, monkeypatch)
    assert "ours mentions on X: 2026-10-30 00:01 to 2026-11-02 00:01, 48 h in 2 stretches" in text
    assert "ours mentions on Bluesky: 2026-11-01 00:01 to 2026-11-02 00:01, 24 h: " in text
    assert "ours: today 0.50 of 0.50, November 0.50 of 9.00 USD" in text
    shown = json.loads(CliRunner().invoke(watching.app, ["status", "--json"]).output)
    assert [bool(datetime.fromisoformat(gap["from_at"]).tzinfo) for gap in shown["gaps"]] == [True] * 3
    assert shown["budgets"][0]["month_cap_usd"] == 9


def test_only_what_nothing_was_decided_about_waits(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    raw_store.load(settings, lambda message: None)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for line in (1, 2, 3):
            connection.execute(
                "insert into raw.rejects by name select 'files/page' as page_key, 'a.jsonl' as source_path, "
                "$line::bigint as line_number, 'no post' as reason, '2026-11-01'::timestamptz as rejected_at",
                {"line": line},
            )
    assert read_status(settings).waiting_in_quarantine_count == 3
    quarantine.drop(settings, quarantine.waiting(settings)[:1], "me", "test data")
    assert read_status(settings).waiting_in_quarantine_count == 2


def test_the_data_of_each_client_has_an_age_of_its_own(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The published file was made five minutes ago; what it holds of a client is as old as its oldest stream."""
    clients = "".join(
        f'[[clients]]\nid = "{name}"\nname = "{name}"\naccounts = ["@{name}"]\n' for name in ("acme", "files")
    )
    (fresh.home / "rapport.toml").write_text(clients, encoding="utf-8")
    settings = settings_of(fresh.home)
    with duckdb.connect(str(settings.published_path)) as connection:
        # A window may end after the moment it was fetched, and replies are polled between the daily runs.
        set_reach = (
            "update reports.rpt_coverage set last_window_end_at = ?, last_fetched_at = ? where stream {}"
        )
        connection.execute(set_reach.format("<> 'mentions'"), [NOW + DAY, NOW - timedelta(hours=2)])
        connection.execute(set_reach.format("= 'mentions'"), [NOW - 2 * DAY, NOW])
    [acme, files] = read_status(settings).clients
    assert (acme.reaches_at, acme.age_hours) == (NOW - 2 * DAY, 48)
    assert (files.reaches_at, files.age_hours) == (None, None)
    text, code = words(settings, monkeypatch, "--exit-code")
    assert code == 6
    assert "data acme: up to 2026-10-31 00:01 UTC, 2 days ago" in text
    assert "files: nothing fetched from a network is published yet" in text
    assert words(settings, monkeypatch, "--exit-code", "--max-age", "49")[1] == 0
    shown = json.loads(CliRunner().invoke(watching.app, ["status", "--json"]).output)
    assert (shown["exit_code"], shown["clients"][0]["age_hours"]) == (6, 48)
    # An invented world ends: nothing newer can be there.
    (fresh.home / "rapport.toml").write_text(
        clients + "[schedule]\nlast_day = 2026-10-30\n", encoding="utf-8"
    )
    assert read_status(settings_of(fresh.home)).clients[0].age_hours == 0


def test_a_stream_that_was_never_fetched_has_no_age(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (fresh.home / "rapport.toml").write_text(
        '[[clients]]\nid = "acme"\nname = "Acme"\naccounts = ["@acme"]\n', encoding="utf-8"
    )
    settings = settings_of(fresh.home)
    with duckdb.connect(str(settings.published_path)) as connection:
        connection.execute(
            "update reports.rpt_coverage set last_window_end_at = $now, last_fetched_at = $now", {"now": NOW}
        )
    assert read_status(settings).exit_code(36) == 0
    with duckdb.connect(str(settings.published_path)) as connection:
        connection.execute("delete from reports.rpt_coverage where stream = 'mentions'")
    [acme] = read_status(settings).clients
    assert (acme.reaches_at, acme.age_hours, acme.never_fetched) == (None, None, ("mentions of X",))
    text, code = words(settings, monkeypatch, "--exit-code")
    assert code == 6
    assert "data acme: never fetched: mentions of X. What to do: `rapport fetch`" in text
    with duckdb.connect(str(settings.published_path)) as connection:
        connection.execute(
            "update reports.rpt_coverage set last_window_end_at = null"
        )  # gaps are all there is
    [acme] = read_status(settings).clients
    assert acme.never_fetched == ("own_posts of X", "mentions of X")


def test_a_file_of_an_earlier_version_is_not_damaged(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(fresh.published_path)) as connection:
        connection.execute("alter table reports.rpt_coverage drop column last_fetched_at")
        connection.execute("alter table reports.rpt_publication drop column warned_count")
    found = read_status(fresh)
    assert (found.clients, found.broken, found.exit_code(36)) == ([], [], 0)
    text, _ = words(fresh, monkeypatch)
    assert "data up to" in text and "None" not in text and "checks hold" not in text


@pytest.mark.clock
def test_the_age_of_the_newest_backup_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path)
    assert "backup none that can be reached" in words(settings, monkeypatch)[0]
    at = NOW - 3 * DAY
    for taken in (at, at - DAY):
        folder = tmp_path / "backups" / f"{taken:%Y%m%dT%H%M%SZ}"
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_text("{}", encoding="utf-8")
    assert read_status(settings).last_backup_at == at
    assert "backup 3 days ago (2026-10-30 00:01 UTC)" in words(settings, monkeypatch)[0]
    (tmp_path / PLACES).write_text("no JSON", encoding="utf-8")
    assert f"backup not known: {tmp_path / PLACES} can't be read" in words(settings, monkeypatch)[0]
