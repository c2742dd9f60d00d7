"""What the cellar says of a stream and what its extractor asks for agree."""

import pkgutil
from importlib import import_module

import pytest

import extractors
from extractors.fetching.streams import Stream
from rapport.networks import NETWORKS


@pytest.mark.parametrize("network", NETWORKS)
def test_a_stream_has_no_posts_where_its_endpoint_brings_none(network: str) -> None:
    assert network in {module.name for module in pkgutil.iter_modules(extractors.__path__)}
    module = import_module(f"extractors.{network}.streams")
    asked_for = [stream for stream in vars(module).values() if isinstance(stream, Stream)]
    postless = {stream.name for stream in asked_for if stream.kind != "post"}
    with_posts = {stream.name for stream in asked_for if stream.kind == "post"}
    assert postless and with_posts and not postless & with_posts
    declared = {stream.name for stream in NETWORKS[network].streams}
    assert set(NETWORKS[network].postless_streams) == postless & declared
    assert not set(NETWORKS[network].postless_streams) & with_posts
