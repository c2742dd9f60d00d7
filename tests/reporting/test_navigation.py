"""Links from week to week and from quarter to quarter, in pages that were written earlier as well."""

from pathlib import Path

import pytest

from reporting import navigation
from reporting.navigation import Link, connect, links_of
from reporting.page import environment, write_page

PAGE = b'<html><nav class="editions" aria-label="x"></nav><p>words</p><nav>other</nav></html>'


def put(folder: Path, *names: str) -> None:
    """Pages as they are drawn: without links yet."""
    for name in names:
        write_page(folder / name / "index.html", PAGE)


def links(folder: Path, name: str) -> str:
    return (folder / name / "index.html").read_text().split("</nav>")[0].partition('"x">')[2]


def test_a_week_leads_to_those_beside_it_its_quarter_and_its_board_page(tmp_path: Path) -> None:
    put(tmp_path, "2026-W45", "2026-W47", "2026-W52", "2026-Q4", "2026-Q3")
    (tmp_path / "2026-W47" / "board.html").touch()
    (tmp_path / "2026-W47" / "board.pdf").touch()
    assert links_of(tmp_path, "2026-W47") == [
        Link("← 2026-W45", "../2026-W45/index.html", "prev"), Link("2026-W52 →", "../2026-W52/index.html", "next"),
        Link("2026-Q4", "../2026-Q4/index.html"), Link("Board page", "board.html"),
        Link("Board page as PDF", "board.pdf"),
    ]  # fmt: skip
    assert links_of(tmp_path, "2026-Q4") == [
        Link("← 2026-Q3", "../2026-Q3/index.html", "prev"), Link("2026-W45", "../2026-W45/index.html"),
        Link("2026-W47", "../2026-W47/index.html"), Link("2026-W52", "../2026-W52/index.html"),
    ]  # fmt: skip
    assert links_of(tmp_path, "2026-W45")[0] == Link("2026-W47 →", "../2026-W47/index.html", "next")


def test_a_page_that_was_written_earlier_gets_the_link_to_the_one_after(tmp_path: Path) -> None:
    templates = environment()
    put(tmp_path, "2026-W46")
    connect(templates, tmp_path, ["2026-W46"])
    assert links(tmp_path, "2026-W46") == ""
    put(tmp_path, "2026-W47", "2026-Q4")
    connect(templates, tmp_path, ["2026-W47", "2026-Q4"])
    assert '<a href="../2026-W47/index.html" rel="next">2026-W47 →</a>' in links(tmp_path, "2026-W46")
    assert '<a href="../2026-W46/index.html" rel="prev">← 2026-W46</a>' in links(tmp_path, "2026-W47")
    assert "<p>words</p><nav>other</nav>" in (tmp_path / "2026-W46" / "index.html").read_text()


def test_what_is_right_is_not_written_and_what_lies_far_off_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = environment()
    names = [f"2026-W{number:02}" for number in range(1, 53)]
    put(tmp_path, *names)
    for name in names:
        connect(templates, tmp_path, [name])
    stands = {path: path.stat().st_ino for path in tmp_path.rglob("index.html")}
    read: list[str] = []
    real = Path.read_bytes

    def counted(path: Path) -> bytes:
        read.append(path.parent.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    connect(templates, tmp_path, ["2026-W52"])
    assert sorted(read) == ["2026-W51", "2026-W52"]
    assert {path: path.stat().st_ino for path in tmp_path.rglob("index.html")} == stands


def test_what_killed_runs_left_out_is_made_up_for(tmp_path: Path) -> None:
    """Two runs in a row wrote their page, and were killed before any link."""
    templates = environment()
    put(tmp_path, "2026-W44", "2026-W45")
    for name in ("2026-W44", "2026-W45"):
        connect(templates, tmp_path, [name])
    put(tmp_path, "2026-W46", "2026-W47", "2026-W48")
    connect(templates, tmp_path, ["2026-W48"])
    for before, after in (("2026-W45", "2026-W46"), ("2026-W46", "2026-W47"), ("2026-W47", "2026-W48")):
        assert f"../{after}/index.html" in links(tmp_path, before)
        assert f"../{before}/index.html" in links(tmp_path, after)


def test_what_is_no_page_of_a_week_is_none(tmp_path: Path) -> None:
    put(tmp_path, "2026-W45", "people", "2026-W4", "2026-Q5", "..2026-W46")
    (tmp_path / "2026-W46").mkdir()
    assert navigation.named(tmp_path, navigation.EDITION) == ["2026-W45"]
    assert navigation.named(tmp_path, navigation.QUARTER) == []
    assert navigation.named(tmp_path / "nowhere", navigation.EDITION) == []
