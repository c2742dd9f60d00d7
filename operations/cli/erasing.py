"""`rapport erase`."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from operations.cli.asking import ask_each, networks_to_ask
from operations.cli.running import build_to_report, told_at_the_end
from operations.cli.terminal import NetworkOption, Progress, need_clients, say
from operations.networks_failed import LookUpsFailed
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError, RapportError
from rapport.networks import NETWORKS, is_id, label_of

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport erase --post 1586025008899448832`, `rapport erase --account 2244994945`, "
    "`rapport erase --account @alice.example`, `rapport erase --deleted`, "
    "`rapport erase --deleted --network mastodon`."
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
            help="@handle or id of an account on X, @alice.example or DID on Bluesky, @name@host on Mastodon; or "
            "network:@handle, network:id. Also a handle that only what you keep by hand has.",
        ),
    ] = None,
    deleted: Annotated[
        bool,
        typer.Option(
            "--deleted",
            help="Look up a share of what is held on each network, and erase what is gone there. On X each look-up is "
            "paid for, within the first client's budget.",
        ),
    ] = False,
    network: NetworkOption = None,
    build: Annotated[
        bool, typer.Option(help="Afterwards build, check, publish and report, as `rapport run` does.")
    ] = True,
) -> None:
    """Erases posts, or accounts with everything they wrote, everywhere and for good; only their ids are kept.

    A post is erased with all its versions and reposts, also from backups; with an account go the copies that bridges
    make of it, and notes and outcomes. Of a handle that no network has shown here go notes and outcomes under it; it is
    kept nowhere. If it was interrupted, run it again, with the same ids or with none: what was noted is finished.

    With --deleted it follows the networks, once a day, where Airflow's DAG `erasure` does not: what authors deleted
    there is erased here. Where one network fails, the others are followed; it is named at the end, and the exit code is
    3.
    """
    from extractors.raw import refusals
    from operations.erasure import everywhere as erasure
    from operations.erasure import naming
    from reporting.words import count

    settings = load_settings()
    if deleted:
        if post or account:
            raise ConfigError(
                "--deleted asks the networks what is gone", "name posts and accounts without it"
            )
        _follow(settings, network, build)
        return
    if network:
        raise ConfigError("--network says which network --deleted asks", "give both, or neither")
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
    if done == erasure.NOTHING:
        say(
            "Nothing was erased: no erasure is unfinished. If one was stopped before it said that what is asked for is "
            "noted, nobody knows of it here: ask for it again."
        )
        return
    by_hand = count(
        done.handle_count, "handle that no network has shown", "handles that no network has shown"
    )
    also = f", and what was kept by hand under {by_hand}" if done.handle_count else ""
    say(
        f"Erased {done.post_count} posts and {done.account_count} accounts{also}: {done.page_count} landing pages and "
        f"{done.report_count} report pages were rewritten, every database, and {done.backup_count} backups. Files you "
        "imported are yours to clean."
    )
    if build and (done.post_count or done.account_count or done.handle_count):
        build_to_report(settings, progress)


def _follow(settings: Settings, network: str | None, build: bool) -> None:
    """What the DAG `erasure` does, for one network after the other, and the build that follows it."""
    from extractors.fetching import rota
    from operations.erasure import everywhere as erasure
    from operations.stack.shell import with_emulator

    settings = with_emulator(settings)
    need_clients(settings)
    shares = settings.config.erasure
    if not (shares.lookups_per_day or shares.account_lookups_per_day):
        raise ConfigError(
            f"{settings.config_path} turns look-ups off: both shares of [erasure] are 0",
            "give lookups_per_day, or account_lookups_per_day",
        )
    # Of each call its own: what a network answered to an earlier one may no longer be true.
    run_id = f"erase__{settings.now():%Y%m%dT%H%M%S}"
    unfinished: dict[str, RapportError] = {}

    def follow(name: str, progress: Callable[[str], None]) -> dict[str, Any]:
        found = rota.look_on(name, settings, run_id, progress)
        try:
            done = erasure.follow_network(settings, found, progress)
        except RapportError as problem:  # a page or a backup that can't be read; the other networks are asked
            unfinished[str(problem)] = problem
            return found
        say(f"{label_of(name)}: {_words(found, done)}")
        return found

    failed: LookUpsFailed | None = None
    try:
        ask_each(networks_to_ask(settings, network), follow, LookUpsFailed)
    except LookUpsFailed as problem:
        if not problem.came:
            raise
        failed = problem
    with told_at_the_end(failed):
        for earlier in [*unfinished.values()][:-1]:
            say(str(earlier))
        if unfinished:
            raise [*unfinished.values()][-1]
        # Also if nothing was erased: an earlier call may have been killed before it built.
        if build:
            build_to_report(settings, Progress())


def _words(found: dict[str, Any], done: dict[str, Any]) -> str:
    """What was asked, and what came of it."""
    if not found["asked_count"]:
        asked = "nothing is held of it, so nothing was looked up"
    else:
        asked = (
            f"{found['answered_count']:,} of {found['asked_count']:,} posts and accounts due were looked up"
        )
    stopped = f" ({found['stopped']})" if found["stopped"] else ""
    return f"{asked}{stopped}; erased {done['posts']:,} posts and {done['accounts']:,} accounts."
