"""Pages without what is to be forgotten: found by the ids they bear, and otherwise left as they were, to the byte."""

import pytest

from rapport.forgotten import Forgotten
from reporting.redaction import PERSON_GONE, POST_GONE, with_accounts, without

PAGE = """<!doctype html>
<html><head><meta name="rapport" content="post-ids person-ids"><style>a > b {content: "&x"}</style></head>
<body><p data-person-ids="1 7">Ana Lima came closer.</p><p>First in line is Ana Lima &amp; co.</p>
<svg viewBox="0 0 1 1"><clipPath id="c"><path d="M0 0"/></clipPath></svg><br>
<LI data-post-id="5"><p>my secret<br> <b>x</b></p></LI><li data-post-id="6">@ana_l it&#39;s fine</li>
<span class="who" data-person-id="7"><a href="https://x.com/i/user/7"><bdi>Ana Lima</bdi></a> <bdi>@ana_l</bdi></span>
<!-- a comment --><p>mail ana_l or me@ana_l.example</p></body></html>
"""


def test_what_does_not_concern_the_page_leaves_it_as_it_was() -> None:
    assert without(PAGE, Forgotten(frozenset({"55"}), frozenset({"77"}), frozenset({"nobody"}))) == PAGE


def test_a_post() -> None:
    clean = without(PAGE, Forgotten(post_ids=frozenset({"5"})))
    assert clean == PAGE.replace("<p>my secret<br> <b>x</b></p>", POST_GONE)


def test_a_person_is_in_no_sentence_and_no_handle() -> None:
    clean = without(PAGE, Forgotten(account_ids=frozenset({"7"}), handles=frozenset({"ana_l"})))
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
    assert Forgotten(account_ids=frozenset({"7"}), handles=frozenset({"ana_l"})).mask(text) == masked


def test_whoever_has_several_accounts_goes_with_any_of_them() -> None:
    page = PAGE.replace('data-person-id="7"', 'data-person-id="person:ana"').replace(
        '"1 7"', '"x:1 person:ana"'
    )
    page = with_accounts(page, {"person:ana": ["x:7", "x:12"], "person:ben": ["x:8", "x:13"]})
    assert '<meta name="rapport-person" content="person:ana x:7 x:12">' in page
    assert "13" not in page, "of people whom the page does not name it says nothing"
    assert "Ana" not in without(page, Forgotten(account_ids=frozenset({"12"})))
    assert without(page, Forgotten(account_ids=frozenset({"13"}))) == page


def test_an_id_of_another_network_is_another_ones() -> None:
    of_y = PAGE.replace('data-person-id="7"', 'data-person-id="y:7"').replace('"1 7"', '"y:1 y:7"')
    of_y = of_y.replace('data-post-id="5"', 'data-post-id="y:5"')
    what = Forgotten(post_ids=frozenset({"5"}), account_ids=frozenset({"7"}))
    assert without(of_y, what) == of_y
    assert without(of_y.replace("y:", "x:"), what) == without(PAGE, what).replace(
        '"1 7"', '"x:1 x:7"'
    ).replace('data-person-id="7"', 'data-person-id="x:7"').replace('data-post-id="5"', 'data-post-id="x:5"')
