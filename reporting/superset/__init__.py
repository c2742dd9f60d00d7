"""A dashboard for Apache Superset, in the layout of Superset's own exports, packed for one published file.

`dashboard/` holds the database, the datasets, the charts and the dashboard as YAML. A dataset there names its table and
the columns that Superset computes. All other columns, and what they mean, are added from the published file when the
dashboard is packed.
"""

import io
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import yaml

from rapport.config import Settings
from reporting.published import ReportError, open_published

FOLDER = Path(__file__).parent / "dashboard"
# Columns whose own words are not those that people would use.
_LABELS = {
    "answering_person_count": "people answering",
    "answered_by_handle": "who of us",
    "as_of_date": "as of",
    "captured_reply_count": "replies captured",
    "client_name": "client",
    "completeness": "of the replies captured",
    "content_rank": "place",
    "display_name": "name",
    "expected_value": "expected by then",
    "gap_hours": "hours not fetched",
    "gap_reasons": "why not fetched",
    "is_answered_within_day": "answered in time?",
    "is_answered_within_working_day": "answered within a working day?",
    "is_data_complete": "data complete?",
    "is_question": "question?",
    "is_redefined": "other definitions than before?",
    "is_stakeholder": "stakeholder?",
    "last_fetched_at": "last fetched",
    "last_text": "last words",
    "nurture_rank": "place",
    "passed_count": "checks that hold",
    "post_url": "where",
    "reported_reply_count": "replies counted by the network",
    "silent_days": "days silent",
    "stakeholder_priority": "priority",
    "stakeholder_topic": "topic",
    "text": "what was said",
    "usual_gap_days": "usual days between",
    "waiting_count": "waiting for us",
    "waiting_hours": "hours waiting",
    "waiting_rank": "place",
    "waiting_working_hours": "working hours waiting",
    "warned_count": "checks that warn",
    "week_start_date": "week of",
    "words": "goal",
}
_PLURALS = {"address": "addresses", "gap": "gaps", "person": "people", "reply": "replies", "party": "parties"}
# Superset expects one folder around all files, of any name, and the datasets in a folder named like the database.
_ROOT = Path("rapport")
# Tables that have a client and not its name are shown together with it: by that name the dashboard is filtered, which
# people know, and not by the id.
_WITH_NAME = (
    "select rows.*, clients.client_name from reports.{table} as rows"
    " left join reports.rpt_clients as clients on rows.client_id = clients.client_id"
)
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# The date of every file in the zip, so that packing the same twice gives the same bytes. No zip has an earlier one.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def pack(settings: Settings, seen_at: Path | None = None, client_id: str | None = None) -> bytes:
    """The zip file that `superset import-dashboards` takes; of a client's own publication, if one is named.

    `seen_at` is where Superset's machine finds the published file, if not where this one does. Dashboards of several
    clients, and of all, may be imported into the same Superset. Raises ReportError
    where nothing is published, or a file of an earlier version without a table that the dashboard shows, and for
    a place that no address can name.
    """
    path = settings.published_path
    if client_id is not None:
        path = settings.client_dir(settings.config.client(client_id).id) / path.name
    address = _address(seen_at or path)
    packed = io.BytesIO()
    with (
        open_published(path) as published,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for source in sorted(FOLDER.rglob("*.yaml")):
            name = source.relative_to(FOLDER)
            document = yaml.safe_load(_for_client(source.read_text(encoding="utf-8"), client_id))
            if name.parts[0] == "databases":
                document["sqlalchemy_uri"] = address
                if client_id is not None:
                    document["database_name"] += f" {client_id}"
            elif name.parts[0] == "dashboards" and client_id is not None:
                document["dashboard_title"] += f": {settings.config.client(client_id).name}"
                document["slug"] += f"-{client_id}"
            elif name.parts[0] == "datasets":
                _describe(published, document)
            text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
            archive.writestr(zipfile.ZipInfo(str(_ROOT / name), _NO_DATE), text)
    return packed.getvalue()


def _for_client(text: str, client_id: str | None) -> str:
    """The same objects under ids of their own, so that Superset takes none of them for another client's."""
    if client_id is None:
        return text
    return _UUID.sub(lambda found: str(uuid.uuid5(uuid.UUID(found[0]), client_id)), text)


def _address(place: Path) -> str:
    """The published file as SQLAlchemy's address, for reading only, with days and weeks in UTC wherever Superset runs.

    Superset's SQLAlchemy 1.4 takes the path as it stands, 2.x undoes percent signs: no escape means the same to both.
    So a path that would need one is refused. After a `?` in the path Superset would not even read `read_only`.
    """
    if not place.is_absolute() or set("?%") & set(str(place)):
        raise ReportError(
            f"Superset can't open {place}: it needs a path from / on, without ? and %",
            "name with --path where Superset's machine finds the file; a link to its folder will do",
        )
    return f"duckdb:///{place}?access_mode=read_only&timezone=UTC"


def _describe(published: duckdb.DuckDBPyConnection, dataset: dict[str, Any]) -> None:
    """Adds to a dataset the columns of its table and what they mean, as Superset's "sync columns" would."""
    where = {"schema": dataset["schema"], "table": dataset["table_name"]}
    of_table = "schema_name = $schema and table_name = $table"
    columns = published.execute(
        f"select column_name, data_type, comment from duckdb_columns() where {of_table} order by column_index",
        where,
    ).fetchall()
    if not columns:
        raise ReportError(
            f"the published file has no table {where['schema']}.{where['table']}",
            "an earlier version of Rapport made it: `rapport build`, `rapport check`, `rapport publish`",
        )
    [(dataset["description"],)] = published.execute(
        f"select comment from duckdb_tables() where {of_table}", where
    ).fetchall()
    names = {name for name, _, _ in columns}
    if "client_id" in names and "client_name" not in names:
        dataset["sql"] = _WITH_NAME.format(table=dataset["table_name"])
        columns += published.execute(
            "select column_name, data_type, comment from duckdb_columns()"
            " where schema_name = 'reports' and table_name = 'rpt_clients' and column_name = 'client_name'"
        ).fetchall()
    dataset["columns"] += [
        {
            "column_name": name,
            "verbose_name": label(name),
            "type": kind,
            "is_dttm": kind == "DATE" or kind.startswith("TIMESTAMP"),
            "is_active": True,
            "groupby": True,
            "filterable": True,
            "description": comment,
        }
        for name, kind, comment in columns
    ]


def label(column: str) -> str:
    """What a column is called where people read it: "real conversations" for real_conversation_count."""
    if column in _LABELS:
        return _LABELS[column]
    words = column.removeprefix("is_").removeprefix("has_")
    if words.endswith("_count"):
        head, _, last = words.removesuffix("_count").rpartition("_")
        words = f"{head}_{_PLURALS.get(last, f'{last}s')}"
    elif words != column:
        words += "?"
    return words.removesuffix("_at").removesuffix("_date").strip("_").replace("_", " ")
