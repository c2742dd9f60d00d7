"""A client's ties, and the ties between the people in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

# From the middle of the picture outward. Who was only noticed has no tie yet, and they may be thousands.
RINGS = ("connected", "conversing", "acquainted", "dormant")
MOST_DRAWN = 150  # people whose names can still be read


@dataclass(frozen=True, slots=True)
class Tie:
    """A person, and how close they are to us."""

    person_id: str
    handle: str
    display_name: str
    person_kind: str
    stage: str
    strength: float
    address_in_count: int
    address_out_count: int
    exchange_count: int
    real_conversation_count: int
    is_stakeholder: bool
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bond:
    """Two people who turned to each other in conversations with us; `one_id` sorts before `other_id`."""

    one_id: str
    other_id: str
    from_one_count: int
    from_other_count: int
    networks: tuple[str, ...]

    @property
    def exchange_count(self) -> int:
        """How often both have turned to the other: of the one who did so less."""
        return min(self.from_one_count, self.from_other_count)

    @property
    def ids(self) -> tuple[str, str]:
        return self.one_id, self.other_id


@dataclass(frozen=True)
class Ties:
    """Everybody there is a tie with, the strongest first, the bonds between them, and how many are at each stage.

    Of the noticed only stakeholders are here: there is no tie yet, and they may be many.
    """

    ties: Sequence[Tie]
    bonds: Sequence[Bond]
    stage_counts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def drawn(self) -> "Drawn":
        """What the picture shows: of each ring in turn the strongest, as long as there is room."""
        rings: dict[str, list[Tie]] = {}
        left = MOST_DRAWN
        for stage in RINGS:
            rings[stage] = [tie for tie in self.ties if tie.stage == stage][:left]
            left -= len(rings[stage])
        shown = {tie.person_id for ring in rings.values() for tie in ring}
        bonds = [bond for bond in self.bonds if {*bond.ids} <= shown]
        return Drawn(rings, bonds, self.stage_counts)


@dataclass(frozen=True)
class Drawn:
    """The people in the picture by stage, the bonds between them, and how many people there are at each stage."""

    rings: dict[str, list[Tie]]
    bonds: list[Bond]
    stage_counts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def bonds_of(self) -> dict[str, list[Bond]]:
        """Person id -> their bonds, the strongest first."""
        found: dict[str, list[Bond]] = {}
        for bond in sorted(self.bonds, key=lambda bond: (-bond.exchange_count, bond.ids)):
            for person_id in bond.ids:
                found.setdefault(person_id, []).append(bond)
        return found

    @property
    def count(self) -> int:
        return sum(len(ring) for ring in self.rings.values())
