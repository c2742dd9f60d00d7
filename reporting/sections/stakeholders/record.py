"""Stakeholders."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """Somebody the client wants to be in conversation with, and how far it has come."""

    stakeholder_id: str
    person_id: str
    handle: str
    display_name: str
    stakeholder_priority: int
    stakeholder_topic: str
    stakeholder_why: str
    standing: str
    stage: str
    last_contact_at: datetime | None
    last_mutual_at: datetime | None
    address_in_count: int
    address_out_count: int
    real_conversation_count: int
    shared_third_party_count: int
    waiting_count: int
    networks: tuple[str, ...]
    last_post_network: str
    last_post_id: str
