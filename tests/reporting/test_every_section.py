"""Every section, whatever stands in its tables: rows made of the contracts, so that a new section is tried as well."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rapport.config import Settings
from reporting.report import write_reports
from reporting.sections import NAMES
from tests import contracts
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published

HOSTILE = "<script>alert(1)</script> </style> & \u202e"
VALUES: dict[str, Any] = {
    "varchar": HOSTILE,
    "varchar[]": [HOSTILE, "7000001"],
    "boolean": True,
    "date": WEEK,
    "timestamptz": AS_OF - timedelta(days=2),
    "timestamp with time zone": AS_OF - timedelta(days=2),
    "double": 2.5,
}
ROWS = 30  # more than any section shows


def rows(table: str, is_empty: bool) -> list[dict[str, Any]]:
    """Rows of the museum with a hostile text in every text, or with nothing in any column but the client and time."""
    columns = contracts.tables()[table]
    found = []
    for number in range(ROWS):
        row = {name: VALUES.get(kind, number + 1) for name, kind in columns.items()}
        row |= {name: f"x{number}" for name in columns if name.endswith("_id")}
        if is_empty:
            row = dict.fromkeys(columns) | {
                name: row[name] for name in ("created_at", "last_active_at") if name in row
            }
        found.append(row | {name: "harbour" for name in columns if name == "client_id"})
    return found


@pytest.mark.parametrize("is_empty", [False, True])
def test_no_row_that_a_contract_allows_breaks_a_page(
    is_empty: bool, settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    world.week("harbour", "Harbour Museum", WEEK)
    for table in contracts.tables():
        if "client_id" in contracts.tables()[table] and table != "reports.rpt_engagement_summary":
            for row in rows(table, is_empty):
                world.add(table, **row)
    world.con.close()
    page = Page(write_reports(settings, on_progress=lambda line: None)[0])
    assert [section["id"] for section in page.all("section")] == [name.replace("_", "-") for name in NAMES]
    assert not page.all("script") and len(page.all("style")) == 1
    assert is_empty or page.text.count("<script>alert(1)</script>") > 100
