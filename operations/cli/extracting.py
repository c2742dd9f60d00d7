"""What comes in, and what it costs: `rapport fetch`, `plan`, `poll`, `reconcile`, `load` and `import`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from operations.cli.asking import EachClient, ask_each, fetch_network, networks_to_ask
from operations.cli.terminal import (
    AgainOption,
    ClientOption,
    FromOption,
    NetworkOption,
    Progress,
    ToOption,
    need_clients,
    out,
    plain,
    say,
    window_of,
)
from operations.networks_failed import NetworksFailed
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import NETWORKS, X, label_of
from rapport.window import Window

if TYPE_CHECKING:  # importing it takes long, and `rapport --help` should not wait for it
    from extractors.x.forecast import ClientForecast

app = typer.Typer()
CountOption = Annotated[
    bool,
    typer.Option(
        "--count", help="Let X count the posts of clients without history: $0.005 a question, two for most."
    ),
]
_SKIPPED_SHOWN = 20
# Why a post is erased of which an imported stream says that it was deleted.
DELETED = "deleted, says a notice in an imported file"


@app.command(
    epilog="Examples: `rapport fetch` (yesterday), `rapport fetch --from 2026-11-01 --to 2026-11-08`."
)
def fetch(
    start: FromOption = None,
    end: ToOption = None,
    client: ClientOption = None,
    again: AgainOption = False,
    network: NetworkOption = None,
) -> None:
    """Fetches a window of posts into landing files, from every network that rapport.toml names.

    An interrupted fetch of the same window continues where it stopped; a finished one costs nothing to repeat.
    """
    from operations.stack.shell import with_emulator

    settings = with_emulator(load_settings())
    need_clients(settings)
    window = window_of(settings, start, end)
    try:
        _say_fetched(window, fetch_window(settings, window, client, again, network))
    except NetworksFailed as problem:
        if problem.came:
            _say_fetched(window, _together(problem.came))
        raise


def _say_fetched(window: Window, summary: dict[str, Any]) -> None:
    is_free = not any(NETWORKS[name].price_usd for name in summary["networks"])
    cost = "which cost nothing" if is_free else f"about ${summary['billed_usd']:.3f}"
    say(f"Fetched {window}: {summary['pages']} pages, {cost}. Next: rapport load")


def fetch_window(
    settings: Settings, window: Window, client: str | None, again: bool, network: str | None = None
) -> dict[str, Any]:
    """All waves of one window, one network after the other; what they came to together.

    Where a network fails, or a client there, the others are fetched all the same, and NetworksFailed is raised at the
    end.
    """
    if client is not None:
        settings.config.client(client)
    window.require_over(settings.now())
    run_id = run_of(window)
    if again:
        run_id += f"__{settings.now():%Y%m%dT%H%M%S}"
    fetched = ask_each(
        networks_to_ask(settings, network),
        lambda name, progress: fetch_network(name, settings, window, client, run_id, progress),
    )
    return _together(fetched)


def _together(fetched: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What came from each network, added up."""
    return {
        "networks": [*fetched],
        **{key: sum(one[key] for one in fetched.values()) for key in ("pages", "billed_usd")},
    }


def run_of(window: Window) -> str:
    """The run of the command line that fetches the window: the same one again goes on where it stopped."""
    return f"cli__{window.start:%Y%m%dT%H%M%S}_{window.end:%Y%m%dT%H%M%S}"


@app.command(epilog="Example: `rapport plan --from 2026-08-01 --to 2026-11-01 --client our-institute`.")
def plan(
    start: FromOption = None, end: ToOption = None, client: ClientOption = None, count: CountOption = False
) -> None:
    """Says what it would cost to fetch a window. Asks X nothing, except with --count. Other networks are free."""
    from extractors.fetching.registry import is_fetched
    from extractors.x import forecast
    from operations.stack.shell import with_emulator

    settings = with_emulator(load_settings(), is_needed=count)
    need_clients(settings)
    window = window_of(settings, start, end)
    for client_forecast in forecast.forecast(settings, window, client, count):
        whose = client_forecast.client_id
        out.print(_forecast_table(client_forecast, f"{whose}, {X.label}"))
        say(f"{whose}, {window}, {X.label}: {client_forecast.verdict}.")
    for network in settings.config.networks:
        if not NETWORKS[network].price_usd and is_fetched(network):
            _say_requests(network, settings, window, client)


