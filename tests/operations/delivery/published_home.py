"""A home with a publication, its reports and a frozen week, made on a Monday for the week that has just ended."""

import os
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quality import editions
from rapport.config import load_settings
from reporting.report import write_reports
from tests.clock import Clock
from tests.reporting.published import AS_OF, WEEK, Published
from tests.sinks import FROM
from tests.support.once import made_once

MONDAY_MORNING = AS_OF + timedelta(hours=7)
TO = {"head@example.org", "deputy@example.org", "team@example.org"}
RAPPORT_TOML = f"""
[delivery]
sender = "{FROM}"

[[clients]]
id = "harbour"
name = "Harbour Museum"
pages_at = "https://reports.example.org/harbour"
accounts = ["@HarbourMuseum"]

[[clients.deliveries]]
what = ["board"]
mail = ["head@example.org", "deputy@example.org"]

[[clients.deliveries]]
what = ["day"]
mail = ["team@example.org"]
chat = ["slack:team"]
"""


def named(home: Path, text: str, at: datetime = AS_OF - timedelta(days=30)) -> None:
    """Writes rapport.toml as somebody did at that time."""
    path = home / "rapport.toml"
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))


def make(home: Path) -> Path:
    """Makes it in an existing folder, and returns the folder."""
    named(home, RAPPORT_TOML)
    settings = replace(load_settings(home), now=Clock(MONDAY_MORNING))
    world = Published(settings.published_path)
    world.publication()
    world.accounts()
    for number in range(9):
        world.week("harbour", "Harbour Museum", WEEK - timedelta(weeks=8 - number), real_conversation_count=2,
                   exchange_count=5, address_in_count=6, address_out_count=5, person_in_count=4, connected_count=1,
                   conversing_count=2, acquainted_count=4, noticed_count=9, dormant_count=0, new_count=1,
                   deepened_count=1, cooled_count=0, lapsed_count=0, revived_count=0, answered_within_day_count=4,
                   answer_due_count=6, unanswered_count=1, median_answer_hours=2.5)  # fmt: skip
    world.person("harbour", "13", "acquainted", 1.0)
    world.waiting("harbour", "13", "7000001", "Words of a post", 52, 1, is_stakeholder=True, is_question=True)
    world.waiting("harbour", "15", "7000002", "hostile <b>words</b>", 30, 2)
    world.waiting("harbour", "12", "dm:72", None, 700, 3, kind="message")
    world.waiting("harbour", "11", "7000003", "the fourth", 20, 4)
    world.stream("harbour", "own_posts")
    world.con.close()
    write_reports(settings, on_progress=lambda line: None)
    editions.freeze(settings, lambda line: None)
    return home


def copy(tmp_path_factory: pytest.TempPathFactory, to: Path) -> Path:
    """Puts a copy of such a home into a folder, and returns the folder: to make one takes longer than most tests."""
    made = made_once(tmp_path_factory, "published-week", make)
    shutil.copytree(made, to, dirs_exist_ok=True)
    return to


def text_of(mail: object, kind: str) -> str:
    """What a mail says, as `plain` or `html`."""
    [part] = [part for part in mail.walk() if part.get_content_type() == f"text/{kind}"]  # type: ignore[attr-defined]
    return str(part.get_content()).replace("\r\n", "\n").replace("\u00a0", " ")
