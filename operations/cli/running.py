"""`rapport init` and `rapport run`: a home, and all steps in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from operations import starting
from operations.cli.building import run_build
from operations.cli.extracting import fetch_window
from operations.cli.publishing import run_check, run_publish, run_report
from operations.cli.terminal import (
    AgainOption,
    ClientOption,
    EngineOption,
    FromOption,
    NetworkOption,
    Progress,
    Tell,
    ToOption,
    by_engine,
    need_clients,
    say,
    window_of,
)
from operations.networks_failed import NetworksFailed
from rapport.config import Settings, home_of, load_settings
from rapport.errors import ConfigError, RapportError
from rapport.networks import BLUESKY, MASTODON, X

app = typer.Typer()


def _own(label: str, example: str) -> Any:
    return typer.Option(help=f"An account of yours on {label}, e.g. {example}; repeat for more.")


@app.command(
    epilog="Examples: `rapport init --bluesky @alice.example`, `rapport init --mastodon @name@host --x @handle`; "
    "`rapport init` alone, then edit the file it names."
)
def init(
    bluesky: Annotated[list[str] | None, _own(BLUESKY.label, "@alice.example")] = None,
    mastodon: Annotated[list[str] | None, _own(MASTODON.label, "@name@host")] = None,
    x: Annotated[list[str] | None, _own(X.label, "@handle")] = None,
    show: Annotated[bool, typer.Option("--print", help="Print the example instead of writing it.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a rapport.toml that exists.")] = False,
    for_emulator: Annotated[
        bool, typer.Option("--emulator", help="One that follows the clients of the emulator's world.")
    ] = False,
) -> None:
    """Writes a commented rapport.toml to start from, for the accounts you name. It can be edited later.

    Bluesky and Mastodon are read without a key, and cost nothing.
    """
    named = starting.own_accounts({BLUESKY.name: bluesky, MASTODON.name: mastodon, X.name: x})
    if for_emulator:
        from emulator.demo import demo_config
        from operations.stack import world

        if named:
            raise ConfigError(
                "--emulator follows the clients of its world, and no other accounts", "give one or the other"
            )
        example = demo_config(networks=world.NETWORKS)
    else:
        example = starting.example(named)
    if show:
        typer.echo(example, nl=False)
        return
    path = home_of() / "rapport.toml"
    if path.exists() and not force:
        raise ConfigError(f"{path} exists", "edit it, or replace it with `rapport init --force`")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example, encoding="utf-8")
    say(f"Wrote {path}. {starting.next_steps(named)}")


@app.command(
    epilog="Examples: `rapport run`, `rapport run --from 2026-11-01 --to 2026-11-08 --client our-institute`, "
    "`rapport run --engine spark`."
)
def run(
    start: FromOption = None,
    end: ToOption = None,
    client: ClientOption = None,
    again: AgainOption = False,
    network: NetworkOption = None,
    engine: EngineOption = None,
) -> None:
    """Takes all steps without Airflow: fetch, load, build, check, publish, report.

    Where one network fails, the steps are taken with what the others brought; it is named at the end, and the exit code
    is 3. What authors have deleted on the networks is not looked up: `rapport erase --deleted` does that, once a day.
    """
    from extractors.raw import raw_store
    from operations.stack.shell import with_emulator

    settings = by_engine(with_emulator(load_settings()), engine)
    need_clients(settings)
    progress = Progress()
    failed: NetworksFailed | None = None
    try:
        fetch_window(settings, window_of(settings, start, end), client, again, network)
    except NetworksFailed as problem:
        if not problem.came:
            raise
        failed = problem
    with told_at_the_end(failed):
        raw_store.load(settings, progress)
        build_to_report(settings, progress)


@contextmanager
def told_at_the_end(failed: RapportError | None) -> Iterator[None]:
    """Raises what has failed before, once the steps are taken; if one of them fails, both are told."""
    try:
        yield
    except RapportError:
        if failed:
            say(str(failed))
        raise
    if failed:
        raise failed


def build_to_report(settings: Settings, progress: Tell, tell: Tell = say) -> None:
    """Everything that follows a load or an erasure: build, check, publish, report. `tell` hears of each result."""
    if not run_build(settings, progress, tell=tell):
        run_check(settings, progress, tell)
        run_publish(settings, progress, tell)
    run_report(settings, progress, tell)
