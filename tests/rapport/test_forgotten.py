"""Which names are masked in a text, and which are somebody else's."""

import re
from dataclasses import replace

import pytest

from rapport.forgotten import Forgotten


def masked(network: str, handle: str, text: str, *, in_words: bool = False) -> str:
    known = Forgotten.of(network, account_ids={"1"}, handles={handle}).on(network)
    return known.mask_words(text) if in_words else known.mask(text)


@pytest.mark.parametrize(
    ("network", "handle", "text", "expected"),
    [
        ("x", "ana", "@ana. and @ana-b, x.com/ana", "@___. and @___-b, x.com/___"),
        ("bluesky", "ana.test", "@ana.test. And @Ana.Test!", "@________. And @________!"),
        ("bluesky", "ana.test", "https://bsky.app/profile/ana.test/post/3k", "https://bsky.app/profile/________/post/3k"),
        ("bluesky", "ana.test", "at://ana.test/app.bsky.feed.post/3k", "at://________/app.bsky.feed.post/3k"),
        ("mastodon", "ana@b.test", "@ana@b.test, hello", "@__________, hello"),
        ("mastodon", "ana@b.test", "https://b.test/@ana and https://B.test/@Ana/12", "https://b.test/@___ and https://B.test/@___/12"),
        ("mastodon", "ana@b.test", "https://b.test/users/ana", "https://b.test/users/___"),
        ("mastodon", "ana@b.test", "mail Ana@B.test, (ana@b.test).", "mail __________, (__________)."),
        ("mastodon", "ana@b.test", "@ana: hello, ＠Ana. (@ana)", "@___: hello, ＠___. (@___)"),
        ("bluesky", "ana.bsky.social", "@ana and @ana.bsky.social", "@___ and @_______________"),
    ],
)  # fmt: skip
def test_a_name_is_masked_by_as_many_underscores(network: str, handle: str, text: str, expected: str) -> None:
    assert masked(network, handle, text) == masked(network, handle, text, in_words=True) == expected


@pytest.mark.parametrize(
    ("network", "handle", "text"),
    [
        ("x", "ana", "@ana_b, @anab, @ana1"),
        ("bluesky", "ana.test", "@ana.test.example, @ana.test-b.example, @ana.tests"),
        ("bluesky", "ana.test", "https://bsky.app/profile/ana.test.example"),
        ("mastodon", "ana@b.test", "@ana@b.test.example, @ana@b.test:3000, @ana@b.test-c.example"),
        ("mastodon", "ana@b.test", "@ana_b, @ana.b, @ana-b, @ana@c.test, mail@ana, https://c.test/@ana"),
        ("bluesky", "ana.test", "@ana says so"),
        (
            "mastodon",
            "ana@b.test",
            "https://b.test/@ana@c.test, https://b.test/@ana.b, https://c.b.test/@ana",
        ),
        ("mastodon", "ana@b.test", "joana@b.test, x-ana@b.test, ana@b.test.example"),
        # the id of the account where it bears its network
        ("mastodon", "ana@b.test", "mastodon:ana@b.test"),
        # the address by which everybody knows a post
        ("mastodon", "ana@b.test", "https://b.test/users/ana/statuses/7"),
    ],
)
def test_a_longer_name_is_somebody_elses(network: str, handle: str, text: str) -> None:
    assert masked(network, handle, text) == masked(network, handle, text, in_words=True) == text


def test_in_short_a_name_stays_where_it_is_known_to_be_anothers() -> None:
    known = Forgotten(
        accounts=frozenset({("mastodon", "ana@b.test")}),
        handles=frozenset({("mastodon", "ana@b.test")}),
        of_namesakes=frozenset({("mastodon", "https://c.test/1")}),
    )
    text = "@ana or @ana@b.test"
    assert known.mask(text, "mastodon", "https://c.test/1") == "@ana or @__________"
    assert known.mask(text, "mastodon", "https://c.test/2") == known.mask(text) == "@___ or @__________"
    assert known.on("mastodon").is_namesake("Ana@c.test") and not known.on("mastodon").is_namesake(
        "ana@b.test"
    )


def test_in_a_post_that_means_both_the_names_go_that_are_theirs() -> None:
    post = "https://c.test/1"
    known = Forgotten(
        accounts=frozenset({("mastodon", "ana@b.test")}),
        handles=frozenset({("mastodon", "ana@b.test")}),
        of_both=frozenset({("mastodon", post, (True, False, True))}),
    )
    text = "@ana@b.test: @ana, ＠Ana and @ANA"
    masked = known.mask(text, "mastodon", post)
    assert masked == "@__________: @___, ＠Ana and @___" == known.mask(masked, "mastodon", post)
    # said in part, or of another post, nobody knows which is which
    assert known.mask("@ana, ＠Ana and", "mastodon", post) == "@___, ＠___ and"
    assert known.mask("@ana, @ana, @ana", "mastodon", "https://c.test/2") == "@___, @___, @___"


def test_in_an_error_a_name_stands_alone() -> None:
    said = "Profile ana.test not found, but b.ana.test and b-ana.test"
    assert masked("bluesky", "ana.test", said) == said
    assert masked("bluesky", "ana.test", said, in_words=True) == said.replace(" ana.test", " ________")


