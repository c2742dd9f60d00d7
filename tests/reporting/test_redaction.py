"""Pages without what is to be forgotten: found by the ids they bear, and otherwise left as they were, to the byte."""

import pytest

from rapport.forgotten import Forgotten
from reporting.redaction import PERSON_GONE, POST_GONE, is_about, may_show, with_accounts, without

PAGE = """<!doctype html>
<html><head><meta name="rapport" content="post-ids person-ids"><style>a > b {content: "&x"}</style></head>
<body><p data-person-ids="1 7">Ana Lima came closer.</p><p>First in line is Ana Lima &amp; co.</p>
<svg viewBox="0 0 1 1"><clipPath id="c"><path d="M0 0"/></clipPath></svg><br>
<LI data-post-id="5"><p>my secret<br> <b>x</b></p></LI><li data-post-id="6">@ana_l it&#39;s fine</li>
<span class="person" data-person-id="7"><a href="https://x.com/i/user/7"><bdi>Ana Lima</bdi></a>
<bdi>@ana_l</bdi></span>
<!-- a comment --><p>mail ana_l or me@ana_l.example</p></body></html>
"""


def test_what_does_not_concern_the_page_leaves_it_as_it_was() -> None:
    assert without(PAGE, Forgotten.of("x", {"55"}, {"77"}, {"nobody"})) == PAGE
    assert without(PAGE, Forgotten.of("y", {"5"}, {"7"})) == PAGE


def test_a_post() -> None:
    clean = without(PAGE, Forgotten.of("x", post_ids={"5"}))
    assert clean == PAGE.replace(' data-post-id="5"><p>my secret<br> <b>x</b></p>', f">{POST_GONE}")


def test_an_outcome_that_names_nobody_goes_by_its_own_id() -> None:
    page = PAGE.replace(
        "<!-- a comment -->", '<li data-entry-id="7f"><p>we met</p></li><li data-entry-id="7e">kept</li>'
    )
    clean = without(
        page, Forgotten(accounts=frozenset({("x", "9")}), entries=frozenset({("outcome_id", "7f")}))
    )
    assert clean == page.replace(' data-entry-id="7f"><p>we met</p>', f">{PERSON_GONE}")
    assert (
        without(page, Forgotten(accounts=frozenset({("x", "9")}), entries=frozenset({("note_id", "7f")})))
        == page
    )


def test_what_was_kept_by_hand_about_somebody_leaves_no_mark() -> None:
    """Their id stays, and on Mastodon says who they are: so nothing beside it says what was kept about them."""
    page = PAGE.replace(
        "<!-- a comment -->",
        """<table><tr data-kept-of="x:7"><th><span data-person-id="x:7"><bdi>Anita Limes</bdi></span>
<span class="topic"><bdi>Peatlands</bdi></span></th></tr><tr data-kept-of="x:8"><th>Ben</th></tr></table>
<p>Anita Limes on Peatlands</p><p>no talk<span data-kept-of="x:7">, met on<br> 5 Oct</span>.</p>
<li data-person-id="x:7" data-tag="t1" data-stage="connected" data-stakeholder="1">Ana</li>
<li data-entry-id="e1" data-person-id="x:7">a call</li>""",
    )
    clean = without(page, Forgotten.of("x", account_ids={"7"}))
    assert (
        f"""<table><tr data-kept-of="x:8"><th>Ben</th></tr></table>
<p>{PERSON_GONE} on Peatlands</p><p>no talk.</p>
<li data-person-id="x:7" data-stage="connected">{PERSON_GONE}</li>
<li>{PERSON_GONE}</li>"""
        in clean
    )
    assert without(clean, Forgotten.of("x", account_ids={"7"})) == clean
    assert without(page, Forgotten.of("x", account_ids={"9"})) == page
    assert may_show('<span data-kept-of="x:7">', Forgotten.of("x", account_ids={"7"}))


def test_no_link_leads_to_a_post_that_is_forgotten() -> None:
    page = PAGE.replace(
        "<!-- a comment -->", '<a href="https://x.com/i/web/status/5">All</a><a href="#5">up</a>'
    )
    clean = without(page, Forgotten.of("x", post_ids={"5"}))
    assert '<a>All</a><a href="#5">up</a>' in clean


