"""Mastodon: each account on its own server, by its own token."""
