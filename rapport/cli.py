"""The command `rapport`: every step of the way by hand. Airflow's tasks call the same functions.

Exit codes: 0 done, 1 unforeseen, 2 usage or rapport.toml, 3 extraction or import, 4 build, 5 a check
failed (nothing was published), 6 the warehouse or the publication could not be reached.
"""

import logging
import sys
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from rapport.config import Settings, home_of, load_settings
from rapport.errors import ConfigError, RapportError
from rapport.outcome_cli import app as outcome_app
from rapport.window import Window, parse_moment

app = typer.Typer(
    name="rapport",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Conversations and relationships on X, measured: with whom do we really talk, and who is waiting for us?\n\n"
    "Everything made lies under RAPPORT_HOME (default: ./rapport-home). Start with `rapport init`, then `rapport run`.",
    epilog="A first look without an X account: `make demo`.",
)
app.add_typer(outcome_app, name="outcome")
out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
progress_console = Console(stderr=True, highlight=False)

ClientOption = Annotated[str | None, typer.Option("--client", help="Only this client of rapport.toml.")]
FromOption = Annotated[
    str | None,
    typer.Option("--from", help="First moment of the window, an ISO date or time (UTC). Default: yesterday."),
]
ToOption = Annotated[
    str | None, typer.Option("--to", help="End of the window, not included. Default: a day later.")
]


class _Progress:
    """Says on standard error what is being done, with the seconds since the start."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)

    def __call__(self, message: str) -> None:
        seconds = (datetime.now(UTC) - self.started).total_seconds()
        progress_console.print(f"[dim]{seconds:6.1f} s[/dim]  {message}", markup=True, soft_wrap=True)


def _say(message: str) -> None:
    out.print(message, markup=False, soft_wrap=True)


def _window(start: str | None, end: str | None) -> Window:
    """The window asked for; without one, yesterday (UTC)."""
    if start is None and end is not None:
        raise ConfigError("--to needs --from", "give both ends: --from 2026-11-01 --to 2026-11-08")
    yesterday = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    begin = parse_moment(start) if start else yesterday
    return Window(begin, parse_moment(end) if end else begin + timedelta(days=1))


def _need_clients(settings: Settings) -> None:
    if not settings.config.clients:
        raise ConfigError(
            f"no client is tracked: {settings.config_path} does not exist or names none",
            "write one with `rapport init`, or import files with `rapport import`, which needs none",
        )


@app.command(epilog="Examples: `rapport init`, then edit the file it names; `rapport init --emulator`.")
def init(
    show: Annotated[bool, typer.Option("--print", help="Print the example instead of writing it.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a rapport.toml that exists.")] = False,
    for_emulator: Annotated[
        bool, typer.Option("--emulator", help="One that follows the clients of the emulator's world.")
    ] = False,
) -> None:
    """Writes a commented rapport.toml to start from."""
    if for_emulator:
        from emulator.demo import demo_config

        example = demo_config()
    else:
        example = resources.files("rapport").joinpath("rapport.example.toml").read_text(encoding="utf-8")
    if show:
        typer.echo(example, nl=False)
        return
    path = home_of() / "rapport.toml"
    if path.exists() and not force:
        raise ConfigError(f"{path} exists", "edit it, or replace it with `rapport init --force`")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example, encoding="utf-8")
    _say(f"Wrote {path}. Name your accounts in it, set X_BEARER_TOKEN, then: rapport run")


@app.command(
    epilog="Examples: `rapport fetch` (yesterday), `rapport fetch --from 2026-11-01 --to 2026-11-08`."
)
def fetch(
    start: FromOption = None,
    end: ToOption = None,
    client: ClientOption = None,
    again: Annotated[
        bool, typer.Option("--again", help="Fetch a window anew that was fetched to its end.")
    ] = False,
) -> None:
    """Brings a window of posts from X into landing files.

    An interrupted fetch of the same window goes on where it stopped; a finished one costs nothing to repeat.
    """
    settings = load_settings()
    _need_clients(settings)
    window = _window(start, end)
    summary = _fetch(settings, window, client, again)
    _say(
        f"Fetched {window}: {summary['pages']} pages, about ${summary['billed_usd']:.3f}. Next: rapport load"
    )


def _fetch(settings: Settings, window: Window, client: str | None, again: bool) -> dict[str, Any]:
    """All waves of one window in turn, as the DAG's mapped tasks do them side by side."""
    from extractors.x import steps

    if client is not None:
        settings.config.client(client)
    run_id = f"cli__{window.start:%Y%m%dT%H%M%S}_{window.end:%Y%m%dT%H%M%S}"
    if again:
        run_id += f"__{datetime.now(UTC):%Y%m%dT%H%M%S}"
    progress = _Progress()
    total: dict[str, Any] = {"pages": 0, "billed_usd": 0.0}
    stopped: set[str] = set()
    for wave in (
        lambda: steps.plan_accounts(settings, client, run_id, progress),
        lambda: steps.plan_threads(settings, window, run_id, client),
        lambda: steps.plan_missing(settings, window, run_id, client),
    ):
        for spec in wave():
            result = steps.fetch(settings, spec, window, run_id, progress)
            total["pages"] += result["pages"]
            total["billed_usd"] += result["billed_usd"]
            if result["status"] == steps.BUDGET_REACHED:
                stopped.add(f"{result['client_id']} {result['stream']}")
    if stopped:
        _say(
            f"Budget reached, and stopped there: {', '.join(sorted(stopped))}. What landed is kept; "
            "a run when there is budget again (tomorrow, next month) goes on from there."
        )
    return total


