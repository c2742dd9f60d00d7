"""One attempt at a walk, and what the timeline shows: for the tests of faults and of odd answers."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from emulator.model import Post, World
from extractors.fetching import pager
from extractors.fetching.context import Context
from extractors.fetching.streams import OVERLAP, Target
from extractors.landing import landing_files
from extractors.x import streams
from extractors.x.streams import Stream
from rapport.window import Window
from tests.clock import UNTIL

TIMELINE = "/2/users/:id/tweets"
OWN = replace(streams.OWN_POSTS, page_sizes=(5, 20))
WINDOW = Window(UNTIL - timedelta(weeks=6), UNTIL)


@dataclass
class Attempt:
    """One attempt at a walk: what it needs, and what it did."""

    context: Context
    waits: list[float] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def walk(self, stream: Stream = OWN, target: Target | None = None, window: Window = WINDOW) -> None:
        pager.walk(self.context, stream, target or us(self.context), window)

    def landed(self) -> list[str]:
        """Ids of the pages' own objects, in the order of pages."""
        pages = [landing_files.read(self.context.settings.landing_dir, key) for key in self.pages()]
        return [item["id"] for page in pages for item in page.body.get("data", [])]

    def pages(self) -> list[str]:
        return landing_files.keys(self.context.settings.landing_dir)


def us(context: Context) -> Target:
    return Target(context.run_id.split(" ")[0], path_id=context.run_id.split(" ")[0])


def expected(world: World, window: Window = WINDOW) -> list[str]:
    """Ids of the institute's posts that the timeline shows of the window, newest first."""
    return [post.post_id for post in shown(world, window) if post.author.handle == "lichtung_inst"]


def shown(world: World, window: Window) -> list[Post]:
    start = window.start - OVERLAP
    return [
        post
        for post in world.newest_first
        if start <= post.at < window.end and not post.is_gone and post.history[-1] == post.post_id
    ]
