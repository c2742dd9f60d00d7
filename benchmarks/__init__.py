"""How fast, by how much: each module prints a table of ratios. Run with `python -m benchmarks.<name>`."""
