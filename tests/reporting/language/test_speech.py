"""Texts, numbers, lists and times in the language and the zone that is spoken."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from jinja2 import DictLoader, Environment

from reporting import words
from reporting.definitions import Definition
from reporting.language import form_of, gettext, install, ngettext, npgettext, speaking, speech

LATE = datetime(2026, 9, 17, 23, 30, tzinfo=UTC)
NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"


def plain(text: str) -> str:
    """The text with common spaces, to be read beside what is written here."""
    return text.replace(NBSP, " ")


def held(text: str) -> str:
    """The text as pages have it: no line ends between a number and the word behind it, nor in "6 of 9"."""
    return re.sub(r"(?<=\d) (?=[^\W\d_])|(?<= (?:of|zu)) (?=\d)|(?<= (?:von|sur)) (?=\d)", NBSP, text)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "UTC", "Thu 17 Sep 2026, 23:30 UTC"),
        ("en", "Europe/Berlin", "Fri 18 Sep 2026, 01:30 CEST"),
        ("en", "Asia/Kolkata", "Fri 18 Sep 2026, 05:00 IST"),
        ("de", "Europe/Berlin", "Fr., 18. Sept. 2026, 01:30 Uhr MESZ"),
        ("de", "UTC", "Do., 17. Sept. 2026, 23:30 Uhr UTC"),
        ("fr", "Europe/Paris", "ven. 18 sept. 2026, 01:30 CEST"),
        ("fr", "America/Sao_Paulo", "jeu. 17 sept. 2026, 20:30 UTC-03:00"),
    ],
)
def test_a_moment_is_told_in_the_clients_zone_and_says_which(language: str, zone: str, said: str) -> None:
    with speaking(language, zone):
        assert plain(words.moment(LATE)) == said


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [(6.25, 1, "6.3"), (6.35, 1, "6.4"), (-0.25, 1, "-0.3"), (2.5, 0, "3"), (0.125, 2, "0.13"), (6.0, 1, "6"),
     (6.24, 1, "6.2"), (1234567, 0, "1,234,567"), (0.05, 1, "0.1"), (float("inf"), 1, "∞")],
)  # fmt: skip
def test_what_lies_in_the_middle_is_rounded_up_as_spreadsheets_do(
    value: float, decimals: int, said: str
) -> None:
    assert words.number(value, decimals) == said


@pytest.mark.parametrize(("share", "said"), [(0.125, "13%"), (0.285, "29%"), (0.5, "50%"), (1, "100%")])
def test_so_are_shares(share: float, said: str) -> None:
    assert words.percent(share) == said


def test_a_number_takes_the_form_of_what_is_written() -> None:
    with speaking("fr"):  # 1.95 is written 2
        assert [form_of(value, 1) for value in (1.94, 1.95)] == [1, 2]


def test_a_stage_is_counted_as_the_language_counts() -> None:
    with speaking("fr"):
        assert [words.at_stage("connected", number) for number in (1, 2)] == [
            f"1{NBSP}lien solide", f"2{NBSP}liens solides",
        ]  # fmt: skip
    assert words.at_stage("connected", 2) == "2 connected"


def test_a_time_without_a_date_is_of_the_same_zone_as_its_day() -> None:
    with speaking("en", "Pacific/Auckland"):
        assert (words.day(LATE), words.clock(LATE)) == (f"Fri{NBSP}18{NBSP}Sep", "11:30")
    with speaking("en", "America/Los_Angeles"):
        assert (plain(words.day(LATE)), words.clock(LATE)) == ("Thu 17 Sep", "16:30")
        assert plain(words.day(date(2026, 9, 17))) == "Thu 17 Sep"  # a day has no zone


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["16–22 November 2026", "30 November – 6 December 2026", "28 December 2026 – 3 January 2027"]),
        ("de", ["16.–22. November 2026", "30. November – 6. Dezember 2026", "28. Dezember 2026 – 3. Januar 2027"]),
        ("fr", ["16–22 novembre 2026", "30 novembre – 6 décembre 2026", "28 décembre 2026 – 3 janvier 2027"]),
    ],
)  # fmt: skip
def test_a_week_is_written_as_the_language_writes_it(language: str, said: list[str]) -> None:
    weeks = [date(2026, 11, 16), date(2026, 11, 30), date(2026, 12, 28)]
    with speaking(language):
        assert [plain(words.span(week)) for week in weeks] == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1,234,567", "3.5", "2", "67%", "A, B and C", "A, B and 3 others", "1,234 of 5,000 (25%)"]),
        ("de", ["1.234.567", "3,5", "2", f"67{NBSP}%", "A, B und C", "A, B und 3 weitere",
                f"1.234 von 5.000 (25{NBSP}%)"]),
        ("fr", [f"1{THIN}234{THIN}567", "3,5", "2", f"67{NBSP}%", "A, B et C", "A, B et 3 autres",
                f"1{THIN}234 sur 5{THIN}000 (25{NBSP}%)"]),
    ],
)  # fmt: skip
def test_numbers_shares_and_lists(language: str, said: list[str]) -> None:
    with speaking(language):
        assert [
            words.number(1_234_567), words.number(3.5, 1), words.number(2.0, 1), words.percent(2 / 3),
            words.listing(["A", "B", "C"]), words.listing(["A", "B", "C", "D", "E"]), words.share(1234, 5000),
        ] == [held(text) for text in said]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["with A, B and 3 others", "A, B and 3 others"]),
        ("de", ["mit A, B und 3 weiteren", "A, B und 3 weitere"]),
        ("fr", ["avec A, B et 3 autres", "A, B et 3 autres"]),
    ],
)
def test_those_who_are_not_named_stand_as_the_sentence_wants_it(language: str, said: list[str]) -> None:
    with speaking(language):
        names = ["A", "B", "C", "D", "E"]
        behind_with = gettext("with %(people)s", people=words.listing(names, is_with=True))
        assert [behind_with, words.listing(names)] == [held(text) for text in said]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 hours", "0.1 hours", "1 hour", "1.5 hours", "2 hours"]),
        ("de", ["0 Stunden", "0,1 Stunden", "1 Stunde", "1,5 Stunden", "2 Stunden"]),
        ("fr", ["0 heure", "0,1 heure", "1 heure", "1,5 heure", "2 heures"]),
    ],
)
def test_a_number_with_decimals_has_the_form_of_the_language(language: str, said: list[str]) -> None:
    with speaking(language):
        found = [str(Definition(value, "hours")) for value in (0, 0.1, 1.0, 1.5, 2)]
        assert found == [held(text) for text in said]
        assert [words.within(value) for value in (0.1, 1, 1.5, 2)] == found[1:]


def test_french_says_how_many_of_one_or_none() -> None:
    with speaking("fr"):
        assert words.share(0, 1, npgettext("of", "%(num)s reply", "%(num)s replies", 1)) == held(
            f"0 sur 1 réponse (0{NBSP}%)"
        )


@pytest.mark.parametrize("number", [0, 1, 2, 1200])
def test_a_plural_is_that_of_the_language(number: int) -> None:
    one, many = "%(num)s day", "%(num)s days"
    assert ngettext(one, many, number) == {0: "0 days", 1: "1 day", 2: "2 days", 1200: "1,200 days"}[number]
    with speaking("de"):
        assert (
            ngettext(one, many, number)
            == {0: f"0{NBSP}Tage", 1: f"1{NBSP}Tag", 2: f"2{NBSP}Tage", 1200: f"1.200{NBSP}Tage"}[number]
        )
    with speaking("fr"):  # where none is one
        assert ngettext(one, many, number) == {
            0: f"0{NBSP}jour", 1: f"1{NBSP}jour", 2: f"2{NBSP}jours", 1200: f"1{THIN}200{NBSP}jours",
        }[number]  # fmt: skip


def test_what_was_spoken_before_is_spoken_again_even_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), speaking("de", "Europe/Berlin"):
        assert (speech().language, speech().zone.key) == ("de", "Europe/Berlin")
        with speaking("fr"):
            assert speech().language == "fr"
        assert speech().language == "de"
        raise ZeroDivisionError
    assert (speech().language, speech().zone.key) == ("en", "UTC")
    assert words.duration(timedelta(days=2).total_seconds() / 3600) == "2 days"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "3 days (8 working hours)"),
        ("de", "3 Tage (8 Arbeitsstunden)"),
        ("fr", "3 jours (8 heures ouvrées)"),
    ],
)
def test_no_line_of_a_page_ends_between_a_number_and_what_it_counts(language: str, said: str) -> None:
    with speaking(language):
        assert words.waited(80, 8.5) == held(said) != said
    # in a terminal and a log it is found by an ordinary space
    assert words.waited(80, 8.5) == "3 days (8 working hours)"
    assert gettext("by %(who)s and %(what)s", who="@2001", what="7") == "by @2001 and 7"


def page(source: str, autoescape: bool = True) -> Environment:
    templates = Environment(loader=DictLoader({"page": source}), autoescape=autoescape)  # noqa: S701
    install(templates)
    return templates


def test_a_template_escapes_values_and_not_the_markup_of_its_own_text() -> None:
    source = (
        "{% trans name=who, n=1200 %}<b>{{ name }}</b>: {{ n }} at 100%{% endtrans %}"
        " {{ _('under %(percent)s', percent='<1') }}"
    )
    templates = page(source)
    assert templates.get_template("page").render(who="<i>") == "<b>&lt;i&gt;</b>: 1,200 at 100% under &lt;1"
    plain = page(source, autoescape=False)  # the plain part of a mail
    assert plain.get_template("page").render(who="<i>") == "<b><i></b>: 1,200 at 100% under <1"


def test_a_template_has_plurals() -> None:
    templates = page("{% trans num=n %}{{ num }} hour{% pluralize %}{{ num }} hours{% endtrans %}")
    assert [templates.get_template("page").render(n=number) for number in (1, 2000)] == [
        "1 hour",
        "2,000 hours",
    ]
    with speaking("de"):
        assert templates.get_template("page").render(n=2000) == f"2.000{NBSP}Stunden"
