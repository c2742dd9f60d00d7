"""Owners, tags and notes, kept by hand: on the pages of people, and in the list of everyone."""

from collections.abc import Callable

import pytest

from rapport.config import Settings
from reporting.report import write_reports
from tests.reporting.pages import Page
from tests.reporting.people.test_pages import folder, page_of, person_pages, run, world
from tests.reporting.published import Published


@pytest.fixture(scope="module")
def written(harbour: Settings) -> Settings:
    write_reports(harbour, on_progress=lambda line: None)
    return harbour


def test_a_page_says_who_keeps_the_tie_and_how_that_is_known(written: Settings) -> None:
    ana, ben, ito = (page_of(written, account) for account in ("11", "12", "13"))
    assert "Who of us keeps the tieMila Brandt, as you named it" in ana.words
    assert "Who of us keeps the tie@harbourmuseum, by most answers" in ben.words
    assert "<b>Tom</b>, as you named it" in ito.words  # a name, as text
    assert "Who of us keeps the tie" not in page_of(written, "15").words


def test_one_of_us_with_two_accounts_is_told_by_account_and_not_twice_by_name(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(publish)
    # Mila answers by both of her accounts, and the museum by its own
    ours = (
        ("bluesky", "did:plc:mila", "mila.example", "Mila"),
        ("x", "8", "mila", "Mila"),
        ("x", "9", "us", "We"),
    )
    for count, (network, account, handle, display_name) in enumerate(ours, start=1):
        made.add(
            "marts.accounts", network=network, account_id=account, handle=handle, display_name=display_name
        )
        for post in range(count):
            made.add("reports.rpt_answers", client_id="harbour", network=network, post_id=f"{account}{post}",
                     person_id="x:11", answered_by_account_id=account)  # fmt: skip
    made.con.close()
    run(settings, monkeypatch)
    assert "(100%): We 3, Mila (X) 2, Mila (Bluesky) 1." in page_of(settings, "11").words
    # and on one network by handle
    later = Published.again(settings.published_path)
    later.con.execute("update marts.accounts set display_name = 'Mila' where account_id = '9'")
    later.con.close()
    run(settings, monkeypatch)
    assert "(100%): @us (X) 3, @mila (X) 2, Mila (Bluesky) 1." in page_of(settings, "11").words


def test_a_page_shows_the_tags_and_notes_of_its_person_alone(written: Settings) -> None:
    ana, ben, ito = (page_of(written, account) for account in ("11", "12", "13"))
    assert "Tagscity councilpress" in ana.words
    assert "Tagspress" in ben.words and "city council" not in ben.words
    assert "Tags" not in ito.words
    assert "Tags<i>school" in page_of(written, "15").words
    assert "Prefers <em>mail</em>" in ana.words and "Mila" in ana.words
    assert "Prefers" not in ben.source


def test_the_list_of_everyone_is_narrowed_by_tag(written: Settings) -> None:
    everyone = Page(folder(written) / "index.html")
    of = {str(li["data-person-id"]): li.get("data-tag") for li in everyone.all("li") if "data-stage" in li}
    assert of["x:11"] == "city%20council press" and of["x:12"] == "press" and of["x:13"] is None
    assert of["x:15"] == "%3Ci%3Eschool"
    tags = everyone.source.split('<select id="tag"')[1].split("</select>")[0]
    assert [part.split('"')[0] for part in tags.split('value="')[1:]] == [
        "", "%3Ci%3Eschool", "city%20council", "funder", "press"
    ]  # fmt: skip
    # nobody has a page for a handle that nobody has come across
    assert "nobody_yet" not in everyone.source


def test_another_tag_draws_that_page_again_and_no_other(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(publish)
    for account in ("11", "12"):
        made.add("reports.rpt_people", client_id="harbour", entry_id=f"x:{account}", person_id=f"x:{account}",
                 stage="acquainted", owner_name="Ben", owner_basis="by hand", tags=["press"])  # fmt: skip
    made.con.close()
    assert run(settings, monkeypatch).drawn_count == 2
    later = Published.again(settings.published_path)
    later.con.execute("update reports.rpt_people set tags = ['funder', 'press'] where person_id = 'x:12'")
    later.con.close()
    assert run(settings, monkeypatch).drawn_count == 1
    assert "Tagsfunderpress" in page_of(settings, "12").words
    later = Published.again(settings.published_path)
    later.con.execute("update reports.rpt_people set owner_name = 'Mila' where person_id = 'x:11'")
    later.con.close()
    assert run(settings, monkeypatch).drawn_count == 1
    assert "Mila, as you named it" in page_of(settings, "11").words


def test_whom_only_a_tag_names_has_a_page_and_whom_another_client_tags_has_none(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(publish)
    for client, account in (("harbour", "21"), ("rival", "22")):
        made.add("reports.rpt_people", client_id=client, entry_id=f"x:{account}", person_id=f"x:{account}",
                 stage="stranger", tags=["school"])  # fmt: skip
    made.con.close()
    run(settings, monkeypatch)
    assert len(person_pages(settings)) == 3
    assert "Tagsschool" in page_of(settings, "21").words
    assert "Nothing was said between us yet." in page_of(settings, "21").words
