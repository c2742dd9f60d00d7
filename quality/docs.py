"""The Data Docs: how each rule fared in the newest check and in those before, as one page that needs no network.

Great Expectations' own pages load styles, scripts and fonts from five other hosts, and show one run. This one is
made of schema quality, holds keys and no texts, and opens wherever the file is.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from quality.results import Build
from rapport.config import Settings
from rapport.on_disk import write_bytes
from rapport.warehouse import connect, has_table

# How many runs a trend looks back.
RUNS_SHOWN = 20

_RULES = """
select
    newest.table_name, newest.rule, newest.severity, newest.column_name, newest.is_success,
    newest.unexpected_count, newest.row_count, newest.sample_keys, newest.reason, newest.remedy,
    newest.problem, newest.loosened, trends.past
from quality.check_results as newest
inner join (
    select
        table_name,
        rule,
        list(
            {'checked_at': checked_at, 'severity': severity, 'is_success': is_success,
            'problem': problem, 'unexpected_count': unexpected_count, 'row_count': row_count}
            order by run_number_back desc
        ) as past
    from quality.rule_trends
    where run_number_back <= $runs
    group by table_name, rule
) as trends on newest.table_name = trends.table_name and newest.rule = trends.rule
where newest.run_id = $run_id
order by newest.rowid
"""
_STREAMS = """
select
    client_id, network, stream, day, page_count, post_count, error_count, errors_by_type, completeness, newest_post_at,
    estimated_cost_usd, expected_post_count
from quality.load_profile
qualify row_number() over (partition by client_id, network, stream order by day desc) = 1
order by client_id, network, stream
"""


@dataclass(frozen=True)
class RuleTrend:
    """One rule in the newest run, and `past`: itself in the last RUNS_SHOWN runs, the oldest first."""

    table_name: str
    rule: str
    severity: str
    column_name: str
    is_success: bool
    unexpected_count: int
    row_count: int
    sample_keys: list[str]
    reason: str
    remedy: str
    problem: str
    loosened: str
    past: list[dict[str, Any]]

    @property
    def state(self) -> str:
        """holds, warns or blocks."""
        return state_of(self.is_success, self.severity, self.problem)


def state_of(is_success: bool, severity: str, problem: str = "") -> str:
    """holds, warns or blocks."""
    if is_success:
        return "holds"
    return "warns" if severity == "warn" and not problem else "blocks"


def rule_trends(con: duckdb.DuckDBPyConnection, run_count: int = RUNS_SHOWN) -> list[RuleTrend]:
    """Every rule of the newest run, in the order of the suites; empty if there was no run."""
    newest = con.execute(
        "select run_id from quality.rule_trends where run_number_back = 1 limit 1"
    ).fetchone()
    if newest is None:
        return []
    rows = con.execute(_RULES, {"runs": run_count, "run_id": newest[0]}).fetchall()
    return [RuleTrend(*row) for row in rows]


def read_trends(settings: Settings, run_count: int) -> list[RuleTrend]:
    """As `rule_trends`, from the warehouse as it lies there; empty also where nothing was checked yet."""
    if not settings.warehouse_path.exists():
        return []
    with connect(settings, read_only=True) as con:
        return rule_trends(con, run_count) if has_table(con, "quality", "rule_trends") else []


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("quality"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["state_of"] = state_of
    return environment.get_template("checks.html.j2")


def write_docs(con: duckdb.DuckDBPyConnection, path: Path, build: Build, checked_at: datetime) -> None:
    """Writes the page of the newest run in one step."""
    rules = rule_trends(con)
    cursor = con.execute(_STREAMS)
    names = [column[0] for column in cursor.description]
    page = _template().render(
        build=build,
        checked_at=checked_at,
        rules=rules,
        tables=[(name, list(some)) for name, some in groupby(rules, key=lambda rule: rule.table_name)],
        streams=[dict(zip(names, row, strict=True)) for row in cursor.fetchall()],
        runs_shown=RUNS_SHOWN,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, page.encode())
