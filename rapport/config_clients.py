"""The tables of rapport.toml about a client: who it is, its accounts, whom it seeks and what it wants."""

from datetime import date
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from rapport import colours
from rapport.config_delivery import Recipients, Website
from rapport.config_faults import FaultAt
from rapport.config_hours import Hours
from rapport.config_values import Account, ClientId, OwnerName, Strict, Tag

# The measures of goals: names of published columns, as in int_goals__measures.
GOAL_MEASURES = (
    "connected_count", "conversing_count", "acquainted_count", "stakeholder_conversing_count", "reader_count",
    "waiting_count", "real_conversation_count", "exchange_count", "new_count", "answered_within_day_share",
)  # fmt: skip

# What a client's report is written in, as codes of ISO 639; reporting/language has a catalog of each but English.
Language = Literal["en", "de", "fr"]
LANGUAGES: tuple[str, ...] = get_args(Language)
# Of the board page of a client that states none.
DEFAULT_COLOUR = "#0b5f66"


class Listed(Strict):
    """Somebody on a list of the client's: who of us keeps the tie, and tags."""

    handle: Account
    owner: OwnerName | None = None
    tags: list[Tag] = Field(default=[])


class Stakeholder(Listed):
    """Somebody the client wants to be in conversation with, and why."""

    why: str = Field(min_length=1)
    topic: str = ""
    priority: int = Field(default=2, ge=1, le=3)


class KnownPerson(Listed):
    """Somebody else of whom an owner or tags are kept by hand."""

    @model_validator(mode="after")
    def _says_something(self) -> "KnownPerson":
        if self.owner is None and not self.tags:
            said = f"nothing is said of {self.handle}: add owner or tags, or remove the block"
            raise FaultAt(said, ("handle",))
        return self


class Goal(Strict):
    """What the client wants, in the client's own words, with a measure and a date."""

    words: str = Field(min_length=1)
    measure: str = Field(min_length=1)
    target: float = Field(ge=0, allow_inf_nan=False)
    by: date

    @field_validator("measure")
    @classmethod
    def _is_measured(cls, value: str) -> str:
        """The published name; `conversing` is short for `conversing_count`."""
        for name in (value, f"{value}_count"):
            if name in GOAL_MEASURES:
                return name
        raise ValueError(f"nothing is measured as '{value}'; there is {', '.join(GOAL_MEASURES)}")

    @model_validator(mode="after")
    def _is_within_reach(self) -> "Goal":
        """A share is at most 1: what was meant in percent would never be reached."""
        if self.measure.endswith("_share") and self.target > 1:
            in_percent = f"for {self.target:g}% write {self.target / 100:g}"
            is_percent = self.target <= 100
            said = f"a share is at most 1: {in_percent if is_percent else 'more than 100% is never reached'}"
            raise FaultAt(said, ("target",))
        return self


class Topic(Strict):
    """What a client talks about, in its own words: words that name it, and sentences about it in any language."""

    name: str = Field(min_length=1, max_length=60)
    words: list[str] = Field(default=[])
    examples: list[str] = Field(default=[])

    @field_validator("name")
    @classmethod
    def _is_no_formula(cls, value: str) -> str:
        """It stands in tables and in topics.csv, which people open in a spreadsheet."""
        if not value[0].isalnum():
            raise ValueError(f"'{value}' begins with a sign; begin the name of a topic with a letter")
        return value

    @field_validator("words")
    @classmethod
    def _are_words(cls, value: list[str]) -> list[str]:
        """Words and phrases; a * at the end stands for any ending."""
        for number, word in enumerate(value):
            if not any(sign.isalnum() for sign in word) or "*" in word[:-1]:
                said = f"'{word}' is no word; write a word or a phrase, with * for any ending: peat*"
                raise FaultAt(said, (number,))
        return value

    @field_validator("examples")
    @classmethod
    def _are_sentences(cls, value: list[str]) -> list[str]:
        for number, example in enumerate(value):
            if len(example.split()) < 2 and len(example) < 10:
                raise FaultAt(f"'{example}' is no sentence; a word alone stands in `words`", (number,))
        return value

    @model_validator(mode="after")
    def _can_be_found(self) -> "Topic":
        if not (self.words or self.examples):
            said = f"nothing says how to find '{self.name}'; give it words, or examples, or both"
            raise FaultAt(said, ("name",))
        return self


class Budget(Strict):
    """What may be spent on the network's API, in US dollars."""

    # The smallest search may cost $0.45; with a lower budget nothing would ever be fetched.
    usd_per_day: float = Field(ge=0.5)
    usd_per_month: float = Field(ge=0.5)


class DirectMessages(Strict):
    """Direct messages are fetched only if the consent for it is written down here."""

    consent: str = Field(min_length=10)


