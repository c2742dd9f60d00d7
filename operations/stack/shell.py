"""What a command in a shell asks instead of X in a home of the emulator's world: the emulator, as the tasks do."""

from dataclasses import replace

from pydantic import SecretStr

from operations.stack import airflow, world
from operations.stack.errors import StackError
from operations.stack.runner import airflow_home, is_running, read_state
from rapport.config import Settings, environment


def with_emulator(settings: Settings, *, is_needed: bool = True) -> Settings:
    """The settings with the running emulator's address and token, if the home is the emulator's; else unchanged.

    So they are where RAPPORT_X_BASE_URL names an address. If the emulator does not run and `is_needed`, StackError is
    raised: X knows nothing of invented people, and reading from it costs money.
    """
    if is_needed and (problem := missing_emulator(settings)):
        raise problem
    address = _address(settings) if _is_of_emulator(settings) else None
    if not address:
        return settings
    token = airflow.Secrets.of(airflow_home(settings)).emulator_token
    return replace(settings, x_base_url=address, x_bearer_token=SecretStr(token))


def missing_emulator(settings: Settings) -> StackError | None:
    """What is wrong, and what to do, where the home asks the emulator and it does not run; else None."""
    if not _is_of_emulator(settings) or _address(settings):
        return None
    return StackError(
        f"{settings.home} holds the emulator's invented world, and the emulator is not running",
        "start it with `rapport up` (`make up`), or choose a home of your own with RAPPORT_HOME",
    )


def _is_of_emulator(settings: Settings) -> bool:
    return not environment().get("RAPPORT_X_BASE_URL") and world.of(settings) is not None


def _address(settings: Settings) -> str | None:
    return read_state(settings).get("emulator") if is_running(settings) else None
