"""The quarter: what its weeks come to, against the quarter before. See `query.read_quarter` and `pages`."""
