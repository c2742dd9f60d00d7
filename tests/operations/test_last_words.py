"""The last lines of a failed task's log, for each kind of error."""

import errno

import duckdb
import pytest

from operations.last_words import UNEXPECTED_LENGTH, last_words
from rapport.errors import BuildFailed, ConfigError


class AirflowTaskTimeout(BaseException):
    """Known by its name: this room knows no Airflow."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConfigError("no client", "name one"), "Failed: no client\nWhat to do: name one"),
        (ConfigError("no client"), "Failed: no client"),
        (BuildFailed("it failed", "mend it", detail="a row"), "Failed: it failed: a row\nWhat to do: mend it"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "Failed: the disk is full\nWhat to do: make room",
        ),
        (
            duckdb.IOException('Could not write file "warehouse.duckdb": No space left on device'),
            "Failed: the disk is full\nWhat to do: make room",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "landing"),
            "Failed: landing can't be read or written: Permission denied\nWhat to do: give the user that runs",
        ),
        (AirflowTaskTimeout("Timeout, PID: 7"), "Failed: the task took longer than it may\nWhat to do: run it again"),
        (KeyError("id"), "Failed: KeyError: 'id'\nWhat to do: Rapport did not expect this"),
        (ValueError(), "Failed: ValueError: no message\n"),
        (None, "Failed: unexpected: no message\n"),
        ("killed", "Failed: unexpected: killed\n"),
        (ConfigError("\x1b[2Jno\x07 client"), "Failed: �[2Jno� client"),
    ],
)  # fmt: skip
def test_each_says_what_is_wrong_and_what_to_do(error: object, words: str) -> None:
    assert last_words(error, is_tried_again=False).startswith(words)


def test_what_is_tried_again_needs_nobody() -> None:
    words = last_words(ConfigError("no answer", "wait"), is_tried_again=True)
    assert words == "Not done yet, and tried again by itself: no answer"


def test_a_query_of_many_pages_is_cut() -> None:
    words = last_words(ValueError("x" * 10 * UNEXPECTED_LENGTH + "\nsecond line"), is_tried_again=False)
    assert len(words.splitlines()[0]) < UNEXPECTED_LENGTH + 50 and "second" not in words
