"""What the invented world says on Bluesky and Mastodon."""

from __future__ import annotations

import pytest

from emulator.elsewhere.model import Elsewhere
from emulator.elsewhere.world import build_elsewhere
from emulator.model import World


@pytest.fixture(scope="session")
def elsewhere(world: World) -> Elsewhere:
    """Beside the default world, at its fixed date."""
    return build_elsewhere(world)
