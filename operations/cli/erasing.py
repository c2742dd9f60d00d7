"""`rapport erase`."""

from typing import Annotated

import typer

from operations.cli.running import build_to_report
from operations.cli.terminal import Progress, say
from rapport.config import load_settings
from rapport.errors import ConfigError
from rapport.networks import NETWORKS, is_id

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport erase --post 1586025008899448832`, `rapport erase --account 2244994945`."
)
def erase(
    post: Annotated[
        list[str] | None,
        typer.Option("--post", help="Id of a post on X, or network:id on another network; repeat for more."),
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account",
            help="Id or @handle of an account on X, or network:id, network:@handle on another network.",
        ),
    ] = None,
    build: Annotated[
        bool, typer.Option(help="Afterwards build, check, publish and report, as `rapport run` does.")
    ] = True,
) -> None:
    """Erases posts, or accounts with everything they wrote, everywhere and for good; only their ids are kept.

    A post is erased with all its versions and reposts, also from backups. If it was interrupted, run it again: without
    ids it finishes what is left.
    """
    from extractors.raw import refusals
    from operations.erasure import everywhere as erasure

    settings = load_settings()
    # what was taken for an id when it was refused is erased by it, however odd it is
    wrong = [given for given in post or [] if not is_id(given) and not refusals.is_known(settings, given)]
    if wrong:
        raise ConfigError(
            f"{wrong[0]} is no id of a post",
            "give the digits at the end of its address; of another network, network:id "
            f"(networks there are: {', '.join(NETWORKS)})",
        )
    progress = Progress()
    asked = dict.fromkeys(post or [], "on request"), dict.fromkeys(account or [], "on request")
    done = erasure.erase(settings, *asked, progress)
    say(
        f"Erased {done.post_count} posts and {done.account_count} accounts: {done.page_count} landing pages and "
        f"{done.report_count} report pages were rewritten, every database, and {done.backup_count} backups. Files you "
        "imported are yours to clean."
    )
    if build and (done.post_count or done.account_count):
        build_to_report(settings, progress)
