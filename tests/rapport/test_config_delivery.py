"""Who gets what: what rapport.toml and the environment say of it, and what they can't say."""

from pathlib import Path

import pytest

from rapport.config import load_settings, read_config
from rapport.errors import ConfigError

GOOD = """
[delivery]
sender = "reports@lab.example"
pages_at = "https://reports.lab.example/rapport/"
agency = ["slack:press"]

[[clients]]
id = "lab"
name = "The Lab"
accounts = ["@the_lab"]

[[clients.deliveries]]
what = ["board", "day"]
mail = ["head@lab.example"]
chat = ["slack:press", "teams:board-room"]
"""


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rapport.toml"
    path.write_text(GOOD, encoding="utf-8")
    config = read_config(path)
    [to] = config.client("lab").deliveries
    assert (to.what, to.mail, to.chat) == (
        ["board", "day"],
        ["head@lab.example"],
        ["slack:press", "teams:board-room"],
    )
    assert config.delivery.agency == ["slack:press"] and config.client("lab").pages_at == ""
    assert config.delivery.pages_at == "https://reports.lab.example/rapport"


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('"board", "day"', '"bored"', 13, "board"),
        ('"head@lab.example"', '"head"', 14, "an address"),
        ('"head@lab.example"', '"a@b.example, c@d.example"', 14, "an address"),
        ('"slack:press", "teams:', '"press", "teams:', 15, "slack:name or teams:name"),
        ('"board", "day"', '"workbook"', 15, "takes no files"),
        ('mail = ["head@lab.example"]\nchat = ["slack:press", "teams:board-room"]', "", 13, "nobody gets it"),
        ('agency = ["slack:press"]', 'agency = ["slack:pres"]', 5, "'slack:pres' is named in agency"),
        ('name = "The Lab"', 'name = "The Lab"\npages_at = "lab.example"', 10, "write it as https://"),
        ('sender = "reports@lab.example"', "", 14, "names no sender"),
        ("https://reports.lab.example/rapport/", "reports.lab.example", 4, "write it as https://"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, before: str, after: str, line: int, words: str) -> None:
    assert before in GOOD
    path = tmp_path / "rapport.toml"
    path.write_text(GOOD.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert f"{path}:{line}: " in caught.value.message and words in caught.value.message


def test_servers_come_from_the_environment_and_show_no_secret(tmp_path: Path) -> None:
    given = {
        "RAPPORT_SMTP_URL": "smtp://rap%40lab.example:p%40ss@mail.lab.example",
        "RAPPORT_CHAT_WEBHOOKS": "press=https://hooks.example/s3cret board-room=https://teams.example/t0ken?sig=1",
    }
    settings = load_settings(tmp_path, secrets=given)
    server = settings.mail_server
    assert server and (server.host, server.port, server.encryption) == ("mail.lab.example", 587, "starttls")
    assert server.user == "rap@lab.example" and server.password
    assert server.password.get_secret_value() == "p@ss"
    assert settings.chat_webhooks["board-room"].get_secret_value() == "https://teams.example/t0ken?sig=1"
    assert not [secret for secret in ("p@ss", "p%40ss", "s3cret", "t0ken") if secret in repr(settings)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAPPORT_SMTP_URL", "mail.lab.example s3cret"),
        ("RAPPORT_SMTP_URL", "smtp://ana:s3cret@:25"),
        ("RAPPORT_SMTP_URL", "smtp://ana:s3cret@mail.lab.example:many"),
        ("RAPPORT_SMTP_URL", "https://ana:s3cret@mail.lab.example"),
        ("RAPPORT_CHAT_WEBHOOKS", "https://hooks.example/s3cret"),
        ("RAPPORT_CHAT_WEBHOOKS", "press=hooks.example/s3cret"),
    ],
)
def test_a_wrong_variable_is_named_and_not_quoted(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        load_settings(tmp_path, secrets={name: value})
    assert "s3cret" not in str(caught.value)
