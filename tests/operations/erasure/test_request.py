"""What an erasure is asked for: whom rapport.toml names is refused however they are named, and what was asked for is
done, be it that the command was killed.
"""

from pathlib import Path

import pytest

from extractors.raw import raw_store
from extractors.state import tombstones, under_way
from extractors.state.store import open_state
from operations.erasure import everywhere as erasure
from operations.erasure import request
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.warehouse import connect
from tests.operations.cli.command import rapport
from tests.operations.forks import killed_at

DID = "did:plc:abcdefghijklmnopqrstuvwx"
SEEN = {
    "x": ("900", "Shy_Sparrow"),
    "bluesky": (DID, "rita.example"),
    "mastodon": ("wilma@fedi.test", "wilma@fedi.test"),
}
CLIENT = '[[clients]]\nid = "lab"\nname = "The Lab"\naccounts = ["101"]\nteam = ["@helper"]\n'
# Where each is named, and the lines that do it.
LISTED = {
    "clients.0.people.0.handle": '[[clients.people]]\nowner = "Mila"\nhandle = "{}"\n',
    "clients.0.stakeholders.0.handle": '[[clients.stakeholders]]\nwhy = "reads us"\nhandle = "{}"\n',
    "people.0.accounts.0": '[[people]]\nid = "them"\nname = "They"\naccounts = ["{}"]\n',
}
# As a file may name each, and as somebody may ask for them.
NAMED = {
    "x": ("@shy_sparrow", "x:900", "@SHY_Sparrow"),
    "bluesky": ("bluesky:@Rita.example", f"bluesky:{DID}"),
    "mastodon": ("mastodon:@Wilma@fedi.test", "mastodon:wilma@fedi.test"),
}
WHY = "on request"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return seeing(tmp_path / "home")


def seeing(home: Path) -> Settings:
    """A home that has seen one account on each network, and has looked up none."""
    home.mkdir()
    found = load_settings(home)
    with connect(found) as connection:
        raw_store.create_tables(connection)
        for network, (account_id, handle) in SEEN.items():
            connection.execute(
                "insert into raw.users (page_key, network, account_id, username, payload) values (?, ?, ?, ?, ?)",
                [f"{network}/p", network, account_id, handle, f'{{"username": "{handle}"}}'],
            )
    return found


def listing(settings: Settings, lines: str) -> Settings:
    (settings.home / "rapport.toml").write_text(CLIENT + lines, encoding="utf-8")
    return load_settings(settings.home)


@pytest.mark.parametrize("asked", [(network, text) for network, texts in NAMED.items() for text in texts])
@pytest.mark.parametrize("where", LISTED)
def test_whom_rapport_toml_names_is_refused_with_the_place(
    settings: Settings, where: str, asked: tuple[str, str]
) -> None:
    network, text = asked
    for named in NAMED[network]:
        settings = listing(settings, LISTED[where].format(named))
        said = list[str]()
        with pytest.raises(ConfigError) as refused:
            erasure.erase(settings, accounts={text: WHY}, on_progress=said.append)
        assert not [line for line in said if "noted" in line or "erased" in line], "nothing is, nor will be"
        line = CLIENT.count("\n") + LISTED[where].count("\n")
        assert refused.value.message.startswith(f"{settings.config_path}:{line}: {where} names ")
        assert "take it out of that file first" in refused.value.remedy
        with open_state(settings) as state:
            assert not tombstones.erased(state)
        assert not (settings.home / under_way.FILE).exists(), "what was refused is not taken up later"
    # once the line is gone, nothing stands in the way
    assert erasure.erase(listing(settings, ""), accounts={text: WHY}).account_count == 1


def test_our_own_are_refused_and_others_are_not(settings: Settings) -> None:
    settings = listing(
        settings, '[[clients.people]]\nowner = "Mila"\nhandle = "mastodon:@wilma@anders.test"\n'
    )
    for ours, where in (("101", "4: clients.0.accounts.0"), ("@Helper", "5: clients.0.team.0")):
        with pytest.raises(ConfigError, match=f"rapport.toml:{where} names"):
            erasure.erase(settings, accounts={ours: WHY})
    assert erasure.erase(settings, accounts={"mastodon:@wilma@fedi.test": WHY}).account_count == 1


