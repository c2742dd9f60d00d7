"""The people's pages as files: who has one, what stands in it, and that cost follows what changed."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rapport.config import Settings
from reporting import report as report_module
from reporting.people.pages import Written
from reporting.person_links import file_name
from reporting.published import ReportError
from reporting.report import write_reports
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published


def folder(settings: Settings) -> Path:
    return settings.reports_dir / "harbour" / "people"


def page_of(settings: Settings, account: str) -> Page:
    return Page(folder(settings) / file_name(f"x:{account}"))


def person_pages(settings: Settings) -> set[str]:
    return {path.name for path in folder(settings).glob("*.html")} - {"index.html"}


@pytest.fixture(scope="module")
def written(harbour: Settings) -> Settings:
    write_reports(harbour, on_progress=lambda line: None)
    return harbour


def test_everybody_with_whom_something_was_said_has_a_page_and_nobody_else(written: Settings) -> None:
    talked = {str(number) for number in (11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, *range(900, 1017))}
    assert person_pages(written) == {file_name(f"x:{account}") for account in talked}
    assert file_name("x:31") not in person_pages(written)  # worth seeking out: nothing was said yet


def test_every_page_is_valid_and_leads_only_to_the_network_and_to_what_lies_there(written: Settings) -> None:
    for path in sorted(folder(written).glob("*.html")):
        for link in Page(path).all("a"):
            href = str(link["href"])
            is_outward = href.startswith("https://x.com/i/")
            assert is_outward or href.startswith("#") or (path.parent / href).resolve().is_file(), (
                path,
                href,
            )


def test_the_page_says_how_it_stands_how_it_came_and_what_was_said(written: Settings) -> None:
    words = page_of(written, "11").words
    assert "Ana Lima" in words and "@ana_lima on X" in words
    assert "Connected: 19 exchanges with us, 5 real conversations." in words
    assert "keeps the <b>port</b> archive" in words  # why a stakeholder
    assert "A postcard from 1909. I will scan it tonight." in words
    assert "Coffee at <em>the mole</em>" in words  # an outcome
    assert "Stage over the weeks" in words and words.count("dormant") >= 2
    # what others said in the same conversation is counted, and stands on their own pages
    assert "There is a second ledger in the port archive" not in words
    assert "4 more posts of this conversation are not shown" in words


def test_what_strangers_wrote_is_text(written: Settings) -> None:
    page = page_of(written, "15")
    assert '<script>alert("name")</script>' in page.text
    assert not page.all("script") and not page.all("img") and len(page.all("style")) == 1


def test_the_reports_names_lead_to_the_pages_and_a_thread_s_do_too(written: Settings) -> None:
    report = (written.reports_dir / "harbour" / "2026-W47" / "index.html").read_text(encoding="utf-8")
    link = f'<a href="../people/{file_name("x:11")}" data-elsewhere="https://x.com/i/user/11"><bdi>Ana Lima</bdi></a>'
    assert link in report
    # nobody's own page leads to itself
    assert file_name("x:11") not in page_of(written, "11").source


def test_nobody_is_known_by_the_name_of_a_file() -> None:
    ids = [
        "x:12",
        "bluesky:did:plc:abc",
        "mastodon:ana@host.example",
        "person:ana",
        "../../x",
        "x:1\0",
        "\ud800",
        "",
    ]
    names = [file_name(one) for one in ids]
    assert len(set(names)) == len(ids)
    assert all(name.removesuffix(".html").isalnum() and len(name) == 25 for name in names)


def world(publish: Callable[[], Published]) -> Published:
    """Ana and Ben, who talk with us, and a stakeholder whom nobody has met."""
    made = publish()
    made.publication()
    made.accounts()
    made.week("harbour", "Harbour Museum", WEEK)
    for account, text in (("11", "Whose hand is it?"), ("12", "A second ledger!")):
        made.conversation(
            "harbour",
            [("1", f"To {account}", None), (account, text, 0), ("1", "Show us?", 1)],
            60,
            exchange_count=1,
        )
        made.person("harbour", account, "acquainted", 1.0)
    return made


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Writes the reports; returns what the people's pages came to."""
    found: list[Written] = []
    real = report_module.write_people
    with monkeypatch.context() as patch:
        patch.setattr(report_module, "write_people", lambda *given: found.append(real(*given)) or found[-1])
        write_reports(settings, on_progress=lambda line: None)
    return found[0]


