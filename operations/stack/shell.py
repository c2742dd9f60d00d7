"""What a command in a shell asks in a home of the emulator's world: the emulator, as the tasks do."""

from dataclasses import replace

from operations.stack import airflow, emulated, world
from operations.stack.errors import StackError
from operations.stack.runner import airflow_home, is_running, read_state
from rapport.config import Settings


def with_emulator(settings: Settings, *, is_needed: bool = True) -> Settings:
    """The settings with the running emulator's address and secrets, if the home is the emulator's; else unchanged.

    So is what they say of a network for which the environment names an address (RAPPORT_X_BASE_URL and the like). If
    the emulator does not run and `is_needed`, StackError is raised: the networks know nothing of invented people, and
    reading from X costs money.
    """
    if is_needed and (problem := missing_emulator(settings)):
        raise problem
    networks = _emulated(settings)
    address = _address(settings) if networks else None
    if not address:
        return settings
    fields = emulated.fields(
        settings.config, address, airflow.Secrets.of(airflow_home(settings)).emulator_token
    )
    for network in networks:
        settings = replace(settings, **fields[network])
    return settings


def missing_emulator(settings: Settings) -> StackError | None:
    """What is wrong, and what to do, where the home asks the emulator and it does not run; else None."""
    if not _emulated(settings) or _address(settings):
        return None
    return StackError(
        f"{settings.home} holds the emulator's invented world, and the emulator is not running",
        "start it with `rapport up` (`make up`), or choose a home of your own with RAPPORT_HOME",
    )


def _emulated(settings: Settings) -> list[str]:
    """The networks that only the emulator can stand in for; none in a home of the user's own."""
    networks = emulated.unaddressed(settings.config)
    return networks if networks and world.of(settings) is not None else []


def _address(settings: Settings) -> str | None:
    return read_state(settings).get("emulator") if is_running(settings) else None
