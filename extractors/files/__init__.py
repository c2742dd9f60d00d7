"""Posts that arrive as files rather than from the network."""