def _say_requests(network: str, settings: Settings, window: Window, client: str | None) -> None:
    """What a network that costs nothing is asked for."""
    from extractors.fetching.requests_ahead import requests_ahead

    for client_id, streams in requests_ahead(network, settings, window, client).items():
        table = Table("stream", "requests", "known from", title=f"{client_id}, {label_of(network)}")
        for stream in streams:
            table.add_row(stream.stream, stream.count.words(), stream.basis)
        out.print(table)
        say(f"{client_id}, {window}: {label_of(network)} costs nothing.")


def _forecast_table(client_forecast: "ClientForecast", title: str) -> Table:
    """What each stream of a client would cost, and all together."""
    table = Table("stream", "requests", "posts", "users", "US dollars", "known from", title=title)
    for stream in client_forecast.streams:
        numbers = [span.words() for span in (stream.requests, stream.posts, stream.users)]
        table.add_row(stream.stream, *numbers, stream.usd.words(2), stream.basis)
    table.add_row("together", "", "", "", client_forecast.usd.words(2), "")
    return table


@app.command(
    epilog="Example: `rapport poll`, every quarter of an hour; Airflow's `x_poll` does the same for X."
)
def poll(client: ClientOption = None, network: NetworkOption = None) -> None:
    """Polls the recently active conversations that are due, on every network that rapport.toml names."""
    from extractors.fetching import steps
    from operations.stack.shell import with_emulator

    settings = with_emulator(load_settings())
    need_clients(settings)
    now = settings.now()
    window = Window(now - timedelta(minutes=15), now)
    run_id = f"poll__{now:%Y%m%dT%H%M%S}"
    networks = networks_to_ask(settings, network)

    def poll_one(name: str, progress: Callable[[str], None]) -> int:
        each, specs = EachClient(name, settings, client, progress), steps.plan_polls(name, settings, client)
        for spec in specs:
            polled = partial(steps.fetch, name, settings, spec, window, run_id, progress)
            for result in each.kept(spec["client_id"], spec["stream"], polled):
                whose = result["client_id"] + ("" if len(networks) == 1 else f", {label_of(name)}")
                say(f"{whose}: {result['objects']} posts, {result['status']}. Next: rapport load")
        return each.end(len(specs))

    if not sum(ask_each(networks, poll_one).values()):
        say("No conversation is due: nothing was asked for.")


@app.command(epilog="Example: `rapport reconcile`.")
def reconcile(
    write_off: Annotated[
        bool,
        typer.Option(
            "--write-off",
            help="Take lost calls off the ledger of which X gives no counts (accounts, messages): once you have seen "
            "in X's console that they were not billed.",
        ),
    ] = False,
) -> None:
    """Compares the posts that the ledger says were read with what X counts, day by day; exit code 3 on drift.

    A call whose answer was lost, as its process was killed, is booked at its worst. Once X's count of the day is final,
    it is booked at what X may have billed for it.
    """
    from extractors.x import reconcile as reconciliation
    from operations.stack.shell import with_emulator

    settings = with_emulator(load_settings())
    if X.name not in settings.config.networks:
        say(
            "rapport.toml names no account on X; what other networks show costs nothing, and nobody counts it"
        )
        return
    days = reconciliation.reconcile(settings, is_writing_off=write_off)
    table = Table("day (UTC)", "ledger", "X", "drift")
    for day in days:
        table.add_row(day.date, f"{day.ledger_posts:,}", f"{day.network_posts:,}", f"{day.drift:+,}")
    out.print(table)
    reconciliation.check(days)


@app.command(epilog="Examples: `rapport load`, `rapport load --all`.")
def load(
    everything: Annotated[
        bool, typer.Option("--all", help="Look into every folder, also those that have not changed.")
    ] = False,
) -> None:
    """Loads landed pages into the raw tables of the warehouse, in one transaction."""
    from extractors.raw import raw_store

    result = raw_store.load(load_settings(), Progress(), everything)
    say(
        f"Loaded {result['pages']} pages: {result['posts']} posts, {result['users']} users, "
        f"{result['errors']} partial errors"
        + (f"; {result['rejects']} refused (`rapport quarantine list`)" if result["rejects"] else "")
        + ". Next: rapport build"
    )


