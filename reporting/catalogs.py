"""Keeps the catalogs up to date with the texts of the code: `make catalogs`.

A new text appears in each catalog without a translation, which is then written there by hand; one that is gone is
removed. tests/reporting/language fails until both is done.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from rapport.config_clients import LANGUAGES
from reporting.language import SOURCE, catalog_path
from reporting.lists import meanings, stated

ROOM = Path(__file__).parent
_METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
_OPTIONS = {
    "**.j2": {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
}
_NO_BREAK, _NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
# What is typed with a common space -> what French has there.
_SPACES = {
    "fr": {" :": f"{_NO_BREAK}:", "« ": f"«{_NO_BREAK}", " »": f"{_NO_BREAK}»"}
    | {f" {sign}": f"{_NARROW}{sign}" for sign in ";?!"}
}
# Lines of the head that are no use here: a catalog changes only with its texts.
_DATED = tuple(
    f'"{name}: '.encode()
    for name in (
        "Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator",
        "Language-Team", "Generated-By",
    )
)  # fmt: skip


def extracted() -> Catalog:
    """Every text of the reporting room, and in which file it stands; and what columns of lists mean."""
    found = Catalog(charset="utf-8")
    for file, _, message, comments, context in extract_from_dir(
        ROOM, _METHODS, _OPTIONS, DEFAULT_KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(message, None, [(f"reporting/{file}", 0)], auto_comments=comments, context=context)
    for text in meanings.texts(stated.comments()):
        found.add(text, None, [("dbt_project/models/reports", 0)])
    return found


def read_catalog(language: str) -> Catalog:
    """The catalog of a language as it lies there; an empty one of a language that has none yet."""
    path = catalog_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> bytes:
    """What the catalog of a language has to be: today's texts, with the translations that it holds."""
    catalog = read_catalog(language)
    found = extracted()
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False, update_header_comment=False)
    catalog.obsolete.clear()
    for message in catalog:
        message.string = _spaced(language, message.string) if message.id else message.string
    catalog.fuzzy = False
    written = BytesIO()
    write_po(written, catalog, width=120, sort_by_file=True, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_DATED))


def _spaced(language: str, string: Any) -> Any:
    """The translation, or its forms, with spaces that do not break where the language has them."""
    if isinstance(string, tuple | list):
        return tuple(_spaced(language, form) for form in string)
    string = string or ""  # of a new text there is none yet
    for typed, wanted in _SPACES.get(language, {}).items():
        string = string.replace(typed, wanted)
    return string


def untranslated(catalog: Catalog) -> list[Message]:
    """Messages of a catalog without a translation, or with one that somebody has to look at again."""
    return [
        message
        for message in catalog
        if message.id
        and (
            message.fuzzy
            or not all(message.string if isinstance(message.string, tuple) else [message.string])
        )
    ]


def main() -> None:
    """Updates every catalog, and says what is left to translate."""
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        catalog_path(language).write_bytes(updated(language))
        left = untranslated(read_catalog(language))
        sys.stdout.write(f"{catalog_path(language)}: {len(left)} texts to translate\n")
        for message in left:
            sys.stdout.write(f"  {message.id!r}\n")


if __name__ == "__main__":
    main()
