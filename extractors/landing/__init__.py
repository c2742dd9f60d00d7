"""Pages as they came, one file a page."""