def test_only_what_changed_is_drawn_and_written(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(publish)
    made.con.close()
    assert run(settings, monkeypatch) == Written(2, 2, 2, 0)
    before = {path.name: path.stat().st_mtime_ns for path in folder(settings).glob("*.html")}
    assert run(settings, monkeypatch) == Written(2, 0, 0, 0)
    later = Published.again(settings.published_path)
    # another day, on which something happened to Ben alone
    later.con.execute("update reports.rpt_publication set as_of_at = ?", [AS_OF + timedelta(days=1)])
    later.con.execute("update reports.rpt_relationships set stage = 'conversing' where person_id = 'x:12'")
    later.con.close()
    assert run(settings, monkeypatch) == Written(2, 1, 1, 0)
    assert (folder(settings) / file_name("x:11")).stat().st_mtime_ns == before[file_name("x:11")]
    assert "Conversing" in page_of(settings, "12").words
    assert "As of Tue 24 Nov 2026" in page_of(settings, "12").words
    assert "As of Mon 23 Nov 2026" in page_of(settings, "11").words


def test_the_folder_that_is_handed_over_has_the_same_pages(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    world(publish).con.close()
    own = settings.client_dir("harbour")
    own.mkdir(parents=True)
    shutil.copy(settings.published_path, own)
    assert run(settings, monkeypatch) == Written(2, 2, 4, 0)
    for path in folder(settings).glob("*.html"):
        assert (own / "reports" / "people" / path.name).read_bytes() == path.read_bytes()
    (own / "reports" / "people" / file_name("x:11")).unlink()
    assert run(settings, monkeypatch) == Written(2, 1, 1, 0)


def test_a_run_that_was_killed_between_two_pages_is_taken_up(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    world(publish).con.close()
    from reporting.people import pages

    real, calls = pages.write_page, []

    def killed(path: Path, page: bytes) -> Path:
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(path, page)

    with monkeypatch.context() as patch:
        patch.setattr(pages, "write_page", killed)
        with pytest.raises(KeyboardInterrupt):
            write_reports(settings, on_progress=lambda line: None)
    assert len(person_pages(settings)) == 1
    assert run(settings, monkeypatch) == Written(2, 1, 1, 0)
    assert len(person_pages(settings)) == 2 and not list(folder(settings).glob(".*.tmp"))


def test_who_is_gone_has_no_page_and_no_report_leads_there(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    world(publish).con.close()
    run(settings, monkeypatch)
    newest = settings.reports_dir / "harbour" / "2026-W47" / "index.html"
    earlier = newest.parent.with_name("2026-W31") / "index.html"
    earlier.parent.mkdir()
    shutil.copy(newest, earlier)
    ben = file_name("x:12")
    assert f"../people/{ben}" in earlier.read_text(encoding="utf-8")
    later = Published.again(settings.published_path)
    later.con.execute("delete from reports.rpt_relationships where person_id = 'x:12'")
    later.con.close()
    assert run(settings, monkeypatch).removed_count == 1
    assert person_pages(settings) == {file_name("x:11")}
    for page in (earlier, newest):
        assert ben not in page.read_text(encoding="utf-8")
    assert (
        '<a href="https://x.com/i/user/12" rel="noopener noreferrer"><bdi>Ben Okafor</bdi></a>'
        in earlier.read_text(encoding="utf-8")
    )
    assert f"../people/{file_name('x:11')}" in earlier.read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_told(settings: Settings, publish: Callable[[], Published]) -> None:
    world(publish).con.close()
    (settings.reports_dir / "harbour").mkdir(parents=True)
    folder(settings).write_text("a file where a folder has to be")
    with pytest.raises(ReportError, match="cannot be written"):
        write_reports(settings, on_progress=lambda line: None)


def test_what_we_asked_is_open_until_they_write_again(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(publish)
    made.con.execute("update marts.posts set is_question = true where text = 'Show us?'")
    made.con.close()
    run(settings, monkeypatch)
    assert "1 question of ours has no answer." in page_of(settings, "11").words
    later = Published.again(settings.published_path)
    [(asked, root)] = later.con.execute(
        "select post_id, root_post_id from marts.interactions where to_account_id = '11' and from_account_id = '1'"
    ).fetchall()
    later.post("11", "Here it is.", AS_OF - timedelta(hours=1), asked, root)
    later.con.close()
    run(settings, monkeypatch)
    assert "1 question of ours has no answer." not in page_of(settings, "11").words
    assert "1 question of ours has no answer." in page_of(settings, "12").words


def test_private_talk_is_counted_and_never_shown(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(publish)
    facts: dict[str, Any] = {
        "kind": "message",
        "is_address": True,
        "root_post_id": "dm:c",
        "occurred_at": AS_OF,
    }
    made.add("marts.interactions", post_id="dm:1", from_account_id="11", to_account_id="1", from_person_id="x:11",
             to_person_id="x:1", private_to_client_id="harbour", **facts)  # fmt: skip
    # another client's private talk with the same person is nothing of ours
    made.add("marts.interactions", post_id="dm:2", from_account_id="11", to_account_id="1", from_person_id="x:11",
             to_person_id="x:1", private_to_client_id="rival", **facts)  # fmt: skip
    made.con.close()
    run(settings, monkeypatch)
    page = page_of(settings, "11")
    assert "On X 1 direct message from them and 0 from us: counted, and never shown." in page.words
    assert "dm:" not in page.source
