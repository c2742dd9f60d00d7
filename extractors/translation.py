"""The words of schema raw, into which each network's objects are put when a page of it is loaded.

They are those of X's API v2 (extractors/raw/objects.py lists them). A network that has its own words declares
`is_translated`, and extractors/<network>/objects.py translates: without a look at anything but the page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from rapport.networks import NETWORKS
from rapport.window import moment_in

Json = dict[str, Any]


@dataclass(frozen=True)
class Translated:
    """An object of a page, in raw's words and as its network has it.

    `section`: "data" for what was asked for, "includes" for what came along, "beyond" for what lies beyond the window
    of a timeline (is_beyond). `position`: in its list, from 0, each kind and section counted apart, but what lies
    beyond with the data. `common`: the object in raw's words; what is missing is left out, and what is wrong is passed
    on as it is, so that the door refuses it and says why. `payload`: the network's own object.
    """

    kind: Literal["post", "user", "message", "error"]
    section: Literal["data", "includes", "beyond"]
    position: int
    common: Json
    payload: Any


# Of a page, its envelope and its body: all that is on it.
Translator = Callable[[Json, Json], Iterator[Translated]]


def is_beyond(envelope: Json, told_at: Any) -> bool:
    """Whether a timeline's item lies beyond the window that the page was asked for.

    Where a network takes no window, a page begins with the newest item and ends where it is full. What lies beyond the
    window was asked for by no run, so nobody has its answers: counted, it would tell of talk that fell silent. A page
    that keeps to a window says `down_to`; all others are taken whole, and so is what says no time.
    """
    if "down_to" not in envelope:  # most pages: of these not even a time is read
        return False
    start, end = (moment_in(envelope.get(name)) for name in ("down_to", "window_end_at"))
    at = moment_in(told_at)
    return start is not None and end is not None and at is not None and not start <= at < end


def translator_of(network: str) -> Translator | None:
    """What puts the network's objects into raw's words; None where they are in these already."""
    known = NETWORKS.get(network)
    if known is None or not known.is_translated:
        return None
    translator: Translator = import_module(f"extractors.{network}.objects").translated
    return translator
