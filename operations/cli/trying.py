"""`rapport try`: what Rapport says of one public account, within minutes and with nothing set up."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractors.errors import ExtractionError
from operations.cli.terminal import NowAndThen, Progress, Tell, say
from rapport.config import Client, Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import BLUESKY

if TYPE_CHECKING:  # importing it takes long, and `rapport --help` should not wait for it
    from extractors.bluesky.account import Account
    from extractors.fetching.allowance import Allowance
    from rapport.window import Window

app = typer.Typer()
WEEKS = 8
# A fifth of what Bluesky answers one address in five minutes.
REQUESTS = 600
_INTERRUPTED = 130  # what shells give for Ctrl-C

Left = Mapping[str, set[str] | None]


@app.command(
    "try",
    epilog="Examples: `rapport try --bluesky @alice.bsky.social`, `rapport try --bluesky "
    "https://bsky.app/profile/alice.bsky.social --weeks 12`.",
)
def try_account(
    bluesky: Annotated[
        str,
        typer.Option("--bluesky", help="A handle, the address of a profile, or a DID.", show_default=False),
    ],
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=52, help="How many of the last weeks to fetch.")
    ] = WEEKS,
    requests: Annotated[
        int, typer.Option("--requests", min=10, max=3000, help="How many requests to make at most.")
    ] = REQUESTS,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", help="The folder to fill. Default: ./rapport-try/ and the handle.", show_default=False
        ),
    ] = None,
) -> None:
    """Fetches the last weeks of one public account and says with whom it really talks. Needs no key and no set-up.

    It has a home of its own, which only you can read. The same command goes on from there; so does `rapport run`, with
    RAPPORT_HOME set to it. Ctrl-C loses nothing.
    """
    from extractors.fetching.allowance import Allowance
    from operations import trying

    actor = trying.actor_in(bluesky)
    trying.refuse_invented(actor)
    settings = load_settings(home or trying.FOLDER)
    allowance = Allowance(requests)
    progress = Progress()
    progress(f"asking {settings.bluesky_base_url} for {actor}")
    kept = "nothing was fetched"
    try:
        account = _look_up(settings, actor, allowance, progress)
        settings, client = trying.settle(settings, trying.home_for(account, home), account)
        kept = f"what was fetched is kept in {settings.home}; the same command goes on from there"
        left = _fetch(settings, client, weeks, allowance, progress)
        _build(settings, progress)
    except ExtractionError as problem:
        progress(kept)
        # who tries has named no window
        problem.remedy = problem.remedy.replace("the same window", "the same command")
        raise
    except KeyboardInterrupt:
        progress(f"interrupted; {kept}")
        raise typer.Exit(_INTERRUPTED) from None
    for line in _conclusion(settings, client, account, left, allowance):
        say(line)


def _look_up(settings: Settings, actor: str, allowance: "Allowance", progress: Tell) -> "Account":
    """The account. Raises ConfigError where it asks not to be shown to people who are not logged in."""
    from extractors.bluesky.account import look_up
    from extractors.fetching.registry import extractor
    from operations import trying

    allowance.take(actor)
    with extractor(BLUESKY.name).open_client(settings, progress) as client:
        account = look_up(client, actor)
    # Who has the account's app password may see what it shows to those who are logged in: it is their own.
    if account.is_for_logged_in and account.handle not in settings.bluesky_app_passwords:
        raise ConfigError(
            f"{trying.named(account)} asks not to be shown to people who are not logged in, and this reads without "
            "a login; nothing was fetched",
            "if the account is yours, make an app password (Settings, Privacy and security) and set "
            f'BLUESKY_APP_PASSWORDS="{account.handle or "handle"}=password"; else choose another account',
        )
    return account


def _fetch(
    settings: Settings, client: Client, weeks: int, allowance: "Allowance", progress: Tell
) -> "dict[Window, Left]":
    """Fetches and loads what the home does not have yet; what is left of each window that is not done."""
    from extractors.fetching import deferred
    from extractors.raw import raw_store
    from extractors.state.store import open_state
    from operations import trying
    from operations.cli.asking import fetch_network
    from operations.cli.extracting import run_of
    from reporting.words import count

    tried = trying.read_tried(settings)
    left: dict[Window, Left] = {}
    wanted = trying.windows(tried, settings.now(), weeks)
    if not wanted:
        progress("everything up to now was fetched before; nothing is asked for")
    for window in wanted:
        progress(f"fetching {window}, with {allowance.most:,} requests at most")
        tried = trying.note(settings, tried, window, is_done=False)
        run_id = run_of(window)
        fetch_network(BLUESKY.name, settings, window, client.id, run_id, progress, allowance=allowance)
        with open_state(settings) as state:
            rest = deferred.left_over(state, BLUESKY.name, client.id, run_id)
        tried = trying.note(settings, tried, window, is_done=not rest)
        if rest:
            left[window] = rest
    progress(f"{count(allowance.made, 'request')} made; loading what they brought")
    raw_store.load(settings, NowAndThen(progress))
    return left


def _build(settings: Settings, progress: Tell) -> None:
    from operations.cli.running import build_to_report

    progress("finding conversations and relationships, checking, publishing: half a minute")
    seldom = NowAndThen(progress)
    build_to_report(settings, seldom, seldom)


def _conclusion(
    settings: Settings,
    client: Client,
    account: "Account",
    left: "Mapping[Window, Left]",
    allowance: "Allowance",
) -> Iterator[str]:
    """What was found, what could not be seen, where it is and how to go on."""
    from operations import trying_words
    from operations.findings import findings
    from reporting.report import read_reports

    for line in findings(settings.published_path):
        # what keeps names of other scripts in their places; a terminal's console shows it as �
        yield line.replace("\u2068", "").replace("\u2069", "")
    reports, _ = read_reports(settings)
    has_password = account.handle in settings.bluesky_app_passwords
    limits = trying_words.completeness(
        next(report for report in reports if report.client.client_id == client.id),
        client,
        left,
        allowance.most,
        has_password=has_password,
    )
    places = (
        f"Report: {(settings.reports_dir / 'index.html').as_uri()} (open it in a browser; it asks nobody)",
        f"Everything: {settings.home} (only you can read it; remove the folder, and all is gone)",
    )
    for heading, sentences in (
        ("How complete that is", limits),
        ("Where it is", places),
        ("How to go on", trying_words.next_steps(settings.home, account.handle, has_password=has_password)),
    ):
        yield ""
        yield heading
        yield from (f"  - {sentence}" for sentence in sentences)
