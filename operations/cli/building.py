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
    their shape. If anything but data has changed, it is a full refresh; if nothing has, the last build stands."""
    run_build(load_settings(), Progress(), full_refresh)


def run_build(settings: Settings, progress: Progress, full_refresh: bool = False) -> bool:
    """The step alone, for commands that take several. True if readers have the build: nothing is new since."""
    from extractors.files import lists
    from modelling import dbt

    lists.sync(settings)
    result = dbt.build(settings, progress, full_refresh)
    if not result.is_new:
        return _is_published(settings)
    say(
        f"Built {result.node_count} nodes {'from nothing' if result.is_full_refresh else 'incrementally'} "
        f"in {result.seconds} s (build {result.build_id}). Next: rapport check"
    )
    return False


def _is_published(settings: Settings) -> bool:
    """Whether the last build is published; says what is still to be done."""
    from quality.errors import PublishRefused, RulesChanged
    from quality.publish import latest_receipt
    from quality.standing import is_published

    try:
        receipt = latest_receipt(settings)
    except RulesChanged:
        say("Its receipt is of other rules. Next: rapport check")
        return False
    except PublishRefused:
        say("It has no receipt yet. Next: rapport check")
        return False
    if is_published(settings, receipt):
        say("Its receipt stands, and it is published: there is nothing to do.")
        return True
    say("Its receipt stands. Next: rapport publish")
    return False


@app.command(epilog="Example: `rapport docs`, then open the file it names.")
def docs() -> None:
    """Writes one page with the meaning and the lineage of every table and column (dbt docs)."""
    from operations import lineage

    say(f"What tables and columns mean: {lineage.write(load_settings(), Progress())} (open it in a browser)")
