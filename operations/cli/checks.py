"""`rapport checks`: how each rule fared in the newest checks."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.cli.terminal import out, say
from rapport.config import load_settings

app = typer.Typer()

_SIGNS = {"holds": ("·", "dim"), "warns": ("w", "yellow"), "blocks": ("B", "red")}


@app.command(
    epilog="Examples: `rapport checks`, `rapport checks --runs 50 --all`, `rapport checks --table rpt_waiting`."
)
def checks(
    runs: Annotated[int, typer.Option("--runs", min=1, help="How many checks to look back.")] = 20,
    table: Annotated[str | None, typer.Option("--table", help="Only the rules of this table.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Rules that held all the time, too.")] = False,
) -> None:
    """Shows each rule over the last checks: `·` it held, `w` it warned, `B` it blocked; the newest stands right.

    The same with reasons and remedies is the page under quality/docs in RAPPORT_HOME. Exit code 0, whatever it shows.
    """
    from quality import docs

    found = docs.read_trends(load_settings(), runs)
    if not found:
        say("Nothing was checked yet. Next: rapport check")
        return
    shown = Table("table", "rule", "severity", "oldest → newest", "rows now")
    of_table = [one for one in found if table in (None, one.table_name)]
    moved = [one for one in of_table if everything or not all(run["is_success"] for run in one.past)]
    for one in moved:
        trend = Text()
        for run in one.past:
            trend.append(*_SIGNS[docs.state_of(run["is_success"], run["severity"], run["problem"])])
        rows = one.problem or f"{one.unexpected_count:,} of {one.row_count:,}"
        shown.add_row(one.table_name, one.rule, one.severity, trend, Text(rows))
    if moved:
        out.print(shown)
    say(
        f"{len(of_table) - len(moved):,} of {len(of_table):,} rules held all the time, in {runs} checks at most."
    )
