"""Which package fetches from which network. A package is imported when its network is asked, and not before: each
brings a library of its own, and they take long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from extractors.fetching.dialect import Client, Dialect, Progress
from extractors.fetching.fetchers import Fetcher
from rapport.config import Settings
from rapport.errors import RapportError
from rapport.networks import NETWORKS, label_of


@dataclass(frozen=True)
class Extractor:
    """All that the machinery needs of a network. `fetchers` are by the names of the streams, and POLL."""

    dialect: Dialect
    open_client: Callable[[Settings, Progress], Client]
    fetchers: Mapping[str, Fetcher]


# Each has a member EXTRACTOR.
MODULES: dict[str, str] = {name: f"extractors.{name}.extractor" for name in NETWORKS}


def extractor(network: str) -> Extractor:
    """What fetches from the network. RapportError if nothing does."""
    if not is_fetched(network):
        raise RapportError(
            f"nothing is fetched from {label_of(network)}",
            "its posts can be imported: `rapport import --help`",
        )
    found: Extractor = import_module(MODULES[network]).EXTRACTOR
    return found


def is_fetched(network: str) -> bool:
    """Whether there is a package that fetches from the network. It is not imported."""
    if network not in MODULES:
        return False
    try:
        return find_spec(MODULES[network]) is not None
    except ModuleNotFoundError:  # the package above it
        return False