def test_a_person_is_in_no_sentence_and_no_handle() -> None:
    clean = without(PAGE, Forgotten.of("x", account_ids={"7"}, handles={"ana_l"}))
    assert "Ana" not in clean and "@ana_l" not in clean.replace("me@ana_l.example", "")
    assert (
        f'<p data-person-ids="1 7">{PERSON_GONE}</p><p>First in line is {PERSON_GONE} &amp; co.</p>' in clean
    )
    assert '<li data-post-id="6">@_____ it&#39;s fine</li>' in clean


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@Ana_L hi @ana_lima", "@_____ hi @ana_lima"),
        ("https://x.com/ana_l/status/5", "https://x.com/_____/status/5"),
        ("me@ana_l.example, ana_l", "me@ana_l.example, ana_l"),
        ("from:ana_l", "from:_____"),
    ],
)
def test_handles_are_masked_where_they_name_an_account(text: str, masked: str) -> None:
    assert Forgotten.of("x", account_ids={"7"}, handles={"ana_l"}).mask(text) == masked
    assert Forgotten.of("x", account_ids={"7"}, handles={"ana_l"}).mask(text, "y") == text


def test_whoever_has_several_accounts_goes_with_any_of_them() -> None:
    page = with_accounts(PAGE, {"7": ["7", "12"], "8": ["8", "13"]})
    assert '<meta name="rapport-person" content="7 7 12">' in page
    assert "13" not in page, "of people whom the page does not name it says nothing"
    clean = without(page, Forgotten.of("x", account_ids={"12"}))
    assert "Ana" not in clean
    assert "rapport-person" not in clean, "nothing in it is theirs any more, so it need not say who they are"
    assert "rapport-person" in without(page, Forgotten.of("x", post_ids={"5"}))
    assert without(page, Forgotten.of("x", account_ids={"13"})) == page


def test_in_short_a_name_stays_in_the_post_of_a_namesake() -> None:
    page = """<ul><li data-post-id="mastodon:https://b.test/1">@ana hi <b>@ana</b></li>
<li data-post-id="mastodon:https://b.test/2">@ana hi</li></ul><p>@ana</p>"""
    forgotten = Forgotten(
        accounts=frozenset({("mastodon", "ana@a.test")}),
        handles=frozenset({("mastodon", "ana@a.test")}),
        of_namesakes=frozenset({("mastodon", "https://b.test/1")}),
    )
    clean = without(page, forgotten)
    assert clean == page.replace('2">@ana', '2">@___').replace("<p>@ana", "<p>@___")


def test_a_style_sheet_names_nobody() -> None:
    page = "<html><head><style>@media print {a {b: c}}</style></head>\n<body>@media and more</body></html>"
    forgotten = Forgotten.of("x", account_ids={"7"}, handles={"media"})
    assert "<style>@media print" in without(page, forgotten) and "<body>@_____ and" in without(
        page, forgotten
    )
    assert not may_show(page.split("<body>")[0], forgotten)


@pytest.mark.parametrize(
    ("account", "is_theirs"), [("x:7", True), ("x:12", True), ("x:1", False), ("bluesky:7", False)]
)
def test_the_page_of_a_person_is_about_all_their_accounts(account: str, is_theirs: bool) -> None:
    page = PAGE.replace("<style>", '<meta name="rapport-person-page" content="x:7"><style>')
    page = with_accounts(page.replace('person-id="7"', 'person-id="x:7"'), {"x:7": ["x:7", "x:12"]})
    network, account_id = account.split(":")
    assert is_about(page, Forgotten.of(network, account_ids={account_id})) is is_theirs
    assert not is_about(PAGE, Forgotten.of(network, account_ids={account_id}))


TWO_NETWORKS = """<html><head><meta name="rapport" content="post-ids person-ids"></head>
<body><ul><li data-post-id="x:5">X's five, with @ana_l</li><li data-post-id="y:5">Y's five, with @ana_l</li></ul>
<p data-person-ids="x:7 y:7">Two came closer.</p><p>On which network is @ana_l?</p>
<table><tr><th data-person-id="x:7"><bdi>Ana Lima</bdi> <bdi>@ana_l</bdi></th>
<td data-post-id="x:6">Ana Lima, @ana_l</td></tr>
<tr><th data-person-id="y:7"><bdi>Ana Lima</bdi> <bdi>@ana_l</bdi></th>
<td data-post-id="y:6">Ana Lima, @ana_l</td></tr></table><p data-person-id="person:ana">Ana, of both.</p></body></html>
"""


