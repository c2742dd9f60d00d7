"""The tables of schema raw: the only writer."""
