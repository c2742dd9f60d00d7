"""Rapport: conversations and relationships, measured. This package is what all others share."""
