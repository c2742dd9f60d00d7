"""`rapport init` and `rapport run`: a home, and all steps in it."""

from importlib import resources
from typing import Annotated

import typer

from operations.cli.building import run_build
from operations.cli.extracting import fetch_window
from operations.cli.publishing import run_check, run_publish, run_report
from operations.cli.terminal import (
    AgainOption,
    ClientOption,
    FromOption,
    NetworkOption,
    Progress,
    ToOption,
    need_clients,
    say,
    window_of,
)
from rapport.config import Settings, home_of, load_settings
from rapport.errors import ConfigError

app = typer.Typer()


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
        from operations.stack import world

        example = demo_config(networks=world.NETWORKS)
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
    say(
        f"Wrote {path}. Name your accounts in it; X needs a key (X_BEARER_TOKEN), the others none. Then: rapport run"
    )


@app.command(
    epilog="Examples: `rapport run`, `rapport run --from 2026-11-01 --to 2026-11-08 --client our-institute`."
)
def run(
    start: FromOption = None,
    end: ToOption = None,
    client: ClientOption = None,
    again: AgainOption = False,
    network: NetworkOption = None,
) -> None:
    """Takes all steps without Airflow: fetch, load, build, check, publish, report."""
    from extractors.raw import raw_store
    from operations.stack.shell import with_emulator

    settings = with_emulator(load_settings())
    need_clients(settings)
    progress = Progress()
    fetch_window(settings, window_of(settings, start, end), client, again, network)
    raw_store.load(settings, progress)
    build_to_report(settings, progress)


def build_to_report(settings: Settings, progress: Progress) -> None:
    """Everything that follows a load or an erasure: build, check, publish, report."""
    if not run_build(settings, progress):
        run_check(settings, progress)
        run_publish(settings, progress)
    run_report(settings, progress)
