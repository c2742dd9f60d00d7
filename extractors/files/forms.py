"""How the values of a file are known, by network: what they are, and where one begins (lines.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from extractors import recognition
from extractors.files import shapes
from rapport.networks import NETWORKS, label_of

ANSWER = "an answer of the network"


@dataclass(frozen=True)
class Forms:
    """`kind_of`: what a value is. `items_of`: the values that one stands for, None for itself. `response_of`: the
    answer that the items of a short list are together, if they are. `item_kinds`: where a broken list is taken up
    again: an object of one of these kinds, and no mere part of one. `list_member`: the member of an object whose list
    stands for its items; "" if there is none.
    """

    kind_of: Callable[[Any], str]
    items_of: Callable[[Any], list[Any] | None]
    response_of: Callable[[Any], dict[str, Any] | None]
    item_kinds: frozenset[str]
    list_member: str = ""


OF_RAW = Forms(
    shapes.kind_of,
    shapes.items_of,
    shapes.response_of,
    frozenset({shapes.FLAT_POST, shapes.V1_POST, shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS}),
)


def forms_of(network: str) -> Forms:
    """Those of a network."""
    recogniser = recognition.recogniser_of(network)
    if recogniser is None:
        return OF_RAW

    def kind_of(value: Any) -> str:
        found = recogniser.answer(value)
        if found is None:
            return shapes.UNKNOWN
        return shapes.NOTHING if found.is_empty else ANSWER

    return Forms(kind_of, recogniser.items_of, lambda _: None, frozenset({ANSWER}), recogniser.LIST_MEMBER)


def of_another(value: Any, network: str) -> str:
    """Why a value is not one of this network, if it is one of another; "" if nobody knows it."""
    for other in NETWORKS:
        if other != network and forms_of(other).kind_of(value) not in (
            shapes.UNKNOWN,
            shapes.NOTHING,
            shapes.IDS,
        ):
            return (
                f"it is of {label_of(other)}: the file was read as {label_of(network)}'s; "
                f"import it again with --network {other}"
            )
    return ""
