"""Two fetches of the same at once: the second waits and says for whom, and a killed one lets it go on."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from extractors.state.fetch_locks import alone
from extractors.state.store import open_state
from rapport.config import Settings
from tests.paths import ROOT

HOLD = """
import sys
from dataclasses import replace
from pathlib import Path
from extractors.state.fetch_locks import alone
from extractors.state.store import open_state
from rapport.config import load_settings
settings = replace(load_settings(Path(sys.argv[1])), state_url=sys.argv[2])
with open_state(settings) as state, alone(state, "x", "acme", "mentions", "run-1", print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(settings_on_either: Settings) -> Iterator[subprocess.Popen[str]]:
    settings = settings_on_either
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(settings.home), settings.state_url],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.kill()


def end(process: subprocess.Popen[str], how: signal.Signals) -> None:
    process.send_signal(how)
    process.wait(300)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_second_waits_says_for_whom_and_a_killed_one_frees_it(
    settings_on_either: Settings, holder: subprocess.Popen[str], how: signal.Signals
) -> None:
    said: list[str] = []
    sleeps = 0

    def sleep(seconds: float) -> None:
        nonlocal sleeps
        sleeps += 1
        if sleeps == 130:
            end(holder, how)

    with open_state(settings_on_either) as state:
        # Another stream, client or network is nobody's business.
        for other in (("x", "acme", "own_posts"), ("x", "other", "mentions"), ("y", "acme", "mentions")):
            with alone(state, *other, "run-2", said.append, sleep):
                assert (said, sleeps) == ([], 0)
        with alone(state, "x", "acme", "mentions", "run-2", said.append, sleep):
            assert holder.poll() == -how
            assert 130 <= sleeps < 150
    first, later = said[:2]
    assert first.startswith(f"acme mentions: waiting for process {holder.pid} on ") and "run run-1" in first
    assert later == first and len(said) == 2


def test_threads_of_one_process_take_turns(settings_on_either: Settings) -> None:
    inside: list[int] = []
    most: list[int] = []

    def fetch(number: int) -> None:
        with (
            open_state(settings_on_either) as state,
            alone(
                state, "x", "acme", "mentions", "", lambda message: None, lambda seconds: time.sleep(0.005)
            ),
        ):
            inside.append(number)
            time.sleep(0.02)  # long enough for another thread to come in, if it could
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fetch, range(12)))
    assert most == [1] * 12


def test_an_error_frees_it(settings_on_either: Settings) -> None:
    def waits(seconds: float) -> None:
        raise AssertionError("nobody holds it")

    with open_state(settings_on_either) as state:
        for _ in range(2):
            with (
                pytest.raises(ZeroDivisionError),
                alone(state, "x", "acme", "mentions", "", print, waits),
            ):
                raise ZeroDivisionError
