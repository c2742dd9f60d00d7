"""Where everybody stands in the picture: on a ring for each stage, beside those they talk with. Pure: always the same.

Rings, not forces: how far somebody is from the middle is then the stage, and names stand beside each other, not on each
other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, cos, pi, sin

from reporting.ties.record import RINGS, Drawn, Tie

NAME_ROOM = 136  # between two rings, in units of the picture: for a name
NAME_FROM = 11  # the middle of somebody's dot, to where the name begins
NAME_LENGTH = NAME_ROOM - NAME_FROM - 9  # and it ends before the dots of the next ring
_ARC = 15.5  # of a ring, for a name
_FIRST_RADIUS = 78
_RING_NAME = 100  # of a ring, at its top, for its own name: the longest of a stage in any language
_MARGIN = 12
_ROUNDS = 8


@dataclass(frozen=True)
class Place:
    """A person in the picture; the angle is clockwise from the top, in radians."""

    tie: Tie
    radius: float
    angle: float

    @property
    def x(self) -> float:
        return self.radius * sin(self.angle)

    @property
    def y(self) -> float:
        return -self.radius * cos(self.angle)

    @property
    def is_left(self) -> bool:
        return self.angle > pi

    @property
    def turn(self) -> float:
        """By how many degrees the name is turned, so that it leads outward and is not upside down."""
        return self.angle * 180 / pi - (270 if self.is_left else 90)


@dataclass(frozen=True)
class Ring:
    """A stage in the picture."""

    stage: str
    radius: float
    places: list[Place]


@dataclass(frozen=True)
class Layout:
    """The rings from the middle outward; stages that nobody is at have none."""

    rings: list[Ring]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of everything, names included: no more than there is."""
        outer = self.rings[-1].radius if self.rings else 0
        tips = [
            (place.x * reach, place.y * reach)
            for place in self.places.values()
            if (reach := 1 + NAME_ROOM / place.radius)
        ]
        across, down = ([-outer, outer, *(tip[axis] for tip in tips)] for axis in (0, 1))
        left, top = min(across) - _MARGIN, min(down) - _MARGIN
        return left, top, max(across) + _MARGIN - left, max(down) + _MARGIN - top

    @property
    def places(self) -> dict[str, Place]:
        """Person id -> place."""
        return {place.tie.person_id: place for ring in self.rings for place in ring.places}


def layout(drawn: Drawn) -> Layout:
    """Everybody has a place of their own, as near to those they talk with as the ring allows."""
    order = {stage: list(drawn.rings[stage]) for stage in RINGS if drawn.rings.get(stage)}
    radii = _radii({stage: len(ring) for stage, ring in order.items()})
    others = {
        person: [bond.other_id if bond.one_id == person else bond.one_id for bond in bonds]
        for person, bonds in drawn.bonds_of.items()
    }
    for _ in range(_ROUNDS):
        for stage, ring in order.items():
            angles = {
                tie.person_id: angle
                for stage, members in order.items()
                for tie, angle in zip(members, _angles(len(members), radii[stage]), strict=True)
            }
            order[stage] = sorted(ring, key=lambda tie: (_wish(tie.person_id, others, angles), tie.person_id))
    return Layout(
        [
            Ring(
                stage,
                radius,
                [
                    Place(tie, radius, angle)
                    for tie, angle in zip(order[stage], _angles(len(order[stage]), radius), strict=True)
                ],
            )
            for stage, radius in radii.items()
        ]
    )


def _radii(counts: Mapping[str, int]) -> dict[str, float]:
    """Of each ring, from the middle outward: room for its people and its name, and for the names of the ring within."""
    radii: dict[str, float] = {}
    radius = 0.0
    for stage, count in counts.items():
        radius = max(radius + NAME_ROOM if radii else _FIRST_RADIUS, (count * _ARC + _RING_NAME) / (2 * pi))
        radii[stage] = radius
    return radii


def _angles(number: int, radius: float) -> list[float]:
    """So many places on a ring, with the same room for each, and none at the top, where its name stands."""
    gap = _RING_NAME / radius
    room = (2 * pi - gap) / number if number else 0
    return [gap / 2 + room * (place + 0.5) for place in range(number)]


def _wish(person: str, others: Mapping[str, list[str]], angles: Mapping[str, float]) -> float:
    """The angle at which somebody would stand: in the middle of those they talk with, else where they are."""
    them = [angles[other] for other in others.get(person, []) if other in angles]
    if not them:
        return angles[person]
    middle = atan2(sum(map(sin, them)), sum(map(cos, them)))
    return middle % (2 * pi)
