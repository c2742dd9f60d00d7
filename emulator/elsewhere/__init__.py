"""The invented world on Bluesky and Mastodon: its people, what they say there, and what is true of it."""
