"""Where messages lead: to the pages of their own client, and nobody but the agency to what is of all clients."""

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from operations.cli import delivering
from operations.delivery.deliver import deliver
from rapport.config import Settings, load_settings
from tests.operations.delivery.published_home import TO, text_of
from tests.sinks import Sinks


def links_of(mail: object) -> set[str]:
    """Where a mail leads: the same in its text and in its HTML."""
    text, html = (set(re.findall(r"https?://[^\s\"<]+", text_of(mail, kind))) for kind in ("plain", "html"))
    assert text == html
    return text


PAGES = "https://reports.example.org"


def test_every_mail_leads_to_the_report_and_to_all_of_what_it_names(settings: Settings, sunk: Sinks) -> None:
    deliver(settings)
    report = f"{PAGES}/harbour/2026-W47/index.html"
    for mail in sunk.mails:
        ours = {link for link in links_of(mail) if link.startswith(PAGES)}
        assert report in ours
        lists = {found[1] for link in ours if (found := re.search(r"/lists/(\w+)\.html$", link))}
        # each sentence of the week leads to its list; here the others have no row
        of_week = {"waiting", "coverage"}
        assert lists == ({"waiting"} if mail["To"] == "team@example.org" else of_week)
        # who gets the messages of one client alone is not shown who the others are
        assert f"{PAGES}/index.html" not in ours
        for link in ours:
            assert (settings.reports_dir / link.removeprefix(f"{PAGES}/")).is_file(), link
    assert report in str(sunk.posts)


def test_it_does_so_when_nobody_waits(settings: Settings, sunk: Sinks) -> None:
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("delete from reports.rpt_waiting")
    deliver(settings)
    [mail] = [mail for mail in sunk.mails if mail["To"] == "team@example.org"]
    assert {link for link in links_of(mail) if link.startswith(PAGES)} == {
        f"{PAGES}/harbour/2026-W47/index.html"
    }


OTHER = """
[[clients]]
id = "other"
name = "Other"
accounts = ["@other"]
[[clients.deliveries]]
what = ["board"]
mail = ["head@example.org"]
chat = ["slack:team"]
"""
OURS = "https://agency.example.org"


def test_nobody_but_the_agency_is_led_to_what_is_of_all_clients(
    home: Path,
    settings: Settings,
    sunk: Sinks,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = home / "rapport.toml"
    # head@ and slack:team are named for two clients, which makes them none of the agency
    toml = (path.read_text(encoding="utf-8") + OTHER).replace(
        "[delivery]\n", f'[delivery]\npages_at = "{OURS}"\nagency = ["deputy@example.org"]\n'
    )
    path.write_text(toml, encoding="utf-8")
    settings = replace(settings, config=load_settings(home).config)
    monkeypatch.setattr(delivering, "load_settings", lambda: settings)
    delivering.deliver(client="harbour", show=True, again=False, arrived=False)
    printed = capsys.readouterr().out
    for_client, for_agency = (
        printed.index("\nTo: head@example.org\n"),
        printed.index("\nTo: deputy@example.org\n"),
    )
    assert for_client < for_agency < printed.index(f"{OURS}/index.html")
    deliver(settings, client_id="harbour")
    assert {mail["To"] for mail in sunk.mails} == TO and len(sunk.posts) == 1
    for mail in sunk.mails:
        links = {link for link in links_of(mail) if "example.org" in link}
        report = "harbour/2026-W47/index.html"
        if mail["To"] == "deputy@example.org":
            assert {f"{OURS}/index.html", f"{OURS}/{report}"} <= links
            assert all(link.startswith(OURS) for link in links)
            for link in links:
                file = settings.reports_dir / link.removeprefix(f"{OURS}/").partition("#")[0]
                assert file.is_file(), link
        else:
            assert f"{PAGES}/{report}" in links
            # the client's own folder, and nothing above it
            assert all(link.startswith(f"{PAGES}/harbour/") for link in links)
    assert OURS not in str(sunk.posts)


def test_a_client_without_pages_is_led_to_the_networks_alone(
    home: Path, settings: Settings, sunk: Sinks
) -> None:
    path = home / "rapport.toml"
    toml = path.read_text(encoding="utf-8").replace(f'pages_at = "{PAGES}/harbour"\n', "")
    path.write_text(toml.replace("[delivery]\n", f'[delivery]\npages_at = "{OURS}"\n'), encoding="utf-8")
    deliver(replace(settings, config=load_settings(home).config))
    for mail in sunk.mails:
        assert not [link for link in links_of(mail) if not link.startswith("https://x.com/")]
    assert len(sunk.mails) == 3 and "example.org" not in str(sunk.posts)