@pytest.mark.parametrize(
    "text",
    [
        "met @lina.test", "@lina@wald.test came", "@LINA@Wald.test", "ana@lina",
        "@Lina.Test, and others", "(@Lina.Test)", "@LINA.TEST came", "@Lina.Bsky.Social came",
        "@lina-mill.test", "@lina-bot@wald.test", "＠lina＠wald.test", "@lina＠wald.test",
        "bluesky:lina.test", "mastodon:lina@wald.test", "mastodon:@lina@wald.test",
        "https://wald.test/@lina", "netx.com/@lina", "https://wald.test/web/@lina",
    ],
)  # fmt: skip
def test_by_hand_the_whole_name_of_another_network_is_somebody_elses(text: str) -> None:
    known = Forgotten(handles=frozenset({("x", "lina")}))
    assert known.mask(text) == text and not known.mentions(text)


@pytest.mark.parametrize(
    ("network", "handle", "text"),
    [
        ("mastodon", "lina@wald.test", "mastodon:lina@wald.test"),
        ("mastodon", "lina@wald.test", "Mastodon:@Lina@Wald.Test, mail:lina@wald.test"),
        ("mastodon", "lina@wald.test", "＠lina＠wald.test, @lina＠wald.test and lina＠wald.test"),
        ("mastodon", "lina@wald.test", "@lina@wald.test.Then we left"),
        ("bluesky", "lina.test", "bluesky:lina.test and Bluesky:@Lina.test."),
        ("bluesky", "lina.test", "@lina.test.Then we left"),
        ("x", "lina", "x:lina, x:@lina and X:Lina"),
        ("x", "lina", "@lina.Then we left, @Lina.Then we left, and @LINA.I think"),
        ("x", "lina", "@lina.Then.We left, @lina.E.g. this"),
        ("mastodon", "lina@wald.test", "@lina@wald.test.Then.We left"),
        ("x", "lina", "@lina-like, -@lina, @ana/@lina, @ana.test/@lina, https://www.x.com/@lina"),
    ],
)
def test_by_hand_a_name_goes_however_it_is_spelled(network: str, handle: str, text: str) -> None:
    known = Forgotten(handles=frozenset({(network, handle)}))
    name = re.compile(handle.replace("@", "[@＠]"), re.IGNORECASE)
    assert known.mask(text) == name.sub(lambda found: "_" * len(found[0]), text) != text
    assert known.names(text)


@pytest.mark.parametrize(
    ("network", "handle"),
    [("x", "lina"), ("mastodon", "lina@wald.test"), ("bluesky", "lina.bsky.social")],
)
def test_by_hand_a_name_in_short_goes_wherever_it_stands_in_a_list(network: str, handle: str) -> None:
    known = Forgotten(handles=frozenset({(network, handle)}))
    text = "@bo/@lina, bo/@lina, -@lina\n–@lina"
    assert known.mask(text) == text.replace("lina", "____")
    for page in ("https://moor.test/@lina", "moor.test:443/@lina.", "https://moor.test/web/@lina"):
        assert known.mask(f"see {page}") == f"see {page}", "it is that of an account there"


def test_by_hand_the_address_of_a_page_ends_where_a_name_ends() -> None:
    known = Forgotten(handles=frozenset({("mastodon", "lina@wald.test")}))
    for end in (".Then we left", ".Then.We left", ". Then", "/12", "?x", "."):
        assert known.mask(f"https://wald.test/@lina{end}") == f"https://wald.test/@____{end}"
    for more in (".b", "-b", "_b", "@moor.test", ".b@moor.test"):
        assert known.mask(f"https://wald.test/@lina{more}") == f"https://wald.test/@lina{more}"


def test_what_names_a_network_and_digits_is_an_id() -> None:
    known = Forgotten(handles=frozenset({("x", "12345")}))
    assert known.mask("x:12345, or @12345") == "x:12345, or @_____"


@pytest.mark.parametrize(
    ("network", "handle"), [("mastodon", "lina@wald.test"), ("bluesky", "lina.bsky.social")]
)
def test_a_handle_that_nobody_was_seen_with_is_said_by_nobody_in_short(network: str, handle: str) -> None:
    known = Forgotten(handles=frozenset({(network, handle)}))
    unseen = replace(known, unseen=known.handles)
    for of in (None, network):
        assert known.mask("@lina came", of) == "@____ came"
        assert unseen.mask("@lina came", of) == "@lina came" and not unseen.names("@lina came", of)
        assert unseen.mask(f"@{handle} came", of) == f"@{'_' * len(handle)} came"
    # beside one who was seen
    both = unseen | Forgotten(handles=frozenset({(network, handle.replace("lina", "ana"))}))
    assert both.mask("@lina and @ana") == "@lina and @___"


def test_a_wide_sign_within_a_name_is_the_same_name() -> None:
    assert masked("mastodon", "ana@b.test", "@ana＠b.test, ana＠B.test") == "@__________, __________"


@pytest.mark.parametrize(
    "text", [".@lina said", "with @lina. Then", "@lina.", "@lina.Then", "(@lina)", "x.com/lina"]
)
def test_a_name_goes_wherever_a_sentence_has_it(text: str) -> None:
    known = Forgotten(handles=frozenset({("x", "lina")}))
    assert known.mask(text) == text.replace("lina", "____") == known.mask(text, "x") and known.mentions(text)
