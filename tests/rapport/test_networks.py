"""What the declarations say of ids, handles and addresses."""

import duckdb
import pytest

from rapport.networks import BLUESKY, MASTODON, AccountRef, Network, X, post_url, profile_url

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
POST = f"at://{DID}/app.bsky.feed.post/3kdgeujwlq32y"
STATUS = "https://social.example/users/ana/statuses/110000000000000001"


@pytest.mark.parametrize(
    ("network", "posts", "accounts", "handles"),
    [
        (X, ["1997"], ["12"], ["ana_L"]),
        (
            BLUESKY,
            [POST, f"at://{DID}/app.bsky.feed.repost/3kdgeujwlq32y", "at://did:web:ana.example/app.bsky.feed.post/a.b~c",
             *(f"at://{DID}/app.bsky.feed.post/{key}" for key in ("...", "..a", ".a.", "-", "~", ":", "pre:fix"))],
            [DID, "did:web:ana.example", "did:web:localhost%3A8080"],
            ["ana.example", "Ana.bsky.social", "xn--ls8h.test", "a-b.co"],
        ),
        (
            MASTODON,
            [STATUS, "http://127.0.0.1:8000/ap/1", "tag:old.example,2016-11-25:objectId=1:objectType=Status"],
            ["ana@social.example", "a.n-a_1@127.0.0.1:8080", "_@a"],
            ["Ana@Social.example", "ana@social.example"],
        ),
    ],
)  # fmt: skip
def test_each_network_knows_its_own_ids_and_handles(
    network: Network, posts: list[str], accounts: list[str], handles: list[str]
) -> None:
    assert all(map(network.is_post_id, posts))
    assert all(map(network.is_account_id, accounts))
    assert all(map(network.is_id, posts + accounts))
    assert all(map(network.is_handle, handles))


@pytest.mark.parametrize(
    ("network", "texts"),
    [
        (BLUESKY, ["", "12", "did:plc:", "did:plc:abc:", "at://ana.example/app.bsky.feed.post/1", f"{POST}/2"]),
        (BLUESKY, [f"at://{DID}/app.bsky.feed.like/1", f"at://{DID}/app.bsky.feed.post/", f"{POST} "]),
        (BLUESKY, [f"at://{DID}/app.bsky.feed.post/{key}" for key in (".", "..", "a@b", "a/b", "a%20b", "é")]),
        (MASTODON, ["", "12", "javascript:alert(1)", f"{STATUS} ", "https://", "Ana@social.example", "ana"]),
        (MASTODON, ["@ana@social.example", "ana@", "ana@-", "ana@social.example/x", "ana@b@c", "ana@social.example."]),
    ],
)  # fmt: skip
def test_what_is_no_id(network: Network, texts: list[str]) -> None:
    assert [text for text in texts if network.is_id(text)] == []


@pytest.mark.parametrize(
    ("network", "post", "account"), [(BLUESKY, POST, DID), (MASTODON, STATUS, "ana@social.example")]
)
def test_posts_are_no_accounts(network: Network, post: str, account: str) -> None:
    assert not network.is_account_id(post)
    assert not network.is_post_id(account)


@pytest.mark.parametrize("text", ["ana", "ana.1", "-a.example", "ana..example", DID])
def test_what_is_no_handle(text: str) -> None:
    assert not BLUESKY.is_handle(text)


@pytest.mark.parametrize("network", [X, BLUESKY, MASTODON])
def test_the_warehouse_reads_the_grammars_as_python_does(network: Network) -> None:
    for text in (
        "1997",
        DID,
        POST,
        f"{POST}/..",
        f"{POST[:-13]}..",
        f"{POST[:-13]}...",
        STATUS,
        "ana@social.example",
        "ana.example",
        f"{POST} ",
        "",
        "١٢",
    ):
        for grammar, is_one in (
            (network.post_id_grammar, network.is_post_id),
            (network.account_id_grammar, network.is_account_id),
        ):
            found = duckdb.execute("select regexp_full_match(?, ?)", [text, grammar]).fetchone()
            assert found == (is_one(text),)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("bluesky:@ana.example", AccountRef("bluesky", handle="ana.example")),
        ("bluesky:ana.example", AccountRef("bluesky", handle="ana.example")),
        (f"bluesky:{DID}", AccountRef("bluesky", account_id=DID)),
        ("mastodon:@Ana@social.example", AccountRef("mastodon", handle="Ana@social.example")),
        ("mastodon:ana@social.example", AccountRef("mastodon", account_id="ana@social.example")),
    ],
)
def test_accounts_are_named_with_their_network(text: str, account: AccountRef) -> None:
    assert AccountRef.parse(text) == account


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("@Ana@social.example", AccountRef("mastodon", handle="Ana@social.example")),
        ("@ana@127.0.0.1:8080", AccountRef("mastodon", handle="ana@127.0.0.1:8080")),
        ("@ana.bsky.social", AccountRef("bluesky", handle="ana.bsky.social")),
        (DID, AccountRef("bluesky", account_id=DID)),
        ("@ana_L", AccountRef("x", handle="ana_L")),
        ("12", AccountRef("x", account_id="12")),
    ],
)
def test_what_one_network_alone_can_mean_needs_no_network(text: str, account: AccountRef) -> None:
    assert AccountRef.parse(text) == account
    assert AccountRef.parse(f"{account.network}:{text}") == account


@pytest.mark.parametrize("text", ["ana@lab.example", "ana.example", "ana"])
def test_in_a_list_what_may_be_a_mail_address_or_a_word_names_nobody(text: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        AccountRef.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("@Ana", "x:@ana", True),
        ("mastodon:@Ana@social.example", "mastodon:ana@social.example", True),
        ("bluesky:@Ana.example", "@ana.example", True),
        ("@ana", "mastodon:@ana@social.example", False),
        ("12", "@12", False),
    ],
)
def test_the_same_way_to_name_an_account(one: str, other: str, is_same: bool) -> None:
    assert (AccountRef.parse(one).key == AccountRef.parse(other).key) is is_same


@pytest.mark.parametrize("text", [f"bluesky:{POST}", f"mastodon:{STATUS}", "bluesky:@ana", "mastodon:@ana"])
def test_what_names_no_account(text: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        AccountRef.parse(text)


def test_addresses_of_posts_and_profiles() -> None:
    assert post_url("bluesky", POST) == f"https://bsky.app/profile/{DID}/post/3kdgeujwlq32y"
    assert profile_url("bluesky", DID) == f"https://bsky.app/profile/{DID}"
    assert post_url("mastodon", STATUS) == STATUS
    assert profile_url("mastodon", "ana@social.example") == "https://social.example/@ana"
    assert profile_url("mastodon", STATUS) is None
    assert post_url("bluesky", DID) is None
