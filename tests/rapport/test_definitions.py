"""The definitions of dbt_project.yml: each says what it is good for, and how far it may be moved."""

import re

import pytest

from rapport.definitions import definition, definitions, with_definitions
from rapport.project import PROJECT_DIR


@pytest.mark.parametrize("name", definitions())
def test_a_definition_has_a_unit_a_reason_and_a_range_that_it_lies_in(name: str) -> None:
    entry = definitions()[name]
    assert entry.keys() == {"value", "unit", "reason", "range", "outside"}
    least, most = entry["range"]
    assert least <= entry["value"] <= most
    assert least < most
    for sentence in (entry["reason"], entry["outside"]):
        assert len(sentence) > 15 and sentence.endswith(".")
    assert re.fullmatch(r"[a-z]+( [a-z]+)?", entry["unit"])


def test_every_definition_is_used() -> None:
    """By the models; how near a text has to be to a topic, by what looks for topics before they are built."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in PROJECT_DIR.rglob("*.sql"))
    elsewhere = PROJECT_DIR.parent / "extractors" / "topics" / "matching.py"
    unused = [name for name in definitions() if f"'{name}'" not in code]
    assert unused == ["topic_margin"]
    assert 'definition("topic_margin")' in elsewhere.read_text(encoding="utf-8")


def test_ranges_that_rest_on_another_definition() -> None:
    assert definition("connected_conversations") > definition("conversing_conversations")
    assert definition("dormant_weeks") > definition("step_down_weeks")
    assert definition("dormant_weeks") * 7 > definition("nurture_silent_days")
    assert definition("reader_weeks") > definition("reader_acting_weeks")
    assert definition("usual_weeks") > definition("usual_floor")
    assert definition("reply_weight") >= max(map(definition, ("quote_weight", "mention_weight")))


def test_a_text_says_the_values_of_the_definitions_that_it_names() -> None:
    weeks, share = definition("dormant_weeks"), definition("connected_balance")
    assert with_definitions("silent for *dormant_weeks*, *connected_balance*, *really*") == (
        f"silent for {weeks:g} weeks, {share:g}, *really*"
    )
