"""Every published column says what it means, once, and the glossary, the comments and the exposures say the same."""

import copy
import re
from collections import defaultdict
from typing import Any

import duckdb
import pytest

from quality import record, restatements
from rapport.definitions import definitions, with_definitions
from rapport.project import PROJECT_DIR
from reporting.lists import meanings, stated
from reporting.lists.columns import COLUMNS, Kind
from reporting.lists.declared import LISTS
from tests import contracts
from tests.dbt.conftest import Built

ROOT = PROJECT_DIR.parent
PUBLISHED = ("marts", "reports")
UNITS = {
    "id", "ids", "name", "word", "words", "text", "link", "yes or no", "date", "time (UTC)", "number",
    "rank, 1 is first", "share", "evenness, 0 to 1", "strength", "nearness", "times the usual gap", "as the measure",
    "as the definition", "US dollars",
    "minutes", "hours", "days", "weeks", "people", "accounts", "posts", "replies", "turns",
    "questions", "addresses", "acts", "exchanges", "conversations", "views", "topics", "steps", "levels",
    "pages", "errors", "objects", "gaps", "edits",
}  # fmt: skip
GRAINS = {
    "client", "account", "person", "post", "act", "conversation", "pair of accounts", "client and account",
    "client and person", "client and post", "client and conversation", "client, network and stream", "client and week",
    "client, person and conversation",
    "client and topic", "client, post and topic",
    "client and goal", "client and note", "client and outcome", "client and stakeholder", "client and tag",
    "client, person and week",
    "client, account and week", "client, network and week", "spell of a handle", "definition",
}  # fmt: skip
AMEC_LEVELS = {"output", "out-take", "outcome", "impact"}
META = {"unit": UNITS, "grain": GRAINS, "amec_level": AMEC_LEVELS, "means": None, "means_not": None}
# The words of the definitions, as the product uses them.
WORDS = """
    network; account; handle; spell; person; kind of person; bridged copy;
    client; us; them; stakeholder; owner; tag; note; post; kind; address; nod;
    conversation; lone post; root; missing parent; participant; started by; opened; last active; depth; width;
    discussion h-index; structural virality; turn; gap between turns; returner; evenness; exchange; response;
    real conversation; state; completeness; ledger; week; as of; stage; movement; new; deepened; held; cooled;
    lapsed; revived; evidence; reached out; first contact;
    networks of a tie; last contact; last mutual contact; active week; balance;
    strength; usual gap; shared third parties; nurture list; standing; not yet met; reached out to us; sought out;
    answered; in conversation; connected; fell silent; worth seeking out; waiting; question; answered within a day;
    hours; answered within a working day; settled; sparked; new to us; topic; topic of a client; nearness;
    reader; joined; stayed; left; context; goal; on course; behind; missed; outcome;
    consent basis; preceded by; manageable; stretched; usual; fewer than usual; won; lost;
    data complete; warning sign; worst first; new circles; without a shared acquaintance; place; unit;
    grain; amec level; output; out-take; impact; gap; window; landing file; build; receipt; publication; edition
"""

Manifest = dict[str, Any]
Tables = dict[str, list[str]]


@pytest.fixture(scope="module")
def tables(built: Built) -> Tables:
    """The published tables as they were really built: table -> its columns."""
    found: Tables = defaultdict(list)
    for table, column in built.connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name in ('marts', 'reports')"
    ).fetchall():
        found[table].append(column)
    return found


def _models(manifest: Manifest) -> dict[str, dict[str, Any]]:
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["package_name"] == "rapport"
    }


def _faults(manifest: Manifest, tables: Tables) -> set[str]:
    """What the columns of the published tables leave unsaid, or say outside of the vocabulary."""
    faults = set()
    models = _models(manifest)
    for table, columns in tables.items():
        described = models[table]["columns"]
        faults |= {f"{table}.{column}: is not built" for column in described.keys() - set(columns)}
        for column in columns:
            entry = described.get(column, {"description": "", "config": {"meta": {}}})
            if not entry["description"].strip():
                faults.add(f"{table}.{column}: description")
            meta = entry["config"].get("meta", {})
            for key, vocabulary in META.items():
                value = meta.get(key)
                if not isinstance(value, str) or (
                    value not in vocabulary if vocabulary is not None else not value.strip().endswith(".")
                ):
                    faults.add(f"{table}.{column}: {key}")
    return faults


