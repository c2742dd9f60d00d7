"""When `engagement_build` finds nothing to do."""

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from quality import publish
from rapport.config import load_settings
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
