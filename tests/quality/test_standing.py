"""Whether there is nothing to check and to publish: by the rules, and by every file that readers have."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from quality import publish, rulebook
from quality.errors import RulesChanged
from quality.publish import latest_receipt
from quality.rulebook import rules_hash
from quality.standing import is_published
from quality.tables import tables_of
from rapport.config import Config, Settings
from tests.quality.publishing import give_receipt, publish_latest


def test_a_receipt_of_other_rules_lets_nothing_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = give_receipt(settings)
    assert receipt and latest_receipt(settings) == receipt
    monkeypatch.setattr(publish, "rules_hash", lambda: "of other rules")
    for attempt in (latest_receipt, lambda settings: publish.publish(settings, receipt)):
        with pytest.raises(RulesChanged, match="of other rules") as refused:
            attempt(settings)
        assert "rapport check" in refused.value.remedy
    assert not settings.published_path.exists()


def test_a_receipt_that_does_not_say_its_rules_lets_nothing_out(settings: Settings) -> None:
    """As versions before left it; the next check notes them."""
    give_receipt(settings)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("alter table quality.receipts drop column rules_hash")
    with pytest.raises(RulesChanged):
        publish_latest(settings)
    give_receipt(settings)
    publish_latest(settings)


def test_other_rules_have_another_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(rulebook.__file__).parents[1]
    for folder in ("quality", "rapport"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    assert rules_hash(tmp_path) == rules_hash()
    seen = {rules_hash()}
    for name in ("quality/limits.py", "quality/suites/waiting.py", "quality/gate.py", "rapport/networks.py"):
        with (tmp_path / name).open("a") as file:
            file.write("FIELD_NULL_SHARE_MAX = -1.0\n")
        seen.add(rules_hash(tmp_path))
    (tmp_path / "quality" / "suites" / "waiting.py").rename(tmp_path / "quality" / "suites" / "waited.py")
    seen.add(rules_hash(tmp_path))
    monkeypatch.setattr(rulebook, "version", lambda _: "99.0.0")
    seen.add(rules_hash(tmp_path))
    assert len(seen) == 7


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _of_another_publication(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("update reports.rpt_publication set publication_id = 'another'")


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("engagement.duckdb", Path.unlink),
        ("engagement.duckdb", _empty),
        ("engagement.duckdb", _of_another_publication),
        ("latest/rpt_waiting.parquet", Path.unlink),
        ("latest/rpt_waiting.parquet", _empty),
    ],
)
def test_what_a_client_has_is_looked_at_as_well(
    name: str, spoil: Callable[[Path], None], settings: Settings
) -> None:
    receipt = give_receipt(settings)
    publish_latest(settings)
    client = Config.model_validate({"clients": [{"id": "acme", "name": "Acme", "accounts": ["1"]}]})
    followed = replace(settings, config=client)
    assert receipt and not is_published(followed, receipt)
    # its files, with the rows of all
    folder = settings.client_dir("acme")
    (folder / publish.LATEST).mkdir(parents=True)
    shutil.copy(settings.published_path, folder)
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        for table in tables_of(con):
            if table.schema == "reports":
                con.execute(f"copy {table.full_name} to '{publish.parquet_of(folder, table)}'")
    assert is_published(followed, receipt)
    spoil(folder / name)
    assert not is_published(followed, receipt)
