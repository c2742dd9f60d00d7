"""Every page for a client in every language: no text of ours that is in no catalog, and nothing that breaks.

In place of a translation stands the text between marks, ⟦like this⟧. What is left outside of marks, and is not from the
data, would be English on a German page.
"""

import re
from collections.abc import Callable, Iterator
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from quality import restatements
from quality.suites import CHECKS
from rapport.config import Settings, load_settings
from rapport.config_clients import LANGUAGES
from rapport.networks import NETWORKS
from reporting import language as language_module
from reporting import streams
from reporting.lists import pages as list_pages
from reporting.report import write_reports
from reporting.sections.checks import words as checks
from reporting.sections.restated import columns as columns_module
from tests import contracts
from tests.reporting.conftest import RAPPORT_TOML
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published

# What stands outside of texts of ours, and is the same in every language.
DATA = {
    "post-text",
    "handle",
    "net",
    "said",
}  # classes of elements with what others wrote, or a network's name
SHOWN = ("title", "aria-label", "alt", "data-label", "placeholder")
HOSTILE = "\u202e<i>evil</i> %s نور %%"
GERMAN_DATES = (
    r"\b(?:Mo|Di|Mi|Do|Fr|Sa|So)\b\.?|\b(?:Jan|Feb|Apr|Aug|Sept|Okt|Nov|Dez)\b\.?|\b(?:Januar|Februar|März|April|Mai"
    r"|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
SAID = re.compile(
    rf"{GERMAN_DATES}|\bUTC\b|\d{{4}}-[WQ]\d+|@\w+|\bX\b|Bluesky|Mastodon|Harbour Museum|\bRapport\b"
    f"|CSV|XLSX|Europe/Berlin|{re.escape(HOSTILE.strip())}"
)


class Marked(NullTranslations):
    """A catalog in which each text is itself, between marks."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message if context == "date pattern" else self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


class Shown(HTMLParser):
    """What a page shows or reads out, without what is data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.attributes: list[str] = []
        self._hidden: list[bool] = [False]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes += [given[name] for name in SHOWN if name in given]
        if tag in ("br", "meta", "link", "col", "input", "img"):
            return
        is_letter = given.get("href", "").startswith("#letter-") or given.get("id", "").startswith("letter-")
        is_data = (
            is_letter
            or tag in ("bdi", "script", "style", "svg", "title")
            or given.get("translate") == "no"
            or bool(set(given.get("class", "").split()) & DATA)
        )
        self._hidden.append(self._hidden[-1] or is_data)

    def handle_endtag(self, tag: str) -> None:
        self._hidden.pop()
        self.text += " "

    def handle_data(self, data: str) -> None:
        # marks count wherever they stand: a text of ours may have an element with data in it
        self.text += "".join(re.findall("[⟦⟧]", data)) if self._hidden[-1] else data


def left(text: str) -> list[str]:
    """What of the text stands outside of all marks and has letters."""
    depth, kept = 0, ""
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        kept += " " if depth or char == "⟧" else char
    assert depth == 0, "marks are not closed"
    return [
        piece for piece in re.split(r"\s{2,}|[·,;:()]", SAID.sub(" ", kept)) if re.search(r"[^\W\d_]", piece)
    ]


def spoken(settings: Settings, language: str, zone: str = "Europe/Berlin") -> Settings:
    """The same home, of which the client speaks that language."""
    path = settings.home / f"rapport.{language}.toml"
    words = f'language = "{language}"\ntime_zone = "{zone}"\n'
    path.write_text(RAPPORT_TOML.rstrip() + "\n" + words, encoding="utf-8")
    return load_settings(home=settings.home, config_path=path)


def pages(settings: Settings) -> Iterator[Path]:
    write_reports(settings, on_progress=lambda line: None)
    yield from sorted((settings.reports_dir / "harbour").rglob("*.html"))


def filled(publish: Callable[[], Published], value: int | None) -> None:
    """Rows in all tables, with that number in every count; None: nothing in any column but the client and time."""
    world = publish()
    world.publication()
    world.con.execute("delete from quality.check_results where not is_success")  # its reason is invented
    world.week("harbour", "Harbour Museum", WEEK)
    kinds: dict[str, Any] = {
        "varchar": HOSTILE,
        "varchar[]": ["<b>%d", "7000001"],
        "boolean": value != 0,
        "date": WEEK,
        "timestamptz": AS_OF,
        "timestamp with time zone": AS_OF,
    }
    for table, columns in contracts.tables().items():
        if "client_id" not in columns or table == "reports.rpt_engagement_summary":
            continue
        for number in range(3):
            row = {name: kinds.get(kind, value) for name, kind in columns.items()}
            row |= {name: f"x{number}" for name in columns if name.endswith("_id")}
            if value is None:
                row = dict.fromkeys(columns) | {
                    n: row[n] for n in ("created_at", "last_active_at") if n in row
                }
            world.add(table, **(row | {"client_id": "harbour"}))
    world.con.close()


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        language_module, "_catalog", lambda language: NullTranslations() if language == "en" else Marked()
    )
    list_pages._day.cache_clear()
    yield
    list_pages._day.cache_clear()  # later tests speak German again


