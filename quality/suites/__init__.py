"""Rules of what came in and of what would go out, one function a table."""

from quality.suites import (
    content,
    conversations,
    coverage,
    engagement_summary,
    load_profile,
    relationship_moves,
    relationships,
    waiting,
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
    content.CHECK,
)
