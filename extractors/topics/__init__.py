"""What posts are about: the topics of rapport.toml, found by their words and by meaning, before each build."""
