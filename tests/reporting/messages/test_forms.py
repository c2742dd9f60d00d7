"""A message in each form: hostile names are text in all of them, and a mail is readable as a browser shows it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from reporting.messages.forms import as_html, as_text, for_slack, for_teams
from reporting.messages.message import Block, Line, Link, Message

HOSTILE = (
    "Evil @channel @here #general `code` _it_ ~gone~ <!channel> <https://evil.example|click> "
    "[here](https://evil.example) *bold* <script>alert(1)</script> & Co"
)
MESSAGE = Message(
    subject=f"{HOSTILE}: 3 waiting",
    sentences=(Line(f"{HOSTILE} wrote to us.", (Link("Answers", "https://reports.example.org/a.html"),)),),
    blocks=(
        Block(
            "Who is waiting",
            (Line(HOSTILE, (Link("answer", "https://x.com/i/web/status/1"),)), Line("Ana")),
            Line(
                "Ben is first.", pieces=(("Ben", "https://reports.example.org/(b).html"), (" is first.", ""))
            ),
        ),
    ),
    links=(Link("The whole report", "https://reports.example.org/lab/2026-W47/index.html"),),
    footer="As of today",
)


def test_french_has_its_space_before_the_colon_of_a_link() -> None:
    french = replace(MESSAGE, language="fr", links=(Link("Tout le rapport", "https://reports.example.org/"),))
    assert "\nTout le rapport\u00a0: https://reports.example.org/\n" in as_text(french)
    assert "\nTout le rapport: https://reports.example.org/\n" in as_text(replace(french, language="de"))


def test_plain_text_holds_all_of_it() -> None:
    text = as_text(MESSAGE)
    for part in (
        "wrote to us.\n  Answers: https://reports.example.org/a.html\n",
        "Who is waiting\n-----",
        "Ben is first.\n  Ben: https://reports.example.org/(b).html\n",
        "  answer: https://x.com/i/web/status/1",
        "* Ana",
        "\n-- \nAs of",
    ):
        assert part in text
    assert "The whole report: https://reports.example.org/lab/2026-W47/index.html" in text


def pieces(said: object) -> list[dict[str, Any]]:
    """Every part of a message that has a type, however deep it lies."""
    if isinstance(said, list):
        return [found for part in said for found in pieces(part)]
    if not isinstance(said, dict):
        return []
    return [*([said] if "type" in said else []), *pieces(list(said.values()))]


def test_slack_reads_no_sign_in_what_strangers_call_themselves() -> None:
    said = for_slack(MESSAGE)
    # of these types Slack reads no text for signs; `mrkdwn`, `section`, `context` and `broadcast` are not among them
    types = {"rich_text", "rich_text_section", "rich_text_list", "text", "link"}
    assert {piece["type"] for piece in pieces(said["blocks"])} == types
    texts = [piece["text"] for piece in pieces(said["blocks"]) if piece["type"] == "text"]
    assert HOSTILE in texts and f"{HOSTILE} wrote to us." in texts
    links = {(piece["text"], piece["url"]) for piece in pieces(said["blocks"]) if piece["type"] == "link"}
    assert links == {
        ("answer", "https://x.com/i/web/status/1"),
        ("Ben", "https://reports.example.org/(b).html"),
        ("Answers", "https://reports.example.org/a.html"),
        ("The whole report", "https://reports.example.org/lab/2026-W47/index.html"),
    }
    # the line of the notification
    assert said["mrkdwn"] is False and "<" not in said["text"]
    assert not re.search(r"@(channel|here)", said["text"])


def test_a_section_of_slack_is_never_too_long() -> None:
    long = Message("s", (Line("w" * 9000),), footer="f")
    texts = [piece["text"] for piece in pieces(for_slack(long)["blocks"]) if piece["type"] == "text"]
    assert 2000 < max(map(len, texts)) <= 3000


def test_teams_reads_no_sign_in_what_strangers_call_themselves() -> None:
    [attached] = for_teams(MESSAGE)["attachments"]
    body = attached["content"]["body"]
    runs = [piece["text"] for piece in pieces(body) if piece["type"] == "TextRun"]
    # as they are, in the one element that reads no Markdown
    assert HOSTILE in runs and f"{HOSTILE} wrote to us." in runs
    assert [piece["text"] for piece in pieces(body) if piece["type"] == "TextBlock"] == [
        "[Answers](https://reports.example.org/a.html)",
        "[answer](https://x.com/i/web/status/1)",
    ]
    led = {piece["text"]: piece["selectAction"]["url"] for piece in pieces(body) if "selectAction" in piece}
    assert led == {"Ben": "https://reports.example.org/(b).html"}
    assert attached["content"]["actions"][0]["url"].startswith("https://reports.example.org")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1200, "light")])
def test_a_mail_is_silent_fits_and_axe_finds_nothing(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    path = tmp_path / "mail.html"
    path.write_text(as_html(MESSAGE), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_text("<script>alert(1)</script>").first.is_visible()
    assert (
        page.get_by_role("link", name="Ben").get_attribute("href") == "https://reports.example.org/(b).html"
    )
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found] == []
    page.close()