@app.command(epilog="Example: `rapport plan --from 2026-08-01 --to 2026-11-01 --client our-institute`.")
def plan(start: FromOption = None, end: ToOption = None, client: ClientOption = None) -> None:
    """Says what fetching a window would cost, before anything is spent; asks X nothing."""
    from rapport.spending import plan_tables

    settings = load_settings()
    _need_clients(settings)
    for table, verdict in plan_tables(settings, _window(start, end), client):
        out.print(table)
        _say(verdict)


@app.command(epilog="Example: `rapport poll`, every quarter of an hour; Airflow's `x_poll` does the same.")
def poll(client: ClientOption = None) -> None:
    """Looks again at conversations in which something was said lately, those that are due."""
    from extractors.x import steps

    settings, progress, now = load_settings(), _Progress(), datetime.now(UTC)
    _need_clients(settings)
    window = Window(now - timedelta(minutes=15), now)
    for spec in steps.plan_polls(settings, client):
        result = steps.fetch(settings, spec, window, f"poll__{now:%Y%m%dT%H%M%S}", progress)
        _say(f"{result['client_id']}: {result['objects']} posts, {result['status']}. Next: rapport load")


@app.command(epilog="Example: `rapport reconcile`.")
def reconcile() -> None:
    """Compares the posts that the ledger says were read with what X counts, day by day; exit code 3 on drift."""
    from rapport.spending import reconcile_table

    table, drifted = reconcile_table(load_settings())
    out.print(table)
    if drifted:
        raise drifted


@app.command(epilog="Example: `rapport load`.")
def load() -> None:
    """Takes landed pages into the raw tables of the warehouse, in one transaction."""
    from extractors import raw_store

    result = raw_store.load(load_settings(), _Progress())
    _say(
        f"Loaded {result['pages']} pages: {result['posts']} posts, {result['users']} users, "
        f"{result['errors']} partial errors. Next: rapport build"
    )


