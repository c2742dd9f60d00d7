"""What each column of a list means, in words for readers: from the comments of the published file.

They stand there for whoever queries it, and so name columns, tables and files. Here a column is called what the list
calls it, and a sentence that speaks of something else of the house is left out. They are in English.
"""

import re

import duckdb

from reporting.lists.columns import COLUMNS
from reporting.lists.declared import LISTS, List

_MEASURED_IN = re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)?;[^;]*;[^;]*\)$")  # unit, grain and AMEC level
_SAMPLE = re.compile(r", such as \w+:\d+")  # of an id
_SENTENCES = re.compile(r"(?<=[.:]) (?=[A-Z0-9])")
# Names of columns, tables and files, commands, and what ids begin with.
_OF_THE_HOUSE = re.compile(r"\b\w+_\w+\b|\b[a-z]\w*\.[a-z]\w*|\brapport [a-z-]+|\b(?:dm|person):|network:")
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


def of(listed: List, comments: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    """The labels of the list's columns, each with what it means; without those of which nothing is said."""
    found = []
    for column_name in listed.columns:
        column = COLUMNS[column_name]
        source = column.uses[0] if column.uses else column_name
        if meaning := in_words(comments.get((listed.table, source), "")):
            found.append((column.label, meaning))
    return found


def in_words(comment: str) -> str:
    """A comment of the published file without names of columns, tables and files."""
    text = _MEASURED_IN.sub("", " ".join(comment.split()))
    text = _SAMPLE.sub("", text.replace(" Means: ", " ").replace(" (UTC)", ""))
    text = _NAMES.sub(lambda found: _LABELS[found[0]], text)
    sentences = [sentence for sentence in _SENTENCES.split(text) if not _OF_THE_HOUSE.search(sentence)]
    return " ".join(sentences).strip()
