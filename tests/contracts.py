"""The published tables as their contracts state them, so that tests need not copy columns."""

import yaml

from rapport.project import PROJECT_DIR


def report_tables() -> list[str]:
    """The names of the tables of schema reports that dbt makes."""
    return sorted(path.stem for path in (PROJECT_DIR / "models" / "reports").glob("rpt_*.yml"))


def columns_of(table: str) -> dict[str, str]:
    """Column -> type of a table of schema reports, from the file beside its model."""
    document = yaml.safe_load(
        (PROJECT_DIR / "models" / "reports" / f"{table}.yml").read_text(encoding="utf-8")
    )
    return {column["name"]: column["data_type"] for column in document["models"][0]["columns"]}


def ddl_of(table: str) -> str:
    """The statement that makes an empty one."""
    columns = ", ".join(f"{name} {kind}" for name, kind in columns_of(table).items())
    return f"create table reports.{table} ({columns})"