@app.command("import", epilog="Examples: `rapport import dumps/`, `rapport import twitter-archive.zip`.")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="Files, folders (with all below them) or zip archives.")
    ],
) -> None:
    """Takes files of posts into the same landing and raw tables; no client need be tracked.

    Taken: answers of the X API v2 as twarc2, tweepy or xdk write them (JSONL or JSON, paged or flat, both
    spellings); posts of the API v1.1; an X account archive (folder, zip, or its tweets.js). Also as .gz and .zst.

    What can't be read is kept in raw.rejects with its reason, the rest goes in, and the exit code is 3.
    """
    from extractors.files import importer

    result = importer.import_files(load_settings(), files, _Progress())
    table = Table("file", "pages", "posts", "users", "rejected lines", "refused because")
    for one in result["files"]:
        counts = (f"{one[key]:,}" for key in ("pages", "posts", "users", "rejects"))
        table.add_row(Path(one["file"]).name, *counts, one["reason"])
    out.print(table)
    for one in result["skipped"][:20]:
        _say(f"Skipped {one['file']}: {one['reason']}")
    if len(result["skipped"]) > 20:
        _say(f"Skipped {len(result['skipped']) - 20:,} more files that hold no posts (each is named above).")
    _say(
        f"{result['posts']:,} distinct posts and {result['users']:,} accounts in {len(result['files'])} files; "
        f"{result['refused_files']} files and {result['rejected_lines']} lines were refused. Next: rapport build"
    )
    if result["rejected_lines"] or result["refused_files"]:
        raise typer.Exit(3)


@app.command(epilog="Examples: `rapport build`, `rapport build --full-refresh`.")
def build(
    full_refresh: Annotated[bool, typer.Option(help="Build every table from nothing.")] = False,
) -> None:
    """Turns the raw tables into conversations, relationships and reports (dbt), and tests their shape."""
    _build(load_settings(), _Progress(), full_refresh)


def _build(settings: Settings, progress: _Progress, full_refresh: bool = False) -> None:
    from extractors import raw_store
    from rapport import dbt

    raw_store.sync_config(settings)
    result = dbt.build(settings, progress, full_refresh)
    _say(
        f"Built {result.node_count} nodes in {result.seconds} s (build {result.build_id}). Next: rapport check"
    )


@app.command(epilog="Example: `rapport check`.")
def check() -> None:
    """Checks whether the newest build is fit to be reported (Great Expectations); a failed rule is exit code 5."""
    _check(load_settings(), _Progress())


def _check(settings: Settings, progress: _Progress) -> None:
    from quality import gate

    receipt = gate.check(settings, progress)
    _say(f"All {receipt.check_count} checks hold. Next: rapport publish")


@app.command(epilog="Example: `rapport publish`.")
def publish() -> None:
    """Publishes the checked build as one DuckDB file, in one step that no reader notices."""
    _publish(load_settings(), _Progress())


def _publish(settings: Settings, progress: _Progress) -> None:
    from quality import publish as publication

    publication.publish(settings, progress)
    _say(f"Published {settings.published_path}. Next: rapport report")


@app.command(epilog="Example: `rapport report`.")
def report() -> None:
    """Writes each client's report as one self-contained HTML file, from the published file."""
    _report(load_settings(), _Progress())


def _report(settings: Settings, progress: _Progress) -> None:
    from reporting import report as reports

    for path in reports.write_reports(settings, progress):
        _say(f"Report: {path}")


@app.command(
    epilog="Examples: `rapport run`, `rapport run --from 2026-11-01 --to 2026-11-08 --client our-institute`."
)
def run(
    start: FromOption = None,
    end: ToOption = None,
    client: ClientOption = None,
    again: Annotated[
        bool, typer.Option("--again", help="Fetch a window anew that was fetched to its end.")
    ] = False,
) -> None:
    """The whole way without Airflow: fetch, load, build, check, publish, report."""
    from extractors import raw_store

    settings = load_settings()
    _need_clients(settings)
    progress = _Progress()
    _fetch(settings, _window(start, end), client, again)
    raw_store.load(settings, progress)
    _build(settings, progress)
    _check(settings, progress)
    _publish(settings, progress)
    _report(settings, progress)


