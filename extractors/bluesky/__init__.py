"""Bluesky, over its XRPC: the public AppView, and a PDS where an app password is given."""
