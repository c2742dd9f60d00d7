"""What sqlfluff reads macros with where dbt would choose the one of its engine: always DuckDB's."""

from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


def dispatch(name: str, package: str) -> Callable[..., str]:
    """The macro of this name for DuckDB, as `adapter.dispatch` of dbt gives it."""

    @pass_context
    def call(context: Context, *arguments: Any, **options: Any) -> str:
        return context[f"duckdb__{name}"](*arguments, **options)

    return call