def test_whoever_bore_the_handle_before_is_not_refused(settings: Settings) -> None:
    """By what was looked up it is another account that rapport.toml names."""
    settings = listing(settings, '[[clients.people]]\nowner = "Mila"\nhandle = "@shy_sparrow"\n')
    with open_state(settings) as state:
        state.remember_handles("x", {"shy_sparrow": "901"})
    assert erasure.erase(settings, accounts={"900": WHY}).account_count == 1


@pytest.mark.parametrize("network", SEEN)
def test_killed_it_goes_on_by_the_same_words_and_by_none(tmp_path: Path, network: str) -> None:
    account_id, handle = SEEN[network]
    asked, messages = {f"{network}:@{handle}": WHY}, list[str]()
    erasure.erase(seeing(tmp_path / "undisturbed"), accounts=asked, on_progress=messages.append)
    steps = [
        next(number for number, message in enumerate(messages) if words in message)
        for words in ("is noted", "tombstones of", "the file rewritten")
    ]
    for step, words in ((step, words) for step in steps for words in (asked, {})):
        settings = seeing(tmp_path / f"killed-{step}-{len(words)}")
        killed_at(step, erasure.erase, settings, accounts=asked)
        assert handle.lower() in (settings.home / under_way.FILE).read_text().lower()
        assert erasure.erase(settings, accounts=words).account_count == 1, messages[step]
        with open_state(settings) as state:
            assert (network, account_id) in tombstones.erased(state).accounts
            assert not tombstones.pending(state)
        assert not list(settings.home.glob(f"*{under_way.FILE}*")), "the handle is kept no longer than that"


@pytest.mark.parametrize("words", [{}, {"bluesky:@rita.bsky.social": WHY}])
def test_killed_it_still_knows_that_a_handle_was_seen_since_it_was_first_asked_for(
    settings: Settings, words: dict[str, str]
) -> None:
    named = frozenset({("bluesky", "rita.bsky.social")})
    under_way.write(settings, under_way.UnderWay(handles=named, unseen=named))
    with connect(settings) as connection:
        connection.execute("update raw.users set username = 'Rita.bsky.social' where network = 'bluesky'")
    rewritten = "warehouse: 1 pages taken out, the file rewritten"
    killed_at(rewritten, erasure.erase, settings, accounts={f"bluesky:{DID}": WHY})
    said = list[str]()
    forgotten = request.begin(settings, {}, words, said.append)
    assert forgotten.mask("with @rita", "bluesky") == forgotten.mask("with @rita") == "with @____"
    assert not under_way.read(settings).unseen and "no network has shown" not in " ".join(said)
    assert erasure.erase(settings).account_count == 1


def test_on_mastodon_whose_id_is_asked_for_is_known_by_the_handle(settings: Settings) -> None:
    named = frozenset({("mastodon", "gudrun@fedi.test")})
    under_way.write(settings, under_way.UnderWay(handles=named, unseen=named))
    forgotten = request.begin(settings, {}, {"mastodon:gudrun@fedi.test": WHY}, print)
    assert forgotten.mask("with @gudrun", "mastodon") == "with @______"


def test_what_cannot_be_done_is_not_taken_up_and_does_not_stop_what_can(settings: Settings) -> None:
    killed_at(0, erasure.erase, settings, accounts={"@shy_sparrow": WHY})
    said = list[str]()
    with pytest.raises(ConfigError, match="no handle that is known here"):
        erasure.erase(settings, accounts={"@nobody": WHY}, on_progress=said.append)
    assert not [line for line in said if "noted" in line]
    # Meanwhile somebody has put them on a list: that is said once.
    settings = listing(settings, '[[clients.people]]\nowner = "Mila"\nhandle = "@shy_sparrow"\n')
    with pytest.raises(ConfigError, match="names @shy_sparrow"):
        erasure.erase(settings)
    assert erasure.erase(settings) == erasure.NOTHING


def test_the_command_says_whether_there_was_anything_to_do(settings: Settings) -> None:
    done = rapport(settings.home, "erase", "--no-build")
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "Nothing was erased")
    assert "ask for it again" in done.stdout
    for _ in range(2):  # on Mastodon the id stays, and is the handle
        done = rapport(settings.home, "erase", "--no-build", "--account", "mastodon:@wilma@fedi.test")
        assert (done.returncode, "Erased 0 posts and 1 accounts" in done.stdout) == (0, True), done.stderr
    for code in (0, 2):
        done = rapport(settings.home, "erase", "--no-build", "--account", "@shy_sparrow")
        assert done.returncode == code
    assert "if it was erased, nobody is known by that handle any more" in done.stderr
