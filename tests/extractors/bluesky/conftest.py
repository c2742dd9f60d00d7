"""What the tests of Bluesky share: a server that answers as told, and settings that lead to it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from rapport.config import Settings
from tests.extractors.server import ScriptedX

APP_PASSWORD = "an-app-password-that-must-not-leak"
ACCESS, NEW_ACCESS = "an-access-token-that-must-not-leak", "another-access-token-that-must-not-leak"
RENEWAL = "a-refresh-token-that-must-not-leak"
SECRETS = (APP_PASSWORD, ACCESS, NEW_ACCESS, RENEWAL)


@pytest.fixture
def settings(make_settings: Callable[..., Settings], x: ScriptedX) -> Settings:
    """Settings of a home whose Bluesky is the scripted server."""
    return replace(
        make_settings(),
        bluesky_base_url=x.url,
        bluesky_pds_url=x.url,
        bluesky_app_passwords={"us.test": SecretStr(APP_PASSWORD)},
    )
