"""What the stages of a relationship mean. Pure."""

from reporting.definitions import Definitions
from reporting.section import Link
from reporting.sections.people.record import People


def stage_meaning(definitions: Definitions) -> dict[str, str]:
    """What it takes to be at a stage."""
    connected = definitions["connected_conversations"]
    return {
        "connected": f"at least {connected}, in {connected.number} different weeks of the last"
        f" {definitions['connected_weeks'].number}, and both sides give",
        "conversing": f"at least {definitions['conversing_conversations']}, in different weeks",
        "acquainted": "at least one exchange: one side wrote, the other answered",
        "noticed": "somebody wrote, nobody answered yet",
        "dormant": f"was acquainted or more; no exchange for {definitions['dormant_weeks']}",
    }


def link(data: People) -> Link:
    """How the head of the page leads here."""
    return Link("People")
