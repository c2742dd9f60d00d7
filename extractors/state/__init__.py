"""The state store: cursors, money, gaps. Small, and written by parallel tasks."""
