"""The lineage page where Airflow's pages link to it: what tables and columns mean, and what they are made of."""

import logging
from collections.abc import Callable
from pathlib import Path

from modelling import dbt
from rapport.config import Settings
from rapport.on_disk import write_bytes
from rapport.project import fingerprint

log = logging.getLogger("rapport.lineage")


def page_of(settings: Settings) -> Path:
    """Beside the page of the checks. It holds no rows, so an erasure leaves it, unlike what else dbt writes."""
    return settings.quality_dir / "docs" / "lineage.html"


def write(settings: Settings, on_progress: Callable[[str], None] = log.info) -> Path:
    """Writes the page anew; returns where it is."""
    page, made = page_of(settings), dbt.document(settings, on_progress)
    page.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(page, made.read_bytes() + _mark())
    return page


def write_if_changed(settings: Settings, on_progress: Callable[[str], None] = log.info) -> bool:
    """The same if a model, or what is said of one, has changed since; True if so. It takes dbt some ten seconds."""
    page = page_of(settings)
    if page.exists() and page.read_bytes().endswith(_mark()):
        on_progress("no model has changed since the page was written")
        return False
    write(settings, on_progress)
    return True


def _mark() -> bytes:
    """The last bytes of a page: of which models it is."""
    return f"\n<!-- models {fingerprint()} -->\n".encode()
