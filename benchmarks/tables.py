"""Markdown tables, and what is to be known of the machine that filled them."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb


@dataclass(frozen=True)
class Table:
    """A titled table; every row has as many cells as the header."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def markdown(self) -> str:
        """The table as Markdown, under its title."""
        lines = [self.header, tuple("---" for _ in self.header), *self.rows]
        return f"**{self.title}**\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def machine() -> str:
    """When, on what, and how busy it is."""
    load_average = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {memory / 2**30:.0f} GiB, "
        f"{platform.machine()}, Python {platform.python_version()}, DuckDB {duckdb.__version__}, "
        f"load average {load_average}"
    )
