"""What each column of a list means, in words for readers: from the comments of the published file.

They stand there for whoever queries it, and so name columns, tables and files. Here a column is called what the list
calls it, and a sentence that speaks of something else of the house, or of how to query, is left out. They are in
English.
"""

import re
from collections.abc import Iterable

import duckdb

from reporting.lists.columns import COLUMNS, Kind
from reporting.lists.declared import LISTS, List

_MEASURED_IN = re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)?;[^;]*;[^;]*\)$")  # unit, grain and AMEC level
_SAMPLE = re.compile(r", such as \w+:\d+")  # of an id
_SENTENCES = re.compile(r"(?<=[.:]) (?=[A-Z0-9])")
# Names of columns, tables and files, commands, and what ids begin with.
_OF_THE_HOUSE = re.compile(r"\b\w+_\w+\b|\b[a-z]\w*\.[a-z]\w*|\brapport [a-z-]+|\b(?:dm|person):|network:")
# What only whoever queries the file has to know.
_OF_QUERIES = re.compile(r"\b(?:escape|joins?|keys?|null|unique|sort by|interactions)\b", re.IGNORECASE)
_OF_AN_ID = re.compile(r"\bids?\b", re.IGNORECASE)
# Only names with an underscore: no other can be told from a word.
_LABELS = {name: f"“{column.label}”" for name, column in COLUMNS.items() if "_" in name} | {
    one.table: f"“{one.title}”" for one in LISTS
}
_NAMES = re.compile(rf"\b(?:{'|'.join(sorted(_LABELS, key=len, reverse=True))})\b")


def read(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """(table of schema reports, column) -> its comment, of every published column that has one."""
    rows = con.execute(
        "select table_name, column_name, comment from duckdb_columns()"
        " where schema_name = 'reports' and comment is not null"
    ).fetchall()
    return {(table, column): comment for table, column, comment in rows}


def of(listed: List, columns: Iterable[str], comments: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    """The labels of these columns of a list, each with what it means; without those of which nothing is said."""
    found = []
    for name in columns:
        column = COLUMNS[name]
        comment = comments.get((listed.table, column.shows(name)), "")
        if meaning := in_words(comment, is_link=column.kind is Kind.LINK):
            found.append((column.label, meaning))
    return found


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
    return " ".join(sentences).strip()
