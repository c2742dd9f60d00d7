"""Commands that start and stop servers on this machine: the emulator, the demo, Airflow."""

from pathlib import Path
from typing import Annotated

import typer

from rapport.config import load_settings
from rapport.errors import ConfigError
from rapport.window import parse_moment

app = typer.Typer()


@app.command(
    epilog="Example: `rapport emulator --until 2026-11-16`. Other commands use it with "
    "RAPPORT_X_BASE_URL=http://127.0.0.1:8931 and X_BEARER_TOKEN=emulator; emulator/README.md has those of Bluesky and "
    "Mastodon."
)
def emulator(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8931,
    until: Annotated[
        str | None,
        typer.Option(
            help="The Monday on which the world's script ends. Default: the home's, else the last one."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another audience.")] = 7,
    faults: Annotated[
        Path | None, typer.Option(help="A TOML file of [[faults]]: what is to go wrong (emulator/README.md).")
    ] = None,
) -> None:
    """Serves the APIs of X, Bluesky and Mastodon on loopback, with a scripted world whose truth is known.

    For development and tests.
    """
    from emulator import serve
    from emulator.errors import EmulatorError
    from operations.stack import world

    settings = load_settings()
    # Started again weeks later, it serves the world that the home was made with.
    known = world.of(settings)
    ends = parse_moment(until).date() if until else known.until if known else None
    token = settings.x_bearer_token.get_secret_value() if settings.x_bearer_token else "emulator"
    try:
        serve.serve(
            host=host,
            port=port,
            token=token,
            until=ends,
            seed=seed,
            faults=faults,
        )
    except EmulatorError as problem:
        raise ConfigError(problem.message, problem.remedy) from problem


@app.command(epilog="Example: `rapport demo`, or `make demo` on a machine with nothing installed.")
def demo() -> None:
    """Runs the main job with Airflow on the emulator's invented data, and prints what it found."""
    from operations import demo as the_demo

    raise typer.Exit(the_demo.run_demo())


@app.command(epilog="Example: `rapport up`, later `rapport down`.")
def up() -> None:
    """Starts Airflow, its Postgres and the emulator on loopback, and prints address and login."""
    from operations.stack import background

    background.up(load_settings())


@app.command(epilog="Example: `rapport down`.")
def down() -> None:
    """Stops what `rapport up` started."""
    from operations.stack import background

    background.down(load_settings())
