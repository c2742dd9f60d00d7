"""People two steps away."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody two steps away, and who could introduce us."""

    person_id: str
    handle: str
    display_name: str
    stage: str
    via_person_count: int
    via_person_id: str
    via_handle: str
    via_display_name: str
    via_stage: str
    shared_topics: tuple[str, ...]
    last_post_network: str
    last_post_id: str
    last_text: str
    is_stakeholder: bool


@dataclass(frozen=True)
class SeekOut:
    """The first of those worth seeking out, how many there are in all, and with how many we share a topic."""

    people: list[Candidate]
    total_count: int
    with_shared_topic_count: int = 0
