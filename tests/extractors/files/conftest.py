"""What tests of files share: all networks are declared."""

import pytest

from rapport.networks import BLUESKY, MASTODON, NETWORKS


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    for network in (BLUESKY, MASTODON):
        monkeypatch.setitem(NETWORKS, network.name, network)
