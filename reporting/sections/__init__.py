"""The sections of the report, in the order in which they stand on the page.

Each lies in a folder of its own: `record.py` (what it shows), `query.py` (where that stands in the published file),
`words.py` (how it is said) and `template.html.j2`; its `__init__.py` puts them together. To add a section, write the
folder and name it here; to remove one, do the same backwards.
"""

from importlib import import_module
from typing import Any

from reporting.section import Section

NAMES = (
    "week",
    "waiting",
    "moved",
    "nurture",
    "people",
    "stakeholders",
    "tags",
    "seek_out",
    "conversations",
    "lone_posts",
    "content",
    "topics",
    "readership",
    "manageable",
    "circles",
    "outcomes",
    "goals",
    "context",
    "coverage",
    "checks",
    "restated",
)

SECTIONS: tuple[Section[Any], ...] = tuple(
    import_module(f"reporting.sections.{name}").SECTION for name in NAMES
)
