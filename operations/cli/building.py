"""`rapport build` and `rapport docs`."""

from typing import Annotated

import typer

from operations.cli.terminal import EngineOption, Progress, Tell, by_engine, say
from rapport.config import Settings, load_settings

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport build`, `rapport build --full-refresh`, `rapport build --engine spark`."
)
def build(
    full_refresh: Annotated[bool, typer.Option(help="Build every table from nothing.")] = False,
    engine: EngineOption = None,
) -> None:
    """Turns what was loaded since the last build into conversations, relationships and reports (dbt), and tests
    their shape. If anything but data has changed, it is a full refresh; if nothing has, the last build stands."""
    run_build(by_engine(load_settings(), engine), Progress(), full_refresh)


def run_build(settings: Settings, progress: Tell, full_refresh: bool = False, tell: Tell = say) -> bool:
    """The step alone, for commands that take several. True if readers have the build: nothing is new since."""
    from extractors.files import lists
    from extractors.topics import matching
    from modelling import dbt

    lists.sync(settings)
    matching.match(settings, progress)
    result = dbt.build(settings, progress, full_refresh)
    if not result.is_new:
        if waiting := _unloaded_count(settings):
            tell(
                f"{waiting} landed page{'s are' if waiting > 1 else ' is'} not loaded yet. Next: rapport load"
            )
            return False
        return _is_published(settings, tell)
    tell(
        f"Built {result.node_count} nodes {'from nothing' if result.is_full_refresh else 'incrementally'} "
        f"in {result.seconds} s (build {result.build_id}). Next: rapport check"
    )
    return False


def _unloaded_count(settings: Settings) -> int:
    """How many landed pages a load would take in."""
    from extractors.raw import unloaded
    from rapport import warehouse

    with warehouse.connect(settings, read_only=True) as connection:
        return len(unloaded.look(connection, settings.landing_dir).keys)


def _is_published(settings: Settings, tell: Tell) -> bool:
    """Whether the last build is published; says what is still to be done."""
    from quality.errors import PublishRefused, RulesChanged
    from quality.publish import latest_receipt
    from quality.standing import is_published

    try:
        receipt = latest_receipt(settings)
    except RulesChanged:
        tell("Its receipt is of other rules. Next: rapport check")
        return False
    except PublishRefused:
        tell("It has no receipt yet. Next: rapport check")
        return False
    if is_published(settings, receipt):
        rest = ": there is nothing to do." if _is_reported(settings) else ". Next: rapport report"
        tell(f"Its receipt stands, and it is published{rest}")
        return True
    tell("Its receipt stands. Next: rapport publish")
    return False


def _is_reported(settings: Settings) -> bool:
    """Whether the reports were written since the last publication: their index is what is written last."""
    index = settings.reports_dir / "index.html"
    return index.exists() and index.stat().st_mtime >= settings.published_path.stat().st_mtime


@app.command(epilog="Example: `rapport docs`, then open the file it names.")
def docs() -> None:
    """Writes one page with the meaning and the lineage of every table and column (dbt docs)."""
    from operations import lineage

    say(f"What tables and columns mean: {lineage.write(load_settings(), Progress())} (open it in a browser)")
