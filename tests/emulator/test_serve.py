"""Starting and stopping it as a person would, in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import httpx
import pytest

from emulator.demo import demo_config
from emulator.errors import EmulatorError
from emulator.serve import serve
from rapport.config import load_settings

START = (
    "from emulator.serve import serve; serve(port=0, token='t', on_ready=lambda url: print(url, flush=True))"
)


def test_serves_until_stopped_and_refuses_a_taken_port() -> None:
    process = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = httpx.get(f"{url}/2/users/by?usernames=kupferhof", headers={"Authorization": "Bearer t"})
        assert answer.json()["data"][0]["name"] == "Kupferhof"
        with pytest.raises(EmulatorError, match=r"cannot listen on .*choose another"):
            serve(port=int(url.rsplit(":", 1)[1]), token="t")
        process.send_signal(signal.SIGTERM)
        process.wait(300)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_demo_config_is_a_rapport_toml(tmp_path: Path) -> None:
    text = demo_config(date(2026, 11, 2))
    plain = tomllib.loads(text)
    assert plain["schedule"] == {
        "extract": "0 0 * * *",
        "first_day": date(2026, 5, 4),
    }
    (tmp_path / "rapport.toml").write_text(text, encoding="utf-8")
    settings = load_settings(home=tmp_path)
    assert [client.id for client in settings.config.clients] == ["lichtung", "kupferhof"]
    assert [client.access for client in settings.config.clients] == ["archive", "archive"]
    assert settings.config.clients[0].stakeholders[0].priority == 1
    # so that every section of the demo's reports has something to show
    for client in settings.config.clients:
        assert client.goals and client.topics and all(one.tags for one in client.stakeholders)
        assert not [topic.name for topic in client.topics if topic.examples], "those need an extra"
    institute, museum = (client.hours for client in settings.config.clients)
    assert institute is None and museum and (len(museum.days), museum.minutes_a_day) == (6, 480)
