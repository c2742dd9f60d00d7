"""Of which network the posts of a file are, by its first values."""

from itertools import islice
from pathlib import Path

from extractors import recognition
from extractors.files import foreign, repositories, shapes
from extractors.files.forms import forms_of
from extractors.files.lines import lines
from rapport import networks

# What follows is read as what these are. A file may begin with some that are broken.
_LOOKED_AT = 50


def network_of(path: Path, told: str = "") -> str:
    """The network of a plain file: the one that was told, else that of most of its first values, else the default."""
    if told:
        return told
    if repositories.is_one(path):
        return repositories.NETWORK
    if foreign.what_it_is(path):
        return networks.DEFAULT  # there is nothing in it to look at
    votes = {networks.DEFAULT: 0} | dict.fromkeys(recognition.recognisers(), 0)
    for network in votes:
        forms = forms_of(network)
        looked_at = list(islice(lines(path, forms), _LOOKED_AT))
        votes[network] = sum(line.kind not in (shapes.UNKNOWN, shapes.NOTHING) for line in looked_at)
        if looked_at and votes[network] == len(looked_at):
            break
    # of several the first: the default, if it has as many
    return max(votes, key=lambda network: votes[network])
