"""`rapport agency`: the clients of several homes in one table and one page."""

from pathlib import Path

import pytest

from tests.operations.cli.command import rapport
from tests.reporting import agency


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("homes")
    for name, clients in (("alpha", ["calm", "worst"]), ("beta", ["quiet", "hostile"])):
        agency.publish(folder / name / "published" / "engagement.duckdb", clients)
    return [str(folder / "alpha"), str(folder / "beta")]


def test_the_clients_of_all_homes_stand_in_one_table(homes: list[str], tmp_path: Path) -> None:
    page = tmp_path / "agency.html"
    done = rapport(tmp_path, "agency", *homes, "--page", str(page))
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if "alpha" in line or "beta" in line]
    assert [line.split("│")[3].strip() for line in lines] == ["6", "2", "1", "0"]
    assert "Harbour Museum" in lines[0] and "Botanical" in lines[3]
    # a name can neither turn the line round nor mark it up
    assert "\u202e" not in done.stdout
    assert f"Wrote {page}" in done.stdout and page.is_file()


def test_a_home_that_cannot_be_read_keeps_the_others_from_nobody(homes: list[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "published" / "engagement.duckdb"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"not a database, but long enough to be looked at" * 99)
    done = rapport(tmp_path, "agency", str(tmp_path / "nowhere"), str(tmp_path / "broken"), *homes)
    assert done.returncode == 6
    assert done.stdout.count("│ alpha │") == 2
    assert f"{tmp_path / 'nowhere'}: nothing is published yet" in done.stderr
    assert f"{tmp_path / 'broken'}: {broken} cannot be read; run `rapport build`" in done.stderr


def test_homes_without_any_client_say_so(tmp_path: Path) -> None:
    done = rapport(tmp_path, "agency", str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (6, "No client is published in any of these homes.")
