"""Whatever stands in the place of a value, what is wrong is said in our own words, with the key and what to write."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

import rapport
from rapport.config import Config, read_config
from rapport.config_faults import faults
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
DAY = "write a day as 2026-11-23"
NO_KEY = "is not a key Rapport knows"
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
                [said] = faults(Path("rapport.toml"), "", [error], table)
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
        ("[backup]\nkeep = 1.2.3", 2, "this can't be read"),
        ("[backup]\nto = 10.0.0.1", 2, "this can't be read"),
        ("[schedule]\nfirst_day = 2027-13-03", 2, f"no such day as 2027-13-03; {DAY}"),
        ("[schedule]\nfirst_day = 2027-02-30", 2, f"no such day as 2027-02-30; {DAY}"),
        ("[schedule]\nfirst_day = 2027-3-3", 2, DAY),
        ("[schedule]\nfirst_day = 03.12.2027", 2, DAY),
        ("[schedule]\nfirst_day = 2027/12/03", 2, DAY),
        ("[schedule]\nfirst_day = 2027-12-03T25:00:00", 2, "this can't be read"),
        (
            '[schedule]\nfirst_day = "2027-13-03"',
            2,
            f"schedule.first_day: there is no such day as 2027-13-03; {DAY}",
        ),
        ('[schedule]\nfirst_day = "03.12.2027"', 2, f"schedule.first_day: {DAY}"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_to_write(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path, found = refused(tmp_path, text)
    assert found.message.startswith(f"{path}:{line}: ") and words in found.message
    assert not [words for words in NOT_OURS if words in str(found)]


SOUGHT = '[[clients.stakeholders]]\nhandle = "@ana"\nwhy = "peat"\n'
CLIENT = '[[clients]]\nid = "lab"\nname = "Lab"\naccounts = ["@lab"]\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (SOUGHT + CLIENT, 1, "[[clients.stakeholders]] stands before the first [[clients]]; write it below"),
        (
            '# us\n[clients.hours]  # ours\nfrom = "09:00"\n' + CLIENT,
            2,
            "[clients.hours] stands before the first",
        ),
        (SOUGHT, 1, "clients: [[clients.stakeholders]] stands here without a [[clients]] above it"),
        (SOUGHT + SOUGHT, 1, "clients: [[clients.stakeholders]] stands here without a [[clients]] above it"),
        (
            CLIENT.replace("[[clients]]", "[clients]") + CLIENT,
            5,
            "this is [[clients]], and line 1 has [clients]",
        ),
        (
            CLIENT + CLIENT.replace("[[clients]]", "[clients]"),
            5,
            "this is [clients], and line 1 has [[clients]]",
        ),
        ("[alerts]\n[[alerts]]\n", 2, "this is [[alerts]], and line 1 has [alerts]"),
        (CLIENT.replace("clients", "client"), 1, f"client: {NO_KEY}; perhaps [[clients]] is meant"),
        (CLIENT.replace("clients", "Clients"), 1, f"Clients: {NO_KEY}; perhaps [[clients]] is meant"),
        (
            CLIENT + SOUGHT.replace("holders", "holder"),
            5,
            f"clients.0.stakeholder: {NO_KEY}; perhaps [[clients.stakeholders]] is meant",
        ),
        (
            CLIENT + SOUGHT.replace("clients.", ""),
            5,
            f"stakeholders: {NO_KEY}; perhaps [[clients.stakeholders]] is meant",
        ),
        (CLIENT + '[hours]\nfrom = "09:00"\n', 5, f"hours: {NO_KEY}; perhaps [clients.hours] is meant"),
        ("[backups]\nkeep = 2\n", 1, f"backups: {NO_KEY}; perhaps [backup] is meant"),
        (CLIENT + 'color = "#000000"\n', 5, f"clients.0.color: {NO_KEY}; perhaps colour is meant"),
        (CLIENT + 'account = "@ana"\n', 5, f"clients.0.account: {NO_KEY}; perhaps accounts is meant"),
        (
            CLIENT + SOUGHT + 'language = "de"\n',
            8,
            f"clients.0.stakeholders.0.language: {NO_KEY}; it is a key of [[clients]], and stands below that line",
        ),
        ('language = "de"\n' + CLIENT, 1, f"language: {NO_KEY}; it is a key of [[clients]]"),
        ("[weather]\nrain = 1\n", 1, f"weather: {NO_KEY}; remove it, or check its spelling"),
        (CLIENT.replace('"Lab"', '""'), 3, "clients.0.name: is empty; write something"),
        (CLIENT.replace('"@lab"', ""), 4, "clients.0.accounts: is empty; write at least one"),
    ],
)
def test_what_is_misspelled_or_stands_in_the_wrong_place_is_said_with_what_is_meant(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path, found = refused(tmp_path, text)
    assert found.message.startswith(f"{path}:{line}: {words}")
    assert "at least 1" not in found.message


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
        ('[delivery]\nagency = ["slack:press"]\n', 2, "delivery.agency.0: 'slack:press' is named"),
        (
            ANA + '[[people]]\nname = "Ben"\naccounts = ["@ANA"]\n',
            6,
            "people.1.accounts.0: @ANA stands twice",
        ),
        (ANA + ANA, 5, "people.1.name: two people are"),
        (
            ANA.replace("name", 'id = "a"\nname') + ANA.replace("name", 'id = "a"\nname'),
            6,
            "people.1.id: two people",
        ),
        (ANA + 'kind = "bot"\n' + LAB.format("lab", "ana"), 3, "people.0.accounts.0: @ana is an account"),
        (ANA + 'owner = "@lab"\n', 4, "people.0.owner: @lab keeps the tie"),
    ],
)
def test_a_fault_between_several_keys_has_the_line_of_one_of_them(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path, found = refused(tmp_path, text)
    assert found.message.startswith(f"{path}:{line}: {words}")


# Eight lines without a fault; what is added has one.
WITHIN = LAB.format("lab", "lab") + 'team = [\n  "@ana",\n  "@ben",\n]\n'
KNOWN = '[[clients.people]]\nhandle = "@{}"\nowner = "{}"\n'
TOPIC = '[[clients.topics]]\nname = "{}"\nwords = [\n  "peat",\n  "{}",\n]\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('bots = [\n  "@max",\n  "@BEN",\n]\n', 11, "clients.0.bots.1: @BEN stands in both team and bots"),
        ('[[clients.people]]\nhandle = "@dora"\n', 10, "clients.0.people.0.handle: nothing is said of @dora"),
        (
            '[[clients.stakeholders]]\nwhy = "peat"\nhandle = "@Lab"\n',
            11,
            "clients.0.stakeholders.0.handle: @Lab stands in accounts as well",
        ),
        (KNOWN.format("ana", "Mila"), 10, "clients.0.people.0.handle: @ana stands in team as well"),
        (KNOWN.format("dora", "@eve"), 11, "clients.0.people.0.owner: @eve keeps the tie to @dora"),
        (
            '[[clients.stakeholders]]\nwhy = "peat"\nhandle = "@dora"\nowner = "Ana"\n'
            + KNOWN.format("Dora", "Ben"),
            15,
            "clients.0.people.0.owner: @Dora has two owners, Ana and Ben",
        ),
        (TOPIC.format("Peat", "***"), 13, "clients.0.topics.0.words.1: '***' is no word"),
        (
            '[[clients.topics]]\nname = "Peat"\nexamples = [\n"How old is peat?",\n"peat"]\n',
            13,
            "clients.0.topics.0.examples.1: 'peat' is no sentence",
        ),
        ('[[clients.topics]]\nname = "Peat"\n', 10, "clients.0.topics.0.name: nothing says how to find"),
        (
            TOPIC.format("Peat", "bog") + TOPIC.format("peat", "moor"),
            16,
            "clients.0.topics.1.name: two topics are called 'peat'",
        ),
        ('[[clients.deliveries]]\nwhat = ["day"]\n', 10, "clients.0.deliveries.0.what: nobody gets it"),
        (
            '[[clients.deliveries]]\nwhat = ["workbook"]\nchat = ["slack:a"]\n',
            11,
            "clients.0.deliveries.0.chat: a webhook takes no files",
        ),
        (
            '[[clients.deliveries]]\nwhat = ["day"]\nchat = [\n"slack:a",\n"press"]\n',
            13,
            "clients.0.deliveries.0.chat.1: 'press' names no chat",
        ),
        ('[clients.hours]\nfrom = "17:00"\nto = "09:00"\n', 11, "clients.0.hours.to: the hours end before"),
        ('hours.holidays = "Mars"\n', 9, "clients.0.hours.holidays: 'Mars' is no country"),
        ('[clients.hours]\nclosed = [\n2026-12-24,\n"Friday"]\n', 12, f"clients.0.hours.closed.1: {DAY}"),
        ('[engine]\nfolder = "here"\n', 10, "engine.folder: folder = 'here' depends on"),
        ('[engine]\nmaster = "spark://host:7077"\n', 10, "engine.master: the workers of"),
        (
            '[engine.settings]\n"spark.app.name" = "x"\nspark.master = "local"\n',
            11,
            "engine.settings.spark.master: spark.master can't be set",
        ),
        (
            "[engine.settings]\nspark.ui.enabled = []\n",
            10,
            "engine.settings.spark.ui.enabled: spark.ui.enabled is no text",
        ),
    ],
)
def test_a_fault_within_a_table_has_the_line_of_its_key_or_entry(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path, found = refused(tmp_path, WITHIN + text)
    assert found.message.startswith(f"{path}:{line}: {words}")


def test_every_rule_about_a_whole_table_names_a_place() -> None:
    """Pydantic would name the table alone."""
    sources = [path.read_text(encoding="utf-8") for path in Path(rapport.__file__).parent.glob("config*.py")]
    rules = [rule.partition("def ")[2] for source in sources for rule in source.split("@model_validator")[1:]]
    bodies = [re.split(r"\n    (?=@|def )|\n(?=\S)", rule)[0] for rule in rules]
    assert len(bodies) > 10
    assert not [body for body in bodies if "raise FaultAt(" not in body or "raise ValueError(" in body]


def test_faults_stand_in_the_order_of_their_lines(tmp_path: Path) -> None:
    _, found = refused(
        tmp_path,
        '[backup]\nkeep = 0\n[[clients]]\nteam = ["@the lab"]\nid = "The Lab"\n'
        '[alerts]\nwebhook = 3\nshape = "round"\n'
        '[[clients.goals]]\ntarget = -1\nwords = "w"\nby = "x"\nmeasure = "followers"\n'
        "[[people]]\n[polling]\nclose = 3\n",
    )
    lines = [int(line.split(":")[1]) for line in found.message.splitlines()]
    assert lines == [2, 3, 3, 4, 5, 7, 8, 10, 12, 13, 14, 14, 16]
