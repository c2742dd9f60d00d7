"""Erasure in the lists: after the published files are cleaned, no page, CSV or workbook shows what was erased."""

from collections.abc import Callable
from pathlib import Path

import pytest

from quality import erasing as quality
from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting import erasing as pages
from reporting import redaction
from reporting.lists.erasing import erase_from
from reporting.lists.writing import write
from reporting.page import environment
from reporting.redaction import MARKER
from tests.operations.erasure_home import found_in
from tests.reporting.published import Published

SAID = "the one sentence that is erased"
SILENT: Callable[[str], None] = lambda line: None  # noqa: E731


@pytest.fixture
def written(settings: Settings, publish: Callable[[], Published]) -> Path:
    """The folder with lists that show a post and a person."""
    world = publish()
    world.publication()
    world.accounts()
    world.waiting("harbour", "13", "7000001", SAID, 5, 1)
    world.waiting("harbour", "11", "7000002", "what stays, @drito", 5, 2)
    world.person("harbour", "13", "connected", 1.0)
    world.con.close()
    settings.client_dir("harbour").mkdir(parents=True)
    write(settings, "harbour", environment())
    return settings.reports_dir / "harbour" / "lists"


def test_a_post_and_a_person_are_in_no_file(settings: Settings, written: Path) -> None:
    words = (SAID, "Haruka", "drito")
    kinds = {Path(place.split(":")[0]).suffix for place in found_in(settings.published_dir, words)}
    assert kinds >= {".html", ".csv", ".xlsx", ".duckdb"}
    forgotten = Forgotten.of("x", post_ids=["7000001"], account_ids=["13"], handles=["drito"])
    for room in (pages.erase_from, quality.erase_from):
        room(settings, forgotten, SILENT)
    assert erase_from(settings, forgotten, SILENT) > 0
    assert found_in(settings.published_dir, words) == []
    assert found_in(settings.published_dir, ("what stays",))
    assert (settings.client_dir("harbour") / "reports" / "lists" / "harbour.xlsx").exists()
    # again, and nothing is left to do
    assert erase_from(settings, forgotten, SILENT) == 0


@pytest.mark.parametrize("problem", ["missing", "of another version", "without the client"])
def test_where_they_cant_be_made_again_they_are_removed(
    problem: str, settings: Settings, written: Path
) -> None:
    if problem == "missing":
        settings.published_path.unlink()
    else:
        settings.published_path.write_bytes(b"no database")
    if problem == "without the client":
        settings.published_path.unlink()
        world = Published(settings.published_path)
        world.publication()
        world.con.close()
        settings = Settings(
            settings.home,
            settings.config_path,
            settings.config.model_copy(update={"clients": []}),
            "",
            "",
            None,
        )
    draft = written / ".abc.tmp"
    draft.mkdir()
    (draft / "waiting.csv").write_text(SAID)
    lines: list[str] = []
    assert erase_from(settings, Forgotten.of("x", post_ids=["7000001"]), lines.append) > 40
    assert found_in(settings.published_dir, (SAID,)) == []
    assert any("were removed, as they can't be made again" in line for line in lines)


