"""One checkpoint of Great Expectations over all suites, on data frames, without network, files or progress bars."""

from typing import Any

import duckdb
import pandas as pd
from great_expectations.core.validation_definition import ValidationDefinition
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

from quality.errors import CheckRefused
from quality.gx import gx
from quality.results import RuleResult
from quality.suites.rules import TableCheck

SAMPLE_COUNT = 5


class _FrameValidation(ValidationDefinition):
    """A validation that picks its own frame: a checkpoint hands all of them the same parameters."""

    def run(self, *, batch_parameters: dict[str, Any] | None = None, **arguments: Any) -> Any:
        frame = (batch_parameters or {})[self.name]
        return super().run(batch_parameters={"dataframe": frame}, **arguments)


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


def run_checkpoint(frames: dict[str, pd.DataFrame], checks: tuple[TableCheck, ...]) -> list[RuleResult]:
    """Every rule's result. Great Expectations keeps nothing: the history is in schema quality, and shown by us."""
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )
    source = context.data_sources.add_pandas("warehouse")
    validations = []
    for check in checks:
        asset = source.add_dataframe_asset(check.table_name)
        batch = asset.add_batch_definition_whole_dataframe("whole_table")
        suite = context.suites.add(check.suite())
        validation = _FrameValidation(name=check.table_name, data=batch, suite=suite)
        validations.append(context.validation_definitions.add(validation))
    checkpoint = gx.Checkpoint(
        name="gate",
        validation_definitions=validations,
        # a summary keeps few keys a rule, however many rows are wrong
        result_format={
            "result_format": "SUMMARY",
            "unexpected_index_column_names": ["row_key"],
            "partial_unexpected_count": SAMPLE_COUNT,
        },
    )
    context.checkpoints.add(checkpoint)
    outcome = checkpoint.run(batch_parameters=frames)
    return [
        _result(suite_result.suite_name, len(frames[suite_result.suite_name]), result)
        for suite_result in outcome.run_results.values()
        for result in suite_result.results
    ]


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
