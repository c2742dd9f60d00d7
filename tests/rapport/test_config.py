"""rapport.toml: what is right is read, what is wrong is named with file, line, key and remedy."""

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from rapport.config import Config, load_settings, read_config
from rapport.errors import ConfigError
from rapport.networks import NETWORKS, AccountRef
from tests.invented_network import Y
from tests.operations.scripted_airflow import PASSWORD

GOOD = """
[schedule]
first_day = 2026-06-01

[[clients]]
id = "lab"
name = "The Lab"
accounts = ["@the_lab", "123"]
team = ["@mara"]

[[clients.stakeholders]]
handle = "@reporter"
why = "covers our field"

[[clients]]
id = "shop"
name = "The Shop"
accounts = ["@shop"]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rapport.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, GOOD))
    assert [client.id for client in config.clients] == ["lab", "shop"]
    assert config.client("lab").stakeholders[0].priority == 2
    assert config.schedule.first_day == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("before", "after", "line", "key", "words"),
    [
        ('id = "lab"', 'id = "The Lab"', 6, "clients.0.id", "lower-case"),
        ('"@the_lab", "123"', '"the lab"', 8, "clients.0.accounts.0", "@name"),
        (
            'why = "covers our field"',
            "why = 'x'\npriority = 9",
            14,
            "clients.0.stakeholders.0.priority",
            "write 3 or less",
        ),
        ('handle = "@reporter"', "", 11, "clients.0.stakeholders.0.handle", "needed"),
        ('name = "The Shop"', 'name = "The Shop"\nshape = "round"', 18, "clients.1.shape", "not a key"),
        ('name = "The Shop"', 'name = "The Shop"\nlanguage = "it"', 18, "clients.1.language", "en, de, fr"),
        ('name = "The Shop"', 'name = "The Shop"\nlanguage = ["de"]', 18, "clients.1.language", "en, de, fr"),
        (
            'name = "The Shop"',
            'name = "The Shop"\ntime_zone = "Berlin"',
            18,
            "clients.1.time_zone",
            "Europe/Berlin",
        ),
        (
            'name = "The Shop"',
            'name = "The Shop"\ntime_zone = "Europe"',
            18,
            "clients.1.time_zone",
            "Europe/Berlin",
        ),
        (
            'name = "The Shop"',
            'name = "The Shop"\ntime_zone = "../UTC"',
            18,
            "clients.1.time_zone",
            "Europe/Berlin",
        ),
        ('team = ["@mara"]', 'team = ["@the_lab"]', 9, "clients.0.team.0", "keep it in one"),
        ('id = "shop"', 'id = "lab"', 16, "clients.1.id", "two clients"),
    ],
)
def test_a_fault_names_line_key_and_remedy(
    tmp_path: Path, before: str, after: str, line: int, key: str, words: str
) -> None:
    assert before in GOOD
    path = written(tmp_path, GOOD.replace(before, after))
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert f"{path}:{line}: {key}: " in caught.value.message
    assert words in caught.value.message
    assert caught.value.remedy


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rapport.toml:2: this can't be read"):
        read_config(written(tmp_path, "[schedule]\nextract = \n"))


def test_the_example_is_valid() -> None:
    read_config(Path(__file__).parents[2] / "rapport" / "rapport.example.toml")


def test_a_missing_file_means_no_client(tmp_path: Path) -> None:
    assert load_settings(tmp_path).config == Config()


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no file"):
        load_settings(tmp_path, tmp_path / "elsewhere.toml")


def test_the_token_shows_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", "s3cret-token")
    settings = load_settings(tmp_path)
    assert settings.x_bearer_token is not None
    assert settings.x_bearer_token.get_secret_value() == "s3cret-token"
    assert "s3cret-token" not in repr(settings) + str(settings) + repr(settings.x_bearer_token)


def test_one_account_belongs_to_one_person(tmp_path: Path) -> None:
    person = '\n[[people]]\nname = "Ana"\naccounts = ["@ana", "77"]\nkind = "person"\n'
    config = read_config(written(tmp_path, GOOD + person))
    assert [
        (person.name, [str(ref) for ref in person.accounts], person.kind) for person in config.people
    ] == [("Ana", ["@ana", "77"], "person")]
    with pytest.raises(ConfigError, match="@ANA stands twice under people"):
        read_config(written(tmp_path, GOOD + person + '[[people]]\nname = "Ben"\naccounts = ["@ANA"]\n'))
    with pytest.raises(ConfigError, match="@mara is an account of a client and under people a bot"):
        read_config(written(tmp_path, GOOD + '[[people]]\nname = "M"\naccounts = ["@mara"]\nkind = "bot"\n'))


def test_people_of_the_list_keep_who_they_are(tmp_path: Path) -> None:
    person = '\n[[people]]\n{}name = "{}"\naccounts = ["{}"]\n'
    text = GOOD + person.format('id = "ana"\n', "Ana Lima", "@ana") + person.format("", "Ben", "@ben")
    # printf ben | sha256sum
    assert [person.person_id for person in read_config(written(tmp_path, text)).people] == [
        "person:ana",
        "person:6700869c8ff7",
    ]
    for twice in (
        person.format('id = "ana"\n', "Another", "@other"),
        person.format("", "BEN", "@other"),
        person.format('id = "6700869c8ff7"\n', "Another", "@other"),
    ):
        with pytest.raises(
            ConfigError, match=r"two people are person:\w+: .* and .*; give each an id of its own"
        ):
            read_config(written(tmp_path, text + twice))
    with pytest.raises(
        ConfigError, match=r"rapport.toml:21: people.0.id: 'A b' does not fit; write lower-case"
    ):
        read_config(written(tmp_path, GOOD + person.format('id = "A b"\n', "Ana", "@ana")))


@pytest.mark.parametrize(
    "cron", ["99 * * * *", "0 5 31 2 *", "a b c d e", "H 5 * * *", "0 5 * *", "@daily", "0 0 5 * * *"]
)
@pytest.mark.parametrize(
    ("table", "key"), [("schedule", "extract"), ("schedule", "edition"), ("erasure", "at"), ("backup", "at")]
)
def test_a_time_that_never_comes_is_refused(tmp_path: Path, table: str, key: str, cron: str) -> None:
    path = written(tmp_path, f'[{table}]\n{key} = "{cron}"\n')
    with pytest.raises(ConfigError) as refused:
        read_config(path)
    assert refused.value.message.startswith(f"{path}:2: {table}.{key}: ")
    assert "0 5 * * *" in refused.value.message


def test_times_that_come_are_taken(tmp_path: Path) -> None:
    for cron in ("0 0 * * *", "*/15 6-22 * * 1-5", "30 4 1,15 * *", "0 6 * * MON", "0 0 29 2 *"):
        assert read_config(written(tmp_path, f'[schedule]\nextract = "{cron}"\n')).schedule.extract == cron


def test_accounts_of_several_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, "y", Y)
    named = ["@acme", "77", "x:@mara", "x:beat", "x:78", "y:@acme", "y:carl.example", "y:77"]
    client = {"id": "lab", "name": "The Lab", "accounts": named}
    (config,) = Config.model_validate({"clients": [client]}).clients
    assert config.accounts == [
        AccountRef("x", handle="acme"),
        AccountRef("x", account_id="77"),
        AccountRef("x", handle="mara"),
        AccountRef("x", handle="beat"),
        AccountRef("x", account_id="78"),
        AccountRef("y", handle="acme"),
        AccountRef("y", handle="carl.example"),
        AccountRef("y", account_id="77"),
    ]
    assert [str(account) for account in config.accounts] == [
        "@acme", "77", "@mara", "@beat", "78", "y:@acme", "y:@carl.example", "y:77"
    ]  # fmt: skip
    # The same name on two networks is two accounts; on one it is one, however it is written.
    for other, is_one in (
        ("y:@mara", False),
        ("@MARA", True),
        ("x:Mara", True),
        ("y:78", False),
        ("x:78", True),
    ):
        both = {**client, "team": [other]}
        if is_one:
            with pytest.raises(ValidationError, match="stands in both accounts and team"):
                Config.model_validate({"clients": [both]})
        else:
            Config.model_validate({"clients": [both]})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("z:@acme", "'z:@acme' names no network we know; those there are: x"),
        ("https://x.com/acme", "names no network we know"),
        ("acme", "'acme' does not fit; write a handle as \"@name\" or an id as digits"),
        ("carl.example", "does not fit"),
        ("x:@", "does not fit"),
        ("x:", "does not fit"),
        ("@abcdefghijklmnop", "does not fit"),
        ("12345678901234567890", "does not fit"),
        ("@acme\n", "does not fit"),
    ],
)
def test_what_names_no_account_is_refused(tmp_path: Path, said: str, words: str) -> None:
    path = written(tmp_path, GOOD.replace('"@the_lab"', json.dumps(said)))
    with pytest.raises(ConfigError) as refused:
        read_config(path)
    assert f"{path}:8: clients.0.accounts.0: " in refused.value.message
    assert words in refused.value.message


def test_a_number_is_no_account(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"clients.0.accounts.1: an account is text"):
        read_config(written(tmp_path, GOOD.replace('"123"', "123")))


def test_a_goal_is_measured_by_a_published_column(tmp_path: Path) -> None:
    goal = '\n[[clients.goals]]\nwords = "w"\nmeasure = "{}"\ntarget = 3\nby = 2026-12-31\n'
    config = read_config(written(tmp_path, GOOD + goal.format("conversing")))
    assert config.clients[1].goals[0].measure == "conversing_count"
    with pytest.raises(ConfigError, match=r"nothing is measured as 'followers'.*reader_count"):
        read_config(written(tmp_path, GOOD + goal.format("followers")))


def test_a_share_that_is_meant_in_percent_is_refused(tmp_path: Path) -> None:
    goal = '\n[[clients.goals]]\nwords = "w"\nmeasure = "answered_within_day_share"\ntarget = {}\nby = 2026-12-31\n'
    assert read_config(written(tmp_path, GOOD + goal.format("0.9"))).clients[1].goals[0].target == 0.9
    with pytest.raises(ConfigError, match=r"target: a share is at most 1: for 90% write 0\.9"):
        read_config(written(tmp_path, GOOD + goal.format("90")))
    with pytest.raises(ConfigError, match="a share is at most 1: more than 100% is never reached") as caught:
        read_config(written(tmp_path, GOOD + goal.format("150")))
    assert "1.5" not in str(caught.value)  # which would be refused again


@pytest.mark.parametrize(
    "url",
    ["api-server:8080", "http://", "http://h:port", "ftp://h", f"http://admin:{PASSWORD}@h:8080"],
)
def test_an_airflow_that_has_no_address_is_said_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("RAPPORT_AIRFLOW_URL", url)
    monkeypatch.setenv("RAPPORT_AIRFLOW_PASSWORD", PASSWORD)
    with pytest.raises(ConfigError, match="RAPPORT_AIRFLOW_URL is no address") as refused:
        load_settings(tmp_path)
    assert PASSWORD not in str(refused.value)


def test_an_airflow_without_a_password_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_AIRFLOW_URL", "http://api-server:8080")
    with pytest.raises(ConfigError, match="RAPPORT_AIRFLOW_PASSWORD is not set"):
        load_settings(tmp_path)


def test_passwords_and_tokens_of_other_networks_are_by_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESKY_APP_PASSWORDS", "@Lab.example=abcd-efgh  shop.example=a=b")
    monkeypatch.setenv("MASTODON_TOKENS", "lab@Social.example=t0ken")
    monkeypatch.setenv("RAPPORT_MASTODON_BASE_URL", "http://127.0.0.1:8931/mastodon/{host}/")
    monkeypatch.setenv("RAPPORT_BLUESKY_BASE_URL", "http://127.0.0.1:8931/")
    settings = load_settings(tmp_path)
    passwords = {handle: found.get_secret_value() for handle, found in settings.bluesky_app_passwords.items()}
    assert passwords == {"lab.example": "abcd-efgh", "shop.example": "a=b"}
    assert settings.mastodon_tokens["lab@social.example"].get_secret_value() == "t0ken"
    assert settings.mastodon_base_url.format(host="social.example").endswith("8931/mastodon/social.example")
    assert (settings.bluesky_base_url, settings.bluesky_pds_url) == (
        "http://127.0.0.1:8931", "https://bsky.social",
    )  # fmt: skip
    assert "abcd" not in repr(settings) and "t0ken" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BLUESKY_APP_PASSWORDS", "lab.example=abcd s3cret-alone"),
        ("BLUESKY_APP_PASSWORDS", "lab.example="),
        ("MASTODON_TOKENS", "lab=s3cret"),
        ("RAPPORT_MASTODON_BASE_URL", "https://social.example/s3cret"),
        ("RAPPORT_BLUESKY_PDS_URL", "s3cret"),
    ],
)
def test_what_is_wrong_with_them_is_named_and_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name) as refused:
        load_settings(tmp_path)
    assert "s3cret" not in str(refused.value) and refused.value.remedy.startswith("write ")
