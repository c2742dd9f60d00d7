"""Mastodon's REST API over the invented world, each of its servers with its own numbers and its own knowledge."""
