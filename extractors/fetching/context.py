"""What all walks of one fetch share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from extractors.fetching.allowance import Allowance
from extractors.fetching.dialect import Client, Dialect, Progress, Reading
from extractors.state.budget import Purse
from extractors.state.store import State
from rapport.config import Settings
from rapport.window import Window


@dataclass
class Totals:
    """What the walks of one fetch came to, pages of earlier attempts included."""

    walks: int = 0
    pages: int = 0
    objects: int = 0
    estimated_cost_usd: float = 0.0
    billed_usd: float = 0.0


def _nothing(reading: Reading) -> None:
    """What is done with a page if nothing is."""


@dataclass
class Context:
    """What all walks of one fetch share. `on_page` sees what every page says before the cursor moves past it.

    `purse` is the client's money; `allowance` the requests that all fetches of the run together may still make.
    """

    settings: Settings
    state: State
    client: Client
    client_id: str
    run_id: str
    window: Window
    on_progress: Progress
    on_page: Callable[[Reading], None] = _nothing
    totals: Totals = field(default_factory=Totals)
    allowance: Allowance | None = None
    purse: Purse = field(init=False)

    def __post_init__(self) -> None:
        budgets = {client.id: client.budget for client in self.settings.config.clients}
        budget = budgets.get(self.client_id)
        network = self.dialect.network
        self.purse = Purse(self.state.engine, network, self.client_id, budget, self.settings.now)

    @property
    def dialect(self) -> Dialect:
        """How the network speaks that is asked."""
        return self.client.dialect

    @property
    def network(self) -> str:
        """The name of the network that is asked."""
        return self.dialect.network.name
