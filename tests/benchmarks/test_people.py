"""The benchmark of people's pages draws what it says, of talk that is there. Never how fast."""

from pathlib import Path

import pytest

from benchmarks import people
from rapport.config import load_settings
from tests.reporting.pages import Page

pytestmark = pytest.mark.slow


def test_everybody_has_a_page_with_their_share_of_the_talk(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    costs, sizes = people.measure(settings, people=12, posts=240)
    assert [row[0] for row in costs.rows] == [
        "all drawn",
        "nothing has changed",
        "something has about one person",
    ]
    assert sizes.rows[0][0] == "12"
    folder = settings.reports_dir / "lab" / "people"
    changed = 0
    for path in folder.glob("*.html"):
        page = Page(path)
        if path.name == "index.html":
            assert "12 people" in page.words and "press" in page.words
        else:
            assert len([given for given in page.all("li") if "data-post-id" in given]) == 20
            changed += "99 exchanges" in page.words
    assert changed == 1, "the last run drew the page of whom something was new"
