"""What `rapport status` says of a home, by the clock of the tests."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.cli import watching
from rapport.config import Settings, load_settings
from tests import clock


def settings_of(home: Path) -> Settings:
    """As the command has them, but for the clock."""
    return replace(load_settings(home), now=clock.now)


def words(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[str, int]:
    monkeypatch.setattr(watching, "load_settings", lambda: settings)
    done = CliRunner().invoke(watching.app, ["status", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return " ".join(done.output.split()), done.exit_code
