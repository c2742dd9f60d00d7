"""Kinds of values in rapport.toml that need more than a type to be right."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

from rapport.networks import NETWORKS, AccountRef


class Strict(BaseModel):
    """A table of rapport.toml: a key that it does not know is an error."""

    # Where an error is shown as pydantic has it, it must not quote what somebody took for the place of a secret.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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


@dataclass(frozen=True)
class Owner:
    """Who of us keeps a tie: a name, or one of the client's own accounts."""

    name: str
    account: AccountRef | None = None


def _owner(value: object) -> Owner:
    if isinstance(value, Owner):
        return value
    name = " ".join(value.split()) if isinstance(value, str) else ""
    if not 0 < len(name) <= 80 or not name.isprintable():
        raise ValueError('an owner is who of you keeps the tie: a name, or one of your accounts as "@name"')
    is_account = name.startswith(("@", "did:")) or name.isdecimal() or name.partition(":")[0] in NETWORKS
    return Owner(name, AccountRef.parse(name) if is_account else None)


def _tag(value: str) -> str:
    """In small letters, with single spaces: what people type twice in two ways is one tag."""
    tag = " ".join(value.lower().split())
    # what begins with a letter or a digit is no formula, and a comma parts tags where they are listed
    if not 0 < len(tag) <= 40 or not tag[0].isalnum() or not tag.isprintable() or "," in tag or ";" in tag:
        raise ValueError(
            f"'{value}' is no tag: write a word or two, like press or \"city council\", without , and ;"
        )
    return tag


Cron = Annotated[str, AfterValidator(_cron)]
Account = Annotated[AccountRef, PlainValidator(_account)]
ClientId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
PersonId = ClientId
MailAddress = Annotated[str, Field(pattern=r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$", max_length=254)]
OwnerName = Annotated[Owner, PlainValidator(_owner)]
Tag = Annotated[str, AfterValidator(_tag)]