def test_every_published_column_says_what_it_is_and_what_it_is_not(
    manifest: Manifest, tables: Tables
) -> None:
    assert len(tables) >= 26
    assert not _faults(manifest, tables)


def test_tables_have_the_columns_and_types_that_their_files_state(built: Built) -> None:
    query = (
        "select schema_name || '.' || table_name, list((column_name, data_type) order by column_index) "
        "from duckdb_columns() where database_name = current_database() and schema_name in ('marts', 'reports') "
        "group by all"
    )
    with duckdb.connect() as con:
        contracts.create_tables(con)
        wanted = dict(con.execute(query).fetchall())
    assert dict(built.connection.execute(query).fetchall()) == wanted


def test_no_number_is_wider_than_readers_can_hold(built: Built) -> None:
    """DuckDB sums integers to 128 bits, which Parquet, pandas and most drivers do not have."""
    wide = built.connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() where data_type like '%HUGEINT%'"
    ).fetchall()
    assert wide == []


def test_a_column_that_says_less_is_found(manifest: Manifest, tables: Tables) -> None:
    spoilt = copy.deepcopy(manifest)
    models = _models(spoilt)
    waiting = models["rpt_waiting"]["columns"]
    for key in META:
        del waiting["text"]["config"]["meta"][key]
    waiting["kind"]["config"]["meta"] |= {
        "unit": "furlongs",
        "grain": "moon",
        "amec_level": "hype",
        "means": "",
    }
    waiting["handle"]["description"] = " "
    del models["people"]["columns"]["account_count"]
    waiting["mood"] = waiting["kind"]
    assert _faults(spoilt, tables) == {
        *(f"rpt_waiting.text: {key}" for key in META),
        *(f"rpt_waiting.kind: {key}" for key in META if key != "means_not"),
        "rpt_waiting.handle: description",
        "people.account_count: description",
        *(f"people.account_count: {key}" for key in META),
        "rpt_waiting.mood: is not built",
    }


def test_a_quantity_means_the_same_wherever_it_stands(manifest: Manifest) -> None:
    """dbt lets doc blocks into descriptions only: what meta says of the same thing is held equal here."""
    said = defaultdict(set)
    for node in _models(manifest).values():
        for name, column in node["columns"].items() if node["schema"] in PUBLISHED else ():
            meta = column["config"]["meta"]
            said[name, column["description"]].add(tuple(meta[key] for key in META if key != "grain"))
    assert not {key: found for key, found in said.items() if len(found) > 1}


def test_a_tool_shows_what_a_column_means(built: Built, manifest: Manifest) -> None:
    comments = {
        (table, column): comment or ""
        for table, column, comment in built.connection.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            "where schema_name in ('marts', 'reports')"
        ).fetchall()
    }
    silent = set()
    for name, node in _models(manifest).items():
        for column, entry in node["columns"].items() if node["schema"] in PUBLISHED else ():
            parts = [entry["description"], *entry["config"]["meta"].values()]
            if not all(_plain(part) in comments[name, column] for part in parts):
                silent.add((name, column))
    assert not silent
    tables = built.connection.execute(
        "select table_name, comment from duckdb_tables() where schema_name in ('marts', 'reports') union all "
        "select view_name, comment from duckdb_views() where schema_name in ('marts', 'reports')"
    ).fetchall()
    assert not [table for table, comment in tables if "One row per" not in (comment or "").replace("\n", " ")]


def test_the_catalogs_have_what_a_build_says_of_the_columns(built: Built) -> None:
    of_build = meanings.read(built.connection)
    assert stated.comments() == {place: comment for place, comment in of_build.items() if comment}


LINKS = {column.label for column in COLUMNS.values() if column.kind is Kind.LINK}


def test_a_list_says_what_its_columns_mean_in_words_of_readers(built: Built) -> None:
    """No name of a column, a table or a file, and no command: its pages and its workbook go to clients."""
    comments = meanings.read(built.connection)
    said = {
        (listed.name, label): meaning
        for listed in LISTS
        for label, meaning in meanings.of(listed, listed.columns, comments)
    }
    assert len(said) > 300
    of_the_house = re.compile(r"\w_\w|[^\W\d]\w*\.[^\W\d]|`|\brapport\b")
    assert {place: meaning for place, meaning in said.items() if of_the_house.search(meaning)} == {}
    # nor anything that only whoever queries the file has to know
    of_queries = re.compile(
        r"\bescap|\bsort(?:s|ed)? by|\bjoins?\b|\bkeys?\b|\bnulls?\b|\bunique", re.IGNORECASE
    )
    assert {place: meaning for place, meaning in said.items() if of_queries.search(meaning)} == {}
    # a link to a post tells of the post, not of the network that is part of its id
    networks = {meaning for (_, label), meaning in said.items() if label.startswith("Network")}
    links = {place: meaning for place, meaning in said.items() if place[1] in LINKS}
    assert {label for _, label in links} == LINKS and len(networks) > 1
    assert {
        place: meaning for place, meaning in links.items() if meaning in networks or "id" in meaning.split()
    } == {}


