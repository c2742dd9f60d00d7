"""`rapport build` and `rapport docs` on an imported file, with no client tracked; as processes of their own."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from modelling import dbt
from operations import lineage
from operations.cli import running
from operations.cli.terminal import Progress
from rapport.config import load_settings
from tests.operations.cli.command import rapport, started_anew
from tests.quality.publishing import give_receipt


@pytest.fixture(scope="module")
def jsonl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root, answer, thanks = "1990000000000000000", "1990000000000000001", "1990000000000000002"

    def post(post_id: str, author: str, parent: str | None = None) -> dict[str, object]:
        more = {"referenced_tweets": [{"type": "replied_to", "id": parent}]} if parent else {}
        return {
            "id": post_id,
            "author_id": author,
            "text": "words",
            "conversation_id": root,
            "created_at": "2025-11-16T12:00:00.000Z",
            **more,
        }

    path = tmp_path_factory.mktemp("files") / "talk.jsonl"
    page = {"data": [post(root, "1"), post(answer, "2", root), post(thanks, "1", answer)]}
    path.write_text(json.dumps(page) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, jsonl: Path) -> Path:
    """A home into which a file was imported and built, with no client tracked."""
    home = tmp_path_factory.mktemp("home")
    for arguments in (["import", str(jsonl)], ["build"]):
        done = started_anew(
            home, *arguments
        )  # dbt, too: elsewhere it is forked from one that has read the project
        assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_docs_are_one_page_that_needs_no_network(built: Path) -> None:
    done = rapport(built, "docs")
    assert done.returncode == 0, done.stdout + done.stderr
    page = built / "quality" / "docs" / "lineage.html"
    assert str(page) in done.stdout.replace("\n", "")
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=.?https?:", text)
    # it calls home only if it was allowed to
    assert '"send_anonymous_usage_stats": false' in text
    assert "How long they have been waiting." in text  # a column's meaning
    assert "The report of each client" in text  # an exposure
    assert "Followers decide nothing here" in text
    # A build that changed no model does not write it again.
    assert not lineage.write_if_changed(load_settings(built))


def test_the_page_is_written_again_when_the_models_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, made = load_settings(tmp_path), tmp_path / "made.html"
    monkeypatch.setattr(dbt, "document", lambda *_: made)
    page = lineage.page_of(settings)
    for text, is_written in (("first", True), ("second", False)):
        made.write_text(text, encoding="utf-8")
        assert lineage.write_if_changed(settings) is is_written
        assert page.read_text(encoding="utf-8").startswith("first")
    page.write_text("first\n<!-- models of before -->\n", encoding="utf-8")
    assert lineage.write_if_changed(settings) and page.read_text(encoding="utf-8").startswith("second")


def test_files_become_conversations_with_no_client_tracked(built: Path) -> None:
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select post_count, participant_count, depth, exchange_count, is_root_missing from marts.conversations"
        ).fetchall()
    assert found == [(3, 2, 2, 1, False)]


def test_nothing_new_is_said_and_not_built(built: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(built, home)
    done = rapport(home, "build")
    assert done.returncode == 0, done.stderr
    assert "nothing new since build" in done.stderr and "Next: rapport check" in done.stdout
    settings = load_settings(home)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        [(build_id,)] = connection.execute("select build_id from quality.builds").fetchall()
    give_receipt(settings, build_id)
    assert "Its receipt stands. Next: rapport publish" in rapport(home, "build").stdout
    assert rapport(home, "publish").returncode == 0
    assert "it is published. Next: rapport report" in rapport(home, "build").stdout
    assert rapport(home, "report").returncode == 0
    assert "it is published: there is nothing to do" in rapport(home, "build").stdout
    page = next(settings.landing_dir.glob("*/*/*/*.zst"))
    unloaded = page.with_name(f"later-{page.name}")
    shutil.copy(page, unloaded)
    assert "1 landed page is not loaded yet. Next: rapport load" in rapport(home, "build").stdout
    unloaded.unlink()
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("update quality.receipts set rules_hash = 'of other rules'")
    assert "Its receipt is of other rules. Next: rapport check" in rapport(home, "build").stdout
    assert rapport(home, "publish").returncode == 6
    give_receipt(settings, build_id, is_success=False)
    assert "Next: rapport check" in rapport(home, "build").stdout


@pytest.mark.parametrize("is_published", [True, False])
def test_all_steps_leave_out_what_is_published(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_published: bool
) -> None:
    taken = []
    monkeypatch.setattr(running, "run_build", lambda *_, **__: is_published)
    for step in ("run_check", "run_publish", "run_report"):
        monkeypatch.setattr(running, step, lambda *_, step=step: taken.append(step))
    running.build_to_report(load_settings(tmp_path), Progress())
    assert taken == [*([] if is_published else ["run_check", "run_publish"]), "run_report"]


def test_a_failing_build_names_the_model_and_is_exit_code_4(built: Path, tmp_path: Path) -> None:
    home = tmp_path / "broken"
    home.mkdir()
    (home / "warehouse.duckdb").write_bytes((built / "warehouse.duckdb").read_bytes())
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("alter table raw.posts drop column text")
    done = rapport(home, "build")
    assert done.returncode == 4
    assert "stg_networks__posts" in done.stderr
    assert "What to do" in done.stderr
    done = rapport(home, "check")  # and what failed to build may not leave
    assert done.returncode == 5
    assert not (home / "published").exists()


def test_an_engine_that_is_not_there_is_said_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = rapport(tmp_path, "build", "--engine", "spark")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "Spark can't build here" in done.stderr and "openjdk-17-jre-headless" in done.stderr
    assert "--engine duckdb" in done.stderr
    done = rapport(tmp_path, "build", "--engine", "trino")
    assert done.returncode == 2 and "duckdb" in done.stderr