class Client(Strict):
    """Whom the reporting is for."""

    id: ClientId
    name: str = Field(min_length=1)
    accounts: list[Account] = Field(min_length=1)
    team: list[Account] = Field(default=[])
    bots: list[Account] = Field(default=[])
    stakeholders: list[Stakeholder] = Field(default=[])
    people: list[KnownPerson] = Field(default=[])
    goals: list[Goal] = Field(default=[])
    topics: list[Topic] = Field(default=[])
    deliveries: list[Recipients] = Field(default=[])
    # Where `published/clients/<id>/reports` can be read by the client. Messages to the client lead there.
    pages_at: Website = ""
    budget: Budget | None = None
    access: Literal["recent", "archive"] = "recent"
    direct_messages: DirectMessages | None = None
    # For how many posts of ours a run fetches the reposters (and likers). X answers 75 such requests in 15 minutes, so
    # 25 leave room for three clients or a backfill. 0 turns both off; above 75 every run waits.
    nods_per_run: int = Field(default=25, ge=0, le=750)
    language: Language = "en"
    time_zone: str = "UTC"  # in which times are told; weeks and days of tables stay UTC
    hours: Hours | None = None  # when the client answers, in its time zone; without them it is always
    # Of the board page: a picture, by a path that begins where rapport.toml lies; the colour of headings and charts.
    logo: str = ""
    colour: str = DEFAULT_COLOUR

    @field_validator("language", mode="before")
    @classmethod
    def _is_spoken(cls, value: object) -> object:
        if value not in LANGUAGES:
            raise ValueError(f"'{value}' is no language of the report; there is {', '.join(LANGUAGES)}")
        return value

    @field_validator("colour")
    @classmethod
    def _is_read_on_white(cls, value: str) -> str:
        if not colours.is_colour(value):
            raise ValueError(f"'{value}' is no colour; write it as {DEFAULT_COLOUR}")
        if (contrast := colours.contrast_with_white(value)) < colours.LEAST_CONTRAST:
            raise ValueError(
                f"headings in {value} can hardly be read on white: their contrast is {contrast:.1f} to 1, and "
                f"{colours.LEAST_CONTRAST} is needed; {colours.readable(value)} is the nearest darker shade"
            )
        return value.lower()

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        """A name of the IANA list. An offset ("+01:00") would be wrong for half of the year."""
        try:
            # OSError: a folder of the list, like "Europe"
            ZoneInfo(value)
        except (ValueError, KeyError, OSError) as problem:
            raise ValueError(
                f"'{value}' is no time zone; write one like 'Europe/Berlin' or 'UTC'"
            ) from problem
        return value

    @property
    def listed(self) -> list[Listed]:
        """Everybody on a list of the client's."""
        return [*self.stakeholders, *self.people]

    @model_validator(mode="after")
    def _one_role_each(self) -> "Client":
        seen: dict[tuple[str, str], str] = {}
        for role, refs in (("accounts", self.accounts), ("team", self.team), ("bots", self.bots)):
            for number, ref in enumerate(refs):
                earlier = seen.setdefault(ref.key, role)
                if earlier != role:
                    said = f"{ref} stands in both {earlier} and {role}; keep it in one of them"
                    raise FaultAt(said, (role, number))
        for table, listed in (("stakeholders", self.stakeholders), ("people", self.people)):
            for number, person in enumerate(listed):
                # a tie is with others: reports would say of an account of ours that we have not met it yet
                if seen.get(person.handle.key) in ("accounts", "team"):
                    said = f"{person.handle} stands in {seen[person.handle.key]} as well, and nobody has a tie with"
                    raise FaultAt(f"{said} themselves; remove one of the two", (table, number, "handle"))
        return self

    @model_validator(mode="after")
    def _owners_are_ours(self) -> "Client":
        ours = {ref.key for ref in (*self.accounts, *self.team)}
        owners: dict[tuple[str, str], str] = {}
        places = [("stakeholders", number) for number in range(len(self.stakeholders))]
        places += [("people", number) for number in range(len(self.people))]
        for place, person in zip(places, self.listed, strict=True):
            if person.owner is None:
                continue
            account = person.owner.account
            if account and account.key not in ours:
                raise FaultAt(
                    f"{account} keeps the tie to {person.handle}, and stands neither in accounts nor in team; add it "
                    "there, written alike, or write a name",
                    (*place, "owner"),
                )
            earlier = owners.setdefault(person.handle.key, person.owner.name)
            if earlier != person.owner.name:
                raise FaultAt(
                    f"{person.handle} has two owners, {earlier} and {person.owner.name}; keep one of them",
                    (*place, "owner"),
                )
        return self

    @model_validator(mode="after")
    def _one_topic_a_name(self) -> "Client":
        names = [topic.name.lower() for topic in self.topics]
        for number, name in enumerate(names):
            if name in names[:number]:
                said = f"two topics are called '{name}'; give each a name of its own"
                raise FaultAt(said, ("topics", number, "name"))
        return self
