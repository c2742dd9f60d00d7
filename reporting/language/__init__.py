"""The language and the time zone that a page is written in: English, German or French.

A text is written in English, in the code or in a template, and found in the catalog of the client's language (`de.po`,
`fr.po` beside this file). Python: `_("No relationship moved this week.")`, but not within an f-string. Templates: the
same, or `{% trans %}...{% endtrans %}`. Values have names, and are put in here: whole numbers as the language writes
them; `%%` is a percent sign. On a page a number stays on the line of the word behind it, and of what it is a part of.

`with speaking(language, zone):` surrounds the drawing of a client's pages; outside of it English and UTC are spoken.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

SOURCE = "en"  # what the code and the templates are written in: needs no catalog
FOLDER = Path(__file__).parent
NO_BREAK_SPACE = "\u00a0"
_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f]*")  # as any of the languages writes one
_PART_OF = re.compile(r"%\((\w+)\)s (\w{1,4}) (?=%\((\w+)\)s)")  # "%(part)s of %(whole)s"
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Speech:
    """What is spoken: a language by its code ("de"), and the time zone in which times are told.

    `space`: stands between a number and what is counted. No line of a page or mail ends there; in what goes to a
    terminal or a log it is an ordinary one, by which it can be searched.
    """

    language: str = SOURCE
    zone: ZoneInfo = _UTC
    space: str = " "

    @property
    def locale(self) -> Locale:
        """How numbers, lists are written. English is that of Europe: "A, B and C"."""
        return Locale("en", "GB") if self.language == SOURCE else Locale(self.language)


_speech: ContextVar[Speech] = ContextVar("speech", default=Speech())  # noqa: B039 - it is frozen


def speech() -> Speech:
    """What is spoken now."""
    return _speech.get()


@contextmanager
def speaking(language: str, zone: str = "UTC") -> Iterator[None]:
    """Within it, all texts are in this language ("de") and all times in this zone ("Europe/Berlin")."""
    before = _speech.set(Speech(language, ZoneInfo(zone), NO_BREAK_SPACE))
    try:
        yield
    finally:
        _speech.reset(before)


def gettext(message: str, /, **values: object) -> str:
    """The message in the language that is spoken, with the values in their places: `_("by %(day)s", day=...)`."""
    return _filled(_translations().gettext(message), values)


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form for the number, which is there as `%(num)s`: `ngettext("%(num)s post", "%(num)s posts", 1200)`."""
    return _filled(_translations().ngettext(one, many, number), {"num": number} | values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """The same where the English alone does not say what is meant: `pgettext("stage", "connected")`."""
    return _filled(_translations().pgettext(context, message), values)


def npgettext(context: str, one: str, many: str, number: int, /, **values: object) -> str:
    """Both."""
    return _filled(_translations().npgettext(context, one, many, number), {"num": number} | values)


_ = gettext


def N_(message: str) -> str:
    """Marks a message that stands in a table of words, and is translated where it is used: `_(WORDS[key])`."""
    return message


def word(words: Mapping[str, str], key: str) -> str:
    """What the table of words (marked by `N_`) has for the key, in the language that is spoken; else the key itself."""
    return _(words[key]) if key in words else key


def number(value: float | Decimal, decimals: int = 0, *, is_padded: bool = False) -> str:
    """ "1,200" as the language writes it, with at most so many decimals ("3.5"), or with just so many ("3.50")."""
    pattern = "#,##0" + ("." + ("0" if is_padded else "#") * decimals if decimals else "")
    return format_decimal(rounded(value, decimals), format=pattern, locale=speech().locale)


def rounded(value: float | Decimal, decimals: int) -> float | Decimal:
    """As people and spreadsheets round, by the digits that are written: 6.25 to 6.3. Babel and Python would go to the
    even digit, 6.2, and the same average would be another number on a page than in the workbook.
    """
    if isinstance(value, int) or not isfinite(value):
        return value
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def form_of(value: float, decimals: int) -> int:
    """1 or 2: for `ngettext`, the form that the language has for a number that may have decimals, as it is written.

    French has "0,1 conversation" and "1,9 conversation", English and German the plural of both.
    """
    return 1 if speech().locale.plural_form(float(rounded(value, decimals))) == "one" else 2


def install(templates: Environment) -> None:
    """Gives templates `{% trans %}`, `_`, `ngettext`, `pgettext` and `npgettext`, and `speech()`."""
    templates.policies["ext.i18n.trimmed"] = True
    templates.add_extension("jinja2.ext.i18n")
    # Values are put in by the functions below; the extension alone knows this attribute.
    templates.newstyle_gettext = True  # type: ignore[attr-defined]
    templates.globals |= {
        "gettext": _template_gettext,
        "ngettext": _template_ngettext,
        "pgettext": _template_pgettext,
        "npgettext": _template_npgettext,
        "speech": speech,
    }


@pass_eval_context
def _template_gettext(given: EvalContext, message: str, /, **values: object) -> str:
    return _filled(_html(given, _translations().gettext(message)), values)


@pass_eval_context
def _template_ngettext(given: EvalContext, one: str, many: str, number: int, /, **values: object) -> str:
    return _filled(_html(given, _translations().ngettext(one, many, number)), {"num": number} | values)


@pass_eval_context
def _template_pgettext(given: EvalContext, context: str, message: str, /, **values: object) -> str:
    return _filled(_html(given, _translations().pgettext(context, message)), values)


@pass_eval_context
def _template_npgettext(
    given: EvalContext, context: str, one: str, many: str, number: int, /, **values: object
) -> str:
    found = _translations().npgettext(context, one, many, number)
    return _filled(_html(given, found), {"num": number} | values)


def _html(given: EvalContext, message: str) -> str:
    """In a template that escapes, a message is HTML of ours, and the values are escaped as they are put in."""
    return Markup(message) if given.autoescape else message  # noqa: S704 - of the catalog, never of others


def _filled(message: str, values: dict[str, object]) -> str:
    written = {name: _written(value) for name, value in values.items()}
    space = speech().space
    # a message that is HTML stays that
    message = type(message)(_PART_OF.sub(lambda found: _held(found, written, space), message))
    message = message.replace("· ", f"·{space}")
    for name in (name for name, value in written.items() if _NUMBER.fullmatch(str(value))):
        message = message.replace(f"%({name})s ", f"%({name})s{space}")
    return message % written


def _held(found: re.Match[str], written: dict[str, object], space: str) -> str:
    part, between, whole = found.groups()
    is_count = _NUMBER.fullmatch(str(written[part])) and str(written[whole])[:1].isdigit()
    return f"%({part})s{space}{between}{space}" if is_count else found[0]


def _written(value: object) -> object:
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _translations() -> NullTranslations:
    return _catalog(speech().language)


@cache
def _catalog(language: str) -> NullTranslations:
    """The translations of a language: read from its .po file once, so that no compiled file has to be kept."""
    if language == SOURCE:
        return NullTranslations()
    with catalog_path(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def catalog_path(language: str) -> Path:
    """Where the catalog of a language lies."""
    return FOLDER / f"{language}.po"