@app.command("import", epilog="Examples: `rapport import dumps/`, `rapport import twitter-archive.zip`.")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="Files, folders (with all below them), zip or tar archives.")
    ],
    network: Annotated[
        str,
        typer.Option(help=f"Whose posts they are, if that can't be told from them: {', '.join(NETWORKS)}."),
    ] = "",
) -> None:
    """Imports files of posts into the same landing files and raw tables. No client has to be tracked.

    Of X it reads answers of the API v2 as twarc2, tweepy or xdk write them (JSONL or JSON, paged or flat, both
    spellings), answers and streams of the API v1.1, and account archives (folder, zip, or its tweets.js). Of Bluesky
    it reads repositories (CAR), of Mastodon exports of accounts (the archive, or its outbox.json), of both the answers
    of their APIs, one a line. All of it may be packed, in zip or tar archives, and in UTF-16. Posts of ours that a
    stream says were deleted are erased.

    What can't be read is kept in raw.rejects with the reason, the rest is imported, and the exit code is 3.
    """
    from extractors.files import importer

    if network and network not in NETWORKS:
        raise ConfigError(f"'{network}' is no network we know", f"those there are: {', '.join(NETWORKS)}")
    settings, progress = load_settings(), Progress()
    result = importer.import_files(settings, files, progress, network)
    table = Table(
        "file", "read", "taken", "notices", "empty", "refused", "posts", "users", "passed over", "network",
        "refused because",
    )  # fmt: skip
    for file in result["files"]:
        counts = (
            f"{file[key]:,}"
            for key in ("read", "taken", "notices", "empty", "refused", "posts", "users", "passed_over")
        )
        reasons = [f"{count:,} × {reason}" for reason, count in file["refused_because"].items()]
        reasons += [
            f"of what was taken: {count:,} × {reason}" for reason, count in file["left_out_because"].items()
        ]
        label = label_of(file["network"]) if file["network"] else ""
        why = plain(file["reason"] or "; ".join(reasons))
        table.add_row(plain(Path(file["file"]).name), *counts, label, why)
    out.print(table)
    skipped = result["skipped"]
    for file in skipped[:_SKIPPED_SHOWN]:
        say(f"Skipped {file['file']}: {file['reason']}")
    if len(skipped) > _SKIPPED_SHOWN:
        more = len(skipped) - _SKIPPED_SHOWN
        say(f"Skipped {more:,} more files that hold no posts (each is named above).")
    if result["unmatched_long_texts"]:
        say(
            f"{result['unmatched_long_texts']:,} long texts of archives belong to no post in the files beside them."
        )
    private_count = sum(file["private_posts"] for file in result["files"])
    if private_count:
        say(f"{private_count:,} private posts are in the files; nothing was kept of them.")
    values, objects = (sum(file[name] for file in result["files"]) for name in ("refused", "left_out"))
    say(
        f"{result['posts']:,} distinct posts and {result['users']:,} accounts in {len(result['files'])} files. "
        f"Refused: {result['refused_files']:,} whole files, {values:,} values, and {objects:,} objects of values taken "
        "(`rapport quarantine list` says why). Next: rapport build"
    )
    _follow_deletions(settings, result, progress)
    if result["refused_files"] or values or objects:
        raise typer.Exit(3)


def _follow_deletions(settings: Settings, result: dict[str, Any], progress: Progress) -> None:
    """What a stream says was deleted is erased here as well, as what the network no longer shows."""
    if not result["deletions"]:
        return
    by_network = {network: posts for network, posts in result["deleted_posts"].items() if posts}
    count = sum(map(len, by_network.values()))
    say(f"The files say of {result['deletions']:,} posts that they were deleted; {count:,} of them are here.")
    for network, posts in by_network.items():
        from operations.erasure import everywhere as erasure

        found = {"network": network, "posts": dict.fromkeys(posts, DELETED), "accounts": {}, "returned": []}
        done = erasure.follow_network(settings, found, progress)
        say(f"Erased {done['posts']:,} posts, with their versions and reposts.")
