"""Which homes hold the emulator's invented world, and how far that world reaches.

A home holds either the user's own data or the emulator's: mixed with invented people, real results would be wrong. A
home keeps the world it was made with. Another end date, or a change of the world's script, would add other posts on
top of the old ones.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from operations.stack.errors import StackError
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import DEFAULT
from rapport.networks import NETWORKS as KNOWN
from rapport.on_disk import make_home
from rapport.window import Window

WEEKS = 26
SEED = 7
# Where the clients of a new home have accounts.
NETWORKS = tuple(KNOWN)


@dataclass(frozen=True)
class World:
    """The invented half year before `until` (a Monday, not included); `seed` determines its audience.

    Everyday life goes on after it, so that each day has something to fetch.
    """

    until: date
    seed: int = SEED

    @property
    def window(self) -> Window:
        """The half year, as one window to fetch."""
        end = datetime.combine(self.until, time.min, UTC)
        return Window(end - timedelta(weeks=WEEKS), end)

    def window_at(self, now: datetime) -> Window:
        """All of it up to the end of yesterday, as one window to fetch."""
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return Window(self.window.start, max(self.window.end, today))


def last_days(window: Window, count: int) -> tuple[datetime, datetime]:
    """When the first and the last of a window's last `count` days start."""
    return window.end - timedelta(days=count), window.end - timedelta(days=1)


def of(settings: Settings) -> World | None:
    """The world of that home; None if the home is the user's own.

    It is read from the file that `settle` wrote, else from the emulator's rapport.toml (`rapport init --emulator`).
    """
    try:
        found = json.loads(_marker(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _of_config(settings)
    return World(date.fromisoformat(found["until"]), int(found["seed"]))


def settle(settings: Settings, until: date | None = None, seed: int = SEED) -> tuple[Settings, World]:
    """Makes a new home the emulator's by writing its rapport.toml; returns its settings and world.

    `until` is a Monday, by default the last one. Raises ConfigError for a home with a rapport.toml of the user, or
    with another world.
    """
    present = of(settings)
    if present is None and settings.config_path.exists():
        raise ConfigError(
            f"{settings.config_path} is yours; invented conversations do not belong beside it",
            "run this with another RAPPORT_HOME, e.g. RAPPORT_HOME=./demo-home",
        )
    if present and (until not in (None, present.until) or seed != present.seed):
        raise ConfigError(
            f"{settings.home} holds the emulator's world until {present.until}, seed {present.seed}",
            f"leave out the date, or choose another RAPPORT_HOME, or remove {settings.home}",
        )
    chosen = present or World(until or last_monday(settings.now().date()), seed)
    if chosen.until.weekday() != 0:
        raise ConfigError(f"{chosen.until} is no Monday", "the emulator's world is made of whole weeks")
    is_settled = _marker(settings).exists()
    networks = tuple(settings.config.networks) if is_settled else NETWORKS
    demo_config, fingerprint = _emulator(chosen, networks)
    if is_settled:
        known = json.loads(_marker(settings).read_text(encoding="utf-8"))["fingerprint"]
        if known != fingerprint:
            raise ConfigError(
                f"the emulator's world has changed since {settings.home} was filled from it",
                f"remove {settings.home}, or choose another RAPPORT_HOME",
            )
        return settings, chosen
    make_home(settings)
    settings.config_path.write_text(demo_config, encoding="utf-8")
    marker = asdict(chosen) | {"fingerprint": fingerprint}
    _marker(settings).write_text(json.dumps(marker, default=str), encoding="utf-8")
    return replace(load_settings(settings.home), now=settings.now), chosen


def _of_config(settings: Settings) -> World | None:
    """The world whose rapport.toml is exactly this one; None if there is none."""
    first_day = settings.config.schedule.first_day
    if first_day is None or first_day.weekday() != 0:
        return None
    chosen = World(first_day + timedelta(weeks=WEEKS))
    try:
        demo_config, _ = _emulator(chosen, tuple(settings.config.networks))
    except StackError:
        return None
    return chosen if settings.config_path.read_text(encoding="utf-8") == demo_config else None


def _emulator(chosen: World, networks: tuple[str, ...]) -> tuple[str, str]:
    """The rapport.toml that follows the world's clients on these networks, and a fingerprint of what is said there."""
    try:
        from emulator.demo import demo_config
        from emulator.elsewhere.world import build_elsewhere
        from emulator.life import WEEKS_ON
        from emulator.world import build_world
    except ImportError as problem:
        raise StackError(
            f"the emulator is not installed ({problem.name})", "install the development group: uv sync"
        ) from problem
    built = build_world(chosen.until, chosen.seed, WEEKS_ON)
    content = [f"{post_id} {post.text}" for post_id, post in sorted(built.posts.items())]
    if others := [name for name in networks if name != DEFAULT]:
        said = build_elsewhere(built, WEEKS_ON).posts
        content += [
            f"{post_id} {post.text}" for (name, post_id), post in sorted(said.items()) if name in others
        ]
    fingerprint = hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]
    return demo_config(chosen.until, networks), fingerprint


def last_monday(today: date) -> date:
    """The newest Monday up to today, which may be today."""
    return today - timedelta(days=today.weekday())


def _marker(settings: Settings) -> Path:
    return settings.home / "emulator.json"
