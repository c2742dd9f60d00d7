"""When `engagement_build` finds nothing to do."""

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from extractors.raw.erasing import erase_from
from quality import gate, publish
from quality.errors import CheckRefused, PublishRefused
from rapport.config import load_settings
from rapport.forgotten import Forgotten
from tests.quality import warehouse
from tests.quality.publishing import give_receipt, publish_latest


def test_a_run_without_news_is_skipped_only_while_the_rules_are_the_same(
    dag_bag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    builds = importlib.import_module("rapport_builds")
    context = {"triggering_asset_events": {builds.RAW: [SimpleNamespace()]}}
    monkeypatch.setattr(builds, "get_current_context", lambda: context)
    settings = load_settings(tmp_path)
    warehouse.make(settings.warehouse_path)
    give_receipt(settings)
    builds.skip_if_stands(settings, is_new=False)  # not published
    publish_latest(settings)
    builds.skip_if_stands(settings, is_new=True)
    with pytest.raises(AirflowSkipException, match="build-1 stands"):
        builds.skip_if_stands(settings, is_new=False)
    monkeypatch.setattr(publish, "rules_hash", lambda: "of other rules")
    builds.skip_if_stands(settings, is_new=False)


def test_a_run_that_an_erasure_comes_between_is_skipped_and_any_other_fault_is_red(
    dag_bag: Any, tmp_path: Path
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    builds = importlib.import_module("rapport_builds")
    settings = load_settings(tmp_path)
    warehouse.make(settings.warehouse_path)
    with pytest.raises(PublishRefused), builds.unless_erased(lambda: settings):
        publish.latest_receipt(settings)  # not checked
    give_receipt(settings)
    with builds.unless_erased(lambda: settings):
        receipt = publish.latest_receipt(settings)
    erase_from(settings, Forgotten.of("x", post_ids=["1"]), lambda line: None)
    with pytest.raises(CheckRefused):
        gate.check(settings)
    with (
        pytest.raises(AirflowSkipException, match="something was erased"),
        builds.unless_erased(lambda: settings),
    ):
        gate.check(settings)
    with (
        pytest.raises(AirflowSkipException, match="something was erased"),
        builds.unless_erased(lambda: settings),
    ):
        publish.publish(settings, receipt)
