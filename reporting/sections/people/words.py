"""What the stages of a relationship mean. Pure."""

from reporting.definitions import Definitions
from reporting.language import _
from reporting.section import Link
from reporting.sections.people.record import People


def stage_meaning(definitions: Definitions) -> dict[str, str]:
    """What it takes to be at a stage."""
    connected = definitions["connected_conversations"]
    return {
        "connected": _(
            "at least %(conversations)s, in %(weeks)s different weeks of the last %(last_weeks)s, and both sides give",
            conversations=connected,
            weeks=connected.number,
            last_weeks=definitions["connected_weeks"].number,
        ),
        "conversing": _(
            "at least %(conversations)s, in different weeks",
            conversations=definitions["conversing_conversations"],
        ),
        "acquainted": _("at least one exchange: one side wrote, the other answered"),
        "noticed": _("somebody wrote, nobody answered yet"),
        "dormant": _("was acquainted or more; no exchange for %(weeks)s", weeks=definitions["dormant_weeks"]),
    }


def link(data: People) -> Link:
    """How the head of the page leads here."""
    return Link(_("People"))
