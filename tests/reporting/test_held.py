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
from reporting.held import TEXTS, draw_held
from tests.paths import ROOT
from tests.reporting.language.test_every_page import Marked, Shown, left
from tests.reporting.pages import Page

HOSTILE = "<script>alert(1)</script> \u202eevil"
ROOMS = sorted(path for path in ROOT.glob("*/**/telling.py") if ".venv" not in path.parts)


@dataclass
class Found:
    """What is held about somebody."""

    accounts: list[str] = field(default_factory=lambda: ["bluesky:did:plc:a", "x:11"])
    handles: list[str] = field(default_factory=lambda: ["@ana_lima (x)"])
    everything: list[Held] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    by_hand: list[dict[str, Any]] = field(default_factory=list)


def everything() -> Found:
    """An entry of every kind, and each text that a room says."""
    told = [Held("2026-W47", text, text, [{}]) for text in TEXTS]
    told += [Held("2026-W46", next(iter(TEXTS)), "GET /2/users", [], "2026-11-20T10:00:00Z")]
    entry = dict.fromkeys((*outcomes.COLUMNS, *notes.FILE.columns), HOSTILE)
    by_hand = [
        entry | {"kind": "meeting", "consent_basis": "consent"},
        {"where": "people", "entry": {"name": HOSTILE}},
    ]
    post = {"network": "x", "post_id": "7", "text": HOSTILE, "created_at": datetime(2026, 11, 20, tzinfo=UTC)}
    return Found(everything=told, posts=[post], by_hand=by_hand)


def drawn(tmp_path: Path, found: Found, language: str) -> Page:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    path = tmp_path / f"{language}.html"
    path.write_bytes(draw_held(found, [("pages/1.html", "there")], at, language, "Europe/Berlin"))
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
    assert not page.all("script") and page.text.count("<script>alert(1)</script>") > 3
    heading = {
        "en": "What is held about you",
        "de": "Was über Sie gespeichert ist",
        "fr": "Ce qui est conservé sur vous",
    }
    assert heading[language] in page.words


@pytest.mark.parametrize("found", [everything(), Found(handles=[])], ids=["all", "nothing"])
def test_no_text_of_it_is_missing_in_the_catalogs(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        language_module, "_catalog", lambda language: NullTranslations() if language == "en" else Marked()
    )
    page = drawn(tmp_path, found, "de")
    assert left(Shown(page.source).text) == []
