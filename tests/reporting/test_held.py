"""The page about what is held: every sentence in every language, and every text of the rooms that tell."""

import ast
from dataclasses import dataclass, field
from datetime import UTC, datetime
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import pytest

from extractors.files import notes, outcomes
from rapport.config_clients import LANGUAGES
from rapport.held import Held
from reporting import language as language_module
from reporting import telling
from reporting.held import TEXTS, Said, Standing, draw_held, places
from tests.paths import ROOT
from tests.reporting.language.test_every_page import Marked, Shown, left
from tests.reporting.pages import Page

HOSTILE = "<script>alert(1)</script> \u202eevil"
AT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
ROOMS = sorted(path for path in ROOT.glob("*/**/telling.py") if ".venv" not in path.parts)


@dataclass
class Found:
    """What is held about somebody."""

    accounts: list[str] = field(default_factory=lambda: ["bluesky:did:plc:a", "x:11"])
    known_as: list[str] = field(default_factory=lambda: ["ana_lima"])
    networks: list[str] = field(default_factory=lambda: ["bluesky", "x"])
    erased_at: datetime | None = None
    everything: list[Held] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    posts: list[Said] = field(default_factory=list)
    posts_of_others: list[Said] = field(default_factory=list)
    message_count: int = 0
    notes: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    naming: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)


def everything() -> Found:
    """An entry of every kind, and each text that a room says."""
    told = [Held("2026-W47", text, text, [{}]) for text in TEXTS]
    told += [Held("2026-W46", next(iter(TEXTS)), "GET /2/users", [], "2026-11-20T10:00:00Z")]
    told += [
        Held(place, next(iter(TEXTS)), "GET /2/users", [{"id": "11"}], AT.isoformat())
        for place in ("2026-W44", "2026-W45")
    ]
    kept: list[dict[str, Any]] = [
        dict.fromkeys(kind.columns, HOSTILE) for kind in (notes.FILE, outcomes.FILE)
    ]
    kept[1] |= {"kind": "meeting", "consent_basis": "consent", "occurred_date": AT.date()}
    post = Said("x", "7", AT, HOSTILE, "11", earlier_count=2, is_repost=True)
    others = [Said("x", "8", AT, HOSTILE, "12", HOSTILE), Said("x", "9", AT, HOSTILE, "12", is_repost=True)]
    return Found(
        everything=told,
        erased_at=AT,
        profiles=[{"account": "x:11", "name": HOSTILE, "description": HOSTILE, "location": None}],
        posts=[post],
        posts_of_others=others,
        message_count=2,
        notes=kept[:1],
        outcomes=kept[1:],
        naming=[{"where": "forewords/lab.md", "note": HOSTILE}],
        entries=[{"where": "people", "entry": {"id": "kept-as", "name": HOSTILE, "accounts": ["x:11"]}}],
        standings=[
            Standing(HOSTILE, "conversing", {"stage": "conversing", "tags": [HOSTILE], "exchange_count": 1_200,
                                             "owner_basis": "by answers", "last_contact_at": AT})
        ],
    )  # fmt: skip


def drawn(tmp_path: Path, found: Found, language: str) -> Page:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    path = tmp_path / f"{language}.html"
    path.write_bytes(draw_held(found, ["pages/1.html"], at, language, "Europe/Berlin"))
    return Page(path)


