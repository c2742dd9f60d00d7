"""Runs of the extractor over HTTP, and what they have landed."""

from datetime import timedelta
from typing import Any

from extractors.fetching import steps
from extractors.landing import landing_files
from extractors.mastodon.dialect import DIALECT
from rapport.config import Settings
from rapport.window import Window
from tests.clock import UNTIL

NETWORK, RUN = "mastodon", "run-1"
WINDOW = Window(UNTIL - timedelta(days=7), UNTIL)
Page = landing_files.LandedPage


def fetch(settings: Settings, run_id: str = RUN, window: Window = WINDOW) -> list[str]:
    """A run; what it said."""
    said: list[str] = []
    for plan in (
        lambda: steps.plan_accounts(NETWORK, settings, run_id=run_id),
        lambda: steps.plan_threads(NETWORK, settings, window, run_id),
        lambda: steps.plan_missing(NETWORK, settings, window, run_id),
    ):
        for spec in plan():
            steps.fetch(NETWORK, settings, spec, window, run_id, said.append)
    return said


def pages(settings: Settings, stream: str, run_id: str = RUN) -> list[Page]:
    return list(landing_files.run_pages(settings.landing_dir, NETWORK, [stream], run_id))


def posts(settings: Settings, *streams: str, run_id: str = RUN) -> dict[str, dict[str, Any]]:
    """Posts that a run has landed, what is known of each from whatever page knows most."""
    found: dict[str, dict[str, Any]] = {}
    for stream in streams or DIALECT.with_posts():
        for page in pages(settings, stream, run_id):
            reading = DIALECT.read(page.envelope, page.body)
            for post in (*reading.own, *reading.posts):
                if post.get("text") is not None or "referenced_tweets" in post:
                    found[post["id"]] = found.get(post["id"], {}) | post
    return found
