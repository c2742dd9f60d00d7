"""Rapport: conversations and relationships, measured. What all packages share."""
