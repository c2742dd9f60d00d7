"""In: from a network to landing files, and from landing files to the raw tables. Only forward."""
