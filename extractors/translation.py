"""The words of schema raw, into which each network's objects are put when a page of it is loaded.

They are those of X's API v2 (extractors/raw/objects.py lists them). A network that has its own words declares
`is_translated`, and extractors/<network>/objects.py translates: without a look at anything but the page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from rapport.networks import NETWORKS

Json = dict[str, Any]


@dataclass(frozen=True)
class Translated:
    """An object of a page, in raw's words and as its network has it.

    `section`: "data" for what was asked for, "includes" for what came along. `position`: in its list, from 0, each kind
    and section counted apart. `common`: the object in raw's words; what is missing is left out, and what is wrong is
    passed on as it is, so that the door refuses it and says why. `payload`: the network's own object.
    """

    kind: Literal["post", "user", "message", "error"]
    section: Literal["data", "includes"]
    position: int
    common: Json
    payload: Any


# Of a page, its envelope and its body: all that is on it.
Translator = Callable[[Json, Json], Iterator[Translated]]


def translator_of(network: str) -> Translator | None:
    """What puts the network's objects into raw's words; None where they are in these already."""
    known = NETWORKS.get(network)
    if known is None or not known.is_translated:
        return None
    translator: Translator = import_module(f"extractors.{network}.objects").translated
    return translator
