"""Airflow's pages, by mouse and keyboard: what an operator does there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from playwright.sync_api import Browser, Locator, Page, expect

from operations.stack.runner import Address
from rapport.window import Window

EXTRACT = "x_extract"
# The first page of an Airflow that has just started takes as long as its half megabyte of scripts.
PATIENCE_MS = 600_000
_OPEN = "[data-state=open]"


class Pages:
    """A browser that is logged in."""

    def __init__(self, browser: Browser, address: Address) -> None:
        self._page = browser.new_page(viewport={"width": 1400, "height": 1400})
        self._page.set_default_timeout(PATIENCE_MS)
        self._dags = f"{address.airflow}/dags"
        self._page.goto(f"{self._dags}/{EXTRACT}")
        self._page.fill("input[name=username]", address.user)
        self._page.fill("input[name=password]", address.password)
        self._page.keyboard.press("Enter")
        self._page.wait_for_url("**/dags/**", timeout=PATIENCE_MS)

    def __enter__(self) -> "Pages":
        return self

    def __exit__(self, *error: object) -> None:
        self._page.close()

    def trigger(self, window: Window, dag_id: str = EXTRACT) -> None:
        """A single run of the window; the date that the form brings along stays as it is."""
        with self._form(dag_id) as form:
            self._pick(form, "A single run: from", window.start)
            self._pick(form, "A single run: until", window.end)
            form.get_by_role("button", name="Trigger", exact=True).click()
        # Airflow goes on to the page of the new run by itself.
        self._page.wait_for_url("**/runs/**", timeout=PATIENCE_MS)

    def backfill(self, first: datetime, last: datetime, which: str, dag_id: str = EXTRACT) -> None:
        """The days from the first to the last; `which` of them is the choice under Reprocess Behavior."""
        with self._form(dag_id) as form:
            form.get_by_text("Run this Dag for a range of dates").click()
            self._pick(form, "From", first)
            self._pick(form, "To", last)
            form.get_by_text(which, exact=True).click()
            form.get_by_role("button", name="Run Backfill").click()

    @contextmanager
    def _form(self, dag_id: str) -> Iterator[Locator]:
        self._page.goto(f"{self._dags}/{dag_id}")
        self._page.get_by_role("button", name="Trigger Dag", exact=True).click()
        form = self._page.locator(f"[data-scope=dialog][role=dialog]{_OPEN}")
        yield form
        expect(form).to_have_count(0, timeout=PATIENCE_MS)

    def _pick(self, form: Locator, label: str, moment: datetime) -> None:
        """Opens the calendar beside the label, and types day and time into it."""
        named = form.locator("label").filter(has_text=re.compile(f"^{label}\\W*$"))
        named.locator("xpath=ancestor::*[@role='group'][1]").get_by_test_id("datetime-input").click()
        calendar: Page | Locator = self._page.locator(f"[data-scope=popover]{_OPEN}[data-part=content]")
        for hint, text in (("YYYY/MM/DD", f"{moment:%Y/%m/%d}"), ("HH:mm", f"{moment:%H:%M}")):
            calendar.get_by_placeholder(hint).fill(text)
            calendar.get_by_placeholder(hint).press("Enter")
        form.get_by_role("heading").first.click()
