"""What every client of a network begins with: one request that goes where it is addressed, and a body read as JSON."""

from pathlib import Path

import pytest

from extractors import errors
from extractors.bluesky.client import Client as OfBluesky
from extractors.fetching.http import HttpClient, json_in, object_in
from extractors.mastodon.client import Client as OfMastodon
from rapport.config import Settings
from tests.extractors.server import Reply, ScriptedX


@pytest.mark.parametrize("kind", [HttpClient, OfBluesky, OfMastodon])
def test_a_request_takes_along_what_it_is_given_and_goes_nowhere_else(
    x: ScriptedX, settings: Settings, kind: type[HttpClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    x.answer("/there", Reply({}, 302, {"Location": f"{x.url}/elsewhere"}))
    with kind(settings) as client:
        answer = client.get(f"{x.url}/there", {"limit": 2, "id[]": ["1", "2"]}, {})
        client.get(f"{x.url}/there", {}, {"Authorization": "Bearer ours"})
    assert answer.status_code == 302
    assert [request.path for request in x.requests] == ["/there", "/there"]
    assert [request.authorization for request in x.requests] == [None, "Bearer ours"]
    assert x.requests[0].pairs == [("limit", "2"), ("id[]", "1"), ("id[]", "2")]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": NaN}', b'{"a"', b'"text"', b"3", b"[" * 100_000])
def test_what_is_no_whole_json_is_trouble_with_a_name(body: bytes) -> None:
    with pytest.raises(
        errors.NetworkTrouble, match=r"wald\.test answered with a body that is not whole JSON"
    ):
        json_in(body, "wald.test")


def test_a_list_is_json_and_no_object() -> None:
    assert json_in(b"[1]", "X") == [1]
    with pytest.raises(errors.NetworkTrouble, match="a JSON list instead of an object"):
        object_in(b"[1]", "X")
    assert object_in(b'{"a": 1}', "X") == {"a": 1}
