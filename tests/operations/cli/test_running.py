"""`rapport init` and `rapport run` as a new user meets them: in a folder with nothing in it."""

from pathlib import Path

from tests.operations.cli.command import rapport


def test_a_step_out_of_turn_says_which_comes_first(tmp_path: Path) -> None:
    done = rapport(tmp_path, "run")
    assert done.returncode == 2
    assert "rapport init" in done.stderr
    done = rapport(tmp_path, "check")
    assert done.returncode != 0
    assert "rapport" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_an_example_once(tmp_path: Path) -> None:
    assert rapport(tmp_path, "init").returncode == 0
    assert "[[clients]]" in (tmp_path / "rapport.toml").read_text(encoding="utf-8")
    again = rapport(tmp_path, "init")
    assert again.returncode == 2
    assert "--force" in again.stderr
