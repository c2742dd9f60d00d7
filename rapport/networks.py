"""The networks that Rapport knows, each declared once: what the rest of the house must know of one stands here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """A network. `name` is its key beside every id; `{id}` in `post_url` stands for the id of the post."""

    name: str
    post_url: str


NETWORKS = {
    network.name: network
    for network in (
        # A handle can change; this way to a post needs none.
        Network(name="x", post_url="https://x.com/i/web/status/{id}"),
    )
}
