"""The report says how it was checked, and names what warned; never a row, for it may be another client's."""

from rapport.config import Settings
from reporting.report import read_reports, write_reports


def test_the_report_says_how_many_rules_held_and_which_warned(harbour: Settings) -> None:
    [report], _ = read_reports(harbour)
    [checks] = [part.data for part in report.parts if part.section.name == "checks"]
    assert (checks.rule_count, checks.held_count, len(checks.warned)) == (40, 39, 1)
    page = write_reports(harbour, on_progress=lambda line: None)[0].read_text(encoding="utf-8")
    section = page[page.index('id="checks"') :].split("</section>")[0].replace("\u00a0", " ")
    assert "39 of 40 rules (98%) held" in section
    assert "One warns" in section
    assert "Half of the posts are of &lt;b&gt;another&lt;/b&gt; language." in section
    # by what name, and in which table, is for whoever runs it
    assert "language_drift_is_small" not in page and "1 of 5 rows" not in page
    assert "rival" not in page