@app.command(
    epilog="Examples: `rapport erase --post 1586025008899448832`, `rapport erase --account 2244994945`."
)
def erase(
    post: Annotated[list[str] | None, typer.Option("--post", help="Id of a post; repeat for more.")] = None,
    account: Annotated[
        list[str] | None, typer.Option("--account", help="Id or @handle of an account.")
    ] = None,
    build: Annotated[
        bool, typer.Option(help="Afterwards build, check, publish and report, as `rapport run` does.")
    ] = True,
) -> None:
    """Erases posts, or accounts with all they wrote, everywhere and for good; only their ids are kept.

    A post goes with all its versions and reposts. Interrupted, run it again: without ids it finishes what is left.
    """
    from rapport import erasure

    wrong = [one for one in post or [] if not one.isdigit()]
    if wrong:
        raise ConfigError(f"{wrong[0]} is no id of a post", "give the digits at the end of its address")
    settings, progress = load_settings(), _Progress()
    asked = dict.fromkeys(post or [], "on request"), dict.fromkeys(account or [], "on request")
    done = erasure.erase(settings, *asked, progress)
    _say(
        f"Erased {done.post_count} posts and {done.account_count} accounts: {done.page_count} landing pages and "
        f"{done.report_count} report pages were rewritten, and every database. Files you imported are yours to clean."
    )
    if build and (done.post_count or done.account_count):
        _build(settings, progress)
        _check(settings, progress)
        _publish(settings, progress)
        _report(settings, progress)


@app.command(epilog="Example: `rapport status`.")
def status() -> None:
    """Says what is there: clients, last extraction, build, checks, publication."""
    from rapport.status import describe

    table = Table(show_header=False, box=None)
    for name, text in describe(load_settings()):
        table.add_row(name, text)
    out.print(table)


@app.command(
    epilog="Example: `rapport emulator --until 2026-11-16`, in another terminal `rapport demo`'s pieces by hand."
)
def emulator(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8931,
    until: Annotated[
        str | None, typer.Option(help="The Monday the scripted world ends. Default: the last one.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another audience.")] = 7,
    faults: Annotated[
        Path | None, typer.Option(help="A TOML file of [[faults]]: what shall go wrong (emulator/README.md).")
    ] = None,
) -> None:
    """Serves the X API v2 on loopback, with a scripted world whose truth is known. For development and tests."""
    from emulator import serve
    from emulator.errors import EmulatorError

    settings = load_settings()
    token = settings.x_bearer_token.get_secret_value() if settings.x_bearer_token else "emulator"
    try:
        serve.serve(
            host=host,
            port=port,
            token=token,
            until=parse_moment(until).date() if until else None,
            seed=seed,
            faults=faults,
        )
    except EmulatorError as problem:
        raise ConfigError(problem.message, problem.remedy) from problem


@app.command(epilog="Example: `rapport demo`, or `make demo` on a machine with nothing installed.")
def demo() -> None:
    """Runs the main job by Airflow against the emulator, and says in words what was found."""
    from rapport import demo as the_demo

    raise typer.Exit(the_demo.run_demo())


@app.command(epilog="Example: `rapport up`, later `rapport down`.")
def up() -> None:
    """Starts Airflow, its Postgres and the emulator on loopback, and prints address and login."""
    from rapport.stack import background

    background.up(load_settings())


@app.command(epilog="Example: `rapport down`.")
def down() -> None:
    """Stops what `rapport up` started."""
    from rapport.stack import background

    background.down(load_settings())


def main() -> None:
    """Runs the command line; a RapportError becomes its message, its remedy and its exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("rapport").setLevel(logging.INFO)
    try:
        app()
    except RapportError as problem:
        progress_console.print("[bold red]Stopped.[/bold red]", end=" ")
        progress_console.print(str(problem), markup=False, soft_wrap=True)
        sys.exit(problem.exit_code)
    except KeyboardInterrupt:
        progress_console.print("Interrupted; a rerun goes on from here.")
        sys.exit(130)


if __name__ == "__main__":
    main()