def texts_of(path: Path) -> set[str]:
    """What a room says of its records: each text between quotes that a call of Held, or a name it uses, is given."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = [
        part
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Held"
        for part in call.args[1:3]
    ]
    # a name stands for what is assigned to it, which may be a name again
    for _ in range(2):
        names = {part.id for one in given for part in ast.walk(one) if isinstance(part, ast.Name)}
        given += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and names
            & {name.id for one in node.targets for name in ast.walk(one) if isinstance(name, ast.Name)}
        ]
    texts = {
        part.value
        for one in given
        for part in ast.walk(one)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    return {text for text in texts if " " in text or text == "looked up"}


def test_each_text_of_a_room_is_in_the_table_and_no_other() -> None:
    assert len(ROOMS) == 6
    said = {room.parent.name: texts_of(room) for room in ROOMS}
    # reporting hands on its two kinds by a name of the module
    said["reporting"] |= set(telling._OWN.splitlines()) | set(telling._NAMING.splitlines())
    assert set().union(*said.values()) == set(TEXTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_in_every_language(language: str, tmp_path: Path) -> None:
    page = drawn(tmp_path, everything(), language)
    assert page.all("html") == [{"lang": language}]
    assert "kept-as" not in page.text  # what an entry is called in a file says nothing to whom it is about
    assert not page.all("script") and page.text.count("<script>alert(1)</script>") > 3
    heading = {
        "en": "What is held about you",
        "de": "Was über Sie gespeichert ist",
        "fr": "Ce qui est conservé sur vous",
    }
    assert heading[language] in page.words


@pytest.mark.parametrize("found", [everything(), Found(known_as=[])], ids=["all", "nothing"])
def test_no_text_of_it_is_missing_in_the_catalogs(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        language_module, "_catalog", lambda language: NullTranslations() if language == "en" else Marked()
    )
    page = drawn(tmp_path, found, "de")
    assert left(Shown(page.source).text) == []


def test_it_begins_with_the_person_and_ends_with_the_places(tmp_path: Path) -> None:
    page = drawn(tmp_path, everything(), "en")
    titles = [
        "In short", "What you wrote", "What others wrote to you or about you", "What was written about you by hand",
        "What was worked out about you", "Where it lies",
    ]  # fmt: skip
    assert sorted(titles, key=page.words.index) == titles
    above, below = page.source.split("<details>")
    # closed, and nothing of a path stands before it
    assert page.all("details") == [{}] and "2026-W47" not in above and "2026-W47" in below
    assert "Sat 21 Nov 2026, 00:30 CET" in page.words, "as the other pages of the client tell times"
    for sentence in (
        "You are known here as @ana_lima, on Bluesky and X.",
        "What was yours was erased here on 21 Nov 2026.",
        "1 post of yours is held: 21 Nov 2026.",
        "1 post of others names you, answers you or quotes you.",
        "Others reposted you 1 time.",
        "2 private messages are counted, and shown on no page.",
        "The first of it was fetched on 20 Nov 2026.",
        "1 note about you was kept.",
        "1 outcome with you",
        "You stand in 1 entry",
    ):
        assert sentence in page.words
    assert "conversing" in page.words and "1,200" in page.words


@pytest.mark.parametrize(("networks", "is_said"), [(["mastodon"], True), (["bluesky", "x"], False)])
def test_where_an_id_is_a_handle_it_is_said_that_it_stays(
    networks: list[str], is_said: bool, tmp_path: Path
) -> None:
    page = drawn(tmp_path, Found(networks=networks, erased_at=AT), "en")
    assert "Ids stay, so that it is not fetched again." in page.words
    assert ("On Mastodon such an id is your handle." in page.words) is is_said


def test_of_nobody_nothing_is_said_to_be_there(tmp_path: Path) -> None:
    page = drawn(tmp_path, Found(), "en")
    for sentence in (
        "No post of yours is held.",
        "No post of others names you, answers you or quotes you.",
        "Nothing about you was written down by hand.",
        "Nothing about you was worked out from it.",
    ):
        assert sentence in page.words
    assert "fetched" not in page.words and "erased" not in page.words


def test_what_was_captured_twice_is_listed_once(tmp_path: Path) -> None:
    def page(place: str, day: int, *ids: str) -> Held:
        records = [{"id": one, "day": day} for one in ids]
        return Held(
            place,
            "posts, profiles and messages, as they were sent",
            "/2/users",
            records,
            f"2026-11-{day}T10:00:00Z",
        )

    captures = [page("a", 12, "1", "2"), page("b", 14, "2", "1"), page("c", 13, "1", "2"), page("d", 13, "1")]
    copies = [
        Held(
            f"published/{folder}/people/9.html", "the person's own page", "drawn from what was published", []
        )
        for folder in ("reports/lab", "clients/lab/reports", "reports/other")
    ]
    found = places([*captures, *copies])
    assert [(place.held.place, place.count) for place in found] == [
        ("b", 3), ("d", 1), ("published/reports/lab/people/9.html", 2), ("published/reports/other/people/9.html", 1)
    ]  # fmt: skip
    shown = drawn(tmp_path, Found(everything=[*captures, *copies]), "de").words
    assert "4 Orte: Dateien, Tabellen und Seiten" in shown
    assert "/2/users, in 3 Abrufen, der neueste Sa., 14. Nov. 2026, 11:00 Uhr MEZ" in shown
    assert "und an 1 weiterem Ort" in shown
