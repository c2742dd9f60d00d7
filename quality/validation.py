"""Great Expectations holds all suites against data frames, without network, files or progress bars."""

from typing import Any

import duckdb
import pandas as pd

from quality.errors import CheckRefused
from quality.gx import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig, gx
from quality.results import RuleResult
from quality.suites.rules import TableCheck

SAMPLE_COUNT = 5
# How many rows a rule does not hold for ...
COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}
# ... and which: few keys a rule, however many rows are wrong.
COUNTS_AND_KEYS = {
    "result_format": "SUMMARY",
    "unexpected_index_column_names": ["row_key"],
    "partial_unexpected_count": SAMPLE_COUNT,
}


def read_frame(con: duckdb.DuckDBPyConnection, check: TableCheck) -> pd.DataFrame:
    """The table as the rules see it; CheckRefused when the table has not the shape they need."""
    try:
        return con.sql(check.query).df()
    except (duckdb.CatalogException, duckdb.BinderException) as problem:
        raise CheckRefused(
            f"{check.table_name} can't be checked",
            "run `rapport build` with this version of Rapport; a table or column that rules need is missing",
            detail=problem,
        ) from problem


def validate(frames: dict[str, pd.DataFrame], checks: tuple[TableCheck, ...]) -> list[RuleResult]:
    """Every rule's result. Great Expectations keeps nothing: the history is in schema quality, and shown by us.

    Each suite is held against its frame, without a checkpoint around them: that would store all suites and results,
    and look again and again whether what it has stored is what it was given. Which rows are wrong is asked only where
    there are some: looking for them takes half as long again.
    """
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )
    asset = context.data_sources.add_pandas("warehouse").add_dataframe_asset("frames")
    whole = asset.add_batch_definition_whole_dataframe("whole_table")
    results = []
    for check in checks:
        frame = frames[check.table_name]
        batch = whole.get_batch({"dataframe": frame})
        outcome = batch.validate(check.suite(), result_format=COUNTS)
        if any(not result.success or result.result.get("unexpected_count") for result in outcome.results):
            outcome = batch.validate(check.suite(), result_format=COUNTS_AND_KEYS)
        results += [_result(check.table_name, len(frame), result) for result in outcome.results]
    return results


def _result(table_name: str, row_count: int, expectation: Any) -> RuleResult:
    """One expectation's outcome in our words."""
    config = expectation.expectation_config
    arguments, details = config.kwargs, expectation.result or {}
    column = arguments.get("column") or f"{arguments.get('column_A')}, {arguments.get('column_B')}"
    keys = [str(entry["row_key"]) for entry in details.get("partial_unexpected_index_list") or []]
    problem = ""
    if not expectation.success and "unexpected_count" not in details:
        problem = _exception_message(expectation.exception_info) or "Great Expectations gave no result"
    return RuleResult(
        table_name=table_name,
        rule=config.meta["rule"],
        column_name=column,
        is_success=bool(expectation.success),
        unexpected_count=int(details.get("unexpected_count") or 0),
        row_count=row_count,
        sample_keys=tuple(dict.fromkeys(keys))[:SAMPLE_COUNT],
        reason=config.meta["reason"],
        remedy=config.meta["remedy"],
        problem=problem,
        severity=config.meta["severity"],
        loosened=config.meta["loosened"],
    )


def _exception_message(info: Any) -> str:
    """The first message in GX's exception info, which is flat or nested by metric."""
    if not isinstance(info, dict):
        return ""
    if info.get("exception_message"):
        return str(info["exception_message"]).splitlines()[0]
    return next((message for value in info.values() if (message := _exception_message(value))), "")
