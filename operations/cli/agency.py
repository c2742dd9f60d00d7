"""Several homes at once: `rapport agency`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.cli.terminal import out, plain, progress_console, say
from rapport.errors import RapportError

if TYPE_CHECKING:  # importing it takes long, and `rapport --help` should not wait for it
    from reporting.overview.record import Row

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport agency /srv/rapport/*`, `rapport agency /srv/rapport/* --page agency.html`."
)
def agency(
    homes: Annotated[
        list[Path], typer.Argument(help="Homes of Rapport: each a RAPPORT_HOME.", metavar="HOME...")
    ],
    page: Annotated[
        Path | None, typer.Option("--page", help="Also write this HTML page, with links to the reports.")
    ] = None,
) -> None:
    """Shows the clients of several homes in one table, worst first.

    Of each home only the published file is read. A home that has none, or one that can't be read, is named; the others
    are shown all the same, and the exit code is then 6.
    """
    from reporting.overview import page as overview
    from reporting.overview.record import worst_first
    from reporting.published import ReportError

    found, problems = [], []
    for home in homes:
        try:
            found.append(overview.read_home(home, page.expanduser().resolve().parent if page else None))
        except RapportError as problem:
            problems.append((home, problem))
    rows = worst_first(row for home in found for row in home.rows)
    if rows:
        out.print(_table(rows))
    else:
        say("No client is published in any of these homes.")
    if page and found:
        say(f"Wrote {overview.write_agency(found, page.expanduser().resolve())}")
    for home, why in problems:
        progress_console.print(plain(f"{home}: {why.message}; {why.remedy}"), soft_wrap=True)
    if problems:
        raise typer.Exit(ReportError.exit_code)


def _table(rows: list["Row"]) -> Table:
    from reporting.overview import words

    table = Table(
        "client", "home", "signs", "real conversations", "connected", "waiting", "answered in time", "goals", "data",
        "published",
    )  # fmt: skip
    for row in rows:
        name, published = (
            plain(row.client_name),
            f"{row.published_at:%Y-%m-%d}" if row.published_at else "never",
        )
        standing = row.standing
        if standing is None:
            table.add_row(name, plain(row.home), "nothing is known yet", *[""] * 6, published)
            continue
        wait = ", ".join(filter(None, [f"{standing.waiting_count:,}", words.waiting_stakeholders(standing)]))
        answered = ", ".join(filter(None, [words.answered(standing), words.stretched(standing)]))
        goals = ", ".join(filter(None, [words.goals(standing), words.goals_behind(standing)]))
        ended = ", ".join(filter(None, [published, words.old_data(row)]))
        cells = [
            (f"{standing.warning_sign_count}", standing.warning_sign_count > 0),
            (f"{standing.real_conversation_count:,}, {words.usual(standing)}", standing.is_below_usual),
            (f"{standing.connected_count:,}, {words.ties(standing)}", standing.is_losing),
            (wait, standing.is_stakeholder_waiting),
            (answered, standing.is_stretched),
            (goals, standing.is_goal_behind),
            (f"{words.data(standing)}: {words.missing(standing)}", standing.is_data_complete is False),
            (ended, bool(words.old_data(row))),
        ]
        table.add_row(
            name, plain(row.home), *(Text(text, style="yellow" if is_sign else "") for text, is_sign in cells)
        )
    return table
