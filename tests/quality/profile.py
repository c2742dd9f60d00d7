"""The load profile of a warehouse that dbt did not build: the model's own SQL, rendered without dbt's 15 seconds."""

from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import jinja2

from modelling.dbt import network_variables
from rapport.project import PROJECT_DIR, variables

MODELS = PROJECT_DIR / "models" / "quality"
# The macros that it calls, and those that these call.
MACROS = (
    "engine/lists", "engine/order", "engine/steps", "engine/text", "engine/time", "identifiers", "networks", "weeks",
)  # fmt: skip


class _Adapter:
    @staticmethod
    @jinja2.pass_context
    def dispatch(context: Any, name: str, package: str) -> Callable[..., str]:
        """The macro of this name for DuckDB, as dbt gives it."""
        macro: Callable[..., str] = context[f"duckdb__{name}"]
        return macro


def _part(name: str) -> str:
    """A model that this one reads, as a query in its place: they are ephemeral, but for what only daily builds read."""
    return f"({_sql(name)})" if (MODELS / f"{name}.sql").exists() else "(select '' as load_id)"


@cache
def _sql(name: str) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701 - SQL, no page
    environment.globals |= {
        "adapter": _Adapter,
        "config": lambda **settings: "",
        "is_daily": lambda: False,
        "ref": _part,
        "return": lambda value: value,
        "source": lambda schema, table: f"{schema}.{table}",
        "var": (variables() | network_variables()).__getitem__,
    }
    macros = "".join((PROJECT_DIR / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in MACROS)
    return environment.from_string(macros + (MODELS / f"{name}.sql").read_text(encoding="utf-8")).render()


def write(con: duckdb.DuckDBPyConnection) -> None:
    """Replaces quality.load_profile, as a build does."""
    con.execute("set timezone = 'UTC'")
    con.execute(f"create or replace table quality.load_profile as {_sql('load_profile')}")
