"""The X API v2 on loopback, with a scripted world whose truth is known. For development and tests only."""
