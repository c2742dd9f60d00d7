"""What the stages of a relationship mean. Pure."""

from reporting.section import Link
from reporting.sections.people.record import People

STAGE_MEANING = {
    "connected": "at least 3 real conversations, in 3 different weeks of the last 26, and both sides give",
    "conversing": "at least 2 real conversations, in different weeks",
    "acquainted": "at least one exchange: one side wrote, the other answered",
    "noticed": "somebody wrote, nobody answered yet",
    "dormant": "was acquainted or more; no exchange for 13 weeks",
}


def link(data: People) -> Link:
    """How the head of the page leads here."""
    return Link("People")
