"""`rapport build` and `rapport docs`."""

from typing import Annotated

import typer

from operations.cli.terminal import Progress, say
from rapport.config import Settings, load_settings

app = typer.Typer()


@app.command(epilog="Examples: `rapport build`, `rapport build --full-refresh`.")
def build(
    full_refresh: Annotated[bool, typer.Option(help="Build every table from nothing.")] = False,
) -> None:
    """Turns what was loaded since the last build into conversations, relationships and reports (dbt), and tests
    their shape. If anything but data has changed, it is a full refresh."""
    run_build(load_settings(), Progress(), full_refresh)


def run_build(settings: Settings, progress: Progress, full_refresh: bool = False) -> None:
    """The step alone, for commands that take several."""
    from extractors.files import lists
    from modelling import dbt

    lists.sync(settings)
    result = dbt.build(settings, progress, full_refresh)
    say(
        f"Built {result.node_count} nodes {'from nothing' if result.is_full_refresh else 'incrementally'} "
        f"in {result.seconds} s (build {result.build_id}). Next: rapport check"
    )


@app.command(epilog="Example: `rapport docs`, then open the file it names.")
def docs() -> None:
    """Writes one page with the meaning and the lineage of every table and column (dbt docs)."""
    from operations import lineage

    say(f"What tables and columns mean: {lineage.write(load_settings(), Progress())} (open it in a browser)")
