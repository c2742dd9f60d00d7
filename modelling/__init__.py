"""Meaning: runs dbt, and knows what was built of what."""
