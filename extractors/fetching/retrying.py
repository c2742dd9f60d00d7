"""One request, until it is answered or nothing more helps: it waits where the network says so, and tries again after
trouble, both within bounds."""

import time
from collections.abc import Callable
from typing import TypeVar

import tenacity

from extractors import errors
from extractors.fetching.dialect import Progress

ATTEMPTS = 5
_LONG_WAITS = 3  # in one call, of up to 15 minutes each
_BRIEF_WAITS = 60  # in one call, of a second each: the pace of X's archive search
_SLEEP_SLICE_SECONDS = 60.0

Answered = TypeVar("Answered")


def patiently(
    once: Callable[[], Answered],
    label: str,
    on_progress: Progress,
    sleep: Callable[[float], None] = time.sleep,
    attempts: int = ATTEMPTS,
) -> Answered:
    """What `once` returns. `label` is what people call the network; `on_progress` hears of every wait and retry.

    `once` raises errors of extractors/errors.py: RateLimited and NetworkTrouble are tried again, all others go through.
    What is raised in the end says whether the network may bill one of the attempts.
    """
    left = {"attempts": attempts - 1, "long waits": _LONG_WAITS, "brief waits": _BRIEF_WAITS}

    def stop(state: tenacity.RetryCallState) -> bool:
        problem = state.outcome.exception() if state.outcome else None
        kind = "attempts"
        if isinstance(problem, errors.RateLimited):
            kind = "brief waits" if problem.is_brief else "long waits"
        left[kind] -= 1
        return left[kind] < 0

    def report(state: tenacity.RetryCallState) -> None:
        problem = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        if isinstance(problem, errors.RateLimited) and problem.is_brief:
            return  # one a second is a pace, not news
        message = problem.words if isinstance(problem, errors.ExtractionError) else "trouble"
        on_progress(f"{message}; trying again in {seconds:.0f} s")

    def sleep_in_slices(seconds: float) -> None:
        to_go = seconds
        while to_go > _SLEEP_SLICE_SECONDS:
            sleep(_SLEEP_SLICE_SECONDS)
            to_go -= _SLEEP_SLICE_SECONDS
            on_progress(f"still waiting for {label}, {to_go:.0f} s to go")
        sleep(to_go)

    is_lost = False

    def attempt() -> Answered:
        nonlocal is_lost
        try:
            return once()
        except errors.ExtractionError as problem:
            problem.may_be_billed = is_lost = is_lost or problem.may_be_billed
            raise

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(
            lambda problem: getattr(problem, "recovery", "") in ("wait", "retry")
        ),
        stop=stop,
        wait=_wait,
        before_sleep=report,
        sleep=sleep_in_slices,
        reraise=True,
    )
    return retrying(attempt)


_backoff = tenacity.wait_random_exponential(multiplier=0.5, max=30)
_jitter = tenacity.wait_random(0, 0.25)


def _wait(state: tenacity.RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    if isinstance(problem, errors.RateLimited):
        return problem.wait_seconds + _jitter(state)
    return _backoff(state)