def test_a_page_that_shows_none_of_it_is_not_taken_apart(
    settings: Settings, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are thousands of pages, and an erasure is of one or two people."""
    shows = settings.reports_dir / "harbour" / "2026-W47" / "index.html"
    shows.parent.mkdir()
    mark = f'<!doctype html><meta charset="utf-8">{MARKER}'
    shows.write_text(f'{mark}<p data-post-id="x:7000002">what stays, @drito</p>')
    (shows.parent / "other.html").write_text(f'{mark}<p data-post-id="x:7000009">something else</p>')
    read: list[str] = []
    whole = redaction._rewritten
    monkeypatch.setattr(
        redaction, "_rewritten", lambda html, forgotten: read.append(html) or whole(html, forgotten)
    )
    for forgotten in (
        Forgotten.of("x", account_ids=["99"], handles=["drito"]),
        Forgotten.of("x", post_ids=["7000002"]),
    ):
        read.clear()
        assert pages.erase_from(settings, forgotten, SILENT) == 1
        assert len(read) == 1 and "what stays" in read[0]


def test_nothing_leads_to_an_erased_post_that_others_answered(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    """The conversation stays, and keeps the id of its first post: also after the next build, which has no such post. To
    a first post that was just never captured its list leads.
    """
    first = "https://wald.test/users/moss/statuses/117400739512320000"
    answer = "https://wald.test/users/lichtung/statuses/117400739512320001"
    elsewhere = "https://fen.test/users/heron/statuses/117400739512320002"
    world = publish()
    world.publication()
    world.accounts()
    for post_id, account in ((first, "moss@wald.test"), (answer, "lichtung@wald.test")):
        world.add("marts.posts", network="mastodon", post_id=post_id, account_id=account, text=SAID,
                  latest_version_id=post_id, root_post_id=first)  # fmt: skip
    world.add("reports.rpt_conversations", client_id="harbour", network="mastodon", root_post_id=first,
              root_text=SAID, started_by="them", missing_reason="erased")  # fmt: skip
    for root, post in (
        (first, first),
        (first, answer),
        (elsewhere, "https://wald.test/users/lichtung/statuses/3"),
    ):
        world.add("marts.conversation_posts", network="mastodon", post_id=post, root_post_id=root)
    world.add("reports.rpt_conversations", client_id="harbour", network="mastodon", root_post_id=elsewhere,
              started_by="unknown", missing_reason="not asked for yet", is_root_missing=True)  # fmt: skip
    world.add("reports.rpt_answers", client_id="harbour", network="mastodon", post_id=first, root_post_id=first,
              answer_post_id=answer, kind="reply")  # fmt: skip
    world.add("reports.rpt_real_conversations", client_id="harbour", network="mastodon", root_post_id=first,
              root_text=SAID, answer_post_id=answer, person_id="mastodon:lichtung@wald.test")  # fmt: skip
    world.add("reports.rpt_relationship_moves", client_id="harbour", person_id="x:12",
              evidence_post_ids=[f"mastodon:{first}", f"mastodon:{answer}"])  # fmt: skip
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"

    def leading_to(post: str) -> set[str]:
        return {Path(place.split(": ")[0]).suffix for place in found_in(folder, (post,))}

    kinds = leading_to(first)
    assert kinds == {".html", ".csv", ".xlsx"} == leading_to(elsewhere)

    quality.erase_from(settings, Forgotten.of("mastodon", post_ids=[first]), SILENT)
    write(settings, "harbour", environment())
    assert found_in(folder, (first, "/moss/")) == []
    assert found_in(folder, (answer,)) and leading_to(elsewhere) == kinds

    world = Published.again(settings.published_path)
    for table in ("posts", "conversation_posts"):
        world.con.execute(f"delete from marts.{table} where post_id = ?", [first])
    world.con.execute("delete from reports.rpt_answers; delete from reports.rpt_relationship_moves")
    world.con.close()
    write(settings, "harbour", environment())
    assert found_in(folder, (first, "/moss/")) == []
    assert "erased here" in (folder / "conversations.csv").read_text(encoding="utf-8")
    assert leading_to(elsewhere) == kinds


def test_the_id_that_is_a_handle_goes_at_once(settings: Settings, publish: Callable[[], Published]) -> None:
    """On Mastodon an account's id is its handle. Rows that speak of an erased account stay until the next build."""
    moss, birke = "moss@wald.test", "birke@wald.test"
    world = publish()
    world.publication()
    for number, account in enumerate((moss, birke)):
        person = f"mastodon:{account}"
        world.add("marts.accounts", network="mastodon", account_id=account, person_id=person, handle=account)
        world.add("marts.people", person_id=person, is_erased=False)
        world.add("reports.rpt_relationships", client_id="harbour", person_id=person, handle=account,
                  stage="conversing")  # fmt: skip
        world.add("reports.rpt_conversations", client_id="harbour", network="mastodon", root_account_id=account,
                  root_post_id=f"https://fen.test/users/heron/statuses/{number}", root_handle=account,
                  started_by="them")  # fmt: skip
        world.add("reports.rpt_notes", client_id="harbour", note_id=f"note{number}", person_id=person,
                  is_joined=True, note=SAID)  # fmt: skip
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    files = {"notes.csv", "people.csv", "people.html", "conversations.csv", "harbour.xlsx"}
    assert {place.split(": ")[0] for place in found_in(folder, (moss,))} >= files
    quality.erase_from(settings, Forgotten.of("mastodon", account_ids=[moss], handles=[moss]), SILENT)
    write(settings, "harbour", environment())
    assert found_in(folder, (moss, "note0")) == []
    assert {place.split(": ")[0] for place in found_in(folder, (birke, "note1"))} >= files
    rows = (folder / "conversations.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 3, "the conversation stays"
