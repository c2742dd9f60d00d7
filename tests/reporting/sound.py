"""What every page has to be in a browser, whatever it shows."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser


def expect_sound(browser: Browser, address: str, width: int, scheme: str) -> None:
    """That the page fits the width, says nothing in the console, opens no dialog, and that axe finds nothing."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert said == []
    page.close()
