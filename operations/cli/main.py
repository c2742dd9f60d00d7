"""The command `rapport`: every step of the way by hand. Airflow's tasks call the same functions.

Exit codes: 0 done, 1 unforeseen, 2 usage or rapport.toml, 3 extraction or import, 4 build, 5 a check
failed (nothing was published), 6 the warehouse or the publication could not be reached, 7 a backup could
not be taken, cleaned or restored.
"""

import logging
import sys
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from operations.cli.backup import app as backup_app
from operations.cli.checks import app as checks_app
from operations.cli.network import app as network_app
from operations.cli.network import fetch_window
from operations.cli.outcome import app as outcome_app
from operations.cli.quarantine import app as quarantine_app
from operations.cli.stack import app as stack_app
from operations.cli.status import app as status_app
from operations.cli.terminal import (
    AgainOption,
    ClientOption,
    FromOption,
    Progress,
    ToOption,
    need_clients,
    out,
    progress_console,
    say,
    window_of,
)
from rapport.config import Settings, home_of, load_settings
from rapport.errors import ConfigError, RapportError

app = typer.Typer(
    name="rapport",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Conversations and relationships on X, measured: with whom do we really talk, and who is waiting for us?\n\n"
    "Everything made lies under RAPPORT_HOME (default: ./rapport-home). Start with `rapport init`, then `rapport run`.",
    epilog="A first look without an X account: `make demo`.",
)
# Commands of these stand beside the ones below; those about outcomes and the quarantine have a name of their own.
app.add_typer(network_app)
app.add_typer(stack_app)
app.add_typer(status_app)
app.add_typer(checks_app)
app.add_typer(backup_app)
app.add_typer(outcome_app, name="outcome")
app.add_typer(quarantine_app, name="quarantine")


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
    say(f"Wrote {path}. Name your accounts in it, set X_BEARER_TOKEN, then: rapport run")


