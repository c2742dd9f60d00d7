"""Runs dbt, and decides whether a build is incremental."""
