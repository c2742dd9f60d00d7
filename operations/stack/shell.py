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
    if environment().get("RAPPORT_X_BASE_URL") or world.of(settings) is None:
        return settings
    address = read_state(settings).get("emulator") if is_running(settings) else None
    if address:
        token = airflow.Secrets.of(airflow_home(settings)).emulator_token
        return replace(settings, x_base_url=address, x_bearer_token=SecretStr(token))
    if is_needed:
        raise StackError(
            f"{settings.home} holds the emulator's invented world, and the emulator is not running",
            "start it with `rapport up` (`make up`), or choose a home of your own with RAPPORT_HOME",
        )
    return settings
