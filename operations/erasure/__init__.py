"""Forgetting, room by room, in the order that survives being killed."""
