"""Whatever stands in the place of a value, what is wrong is said in our own words, with the key and what to write."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from rapport.config import Config, read_config
from rapport.config_faults import fault
from rapport.errors import ConfigError

# A value of each kind that TOML has, and those at the ends of what it has.
VALUES: tuple[Any, ...] = (
    "words", "", "two\nlines", "http://[::1", "9" * 5_000, "x" * 400, 0, -1, 10**30, 1.5, float("nan"), float("inf"),
    True, date(2026, 11, 23), datetime.fromisoformat("2026-11-23T12:00"), datetime(2026, 11, 23, tzinfo=UTC),
    time(9, 30), [], ["words"], [""], [7], [[]], [{}], {}, {"shape": "round"},
)  # fmt: skip
# How each message of the parsers begins, or what it is about.
NOT_OURS = (
    "Input should", "String should", "List should", "Field required", "Extra inputs", "Datetimes", "Unable to",
    "valid ", "instance of", "dictionary", "Invalid ", "Value error", "at line", "pydantic", "does not fit; `rapport",
)  # fmt: skip
TABLE = {"model_type": "write a table", "missing": "is needed here", "extra_forbidden": "is not a key"}


def tables(kind: Any) -> Iterator[type[BaseModel]]:
    """The tables that a key may hold: its own, those of its list, or one that may be missing."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from tables(part)


def keys(table: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    """Every key of rapport.toml, with the table it stands in."""
    for name, field in table.model_fields.items():
        yield table, field.alias or name
        for inner in tables(field.annotation):
            yield from keys(inner)


def refused(folder: Path, text: str) -> tuple[Path, ConfigError]:
    """A rapport.toml with that text, and what reading it says."""
    path = folder / "rapport.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    return path, caught.value


KEYS = sorted(set(keys(Config)), key=lambda one: (one[0].__name__, one[1]))


def test_every_table_is_looked_at() -> None:
    assert len(KEYS) > 80 and {"Config", "Client", "Goal", "Hours", "Engine", "Recipients"} <= {
        table.__name__ for table, _ in KEYS
    }


@pytest.mark.parametrize(("table", "key"), KEYS, ids=[f"{table.__name__}.{key}" for table, key in KEYS])
def test_no_value_brings_the_words_of_a_parser(table: type[BaseModel], key: str) -> None:
    count = 0
    for value in VALUES:
        try:
            table.model_validate({key: value})
        except ValidationError as problem:
            for error in problem.errors(include_url=False):
                said = fault(Path("rapport.toml"), "", error)
                count += error["loc"][:1] == (key,)
                assert not [words for words in NOT_OURS if words in said], said
                assert len(said.split(": ", 2)[2]) > 10, said
                assert TABLE.get(error["type"], "") in said
    assert count > 5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("clients = 3", 1, "clients: write a list, in [brackets]"),
        ('[clients]\nid = "lab"', 1, "several tables begin with [[clients]] each"),
        ("alerts = true", 1, "alerts: write a table: its keys and values below [alerts]"),
        ("clients = [3]", 1, "clients.0: write a table: its keys and values below [[clients]]"),
        ('[alerts]\nwebhook = "maybe"', 2, "alerts.webhook: write true or false"),
        ("[backup]\nkeep = 0", 2, "backup.keep: is too little; write 1 or more"),
        ("[backup]\nkeep = 1.5", 2, "backup.keep: write a whole number"),
        ("[backup]\nto = 5", 2, "backup.to: write text, in quotes"),
        ('[schedule]\nfirst_day = "1 May"', 2, "schedule.first_day: write a day as 2026-11-23"),
        ('[privacy]\npublished = "all"', 2, 'write "private", "group" or "everyone"'),
        ('[delivery]\npages_at = "http://[::1"', 2, "is no address of a website"),
        ("[alerts]\nwebhook = maybe", 2, "this can't be read"),
        ("[alerts]\nwebhook = true\nwebhook = true", 3, "second time; keep one of them"),
        ("[alerts]\n\n[alerts]\n", 3, "second time; keep one of them"),
        ('[alerts]\nemail_to = ["a@example.org"\n\n', 2, "this can't be read"),
        (f"[backup]\nkeep = {'9' * 5_000}", 2, "this can't be read"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_to_write(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path, found = refused(tmp_path, text)
    assert found.message.startswith(f"{path}:{line}: ") and words in found.message
    assert not [words for words in NOT_OURS if words in str(found)]


LAB = '[[clients]]\nid = "{}"\nname = "Lab"\naccounts = ["@{}"]\n'
MESSAGES = '[clients.direct_messages]\nconsent = "all of us agreed"\n'
ANA = '[[people]]\nname = "Ana"\naccounts = ["@ana"]\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            LAB.format("lab", "lab") + LAB.format("lab", "shop"),
            6,
            "clients.1.id: two clients have the id lab",
        ),
        (
            LAB.format("a", "a") + MESSAGES + LAB.format("b", "b") + MESSAGES,
            11,
            "clients.1.direct_messages: two clients ask",
        ),
        (
            LAB.format("lab", "lab") + '[[clients.deliveries]]\nwhat = ["day"]\nmail = ["a@lab.example"]\n',
            7,
            "clients.0.deliveries.0.mail: lab is sent mails",
        ),
        ('[delivery]\nagency = ["slack:press"]\n', 2, "delivery.agency: 'slack:press' is named"),
        (ANA + '[[people]]\nname = "Ben"\naccounts = ["@ANA"]\n', 6, "people.1.accounts: @ANA stands twice"),
        (ANA + ANA, 5, "people.1.name: two people are"),
        (
            ANA.replace("name", 'id = "a"\nname') + ANA.replace("name", 'id = "a"\nname'),
            6,
            "people.1.id: two people",
        ),
        (ANA + 'kind = "bot"\n' + LAB.format("lab", "ana"), 3, "people.0.accounts: @ana is an account"),
        (ANA + 'owner = "@lab"\n', 4, "people.0.owner: @lab keeps the tie"),
    ],
)
def test_a_fault_between_several_keys_has_the_line_of_one_of_them(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path, found = refused(tmp_path, text)
    assert found.message.startswith(f"{path}:{line}: {words}")
