"""What each column of a list means, in words for readers: from the comments of the published file.

They stand there for whoever queries it, and so name columns, tables and files. Here a column is called what the list
calls it, and a sentence that speaks of something else of the house, or of how to query, is left out.

The catalogs have what is left as texts (`texts`), with places for its numbers: these are set in dbt_project.yml. What a
file of other words says stays English.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import duckdb

from rapport.networks import NETWORKS
from reporting.language import N_, _, number
from reporting.lists.columns import COLUMNS, Kind
from reporting.lists.declared import LISTS
from reporting.lists.listed import List

_MEASURED_IN = re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)?;[^;]*;[^;]*\)$")  # unit, grain and AMEC level
_SAMPLE = re.compile(r", such as \w+:\d+")  # of an id
_SENTENCES = re.compile(r"(?<=[.:]) (?=[A-Z0-9])")
# Names of columns, tables and files, commands, and what ids begin with.
_OF_THE_HOUSE = re.compile(r"\b\w+_\w+\b|\b[a-z]\w*\.[a-z]\w*|\brapport [a-z-]+|\b(?:dm|person):|network:")
# What only whoever queries the file has to know.
_OF_QUERIES = re.compile(
    r"\b(?:escape|joins?|keys?|null|unique|sort by|interactions|published column)\b", re.IGNORECASE
)
_OF_AN_ID = re.compile(r"\bids?\b", re.IGNORECASE)
# Only names with an underscore: no other can be told from a word.
_LABELS = {name: f"“{column.label}”" for name, column in COLUMNS.items() if "_" in name} | {
    one.table: f"“{one.title}”" for one in LISTS
}
_NAMES = re.compile(rf"\b(?:{'|'.join(sorted(_LABELS, key=len, reverse=True))})\b")

_OF_NETWORKS = re.compile(rf"\b(?:{'|'.join(NETWORKS)})\b")
# What stands in a column of yes and no.
_YES_IF = re.compile(r"\bTrue (?=if|for|once|above)")
_YES_OR_NO = {"True": "“Yes”", "true": "“yes”", "False": "“No”", "false": "“no”"}
_YES_AND_NO = re.compile(rf"\b(?:{'|'.join(_YES_OR_NO)})\b")
_NUMBER = re.compile(r"(?<![\w:.])\d+(?:\.\d+)?(?![\w:])")  # not that of a time of day
# Of the table that publishing adds: its comments are for whoever queries it.
_OF_RESTATEMENTS = {
    "restated_at": N_("When the change was published."),
    "week_start_date": N_("Monday of the week whose number changed."),
    "network": N_("Network that the number is of; empty where it is of all."),
    "column_name": N_("Which number it is."),
    "value_before": N_("The number before; empty where there was none."),
    "value_after": N_("The number since then; empty where there is none any more."),
    "part_count_before": N_(
        "How many of those that a share was of had it; empty where the number is no share."
    ),
    "whole_count_before": N_("Of how many the share was; empty where the number is no share."),
    "part_count_after": N_(
        "How many of those that a share is of have it since then; empty where the number is no share."
    ),
    "whole_count_after": N_("Of how many the share is since then; empty where the number is no share."),
    "account_id": N_("Account of ours whose number it is; empty where it is the client's."),
    "is_redefined": N_("Yes if definitions had changed as well: then it may be counted otherwise."),
    "is_provisional": N_("Yes if the number before was published as not final, as its week was not settled."),
}


def read(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """(table of schema reports, column) -> its comment, of every published column that has one."""
    rows = con.execute(
        "select table_name, column_name, comment from duckdb_columns()"
        " where schema_name = 'reports' and comment is not null"
    ).fetchall()
    return {(table, column): comment for table, column, comment in rows}


def of(listed: List, columns: Iterable[str], comments: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    """The labels of these columns of a list, each with what it means in the language that is spoken; without those of
    which nothing is said."""
    found = []
    for name in columns:
        if meaning := _meaning(listed, name, comments):
            text, numbers = _with_places(meaning)
            found.append((COLUMNS[name].label, _(text, **numbers)))
    return found


def texts(comments: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """What the catalogs need of the meanings of all columns of all lists."""
    for listed in LISTS:
        for name in listed.columns:
            if meaning := _meaning(listed, name, comments):
                yield _with_places(meaning)[0]


def _meaning(listed: List, name: str, comments: Mapping[tuple[str, str], str]) -> str:
    column = COLUMNS[name]
    if listed.table == "rpt_restatements":
        return _OF_RESTATEMENTS[name]
    return in_words(comments.get((listed.table, column.shows(name)), ""), is_link=column.kind is Kind.LINK)


def _with_places(meaning: str) -> tuple[str, dict[str, str]]:
    """The meaning with a place for each of its numbers, and the numbers as the language that is spoken writes them."""
    numbers: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        name = f"n{len(numbers) + 1}"
        numbers[name] = number(float(found[0]), 6)
        return f"%({name})s"

    return _NUMBER.sub(place, meaning.replace("%", "%%")), numbers


def in_words(comment: str, *, is_link: bool = False) -> str:
    """A comment of the published file without names of columns, tables and files, and without advice on queries.

    `is_link`: the column leads to a post, and the comment is that of the post's id.
    """
    text = _MEASURED_IN.sub("", " ".join(comment.split()))
    text = _SAMPLE.sub("", text.replace(" Means: ", " ").replace(" (UTC)", ""))
    text = (
        text.replace("No key: handles", "Handles")
        .replace("Null for", "Empty for")
        .replace("null for", "empty for")
    )
    text = _NAMES.sub(lambda found: _LABELS[found[0]], text)
    left_out = [_OF_THE_HOUSE, _OF_QUERIES, *([_OF_AN_ID] if is_link else [])]
    sentences = [
        sentence
        for sentence in _SENTENCES.split(text)
        if not any(words.search(sentence) for words in left_out)
    ]
    text = _OF_NETWORKS.sub(lambda found: NETWORKS[found[0]].label, " ".join(sentences).strip())
    return _YES_AND_NO.sub(lambda found: _YES_OR_NO[found[0]], _YES_IF.sub("Yes ", text))
