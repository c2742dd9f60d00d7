"""Whether we can still keep up, on the page and in words."""

from reporting.sections.manageable import words
from reporting.sections.manageable.record import AccountLoad
from tests.reporting.pages import Page
from tests.reporting.published import DEFINITIONS, WEEK, record


def test_manageability_compares_each_account_with_its_own_past(report: Page) -> None:
    said = report.words_between("Is it still manageable?", "Do we meet new people")
    assert "More comes in than @harbourmuseum can answer" in said
    assert "2 real conversations, usually 1.5" in said
    assert "1 real conversation 17 4 of 8 (50%)" in said


def test_manageability_in_words() -> None:
    calm = record(AccountLoad, account_id="7", week_start_date=WEEK)
    assert words.manageability([calm], DEFINITIONS).startswith("It is:")
    crowded = record(AccountLoad, account_id="7", week_start_date=WEEK, is_beyond_ties=True)
    assert words.manageability([crowded], DEFINITIONS).startswith(
        "account 7 is in conversation with more people"
    )


def test_accounts_of_several_networks_are_named_with_them() -> None:
    loads = [
        record(AccountLoad, network=network, handle="lab", week_start_date=WEEK, is_stretched=True)
        for network in ("x", "bluesky")
    ]
    assert "than @lab on X and @lab on Bluesky can answer" in words.manageability(loads, DEFINITIONS)
