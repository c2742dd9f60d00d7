"""Asks each network, and there for each client, such that what fails for one keeps nothing from the others."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from extractors.errors import ExtractionError
from operations.cli.parallel import side_by_side
from operations.cli.terminal import Progress, say
from operations.networks_failed import ClientsFailed, NetworksFailed
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.networks import label_of
from rapport.window import Window

if TYPE_CHECKING:  # importing it takes long, and `rapport --help` should not wait for it
    from extractors.fetching.allowance import Allowance

Came = TypeVar("Came")
# A wave has a stream for each endpoint. With several clients, more at once would only wait for the same rate limits.
SIDE_BY_SIDE = 8


def networks_to_ask(settings: Settings, network: str | None) -> list[tuple[str, Callable[[str], None]]]:
    """The networks to ask (only `network`, if given), each with its progress, named where there are several."""
    named = settings.config.networks
    if network is not None and network not in named:
        raise ConfigError(
            f"rapport.toml names no account on '{network}'", f"it names accounts on: {', '.join(named)}"
        )
    progress = Progress()
    if len(named) == 1:
        return [(named[0], progress)]

    def of(name: str) -> Callable[[str], None]:
        return lambda message: progress(f"{label_of(name)}: {message}")

    return [(name, of(name)) for name in named if network in (None, name)]


def ask_each(
    networks: Sequence[tuple[str, Callable[[str], None]]],
    ask: Callable[[str, Callable[[str], None]], Came],
    failed: type[NetworksFailed] = NetworksFailed,
) -> dict[str, Came]:
    """What `ask` makes of each network. Where one fails, the others are asked all the same.

    Raises `failed` at the end, or the error itself where no other network was asked and nothing came.
    """
    came: dict[str, Came] = {}
    failures: dict[str, ExtractionError] = {}
    for name, progress in networks:
        try:
            came[name] = ask(name, progress)
        except ClientsFailed as problem:
            came[name] = problem.came
            failures |= {f"{label_of(name)}'s {whose}": one for whose, one in problem.failures.items()}
        except ExtractionError as problem:
            if len(networks) == 1:
                raise
            failures[label_of(name)] = problem
            progress(f"left, as it failed: {problem.words}")
    if failures:
        raise failed(failures, came)
    return came


class EachClient:
    """What is asked of one network for several clients.

    `going`: those for which nothing has failed that has to be there. What needs a secret that is optional need not.
    """

    def __init__(self, network: str, settings: Settings, client: str | None, progress: Callable[[str], None]):
        from extractors.fetching import accounts
        from extractors.fetching.registry import extractor

        configs = settings.config.clients if client is None else [settings.config.client(client)]
        self.going = [config.id for config in configs if accounts.everyone(network, config)]
        streams = extractor(network).dialect.streams.values()
        self._optional = {stream.name for stream in streams if stream.needs_user}
        self._progress = progress
        self._failures: dict[str, ExtractionError] = {}

    def kept(self, client_id: str, what: str, call: Callable[[], Came]) -> list[Came]:
        """What the call returns, alone in a list; empty if it failed. `what`: a stream, or another step."""
        try:
            return [call()]
        except ExtractionError as problem:
            if problem.recovery == "stop":  # nothing helps the others either
                raise
            whose = f"{what.replace('_', ' ')} of {client_id}"
            self._failures[whose] = problem
            self._progress(f"{whose}: left, as it failed: {problem.words}")
            if what not in self._optional:
                self.going = [one for one in self.going if one != client_id]
            return []

    def end(self, came: Came) -> Came:
        """`came`, if nothing failed. Raises ClientsFailed, or where it failed for all, the first error."""
        if not self._failures:
            return came
        if not self.going:
            raise next(iter(self._failures.values()))
        raise ClientsFailed(self._failures, came)


def fetch_network(
    network: str,
    settings: Settings,
    window: Window,
    client: str | None,
    run_id: str,
    progress: Callable[[str], None],
    allowance: "Allowance | None" = None,
) -> dict[str, Any]:
    """All waves in turn, the streams of each side by side, as the DAG's mapped tasks are.

    With an `allowance` of requests one after the other: so what comes first is fetched first. A client of which
    something fails that has to be there goes no further; the others do, and it is raised at the end (ClientsFailed).
    """
    from extractors.fetching import steps

    total: dict[str, Any] = {"pages": 0, "billed_usd": 0.0}
    stopped: set[str] = set()
    each = EachClient(network, settings, client, progress)
    for plan_wave in (
        lambda one: steps.plan_accounts(network, settings, one, run_id, progress, allowance),
        lambda one: steps.plan_threads(network, settings, window, run_id, one),
        lambda one: steps.plan_missing(network, settings, window, run_id, one),
    ):
        plans = [each.kept(one, "accounts", partial(plan_wave, one)) for one in each.going]
        specs = [spec for plan in plans for planned in plan for spec in planned]
        if allowance:  # what an earlier run has left is older: it comes after what is new
            specs.sort(key=lambda spec: "run_id" in spec)

        def fetched(spec: Any) -> list[dict[str, Any]]:
            fetch = partial(steps.fetch, network, settings, spec, window, run_id, progress, allowance)
            return each.kept(spec["client_id"], spec["stream"], fetch)

        results = side_by_side([partial(fetched, spec) for spec in specs], 1 if allowance else SIDE_BY_SIDE)
        for result in (one for found in results for one in found):
            total["pages"] += result["pages"]
            total["billed_usd"] += result["billed_usd"]
            if result["status"] == steps.BUDGET_REACHED:
                stopped.add(f"{result['client_id']} {result['stream']}")
    if stopped and allowance is None:
        say(
            f"Stopped because the budget is reached: {', '.join(sorted(stopped))}. What landed is kept; "
            "a run when there is budget again (tomorrow, next month) continues from there."
        )
    return each.end(total)
