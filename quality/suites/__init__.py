"""Rules of what came in and of what would go out, one function a table."""

from quality.suites import (
    content,
    context_counts,
    conversations,
    coverage,
    engagement_summary,
    goals,
    load_profile,
    manageability,
    new_circles,
    nurture,
    outcomes,
    readership,
    relationship_moves,
    relationships,
    stakeholders,
    waiting,
    worth_seeking_out,
)
from quality.suites.rules import TableCheck

CHECKS: tuple[TableCheck, ...] = (
    load_profile.CHECK,
    engagement_summary.CHECK,
    relationships.CHECK,
    relationship_moves.CHECK,
    conversations.CHECK,
    waiting.CHECK,
    coverage.CHECK,
    nurture.CHECK,
    stakeholders.CHECK,
    worth_seeking_out.CHECK,
    content.CHECK,
    readership.CHECK,
    context_counts.CHECK,
    goals.CHECK,
    outcomes.CHECK,
    manageability.CHECK,
    new_circles.CHECK,
)
