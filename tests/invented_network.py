"""A second network that nobody has: its ids look like X's, so that whoever compares bare ids is found out."""

from dataclasses import replace

from rapport.networks import Network, X

Y: Network = replace(
    X,
    name="y",
    label="Y",
    handle_grammar=r"[a-z0-9_.]{1,40}",
    post_url="https://y.example/post/{id}",
    profile_url="https://y.example/who/{id}",
    price_usd={},
)
