"""Whatever is landed can be read again."""

import json
from collections.abc import Callable

import pytest

from extractors.landing import landing_files, pages
from extractors.state.store import open_state
from rapport.config import Settings
from tests.extractors.server import post


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_a_body_in_any_encoding_is_landed_as_utf8(
    encoding: str, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings()
    value = {"data": [post(1, text="grüße 🌱")]}
    key = landing_files.page_key("x", "mentions", "run", "1")
    body = json.dumps(value, ensure_ascii=False).encode(encoding)
    with open_state(settings) as state:
        pages.land(state, settings.landing_dir, key, {"network": "x"}, body, value)
    landed = landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))
    assert json.loads(landed.decode())["body"] == value
    assert (body in landed) == (encoding == "utf-8")