def _plain(text: str) -> str:
    return " ".join(with_definitions(text).replace("*", "").replace("`", "").split())


def test_only_reports_are_public(manifest: Manifest) -> None:
    expected = {
        "staging": "private",
        "changes": "private",
        "quality": "private",
        "intermediate": "private",
        "marts": "protected",
        "reports": "public",
    }
    assert {
        name: node["access"]
        for name, node in _models(manifest).items()
        if node["access"] != expected[node["schema"]] or node["group"] != "rapport"
    } == {}


def test_exposures_name_what_is_really_read(manifest: Manifest) -> None:
    exposures = {
        exposure["name"]: {node.rpartition(".")[2] for node in exposure["depends_on"]["nodes"]}
        for exposure in manifest["exposures"].values()
    }
    published = {name for name, node in _models(manifest).items() if node["schema"] in PUBLISHED}
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "reporting").rglob("*.py"))
    read = set(re.findall(r"\b(?:reports|marts)\.([a-z]\w*[a-z]\b)", code)) | set(
        re.findall(r'"(rpt_\w+)"', code)
    )
    # the publication writes these of itself, not dbt
    read -= {record.NAME.rpartition(".")[2], restatements.NAME.rpartition(".")[2]}
    assert read <= published
    # every table of schema reports is read by both
    marts = {name for name in published if not name.startswith("rpt_")}
    assert exposures == {"html_report": read & marts, "bi": marts}


def _blocks(manifest: Manifest) -> dict[str, str]:
    return {
        doc["name"]: doc["block_contents"]
        for doc in manifest["docs"].values()
        if doc["package_name"] == "rapport" and not doc["name"].startswith("__")  # the page's own greeting
    }


def test_the_glossary_says_what_the_columns_say(manifest: Manifest) -> None:
    source = (PROJECT_DIR / "models" / "glossary.md").read_text(encoding="utf-8")
    made = re.sub(r"{% (docs \w+|enddocs) %}", "", source)
    written = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert written == made, "docs/glossary.md is not what its source says: run `make glossary`"

    spoken = {
        block.rpartition(".")[2]
        for node in _models(manifest).values()
        for entry in (node, *node["columns"].values())
        for block in entry["doc_blocks"]
    }
    assert not _blocks(manifest).keys() - spoken, "written down, and said of no table or column"


def test_the_glossary_has_every_word() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    bold = {" ".join(word.split()) for word in re.findall(r"\*\*([^*]+)\*\*", glossary)}
    assert not {word.strip().replace("\n", " ") for word in WORDS.split(";")} - bold
    stages = re.findall(r"^\| (\w+) \|", glossary, re.M)
    assert stages == ["stage", "stranger", "noticed", "acquainted", "conversing", "connected", "dormant"]


def test_what_stands_in_italics_is_a_definition(manifest: Manifest) -> None:
    """A reader is shown its value in that place: see macros/definitions.sql."""
    said = "\n".join([*_blocks(manifest).values(), *_descriptions(manifest)])
    named = set(re.findall(r"(?<!\*)\*(\w+)\*(?!\*)", said))
    assert named and not named - definitions().keys()


def test_the_definitions_are_published_as_they_were_used(built: Built) -> None:
    found = built.connection.execute(
        "select name, value, unit, reason, range, outside from reports.rpt_definitions"
    ).fetchall()
    assert {row[0]: row[1:] for row in found} == {
        name: (
            entry["value"],
            entry["unit"],
            entry["reason"],
            " to ".join(map(str, entry["range"])),
            entry["outside"],
        )
        for name, entry in definitions().items()
    }


def _descriptions(manifest: Manifest) -> list[str]:
    """What the models and their columns say of themselves."""
    return [
        text
        for node in _models(manifest).values()
        for entry in (node, *node["columns"].values())
        for text in (entry["description"], *map(str, entry["config"].get("meta", {}).values()))
    ]
