"""Which homes are the emulator's, and when its world ends there.

A home holds either the user's own rapport.toml or the emulator's; mixing invented people with real ones
would spoil both. The world's last day stays what it was when the home was made: another end is another
world, and its posts would come on top.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.stack.errors import StackError
from rapport.window import Window

WEEKS = 26
SEED = 7


@dataclass(frozen=True)
class World:
    """The scripted half year before `until` (a Monday, not included), with the audience of `seed`."""

    until: date
    seed: int = SEED

    @property
    def window(self) -> Window:
        """All of it, to be fetched in one run."""
        end = datetime.combine(self.until, time.min, UTC)
        return Window(end - timedelta(weeks=WEEKS), end)

    def last_days(self, count: int) -> tuple[datetime, datetime]:
        """The starts of the first and the last of its last `count` days."""
        end = self.window.end
        return end - timedelta(days=count), end - timedelta(days=1)


def of(settings: Settings) -> World | None:
    """The world of that home, None if the home is the user's own."""
    try:
        found = json.loads(_marker(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return World(date.fromisoformat(found["until"]), int(found["seed"]))


def settle(settings: Settings, until: date | None = None, seed: int = SEED) -> tuple[Settings, World]:
    """Makes the home the emulator's, once, by writing its rapport.toml; returns its settings and world.

    `until` defaults to the last Monday. Raises ConfigError for a home with a rapport.toml of its own, or
    with a world that ends at another time.
    """
    present = of(settings)
    if present is not None:
        if until not in (None, present.until) or seed != present.seed:
            raise ConfigError(
                f"{settings.home} holds the emulator's world until {present.until}, seed {present.seed}",
                f"leave out the date, or choose another RAPPORT_HOME, or remove {settings.home}",
            )
        return settings, present
    if settings.config_path.exists():
        raise ConfigError(
            f"{settings.config_path} is yours; invented conversations do not belong beside it",
            "run this with another RAPPORT_HOME, e.g. RAPPORT_HOME=./demo-home",
        )
    try:
        from emulator.demo import demo_config
    except ImportError as problem:
        raise StackError(
            f"the emulator is not installed ({problem.name})", "install the development group: uv sync"
        ) from problem
    chosen = World(until or last_monday(datetime.now(UTC).date()), seed)
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.config_path.write_text(demo_config(chosen.until), encoding="utf-8")
    _marker(settings).write_text(json.dumps(asdict(chosen), default=str), encoding="utf-8")
    return load_settings(settings.home), chosen


def last_monday(today: date) -> date:
    """Today, if it is one."""
    return today - timedelta(days=today.weekday())


def _marker(settings: Settings) -> Path:
    return settings.home / "emulator.json"
