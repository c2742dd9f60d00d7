"""`rapport quarantine`: what was refused or taken out by hand, and what to do about it."""

import os
import pwd
import sys
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.cli.terminal import Progress, out, plain, say
from rapport.config import load_settings
from rapport.errors import ConfigError

app = typer.Typer(
    name="quarantine",
    no_args_is_help=True,
    help="Lines, objects and pages that were refused or taken out: list, show, add, retry or drop them.\n\n"
    "No number counts them. Their content is printed only with `show --content`.",
)
Ids = Annotated[list[str], typer.Argument(help="As `rapport quarantine list` shows them.")]
By = Annotated[str, typer.Option("--by", help="Who decides it; without it, the user who is logged in.")]


@app.command("list", epilog="Example: `rapport quarantine list`.")
def list_() -> None:
    """Lists what waits: where it comes from and why it was refused, not its content. The exit code is always 0."""
    from extractors.files import quarantine

    table = Table("id", "refused at (UTC)", "what", "from", "line", "because")
    rejects = quarantine.waiting(load_settings())
    for reject in rejects:
        at, line = f"{reject.rejected_at:%Y-%m-%d %H:%M}", str(reject.line_number or "")
        came_from, why = plain(reject.source_path or reject.page_key), plain(reject.reason)
        table.add_row(reject.reject_id, at, plain(reject.what), came_from, line, why)
    if rejects:
        out.print(table)
    say(
        f"{len(rejects):,} wait. Next: rapport quarantine retry --all"
        if rejects
        else "Nothing waits in quarantine."
    )


@app.command(
    epilog="Examples: `rapport quarantine show 1a2b3c4d5e`, `rapport quarantine show 1a2b3c4d5e --content`."
)
def show(
    reject_id: Annotated[str, typer.Argument(help="As `rapport quarantine list` shows it.")],
    content: Annotated[
        bool, typer.Option("--content", help="Also print what was kept of the line. It may be personal.")
    ] = False,
) -> None:
    """Shows everything that is known of one. Exit code 2 if no such id waits."""
    from extractors.files import quarantine

    [reject] = quarantine.waiting(load_settings(), [reject_id])
    kept = f"{len(reject.content):,} characters" if reject.content else "nothing"
    table = Table(show_header=False, box=None)
    for name, text in (
        ("id", reject.reject_id),
        ("what", reject.what),
        ("refused at", f"{reject.rejected_at:%Y-%m-%d %H:%M} UTC"),
        ("from", reject.source_path or "not known"),
        ("line", str(reject.line_number or ("not known" if reject.is_object else "the whole file"))),
        ("because", reject.reason),
        ("page", reject.page_key + (f", {reject.section} {reject.position}" if reject.is_object else "")),
        ("kept of it", kept if reject.kept_line or not reject.content else f"its first {kept}"),
    ):
        table.add_row(name, plain(text))
    out.print(table)
    if content and reject.content:
        out.print(plain(reject.content), soft_wrap=True)


@app.command(
    epilog="Examples: `rapport quarantine retry 1a2b3c4d5e`, `rapport quarantine retry --all` after an update of "
    "Rapport, or after a file was corrected."
)
def retry(
    reject_ids: Annotated[
        list[str] | None, typer.Argument(help="As `rapport quarantine list` shows them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    by: By = "",
) -> None:
    """Imports what can be read now: lines from their file as it is now or as they were kept; pages again, also for an
    object on them. What was taken out by hand goes in.

    Exit code 3 if something still can't be imported; it stays here, with the reason.
    """
    from extractors.files import quarantine

    if bool(reject_ids) == everything:
        raise ConfigError("nothing to retry was named", "name ids, or give --all")
    settings = load_settings()
    outcomes = quarantine.retry(
        settings, quarantine.waiting(settings, reject_ids or ()), by or _user(), Progress()
    )
    waiting = [outcome for outcome in outcomes if not outcome.is_taken_in]
    for outcome in waiting:
        out.print(Text(f"{outcome.reject.reject_id}: ").append(plain(outcome.reason)), soft_wrap=True)
    next_step = " Next: rapport build" if len(waiting) < len(outcomes) else ""
    say(f"{len(outcomes) - len(waiting):,} taken in, {len(waiting):,} still wait.{next_step}")
    if waiting:
        raise typer.Exit(3)


@app.command(
    epilog='Examples: `rapport quarantine add --post 1586025008899448832 --why "a test of ours"`, '
    '`rapport quarantine add --file broken.jsonl --why "its times are wrong"`.'
)
def add(
    why: Annotated[str, typer.Option("--why", help="The reason, in a few words; kept with who and when.")],
    post: Annotated[
        list[str] | None, typer.Option("--post", help="Id of a post, or network:id; repeat for more.")
    ] = None,
    page: Annotated[
        list[str] | None, typer.Option("--page", help="Key of a page, as raw.pages names it.")
    ] = None,
    file: Annotated[
        list[str] | None, typer.Option("--file", help="Name of an imported file: all pages made of it.")
    ] = None,
    by: By = "",
) -> None:
    """Takes posts, pages or imported files out of the next build. Loading them again does not bring them back.

    `retry` puts them back; `drop` deletes them for good. Exit code 2 if nothing of that name was loaded.
    """
    from extractors.files import holding

    if not (post or page or file):
        raise ConfigError("nothing was named", "give --post, --page or --file")
    _expect_reason(why)
    held = holding.add(load_settings(), by or _user(), why.strip(), post or (), page or (), file or ())
    say(
        f"Taken out: {held.post_row_count:,} rows of posts, {held.page_count:,} pages. The next build makes "
        "everything anew. Next: rapport build"
    )


@app.command(epilog='Example: `rapport quarantine drop 1a2b3c4d5e --why "test data of ours" --yes`.')
def drop(
    reject_ids: Ids,
    why: Annotated[str, typer.Option("--why", help="The reason, in a few words; kept with who and when.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = "",
) -> None:
    """Deletes their content for good; the decision is kept in quality.quarantine.

    It asks first. Where nobody can answer, --yes is needed; else the exit code is 2, and nothing is dropped.
    """
    from extractors.files import quarantine

    _expect_reason(why)
    settings = load_settings()
    rejects = quarantine.waiting(settings, reject_ids)
    if not yes:
        if not sys.stdin.isatty():
            raise ConfigError("nothing was dropped: nobody is there to ask", "give --yes if you mean it")
        typer.confirm(f"Delete what was kept of {len(rejects)}, for good?", abort=True)
    quarantine.drop(settings, rejects, by or _user(), why.strip())
    say(f"Dropped {len(rejects):,}: {', '.join(reject.reject_id for reject in rejects)}.")


def _expect_reason(why: str) -> None:
    if not why.strip():
        raise ConfigError("the reason is empty", 'say why in a few words: --why "test data of ours"')


def _user() -> str:
    """The name of the user who runs this; its number if it has no name (in a container)."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
