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
    epilog="Examples: `rapport erase --post 1586025008899448832`, `rapport erase --account 2244994945`, "
    "`rapport erase --account bluesky:@alice.example`."
)
def erase(
    post: Annotated[
        list[str] | None,
        typer.Option(
            "--post",
            help="Id or address of a post on X, at:// URI or address on Bluesky, address on Mastodon, or "
            "network:id; repeat for more.",
        ),
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account",
            help="Id or @handle of an account on X, DID on Bluesky, @name@host on Mastodon, or network:id, "
            "network:@handle.",
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
    from operations.erasure import naming

    settings = load_settings()
    posts = [naming.post(settings, text) for text in post or []]
    accounts = [naming.account(text) for text in account or []]
    # what was taken for an id when it was refused is erased by it, however odd it is
    wrong = [given for given in posts if not is_id(given) and not refusals.is_known(settings, given)]
    if wrong:
        raise ConfigError(
            f"{wrong[0]} is no id of a post",
            "give its address or its id; of another network, network:id "
            f"(networks there are: {', '.join(NETWORKS)})",
        )
    progress = Progress()
    asked = dict.fromkeys(posts, "on request"), dict.fromkeys(accounts, "on request")
    done = erasure.erase(settings, *asked, progress)
    say(
        f"Erased {done.post_count} posts and {done.account_count} accounts: {done.page_count} landing pages and "
        f"{done.report_count} report pages were rewritten, every database, and {done.backup_count} backups. Files you "
        "imported are yours to clean."
    )
    if build and (done.post_count or done.account_count):
        build_to_report(settings, progress)
