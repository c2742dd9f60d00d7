"""An erasure is closed only when it has looked wherever a build by Spark may have left copies."""

from pathlib import Path

import pytest

from extractors.state import tombstones
from extractors.state.store import open_state
from modelling import spark
from operations.erasure import everywhere as erasure
from rapport.config import Settings
from rapport.errors import ErasureUnfinished
from tests.operations import erasure_home as home_of

WHY = {home_of.SPOKEN: "on request"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which a build was killed, and whose Spark has a folder on a disk that is not mounted since."""
    config = f'{home_of.CONFIG}\n[engine]\nname = "spark"\nfolder = "{tmp_path / "disk"}"\n'
    settings = home_of.make_home(tmp_path / "home", config)
    home_of.bring_in(settings, tmp_path)
    spark.make_folder(settings)
    copy = settings.spark_dir / "raw" / "posts.parquet"
    copy.parent.mkdir()
    copy.write_text(home_of.SECRET, encoding="utf-8")
    (tmp_path / "disk").rename(tmp_path / "elsewhere")
    return settings


def is_open(settings: Settings) -> bool:
    with open_state(settings) as state:
        return bool(tombstones.pending(state))


def test_it_stays_open_until_the_folder_is_there_again(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    for posts in (WHY, None):
        with pytest.raises(ErasureUnfinished, match="it is not there") as refused:
            erasure.erase(settings, posts, on_progress=said.append)
        assert str(settings.spark_dir) in refused.value.message and refused.value.exit_code == 3
        assert is_open(settings) and not any("finished" in one for one in said)
    # everywhere else it is gone
    assert home_of.found_in(settings.home, (home_of.SECRET,)) == []
    (tmp_path / "elsewhere").rename(tmp_path / "disk")
    erasure.erase(settings, on_progress=said.append)
    assert not is_open(settings) and "finished: the tombstones are closed" in said
    assert not [path for path in (tmp_path / "disk").rglob("*") if path.is_file()]


def test_a_disk_that_is_gone_for_good_is_given_up_by_hand(settings: Settings) -> None:
    with pytest.raises(ErasureUnfinished, match="it is not there") as refused:
        erasure.erase(settings, WHY)
    assert f"remove its line from {settings.spark_folders_path}" in refused.value.remedy
    settings.spark_folders_path.write_text("", encoding="utf-8")
    erasure.erase(settings)
    assert not is_open(settings)


def test_all_that_keeps_it_open_is_said_at_once(settings: Settings) -> None:
    [page] = settings.landing_dir.glob("x/import/file-*/page-*.zst")
    page.write_bytes(page.read_bytes()[:-9])
    with pytest.raises(ErasureUnfinished) as refused:
        erasure.erase(settings, WHY)
    for told in (page.name, "can't be read", str(settings.spark_dir), "it is not there"):
        assert told in refused.value.message
    assert "rapport quarantine drop" in refused.value.remedy and "mount" in refused.value.remedy