def english_left(settings: Settings) -> dict[str, list[str]]:
    found = {}
    for path in pages(spoken(settings, "de")):
        shown = Shown(path.read_text(encoding="utf-8"))
        if rest := left(shown.text) + [piece for text in shown.attributes for piece in left(text)]:
            found[str(path.relative_to(settings.reports_dir))] = sorted(set(rest))
    return found


def test_no_text_of_a_page_is_missing_in_the_catalogs(harbour: Settings, marked: None) -> None:
    # the rule that warns there is invented, and so is its reason; the real ones are held below
    assert english_left(harbour) == {
        "harbour/2026-W47/index.html": ["Half of the posts are of <b>another</b> language."]
    }


@pytest.mark.parametrize("value", [0, 1, 2, None])
def test_nor_is_one_of_a_page_with_little_or_nothing_to_say(
    value: int | None, settings: Settings, publish: Callable[[], Published], marked: None
) -> None:
    filled(publish, value)
    assert english_left(settings) == {}


def test_nor_the_reason_of_a_rule_that_warns() -> None:
    reasons = {
        rule.meta["reason"]
        for check in CHECKS
        for rule in check.suite().expectations
        if rule.meta["severity"] == "warn"
    }
    assert reasons == set(checks.REASONS)


def test_nor_a_stream_nor_a_number_of_a_week() -> None:
    labels = {stream.label for network in NETWORKS.values() for stream in network.streams}
    assert labels == set(streams.STREAM_WORDS)
    weekly = {"client_id", "week_start_date", "is_complete_week"}
    compared = {
        column
        for table, columns in contracts.tables().items()
        if columns.keys() >= weekly and table.startswith("reports.")
        if table.removeprefix("reports.") not in restatements._NOT_COMPARED
        for column, kind in columns.items()
        if kind in ("bigint", "integer", "double")
    }
    assert compared == set(columns_module.COLUMN_WORDS)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [0, 1, 2, 2**31 - 1, None])
def test_every_page_stands_whatever_its_numbers_and_names(
    language: str, value: int | None, settings: Settings, publish: Callable[[], Published]
) -> None:
    filled(publish, value)
    for path in pages(spoken(settings, language, "Pacific/Auckland")):
        page = Page(path)
        assert page.all("html") == [{"lang": language}]
        shown = Shown(page.source)
        assert not re.search(r"%\(\w+\)s|\bnan\b", shown.text + " ".join(shown.attributes))
        assert "<i>evil" not in page.source
        if language != "en":
            assert not re.search(
                r"\b(None|the|who|posts|replies|weeks?(?!-ends?\b)|people|answered|with)\b", shown.text
            )
