"""What a page of a list says of its parts: from when to when the last weeks are, and what needs a script."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rapport.config import Settings, load_settings
from reporting.lists import pages, writing
from reporting.lists.narrowing import FILTERS
from reporting.lists.writing import write
from reporting.page import environment
from tests.reporting.lists import parts_world
from tests.reporting.lists.test_writing import rows_of
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, Published

# Of parts_world: as of 25 Nov 2026, with topics of the last 5 weeks. The week from 16 Nov is over.
LABELS = {
    "en": {
        ("conversations", "lately"): "of the last 4 weeks (28 Oct 2026 to 25 Nov 2026)",
        ("lone_posts", "lately"): "of the last 4 weeks (28 Oct 2026 to 25 Nov 2026)",
        ("real_conversations", "lately"):
            "of the last 4 weeks that are over (26 Oct 2026 to 22 Nov 2026)",
        ("real_conversations", "started"):
            "drawn in by a post of ours of the last 13 weeks (26 Aug 2026 to 25 Nov 2026)",
        ("content", "started"):
            "of the last 13 weeks (26 Aug 2026 to 25 Nov 2026), and started a real conversation",
        ("weeks", "goals"): "of the last 4 weeks, as goals are measured (26 Oct 2026 to 22 Nov 2026)",
        ("topic_posts", "ours"): "ours, of the last 5 weeks (21 Oct 2026 to 25 Nov 2026)",
        ("topic_posts", "people"):
            "of the last 5 weeks (21 Oct 2026 to 25 Nov 2026), the newest of each person who turned to us",
    },
    "de": {
        ("real_conversations", "lately"):
            "der letzten 4 Wochen, die vorbei sind (26. Okt. 2026 bis 22. Nov. 2026)",
        ("topic_posts", "ours"): "unsere der letzten 5 Wochen (21. Okt. 2026 bis 25. Nov. 2026)",
    },
    "fr": {
        ("real_conversations", "lately"):
            "des dernières 4 semaines terminées (du 26 oct. 2026 au 22 nov. 2026)",
        ("topic_posts", "ours"): "les nôtres, des dernières 5 semaines (du 21 oct. 2026 au 25 nov. 2026)",
    },
}  # fmt: skip


def labels(folder: Path) -> dict[tuple[str, str], str]:
    """What each filter is called on the pages of the lists."""
    return {
        (name, key): label.replace("\u00a0", " ")
        for name in FILTERS
        for key, label in re.findall(
            r'<label for="(\w+)">([^<]+)<', (folder / f"{name}.html").read_text(encoding="utf-8")
        )
    }


@pytest.mark.parametrize("language", LABELS)
def test_a_filter_of_the_last_weeks_says_from_when_to_when(
    settings: Settings, publish: Callable[[], Published], language: str
) -> None:
    world = publish()
    parts_world.fill(world)
    world.con.execute("update reports.rpt_definitions set value = 5 where name = 'topic_weeks'")
    world.con.close()
    config = settings.config_path.read_text(encoding="utf-8").rstrip()
    settings.config_path.write_text(f'{config}\nlanguage = "{language}"\n', encoding="utf-8")
    write(load_settings(settings.home), "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    said = labels(folder)
    assert LABELS[language].items() <= said.items()
    assert {key for key, label in said.items() if "2026" in label} == LABELS["en"].keys()
    if language == "en":  # what the label says is what the part has
        rows = rows_of(folder / "real_conversations.csv")
        weeks = [row[rows[0].index("Week from")] for row in rows[1:]]
        page = (folder / "real_conversations.html").read_text(encoding="utf-8")
        assert (
            page.count('data-lately="1"') == sum("2026-10-26" <= week <= "2026-11-22" for week in weeks) > 0
        )
        assert any(week > "2026-11-22" for week in weeks) and any(week < "2026-10-26" for week in weeks)


def test_a_client_of_whom_no_week_is_over_is_told_so(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    parts_world.fill(world)
    world.con.execute("update reports.rpt_engagement_summary set is_complete_week = false")
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    assert labels(folder)["real_conversations", "lately"] == "of the last 4 weeks that are over (none yet)"
    assert 'data-lately="1"' not in (folder / "real_conversations.html").read_text(encoding="utf-8")


def test_every_filter_that_counts_back_from_now_has_a_period() -> None:
    for name, filters in FILTERS.items():
        for key, one in filters.items():
            counts_back = "{first}" in one.sql or "interval" in one.sql or "max(" in one.sql
            assert counts_back == (one.period is not None) == ("%(dates)s" in one.label), (name, key)


def test_a_page_says_what_a_link_to_a_part_is_without_a_script_and_of_which_day_it_is(
    settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (pages, writing):
        monkeypatch.setattr(module, "PAGE_ROWS", 20)
    world = publish()
    parts_world.fill(world)
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    for path in folder.glob("*.html"):
        name = re.sub(r"-\d+$", "", path.stem)
        page, of_all = (
            Page(path),
            len(list(folder.glob(f"{name}.html")) + list(folder.glob(f"{name}-*.html"))),
        )
        is_narrowed = name in FILTERS and bool(page.all("table"))
        told = re.findall(r"<noscript>(.*?)</noscript>", page.source.replace("\u00a0", " "), re.DOTALL)
        assert len(told) == is_narrowed == ("Figures on pages of earlier weeks were of" in page.words), path
        for words in told:
            assert "needs JavaScript" in words
            assert f"all rows stand here, on {of_all} page{'s' if of_all > 1 else ''}." in words
    assert len(list(folder.glob("moves*.html"))) > 1


def test_the_people_of_conversations_add_up_to_the_real_conversations(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    for root, people in (("1", 0), ("2", 1), ("3", 3)):
        world.add("reports.rpt_conversations", client_id="harbour", root_post_id=root, real_person_count=people,
                  is_real=people > 0, exchange_count=2 * people, last_active_at=AS_OF)  # fmt: skip
        for person in range(people):
            world.add("reports.rpt_real_conversations", client_id="harbour", root_post_id=root, person_id=f"x:{person}",
                      week_start_date=parts_world.WEEK, became_real_at=AS_OF)  # fmt: skip
    world.con.close()
    write(settings, "harbour", environment())
    folder = settings.reports_dir / "harbour" / "lists"
    rows = rows_of(folder / "conversations.csv")
    at = rows[0].index("People with whom it is real")
    assert [row[at] for row in rows[1:]] == ["1", "3", "0"]
    assert sum(int(row[at]) for row in rows[1:]) == len(rows_of(folder / "real_conversations.csv")) - 1
    assert "People with whom it is real" in Page(folder / "conversations.html").words
