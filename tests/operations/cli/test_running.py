"""`rapport init` and `rapport run` as a new user meets them: in a folder with nothing in it."""

from pathlib import Path

import pytest

from rapport.config import read_config
from tests.operations.cli.command import rapport


def test_a_step_out_of_turn_says_which_comes_first(tmp_path: Path) -> None:
    done = rapport(tmp_path, "run")
    assert done.returncode == 2
    assert "rapport init" in done.stderr
    done = rapport(tmp_path, "check")
    assert done.returncode != 0
    assert "rapport" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_an_example_once(tmp_path: Path) -> None:
    assert rapport(tmp_path, "init").returncode == 0
    assert "[[clients]]" in (tmp_path / "rapport.toml").read_text(encoding="utf-8")
    again = rapport(tmp_path, "init")
    assert again.returncode == 2
    assert "--force" in again.stderr


@pytest.mark.parametrize(
    ("named", "accounts", "client_id", "next_step"),
    [
        (
            ("--bluesky", "@alice.example"),
            ["bluesky:@alice.example"],
            "alice-example",
            "Bluesky needs no key",
        ),
        (("--bluesky", "did:plc:abc"), ["bluesky:did:plc:abc"], "did-plc-abc", "Bluesky needs no key"),
        (
            ("--mastodon", "@Ana@host.test", "--x", "@_ana_", "--bluesky", "ana.example", "--x", "12"),
            ["bluesky:@ana.example", "mastodon:@Ana@host.test", "@_ana_", "12"],
            "ana-example",
            "X needs a key: set X_BEARER_TOKEN. Bluesky and Mastodon need no key",
        ),
        (("--x", "@___"), ["@___"], "us", "X needs a key"),
    ],
)
def test_init_takes_the_accounts_of_a_newcomer(
    tmp_path: Path, named: tuple[str, ...], accounts: list[str], client_id: str, next_step: str
) -> None:
    done = rapport(tmp_path, "init", *named)
    assert done.returncode == 0 and next_step in done.stdout, done.stderr
    [client] = read_config(tmp_path / "rapport.toml").clients
    assert [str(account) for account in client.accounts] == accounts
    assert client.id == client_id


@pytest.mark.parametrize(
    "named", [("--bluesky", "alice"), ("--mastodon", "@ana"), ("--x", 'a"b'), ("--x", "@ana", "--emulator")]
)
def test_init_refuses_what_names_no_account(tmp_path: Path, named: tuple[str, ...]) -> None:
    done = rapport(tmp_path, "init", *named)
    assert done.returncode == 2 and "What to do" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "rapport.toml").exists()