@pytest.mark.parametrize(("network", "other"), [("x", "y"), ("y", "x")])
def test_equal_ids_and_names_of_another_network_stay(network: str, other: str) -> None:
    clean = without(TWO_NETWORKS, Forgotten.of(network, {"5"}, {"7"}, {"ana_l"}))
    assert f"<li>{POST_GONE}</li>" in clean
    assert f'<th data-person-id="{network}:7">{PERSON_GONE}</th>' in clean
    assert f'<td data-post-id="{network}:6">{PERSON_GONE}, @_____</td>' in clean
    assert f'<p data-person-ids="x:7 y:7">{PERSON_GONE}</p>' in clean
    # where nobody says of which network it is, the handle goes
    assert "On which network is @_____?" in clean
    for kept in (
        f'<li data-post-id="{other}:5">{other.upper()}\'s five, with @ana_l</li>',
        f'<th data-person-id="{other}:7"><bdi>Ana Lima</bdi> <bdi>@ana_l</bdi></th>',
        f'<td data-post-id="{other}:6">Ana Lima, @ana_l</td>',
        '<p data-person-id="person:ana">Ana, of both.</p>',
    ):
        assert kept in clean


def test_a_person_of_both_networks_goes_with_either_account() -> None:
    page = with_accounts(TWO_NETWORKS, {"person:ana": ["x:7", "y:8"]})
    for network, account_id, is_gone in (
        ("x", "7", True),
        ("y", "8", True),
        ("x", "8", False),
        ("y", "7", False),
    ):
        clean = without(page, Forgotten.of(network, account_ids={account_id}))
        assert ("Ana, of both." not in clean) is is_gone


BY_HAND = """<html><head><meta name="rapport" content="post-ids person-ids"></head>
<body><li data-person-id="x:7" data-tag="via%20%40ana%40wald.test"><bdi>Lena</bdi> <bdi class="handle">@ana</bdi>
<a href="https://x.com/i/user/7">x</a> <a href="people/index.html#tag=via+%2540ana%2540wald.test">tag</a>
<blockquote class="post-text">Met with @ana@wald.test, and @ana.</blockquote><bdi>@ana@wald.test</bdi>
<p data-person-ids="x:7 x:8">Then came @ana.</p><p data-post-id="x:5">as @ana said</p></li></body></html>
"""


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://x.com/%61na%5Fl?a=%2F+b%zz", "https://x.com/___%5F_?a=%2F+b%zz"),
        ("#tag=via%2520%25EF%25BC%25A0ana_l%2520a%252Fb", "#tag=via%2520%25EF%25BC%25A0_____%2520a%252Fb"),
        ("https://a.example/%EF%BF%40ana_l", "https://a.example/%EF%BF%40_____"),
        ("https://x.com/ana%5Flima", "https://x.com/ana%5Flima"),
    ],
)
def test_a_handle_goes_from_an_address_in_which_any_of_it_is_escaped(address: str, clean: str) -> None:
    """All else of the address stays as it was."""
    forgotten = Forgotten.of("x", handles={"ana_l"})
    assert without(f'<p><a href="{address}">y</a></p>', forgotten) == f'<p><a href="{clean}">y</a></p>'


def test_what_was_written_by_hand_may_name_people_of_any_network() -> None:
    """Around it stands somebody of X, whose own handle is said in the same way as the other's in short."""
    forgotten = Forgotten.of("mastodon", account_ids={"ana@wald.test"}, handles={"ana@wald.test"})
    clean = without(BY_HAND, forgotten)
    assert "wald.test" not in clean
    assert 'data-tag="via%20%40_____________"' in clean and "via+%2540_____________" in clean
    assert "Met with @_____________, and @___." in clean
    for kept in (
        '<bdi class="handle">@ana</bdi>',
        '<p data-person-ids="x:7 x:8">Then came @ana.</p><p data-post-id="x:5">as @ana said</p>',
    ):
        assert kept in clean
