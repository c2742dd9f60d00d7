"""What the network counts, on the page."""

from tests.reporting.pages import Page


def test_numbers_stand_apart_as_context(report: Page) -> None:
    said = report.words_between("And the numbers?", "What we know, and what we do not")
    assert "Context, not results." in said
    assert all(text in said for text in ("@harbourmuseum", "8,765", "123,456", "not known"))
    before = report.words[: report.words.rindex("And the numbers?")]
    assert not [word for word in ("123,456", "8,765", " likes ", "followers") if word in before]