@app.command(epilog="Example: `rapport load`.")
def load() -> None:
    """Takes landed pages into the raw tables of the warehouse, in one transaction."""
    from extractors.raw import raw_store

    result = raw_store.load(load_settings(), Progress())
    say(
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

    result = importer.import_files(load_settings(), files, Progress())
    table = Table("file", "pages", "posts", "users", "rejected lines", "refused because")
    for one in result["files"]:
        counts = (f"{one[key]:,}" for key in ("pages", "posts", "users", "rejects"))
        table.add_row(Path(one["file"]).name, *counts, one["reason"])
    out.print(table)
    for one in result["skipped"][:20]:
        say(f"Skipped {one['file']}: {one['reason']}")
    if len(result["skipped"]) > 20:
        say(f"Skipped {len(result['skipped']) - 20:,} more files that hold no posts (each is named above).")
    say(
        f"{result['posts']:,} distinct posts and {result['users']:,} accounts in {len(result['files'])} files; "
        f"{result['refused_files']} files and {result['rejected_lines']} lines were refused. Next: rapport build"
    )
    if result["rejected_lines"] or result["refused_files"]:
        raise typer.Exit(3)


@app.command(epilog="Examples: `rapport build`, `rapport build --full-refresh`.")
def build(
    full_refresh: Annotated[bool, typer.Option(help="Build every table from nothing.")] = False,
) -> None:
    """Turns what was loaded since the last build into conversations, relationships and reports (dbt), and tests
    their shape. Everything is built anew where more than data has changed."""
    _build(load_settings(), Progress(), full_refresh)


def _build(settings: Settings, progress: Progress, full_refresh: bool = False) -> None:
    from extractors.raw import raw_store
    from modelling import dbt

    raw_store.sync_config(settings)
    result = dbt.build(settings, progress, full_refresh)
    say(
        f"Built {result.node_count} nodes {'anew' if result.is_full_refresh else 'of what was new'} "
        f"in {result.seconds} s (build {result.build_id}). Next: rapport check"
    )


@app.command(epilog="Example: `rapport check`.")
def check() -> None:
    """Checks whether the newest build is fit to be reported (Great Expectations); a failed rule is exit code 5."""
    _check(load_settings(), Progress())


def _check(settings: Settings, progress: Progress) -> None:
    from quality import gate

    receipt = gate.check(settings, progress)
    say(f"All {receipt.check_count} checks hold. Next: rapport publish")


@app.command(epilog="Example: `rapport publish`.")
def publish() -> None:
    """Publishes the checked build as one DuckDB file, in one step that no reader notices."""
    _publish(load_settings(), Progress())


def _publish(settings: Settings, progress: Progress) -> None:
    from quality import publish as publication

    publication.publish(settings, publication.latest_receipt(settings), progress)
    say(f"Published {settings.published_path}. Next: rapport report")


@app.command(epilog="Example: `rapport report`.")
def report() -> None:
    """Writes each client's report as one self-contained HTML file, from the published file."""
    _report(load_settings(), Progress())


def _report(settings: Settings, progress: Progress) -> None:
    from reporting import report as reports

    for path in reports.write_reports(settings, progress):
        say(f"Report: {path}")


@app.command(
    epilog="Examples: `rapport superset`, `rapport superset --path /srv/rapport/engagement.duckdb`, then "
    "`superset import-dashboards -p superset.zip -u admin`."
)
def superset(
    path: Annotated[
        Path | None,
        typer.Option("--path", help="Where Superset's machine finds the published file, if elsewhere."),
    ] = None,
) -> None:
    """Packs the dashboard for Apache Superset, with what each column of the published file means."""
    from reporting.superset import pack

    settings = load_settings()
    packed = settings.home / "superset.zip"
    packed.write_bytes(pack(settings, path))
    say(f"Wrote {packed}. Next, where Superset is: superset import-dashboards -p {packed.name} -u admin")


@app.command(epilog="Example: `rapport edition`.")
def edition() -> None:
    """Freezes what is published as the edition of its week: Parquet, the reports, and a manifest."""
    from quality import editions

    frozen = editions.freeze(load_settings(), Progress())
    done = "Frozen" if frozen.is_new else "Frozen before, and left as it is"
    say(f"{done}: {frozen.path} ({frozen.table_count} tables, {frozen.page_count} reports)")


@app.command(
    epilog="Examples: `rapport run`, `rapport run --from 2026-11-01 --to 2026-11-08 --client our-institute`."
)
def run(
    start: FromOption = None,
    end: ToOption = None,
    client: ClientOption = None,
    again: AgainOption = False,
) -> None:
    """The whole way without Airflow: fetch, load, build, check, publish, report."""
    from extractors.raw import raw_store

    settings = load_settings()
    need_clients(settings)
    progress = Progress()
    fetch_window(settings, window_of(start, end), client, again)
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

    A post goes with all its versions and reposts, also from backups. Interrupted, run it again: without ids it
    finishes what is left.
    """
    from operations.erasure import everywhere as erasure

    wrong = [one for one in post or [] if not one.isdigit()]
    if wrong:
        raise ConfigError(f"{wrong[0]} is no id of a post", "give the digits at the end of its address")
    settings, progress = load_settings(), Progress()
    asked = dict.fromkeys(post or [], "on request"), dict.fromkeys(account or [], "on request")
    done = erasure.erase(settings, *asked, progress)
    say(
        f"Erased {done.post_count} posts and {done.account_count} accounts: {done.page_count} landing pages and "
        f"{done.report_count} report pages were rewritten, every database, and {done.backup_count} backups. Files you "
        "imported are yours to clean."
    )
    if build and (done.post_count or done.account_count):
        _build(settings, progress)
        _check(settings, progress)
        _publish(settings, progress)
        _report(settings, progress)


@app.command(epilog="Example: `rapport docs`, then open the file it names.")
def docs() -> None:
    """Writes one page with what every table and column means, and what is made of what (dbt docs)."""
    from modelling import dbt

    say(f"What tables and columns mean: {dbt.document(load_settings(), Progress())} (open it in a browser)")


@app.command(epilog="Examples: `rapport doctor`, `rapport doctor --offline`.")
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Ask the network nothing.")] = False,
) -> None:
    """Looks at configuration, token, disk, versions, locks, files, backup and Airflow, and says what to do.

    Exit code 1 if something is broken. No secret is shown.
    """
    from operations.doctor import examine

    colours = {"well": "green", "look": "yellow", "broken": "bold red"}
    is_broken = False
    for look in examine(load_settings(), offline):
        is_broken = is_broken or look.state == "broken"
        out.print(
            f"[{colours[look.state]}]{look.state:6}[/]  {look.what}: {escape(look.seen)}", soft_wrap=True
        )
        if look.remedy:
            out.print(f"        what to do: {escape(look.remedy)}", soft_wrap=True)
    if is_broken:
        raise typer.Exit(1)


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


if __name__ == "__main__":
    main()
