"""Where ../shared lies beside the checkout nothing is skipped for want of it."""

import os
from pathlib import Path

import pytest

from tests import needs


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ../shared that is not there yet."""
    monkeypatch.setattr(needs, "SHARED", tmp_path / "shared")
    monkeypatch.setattr(needs, "DATA", tmp_path / "shared" / "data")
    return tmp_path / "shared"


def test_what_is_missing_is_a_skip_or_a_failure(beside: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="x_openapi is not here"):
        needs.shared("x_openapi")
    beside.mkdir()
    with pytest.raises(pytest.fail.Exception, match="x_openapi is not here"):
        needs.shared("x_openapi")
    (beside / "data" / "x_openapi").mkdir(parents=True)
    assert needs.shared("x_openapi") == beside / "data" / "x_openapi"


def test_a_program_that_is_missing_is_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install no-such-program"):
        needs.program("no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-program"):
        needs.program("no-such-program")


def test_uv_is_found_where_the_makefile_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: Path
) -> None:
    """Off the path, beside a placeholder that does not run."""
    path, root = tmp_path / "bin", tmp_path / "checkout"
    for folder, exit_code in ((path, 1), (root / ".tools" / "uv-0.1.0" / "bin", 0)):
        folder.mkdir(parents=True)
        (folder / "uv").write_text(f"#!/bin/sh\nexit {exit_code}\n", encoding="utf-8")
        (folder / "uv").chmod(0o755)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}/bin")
    monkeypatch.setattr(needs, "ROOT", root)
    assert needs.uv() == str(root / ".tools" / "uv-0.1.0" / "bin" / "uv")
    (root / ".tools" / "uv-0.1.0" / "bin" / "uv").unlink()
    with pytest.raises(pytest.skip.Exception, match="there is no uv"):
        needs.uv()


def test_a_checkout_of_others_is_where_it_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_PAYLOADS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"github\.com/owner/name"):
        needs.checkout("owner/name")
    monkeypatch.setenv("RAPPORT_PAYLOADS", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=r"github\.com/owner/name"):
        needs.checkout("owner/name")
    (tmp_path / "name").mkdir()
    assert needs.checkout("owner/name") == tmp_path / "name"
