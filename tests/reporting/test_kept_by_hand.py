"""A frozen page after an erasure: beside an id, which may be a name, it says nothing that was kept by hand."""

import re

import duckdb

from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting.redaction import without
from reporting.report import write_reports

ANA, BEN = 'data-kept-of="x:11"', 'data-kept-of="x:12"'


def section(page: str, name: str) -> str:
    [found] = re.findall(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    return str(found)


def test_no_section_says_of_somebody_erased_what_was_kept_by_hand(harbour: Settings) -> None:
    met = "date '2026-10-05'"
    with duckdb.connect(str(harbour.published_path)) as con:
        con.execute(
            f"update reports.rpt_nurture set last_met_date = {met} where person_id in ('x:11', 'x:12')"
        )
        con.execute("update reports.rpt_nurture set is_stakeholder = true where person_id = 'x:11'")
    write_reports(harbour, on_progress=lambda line: None)
    page = (harbour.reports_dir / "harbour" / "2026-W47" / "index.html").read_text(encoding="utf-8")
    clean = without(page, Forgotten.of("x", account_ids={"11"}, handles={"ana_lima"}))
    for name, said in (
        ("nurture", "last meeting or call: "),
        ("nurture", "no exchange, meeting or call for"),
        ("nurture", ">stakeholder<"),
    ):
        before, after = section(page, name), section(clean, name)
        assert ANA in before and ANA not in after, name
        assert after.count(said) == before.count(said) - 1, said
    for name in ("stakeholders", "people", "tags"):
        assert ANA in section(page, name), name
    assert ANA not in clean and "Ana Lima" not in clean
    assert clean.count(BEN) == page.count(BEN) > 0
    # their line in the list of stakeholders is gone, and so is the sign that there was one
    lines = re.compile(r"<tr[ >]")
    wanted = section(page, "stakeholders")
    assert len(lines.findall(section(clean, "stakeholders"))) == len(lines.findall(wanted)) - 1
    assert 'data-person-id="x:11"' not in section(clean, "stakeholders")
    assert 'data-person-id="x:11"' not in section(clean, "tags")
