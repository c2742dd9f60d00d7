"""The gate: a build may leave the house only if every rule holds."""

import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from quality.docs import write_docs
from quality.errors import CheckFailed, CheckRefused
from quality.results import SCHEMA_SQL, Receipt, RuleResult, latest_build, save_run
from quality.rulebook import rules_hash
from quality.tables import hashes
from rapport.config import Settings
from rapport.warehouse import connect

log = logging.getLogger("rapport.quality")


def check(settings: Settings, on_progress: Callable[[str], None] = log.info) -> Receipt:
    """Checks the latest build and returns its receipt; every result is kept in schema quality.

    A rule of severity `warn` that does not hold is reported to `on_progress` and kept, no more. Raises CheckRefused
    when there is no finished build, CheckFailed when a rule of severity `block` does not hold: nothing can be
    published then, and the last publication stands. Running it again is safe.
    """
    rules = rules_hash()  # before they are read: what changes from here on is not what was checked
    started_at = datetime.now(UTC)
    with connect(settings) as con:
        build = latest_build(con)
        if build is None:
            raise CheckRefused("there is no build to check", "run `rapport build` first")
        if not build.is_success:
            raise CheckRefused(
                f"the latest build {build.build_id} failed or was stopped half-way",
                "mend what `rapport build` names, and let it run to its end",
            )
        on_progress("starting Great Expectations")
        # imported here: it takes seconds, which `rapport --help` and the parsing of DAGs should not pay
        from quality.suites import CHECKS
        from quality.validation import read_frame, validate

        con.execute(SCHEMA_SQL)
        con.execute(
            "create or replace temp table this_build as select $as_of_at::timestamptz as as_of_at",
            {"as_of_at": build.as_of_at},
        )
        frames = {}
        for check in CHECKS:
            frames[check.table_name] = read_frame(con, check)
            on_progress(f"read {check.table_name}: {len(frames[check.table_name])} rows")
        results = validate(frames, CHECKS)
        checked_at = datetime.now(UTC)
        docs_path = settings.quality_dir / "docs" / "index.html"
        receipt = save_run(
            con,
            run_id=uuid.uuid4().hex,
            build=build,
            started_at=started_at,
            checked_at=checked_at,
            docs_path=str(docs_path),
            results=results,
            # nothing has changed them since they were read: the warehouse is ours until the block ends
            table_hashes=hashes(con),
            rules_hash=rules,
        )
        write_docs(con, docs_path, build, checked_at)
    broken = [result for result in results if not result.is_success]
    failures = tuple(result for result in broken if result.is_blocking)
    warnings = [result for result in broken if not result.is_blocking]
    on_progress(
        f"{len(results) - len(broken)} of {len(results)} rules hold, {len(warnings)} warn; "
        f"Data Docs: {docs_path}"
    )
    for warning in warnings:
        on_progress("\n".join(_explained(warning)))
    if receipt is None:
        raise _failure(failures, warnings, len(results), docs_path)
    return receipt


def _failure(
    failures: tuple[RuleResult, ...], warnings: list[RuleResult], rule_count: int, docs_path: Path
) -> CheckFailed:
    lines = [
        f"{len(failures)} of {rule_count} rules do not hold; nothing is published, the last file stands."
    ]
    for result in (*failures, *warnings):
        lines += _explained(result)
    return CheckFailed(
        "\n".join(lines),
        "do what each rule that blocks says, then `rapport build` and `rapport check`; all results are in "
        f"quality.check_results and in {docs_path}",
        failures,
    )


def _explained(result: RuleResult) -> list[str]:
    """One rule that does not hold, in lines: where, how many rows, why it matters, what to do."""
    rows = f"{result.unexpected_count} of {result.row_count} rows, e.g. {'; '.join(result.sample_keys)}"
    verb = "blocks" if result.is_blocking else "warns"
    return [
        f"  {result.table_name}, rule {result.rule} ({result.column_name}) {verb}: {result.problem or rows}",
        f"    why it matters: {result.reason}",
        f"    what to do: {result.remedy}",
        *([f"    loosened {result.loosened}"] if result.loosened else []),
    ]
