"""What a value that was read from a file is, as its network answers. extractors/<network>/files.py tells.

A network whose objects are in raw's own words has none of this: extractors/files/shapes.py knows these.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from rapport.networks import NETWORKS

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A value as it may be landed.

    `listed`: the value is one object, and is landed in the list of this name, with others of the same `group`; "" for a
    whole page. `stream`: what kind of fetch brings the like, where what a list means hangs on that. `about_post_id`,
    `host`: as envelopes have them. `private_count`: how many private posts it had that are not in it any more.
    `passed_over`: why nothing of it is landed, which is no fault; `refused`: the same, where somebody should look at
    it. `is_empty`: an answer with nothing in it.
    """

    value: Json
    listed: str = ""
    group: str = ""
    stream: str = ""
    about_post_id: str | None = None
    host: str | None = None
    private_count: int = 0
    passed_over: str = ""
    refused: str = ""
    is_empty: bool = False


class Recogniser(Protocol):
    """What extractors/<network>/files.py holds."""

    # A broken value can't be looked at: whether any of its text may be kept.
    KEEPS_BROKEN: bool
    # The member of an object whose list stands for its items, however long it is; "" if there is none.
    LIST_MEMBER: str
    # The file beside such a list that says whose it is, and the member under which it is landed with each page of it.
    OWNER_FILE: str
    OWNER_MEMBER: str
    answer: Callable[[Any], Answer | None]
    items_of: Callable[[Any], list[Any] | None]


def recogniser_of(network: str) -> Recogniser | None:
    """What knows the values of a network; None where they are in raw's own words."""
    known = NETWORKS.get(network)
    if known is None or not known.is_translated:
        return None
    found: Recogniser = import_module(f"extractors.{network}.files")
    return found


def recognisers() -> dict[str, Recogniser]:
    """By network."""
    found = {network: recogniser_of(network) for network in NETWORKS}
    return {network: one for network, one in found.items() if one is not None}
