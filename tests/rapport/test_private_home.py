"""A home is its user's alone; published/ is open to those whom rapport.toml names."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.on_disk import (
    as_open_as_its_folder,
    keep_private,
    make_folder,
    make_home,
    open_to_others,
    share_published,
    write_bytes,
)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """As most systems have it: whatever is made can be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def home(folder: Path, published: str | None = None) -> Settings:
    folder.mkdir(exist_ok=True)
    text = f'[privacy]\npublished = "{published}"\n' if published else ""
    (folder / "rapport.toml").write_text(text)
    return load_settings(folder)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fill(settings: Settings) -> None:
    """What an earlier version left, as open as the system's umask makes it, and a file of somebody else's."""
    (settings.landing_dir / "x").mkdir(parents=True)
    (settings.landing_dir / "x" / "page.json.zst").write_bytes(b"posts")
    settings.warehouse_path.write_bytes(b"posts")
    (settings.published_dir / "reports").mkdir(parents=True)
    (settings.published_dir / "reports" / "index.html").write_text("a report")
    (settings.home / "notes.txt").write_text("the user's own")


def test_what_a_process_makes_is_its_users_alone(tmp_path: Path) -> None:
    keep_private()
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("about somebody")
    assert (mode(tmp_path / "folder"), mode(tmp_path / "file")) == (0o700, 0o600)


@pytest.mark.parametrize(
    ("published", "entrance", "folder", "file"),
    [(None, 0o700, 0o700, 0o600), ("private", 0o700, 0o700, 0o600), ("group", 0o710, 0o750, 0o640),
     ("everyone", 0o711, 0o755, 0o644)],
)  # fmt: skip
def test_a_home_of_before_is_closed(
    tmp_path: Path, published: str | None, entrance: int, folder: int, file: int
) -> None:
    settings = home(tmp_path / "home", published)
    fill(settings)
    assert settings.home in open_to_others(settings)
    make_home(settings)
    assert mode(settings.home) == entrance
    assert mode(settings.landing_dir) == mode(settings.landing_dir / "x") == 0o700
    for name in ("landing/x/page.json.zst", "warehouse.duckdb", "rapport.toml"):
        assert mode(settings.home / name) == 0o600, name
    assert mode(settings.published_dir) == mode(settings.published_dir / "reports") == folder
    assert mode(settings.published_dir / "reports" / "index.html") == file
    # what is not ours is left as it is: nobody gets at it anyway
    assert mode(settings.home / "notes.txt") == 0o644
    assert list(open_to_others(settings)) == []


def test_what_is_published_later_is_as_open_as_its_folder(tmp_path: Path) -> None:
    settings = home(tmp_path / "home", "everyone")
    keep_private()
    make_home(settings)
    make_folder(settings.published_dir)
    share_published(settings)
    folder = settings.client_dir("lab") / "reports"
    make_folder(folder)
    write_bytes(folder / "index.html", b"a report")
    (folder / "table.parquet").write_bytes(b"rows")
    as_open_as_its_folder(folder / "table.parquet")
    write_bytes(settings.home / "backups.json", b"{}")
    assert mode(folder) == mode(settings.clients_dir) == 0o755
    assert mode(folder / "index.html") == mode(folder / "table.parquet") == 0o644
    assert mode(settings.home / "backups.json") == 0o600
    closed = home(tmp_path / "home", "private")
    assert set(open_to_others(closed)) == {closed.home, closed.published_dir}
    make_home(closed)
    assert mode(folder) == 0o700 and mode(folder / "index.html") == 0o600
    assert list(open_to_others(closed)) == []


def test_what_the_owner_may_not_do_stays_so(tmp_path: Path) -> None:
    settings = home(tmp_path / "home")
    fill(settings)
    settings.warehouse_path.chmod(0o444)
    make_home(settings)
    assert mode(settings.warehouse_path) == 0o400


def test_a_word_that_is_no_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rapport\.toml:2: privacy\.published"):
        home(tmp_path / "home", "world")
