"""One test a fault: the emulator commits it over real HTTP, and the extraction does what its kind asks for.

Wait, retry, stop or fail (extractors/errors.py); what landed stays, and the next attempt goes on from there.
Only the waits are cut short. Answers that are odd but no errors: test_odd_answers.py.
"""

import time
from dataclasses import replace
from typing import Any

import pytest

from emulator.api.limits import PACE
from extractors import errors
from extractors.fetching.streams import Target
from extractors.x import streams
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.x.attempts import TIMELINE, expected

pytestmark = pytest.mark.usefixtures("well_again")


def test_undisturbed(emulated: Emulated, attempt: Any) -> None:
    with attempt() as run:
        run.walk()
        assert run.landed() == expected(emulated.world)
        assert len(run.pages()) == len(emulated.requests) > 4
        assert run.waits == []


# --- wait -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        ("too many", 58, 63),
        ("too many, without headers", 60, 61),
        ("too many, unusable headers", 60, 61),
        ("too many, reset in a day", 900, 901),
        ("one per second", 1, 2),
    ],
)
def test_waits_as_long_as_it_is_told(
    kind: str, least: float, most: float, emulated: Emulated, attempt: Any
) -> None:
    emulated.order({"kind": kind, "endpoint": TIMELINE, "after": 2})
    with attempt() as run:
        run.walk()
        assert run.landed() == expected(emulated.world)
        assert least <= sum(run.waits) <= most
        assert len(emulated.requests) == len(run.pages()) + 1


def test_keeps_the_pace_of_the_archive_search(emulated: Emulated, attempt: Any) -> None:
    search = replace(streams.CONVERSATIONS_ARCHIVE, page_sizes=(10, 100))
    target = Target("q", parameters=(("query", "from:lichtung_inst"),))
    with (
        emulating(emulated.world, limits={PACE: 1}) as paced,
        attempt(served=paced, sleep=time.sleep) as run,  # in real time: the emulator counts seconds
    ):
        run.walk(search, target)
        originals = [i for i in expected(emulated.world) if not emulated.world.posts[i].reposted]
        assert run.landed() == originals
        assert len(run.pages()) > 1 and run.messages == []
        assert len(paced.requests) <= 2 * len(run.pages())


# --- retry ------------------------------------------------------------------------------------------------------

TROUBLES = ["server error", "unavailable", "html error", "html", "truncated", "reset", "stall"]


@pytest.mark.parametrize("kind", TROUBLES)
def test_tries_again(kind: str, emulated: Emulated, attempt: Any) -> None:
    emulated.order({"kind": kind, "endpoint": TIMELINE, "after": 2, "times": 2, "seconds": 3})
    with attempt(time_out_seconds=(1, 0.4)) as run:
        run.walk()
        assert run.landed() == expected(emulated.world)
        assert len(emulated.requests) == len(run.pages()) + 2
        assert len(run.waits) == 2 and max(run.waits) <= 30


@pytest.mark.parametrize("kind", ["unavailable", "truncated", "reset"])
def test_does_not_try_for_ever(kind: str, emulated: Emulated, attempt: Any) -> None:
    emulated.order({"kind": kind, "after": 2, "times": 0})
    with attempt() as run, pytest.raises(errors.NetworkTrouble) as caught:
        run.walk()
    assert caught.value.recovery == "retry"
    says_where(caught.value, page=3, objects=40)
    assert len(emulated.requests) == 2 + 5


# --- stop, fail -------------------------------------------------------------------------------------------------


def says_where(problem: errors.ExtractionError, page: int, objects: int) -> None:
    """Stream, window, page, what landed, what to do."""
    for words in ("stream own_posts", "2026-09-21 00:00 to 2026-11-02 00:00 UTC", f"page {page};"):
        assert words in str(problem)
    assert f"{page - 1} pages, {objects} objects" in str(problem)
    assert problem.remedy


@pytest.mark.parametrize(
    ("kind", "error", "recovery", "words"),
    [
        ("no credits", errors.SpendStopped, "stop", "buy credits"),
        ("credits depleted", errors.SpendStopped, "stop", "buy credits"),
        ("spend cap", errors.SpendStopped, "stop", "until 2026-12-01"),
        ("usage capped", errors.SpendStopped, "stop", "monthly usage cap"),
        ("unauthorized", errors.RequestRefused, "fail", "X_BEARER_TOKEN"),
        ("forbidden", errors.RequestRefused, "fail", "developer console"),
        ("bad request", errors.RequestRefused, "fail", "fault of the request"),
        ("token repeats", errors.PageRepeated, "fail", "page token that this walk has had before"),
        ("page repeats", errors.PageRepeated, "fail", "nothing but the 20 objects"),
    ],
)
def test_stops_or_fails_and_goes_on_later(
    kind: str,
    error: type[errors.ExtractionError],
    recovery: str,
    words: str,
    emulated: Emulated,
    attempt: Any,
) -> None:
    emulated.order({"kind": kind, "endpoint": TIMELINE, "after": 2})
    with attempt() as run:
        with pytest.raises(error) as caught:
            run.walk()
        assert caught.value.recovery == recovery
        assert words in str(caught.value)
        says_where(caught.value, page=3, objects=40)
        assert run.landed() == expected(emulated.world)[:40]
        assert (len(emulated.requests), run.waits) == (3, [])
    with attempt() as run:
        run.walk()
        assert run.landed() == expected(emulated.world)
        assert len(emulated.requests) == len(run.pages()) + 1  # the page in flight, and no other
