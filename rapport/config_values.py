"""Kinds of values in rapport.toml that need more than a type to be right."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

from rapport.networks import AccountRef


class Strict(BaseModel):
    """A table of rapport.toml: a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _cron(value: str) -> str:
    if len(value.split()) != 5:
        raise ValueError("a cron expression has five fields, e.g. '0 5 * * *' for five in the morning UTC")
    # imported here: few homes state a schedule, and every command reads this module
    from croniter import CroniterError, croniter

    try:
        croniter(value).get_next()
    except CroniterError as problem:
        raise ValueError(
            f"'{value}' is no time that ever comes: minute, hour, day, month, day of the week, e.g. '0 5 * * *'"
        ) from problem
    return value


def _account(value: object) -> AccountRef:
    if isinstance(value, AccountRef):
        return value
    if not isinstance(value, str):
        raise ValueError('an account is text: write a handle as "@name" or an id as "123", in quotes')
    return AccountRef.parse(value)


Cron = Annotated[str, AfterValidator(_cron)]
Account = Annotated[AccountRef, PlainValidator(_account)]
ClientId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
PersonId = ClientId
MailAddress = Annotated[str, Field(pattern=r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$", max_length=254)]
