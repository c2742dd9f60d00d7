"""The gate: data in order passes, every planted fault is found and named, and nothing else is let out."""

import logging
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from great_expectations.datasource.fluent.interfaces import Batch

from quality import suites
from quality.docs import rule_trends
from quality.errors import CheckFailed, CheckRefused
from quality.gate import check
from quality.gx import gx
from quality.publish import publish
from quality.results import BLOCK, WARN, Build, latest_build, valid_receipt
from rapport.config import Settings
from rapport.networks import NETWORKS
from rapport.warehouse import rewrite
from tests.quality import raw_rows, warehouse
from tests.quality.faults import FAULTS
from tests.quality.publishing import give_receipt, run_python

get_context = gx.get_context
CASES = [(table, rule) for table, by_rule in FAULTS.items() for rule in by_rule]
SEVERITY = {
    (table_check.table_name, expectation.meta["rule"]): expectation.meta["severity"]
    for table_check in suites.CHECKS
    for expectation in table_check.suite().expectations
}


def test_what_other_expectations_need_is_read_only_when_they_use_it() -> None:
    """Modules that draw and fit distributions take as long to read as the rest of Great Expectations."""
    code = (
        "import sys, quality.validation\n"
        "print([name for name in ('altair', 'scipy.stats', 'jsonschema') if name in sys.modules])\n"
        "from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as other\n"
        "print(other.stats.entropy([1, 1]) > 0.69, other.alt.Chart.__name__)\n"
        "import altair, scipy.stats\n"
        "print(altair.Chart is other.alt.Chart, scipy.stats.entropy is other.stats.entropy)\n"
    )
    assert run_python(code).stdout.splitlines() == ["[]", "True Chart", "True True"]


def test_what_checks_databases_is_left_out_of_a_check_and_there_for_others() -> None:
    code = (
        "import gc, sys, quality.validation\n"
        "print([name for name in ('sqlalchemy', 'psycopg2') if name in sys.modules], gc.isenabled())\n"
        "import psycopg2, sqlalchemy\n"
        "print(sqlalchemy.create_engine('sqlite://').connect().execute(sqlalchemy.text('select 7')).scalar())\n"
    )
    assert run_python(code).stdout.splitlines() == ["[] True", "7"]


def test_what_checks_databases_stays_as_it_is_where_it_was_there_before() -> None:
    """As in a task of Airflow."""
    code = (
        "import sqlalchemy, sys, quality.validation\n"
        "from great_expectations.compatibility import sqlalchemy as theirs\n"
        "print(sys.modules['sqlalchemy'] is sqlalchemy, theirs.sqlalchemy is sqlalchemy)\n"
    )
    assert run_python(code).stdout.splitlines() == ["True True"]


def test_every_rule_has_a_planted_fault_and_every_fault_a_rule() -> None:
    in_suites = {
        table_check.table_name: [expectation.meta["rule"] for expectation in table_check.suite().expectations]
        for table_check in suites.CHECKS
    }
    for table, rules in in_suites.items():
        assert len(rules) == len(set(rules)), f"two rules of {table} have the same name"
        assert set(rules) == set(FAULTS[table])
    assert set(in_suites) == set(FAULTS)


def test_every_rule_says_how_grave_it_is_why_and_what_to_do() -> None:
    for table_check in suites.CHECKS:
        for expectation in table_check.suite().expectations:
            assert expectation.meta["severity"] in (BLOCK, WARN), expectation.meta["rule"]
            assert len(expectation.meta["reason"]) > 20, expectation.meta["rule"]
            assert len(expectation.meta["remedy"]) > 20, expectation.meta["rule"]
    # a gate whose rules only warn is none
    assert list(SEVERITY.values()).count(WARN) < 0.1 * len(SEVERITY)


