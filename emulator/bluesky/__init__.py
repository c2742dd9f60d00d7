"""Bluesky's XRPC over the invented world: what an AppView answers, and the sessions of a personal data server."""
