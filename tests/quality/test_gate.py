"""The gate: data in order passes, every planted fault is found and named, and nothing else is let out."""

import logging
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from quality import suites, validation
from quality.errors import CheckFailed, CheckRefused
from quality.gate import check
from quality.publish import publish
from rapport.config import Settings
from tests.quality import warehouse
from tests.quality.faults import FAULTS

CASES = [(table, rule) for table, by_rule in FAULTS.items() for rule in by_rule]


def test_every_rule_has_a_planted_fault_and_every_fault_a_rule() -> None:
    in_suites = {
        one.table_name: [expectation.meta["rule"] for expectation in one.suite().expectations]
        for one in suites.CHECKS
    }
    for table, rules in in_suites.items():
        assert len(rules) == len(set(rules)), f"two rules of {table} have the same name"
        assert set(rules) == set(FAULTS[table])
    assert set(in_suites) == set(FAULTS)


def test_every_rule_says_why_and_what_to_do() -> None:
    for one in suites.CHECKS:
        for expectation in one.suite().expectations:
            assert len(expectation.meta["reason"]) > 20, expectation.meta["rule"]
            assert len(expectation.meta["remedy"]) > 20, expectation.meta["rule"]


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
    # Great Expectations keeps quiet and sends nothing
    assert not [one for one in caplog.records if one.name.startswith("great_expectations")]
    config = (settings.quality_dir / "gx" / "great_expectations.yml").read_text(encoding="utf-8")
    assert "analytics_enabled: false" in config


def test_checking_again_adds_to_the_history_and_changes_nothing_else(
    settings: Settings, rows: Callable[[str], list[tuple]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suites, "CHECKS", suites.CHECKS[:1])
    first, second = check(settings), check(settings)
    assert first.receipt_id != second.receipt_id
    assert rows("select count(*) from quality.check_runs") == [(2,)]
    profile = rows("select count(*) from quality.load_profile")
    assert profile == [(22,)]  # ten rows of each of two streams, and one of profiles and of messages
    assert publish(settings, second).receipt_id == second.receipt_id


@pytest.mark.parametrize(("table", "rule"), CASES, ids=[f"{table}-{rule}" for table, rule in CASES])
def test_a_planted_fault_turns_the_check_red(
    table: str,
    rule: str,
    settings: Settings,
    spoil: Callable[..., None],
    rows: Callable[[str], list[tuple]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The suite of the table alone, and no Data Docs: all of both for every fault would take minutes.
    monkeypatch.setattr(suites, "CHECKS", tuple(one for one in suites.CHECKS if one.table_name == table))
    monkeypatch.setattr(validation, "write_docs", lambda context, directory: directory)
    settings.published_dir.mkdir()
    settings.published_path.write_bytes(b"the last good publication")
    spoil(*FAULTS[table][rule])

    with pytest.raises(CheckFailed) as caught:
        check(settings)

    found = {one.rule: one for one in caught.value.failures}
    assert rule in found, f"found only {sorted(found)}"
    assert found[rule].table_name == table
    assert 0 < found[rule].unexpected_count <= found[rule].row_count
    assert found[rule].sample_keys
    assert not found[rule].problem
    message = str(caught.value)
    assert f"{table}, rule {rule}" in message
    assert found[rule].remedy in message
    assert found[rule].sample_keys[0] in message
    assert warehouse.TEXT not in message
    assert caught.value.exit_code == 5
    assert rows("select count(*) from quality.receipts") == [(0,)]
    [(count, keys)] = rows(
        f"select unexpected_count, sample_keys from quality.check_results where rule = '{rule}' and not is_success"
    )
    assert (count, tuple(keys)) == (found[rule].unexpected_count, found[rule].sample_keys)
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
    assert {(one.table_name, one.rule) for one in caught.value.failures} == {
        ("rpt_waiting", "links_lead_to_the_post"),
        ("load_profile", "author_id_arrives"),
    }
    assert settings.published_path.read_bytes() == before
    # what Great Expectations keeps on disk holds keys and measured values, never a text
    kept = [path for path in settings.quality_dir.rglob("*") if path.suffix in {".json", ".html"}]
    assert kept
    assert not any(warehouse.TEXT in path.read_text(encoding="utf-8") for path in kept)


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
    with pytest.raises(CheckRefused, match="no build"):
        check(new_settings())


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
