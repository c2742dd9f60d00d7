"""`rapport status` and `rapport doctor` as processes of their own: their words and exit codes."""

from pathlib import Path

import pytest

from operations.cli import watching
from tests.operations.cli.command import rapport


def test_status_needs_nothing(tmp_path: Path) -> None:
    done = rapport(tmp_path, "status")
    assert (done.returncode, "not there yet" in done.stdout) == (0, True), done.stderr


def test_a_watch_from_outside_hears_of_a_broken_configuration(tmp_path: Path) -> None:
    """With it no DAG can be read, so nothing of ours can send an alert: the exit code is all there is."""
    (tmp_path / "rapport.toml").write_text("[[clients\n", encoding="utf-8")
    done = rapport(tmp_path, "status", "--exit-code")
    assert done.returncode == 2
    assert "rapport.toml:1: this can't be read" in done.stderr


def test_doctor_ends_red_only_where_there_is_an_error(tmp_path: Path) -> None:
    done = rapport(tmp_path, "doctor", "--offline")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    states = {line.partition(":")[0] for line in lines if "what to do: " not in line}
    assert {"ok       home", "ok       versions", "warning  X token", "warning  warehouse"} <= states
    assert lines[lines.index("warning  warehouse: there is none yet") + 1].startswith("         what to do: ")

    (tmp_path / "warehouse.duckdb").write_bytes(b"no database at all")
    done = rapport(tmp_path, "doctor", "--offline")
    assert done.returncode == 1
    assert "error    warehouse: " in done.stdout


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "0 minutes"),
        (1 / 60, "1 minute"),
        (0.999, "1 hour"),
        (1.2, "1 hour"),
        (47, "47 hours"),
        (48, "2 days"),
    ],
)
def test_ages_are_counted_in_the_right_number(hours: float, words: str) -> None:
    assert watching._age(hours) == f"{words} ago"