def test_a_loosened_rule_says_since_when_and_what_had_been_seen(
    settings: Settings, rows: Callable[[str], list[tuple]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suites, "CHECKS", suites.CHECKS[:1])
    check(settings)
    [(loosened,)] = rows("select loosened from quality.check_results where loosened <> ''")
    assert re.match(r"since \d{4}-\d\d-\d\d: seen was .*\d.*; .{20,}", loosened)


def test_data_in_order_gets_a_receipt_and_its_results_are_kept(
    settings: Settings, rows: Callable[[str], list[tuple]], caplog: pytest.LogCaptureFixture
) -> None:
    messages: list[str] = []
    with caplog.at_level(logging.DEBUG):
        receipt = check(settings, messages.append)
    assert receipt.build_id == "build-1"
    assert receipt.as_of_at == warehouse.AS_OF
    assert receipt.check_count == len(CASES)
    assert rows("select receipt_id, build_id, check_count from quality.receipts") == [
        (receipt.receipt_id, "build-1", len(CASES))
    ]
    assert rows("select count(*), bool_and(is_success), min(reason <> ''), min(remedy <> '') "
                "from quality.check_results") == [(len(CASES), True, True, True)]  # fmt: skip
    assert rows("select is_success, failed_count from quality.check_runs") == [(True, 0)]
    [(docs_path,)] = rows("select docs_path from quality.check_runs")
    page = Path(docs_path).read_text(encoding="utf-8")
    assert "rpt_engagement_summary" in page
    assert any(docs_path in message for message in messages)
    assert not [record for record in caplog.records if record.name.startswith("great_expectations")]


def test_great_expectations_talks_to_nobody(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refuse(self: socket.socket, address: object, *more: object) -> None:
        asked.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "sendto", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **more: refuse(None, address))  # type: ignore[arg-type]
    contexts: list[Any] = []
    monkeypatch.setattr(
        gx, "get_context", lambda **arguments: contexts.append(get_context(**arguments)) or contexts[-1]
    )
    monkeypatch.setattr(suites, "CHECKS", suites.CHECKS[:1])
    check(settings)
    assert asked == []
    assert [context.config.analytics_enabled for context in contexts] == [False]


def test_checking_again_adds_to_the_history_and_changes_nothing_else(
    settings: Settings, rows: Callable[[str], list[tuple]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suites, "CHECKS", suites.CHECKS[:1])
    first, second = check(settings), check(settings)
    assert first.receipt_id != second.receipt_id
    assert rows("select count(*) from quality.check_runs") == [(2,)]
    profile = rows("select count(*) from quality.load_profile")
    # of each of two streams one row a window, and one of profiles and of messages
    assert profile == [(2 * (raw_rows.DAILY_WINDOWS + 1) + 2,)]
    assert publish(settings, second).receipt_id == second.receipt_id


@pytest.mark.parametrize("network", NETWORKS)
def test_older_posts_on_a_page_are_a_fault_only_where_the_network_takes_a_window(
    network: str, spoil: Callable[..., None], rows: Callable[[str], list[tuple]]
) -> None:
    of_page = "page_key = 'x/own_posts/2026-07-29/1'"
    spoil(
        f"update raw.pages set network = '{network}' where {of_page}",
        f"update raw.posts set network = '{network}', created_at = created_at - interval 40 days where {of_page}",
    )
    [(posts, outside)] = rows(
        "select sum(post_count), sum(outside_window_count) from quality.load_profile "
        f"where network = '{network}' and stream = 'own_posts' and day = '2026-07-29'"
    )
    assert posts == 6
    assert outside == (6 if "own_posts" in NETWORKS[network].windowed_streams else 0)


def test_a_clock_that_was_set_back_lets_no_build_out(settings: Settings) -> None:
    assert give_receipt(settings, "build-1")
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("update quality.check_runs set checked_at = checked_at + interval 1 day")
        con.execute("update quality.check_results set checked_at = checked_at + interval 1 day")
        con.execute("update quality.builds set started_at = started_at + interval 1 day")
        first = latest_build(con)
        assert first and valid_receipt(con, first)
    give_receipt(settings, "build-1", is_success=False)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        assert valid_receipt(con, first) is None
        assert [rule.state for rule in rule_trends(con)] == ["blocks"]
        warehouse.add_build(con, "build-2", is_success=False)
        assert latest_build(con) == Build("build-2", False, warehouse.AS_OF)
    rewrite(settings)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        assert latest_build(con) == Build("build-2", False, warehouse.AS_OF)
        assert valid_receipt(con, first) is None


def _only(rule: str, whole: gx.ExpectationSuite) -> gx.ExpectationSuite:
    kept = [expectation for expectation in whole.expectations if expectation.meta["rule"] == rule]
    return gx.ExpectationSuite(whole.name, expectations=kept)


@pytest.mark.parametrize(("table", "rule"), CASES, ids=[f"{table}-{rule}" for table, rule in CASES])
def test_a_planted_fault_is_found_and_named(
    table: str,
    rule: str,
    settings: Settings,
    spoil: Callable[..., None],
    rows: Callable[[str], list[tuple]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    severity, messages = SEVERITY[table, rule], list[str]()
    # The rule alone, or what warns with the rest of its table: all rules for every fault would take minutes.
    [checked] = [table_check for table_check in suites.CHECKS if table_check.table_name == table]
    if severity == BLOCK:
        checked = replace(checked, suite=partial(_only, rule, checked.suite()))
    monkeypatch.setattr(suites, "CHECKS", (checked,))
    settings.published_dir.mkdir()
    settings.published_path.write_bytes(b"the last good publication")
    spoil(*FAULTS[table][rule])

    if severity == BLOCK:
        with pytest.raises(CheckFailed) as caught:
            check(settings, messages.append)
        assert rule in [failure.rule for failure in caught.value.failures]
        assert caught.value.exit_code == 5
        message = str(caught.value)
        assert f"{table}, rule {rule} " in message
    else:
        receipt = check(settings, messages.append)
        assert receipt.warned_count == 1
        [message] = [line for line in messages if f"{table}, rule {rule} " in line]

    [(receipt_count, is_success, kept_severity, problem, count, row_count, keys, reason, remedy)] = rows(
        "select (select count(*) from quality.receipts), is_success, severity, problem, unexpected_count, row_count, "
        f"sample_keys, reason, remedy from quality.check_results where rule = '{rule}'"
    )
    assert receipt_count == (0 if severity == BLOCK else 1)
    assert (is_success, kept_severity, problem) == (False, severity, "")
    assert 0 < count <= row_count
    assert keys
    assert f"{severity}s: {count} of {row_count} rows, e.g. {keys[0]}" in message
    assert reason in message
    assert remedy in message
    page = (settings.quality_dir / "docs" / "index.html").read_text(encoding="utf-8")
    assert f'class="broken {severity}s" id="{table}-{rule}"' in page
    assert "must never stand in a sample" not in message + page + "".join(keys)
    assert settings.published_path.read_bytes() == b"the last good publication"


def test_a_red_check_of_the_whole_house_leaves_the_publication_byte_for_byte(
    settings: Settings, spoil: Callable[..., None]
) -> None:
    publish(settings, check(settings))
    before = settings.published_path.read_bytes()
    with duckdb.connect(str(settings.warehouse_path)) as con:
        warehouse.add_build(con, "build-2")
    spoil(*FAULTS["rpt_waiting"]["links_lead_to_the_post"], *FAULTS["load_profile"]["author_id_arrives"])
    with pytest.raises(CheckFailed) as caught:
        check(settings)
    assert {(failure.table_name, failure.rule) for failure in caught.value.failures} == {
        ("rpt_waiting", "links_lead_to_the_post"),
        ("load_profile", "author_id_arrives"),
    }
    assert settings.published_path.read_bytes() == before
    # what stays on disk of a check is one page; it holds keys, never a text
    kept = [path for path in settings.quality_dir.rglob("*") if path.is_file()]
    assert kept == [settings.quality_dir / "docs" / "index.html"]
    assert "must never stand in a sample" not in kept[0].read_text(encoding="utf-8")


def test_which_rows_are_wrong_is_asked_only_where_some_are(
    settings: Settings, spoil: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking for keys takes half as long as all the rest, and most tables have none to look for."""
    asked: list[tuple[str, str]] = []

    def asking(batch: Batch, suite: Any, *, result_format: Any) -> Any:
        asked.append((suite.name, result_format["result_format"]))
        return validate(batch, suite, result_format=result_format)

    validate = Batch.validate
    monkeypatch.setattr(Batch, "validate", asking)
    names = ("rpt_answers", "rpt_waiting")
    monkeypatch.setattr(suites, "CHECKS", tuple(one for one in suites.CHECKS if one.table_name in names))
    spoil(*FAULTS["rpt_waiting"]["links_lead_to_the_post"])
    with pytest.raises(CheckFailed):
        check(settings)
    assert asked == [("rpt_answers", "BASIC"), ("rpt_waiting", "BASIC"), ("rpt_waiting", "SUMMARY")]


def test_an_empty_warehouse_is_fit(new_settings: Callable[[], Settings]) -> None:
    settings = new_settings()
    warehouse.make_empty(settings.warehouse_path)
    receipt = check(settings)
    assert receipt.as_of_at is None
    publication = publish(settings, receipt)
    assert (publication.row_count, publication.as_of_at) == (0, None)


def test_a_history_that_has_only_begun_is_fit(new_settings: Callable[[], Settings]) -> None:
    settings = new_settings()
    warehouse.make(settings.warehouse_path, week_count=1)
    assert check(settings).check_count == len(CASES)


def test_without_a_build_there_is_nothing_to_check(new_settings: Callable[[], Settings]) -> None:
    said: list[str] = []
    with pytest.raises(CheckRefused, match="no build"):
        check(new_settings(), said.append)
    assert said == []


def test_a_failed_build_is_not_checked(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        warehouse.add_build(con, "build-2", is_success=False)
    with pytest.raises(CheckRefused, match="build-2 failed") as caught:
        check(settings)
    assert caught.value.remedy


def test_tables_of_another_shape_are_refused_by_name(settings: Settings, spoil: Callable[..., None]) -> None:
    spoil("alter table reports.rpt_waiting rename column waiting_rank to place")
    with pytest.raises(CheckRefused, match=r"rpt_waiting.*waiting_rank"):
        check(settings)


def test_no_part_of_spark_is_read(tmp_path: Path) -> None:
    """Where the extra is installed, one part of it ends any process that has no main file."""
    (tmp_path / "pyspark").mkdir()
    (tmp_path / "pyspark" / "__init__.py").write_text(
        "raise SystemExit('pyspark was read')\n", encoding="utf-8"
    )
    read = "import sys; sys.path.insert(0, sys.argv[1]); from quality import gx; print(gx.gx.__name__)"
    done = run_python(read, str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, "great_expectations"), done.stderr
