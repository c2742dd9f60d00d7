"""The rapport.toml that follows the world's two clients."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from emulator.elsewhere.cast import ON_BLUESKY, ON_MASTODON
from emulator.elsewhere.joined import JOINED, X
from emulator.model import WEEKS, ClientScript
from emulator.script.cast import KUPFERHOF, LICHTUNG
from emulator.world import latest_monday

_HEAD = """\
# rapport.toml: whom to follow. Written for the emulator's world: its script goes from {first} to {last},
# and everyday life goes on after it.
# Secrets do not belong here: the bearer token comes from the environment (X_BEARER_TOKEN).

[schedule]
extract = "0 0 * * *"      # cron, UTC: when the extraction runs
first_day = {first}     # the first day that is extracted; with a last_day the schedule would end
"""

_CLIENT = """
[[clients]]
id = {id}                  # names files and tables, so keep it short and do not change it
name = {name}
accounts = {accounts}      # whose conversations are followed: "@handle" or a numeric id
team = {team}      # people who answer in the client's name: they count as us
bots = {bots}      # machines: never counted as people
access = "archive"         # "archive" searches the full archive, "recent" the last seven days
"""

_BUDGET = """
[clients.budget]           # reading costs money: extraction stops before it would spend more than this
usd_per_day = {day}
usd_per_month = {month}
"""

_HOURS = """
[clients.hours]            # when they answer: figures by these hours stand beside those by the clock
days = {days}
from = {begin}
to = {end}
"""

_STAKEHOLDER = """
[[clients.stakeholders]]   # {comment}
handle = {handle}
why = {why}
topic = {topic}
priority = {priority}
tags = {tags}
"""

_TOPIC = """
[[clients.topics]]         # what the client talks about: a * in words stands for any ending
name = {name}
words = {words}
"""

_GOAL = """
[[clients.goals]]          # what the client wants, in their own words
words = {words}
measure = {measure}
target = {target}
by = {by}
"""


_PERSON = """
[[people]]                 # one person behind several accounts, joined by hand
id = {id}
name = {name}
accounts = {accounts}
"""


def demo_config(until: date | None = None, networks: tuple[str, ...] = ("x",)) -> str:
    """Text of a complete, commented rapport.toml for the world that ends at `until` (default: latest Monday).

    `networks`: where the clients have accounts, e.g. ("x", "bluesky", "mastodon"); x is always among them.
    """
    end = datetime.combine(until or latest_monday(), time(), tzinfo=UTC)
    first = (end - timedelta(weeks=WEEKS)).date()
    text = _HEAD.format(first=first, last=end.date() - timedelta(days=1))
    text += "".join(_client(client, first, networks) for client in (LICHTUNG, KUPFERHOF))
    for one in JOINED:
        if {network for network, _ in one.accounts} <= set(networks):
            accounts = json.dumps([_named(network, handle) for network, handle in one.accounts])
            text += _PERSON.format(id=_quoted(one.person_id), name=_quoted(one.name), accounts=accounts)
    return text


def _client(client: ClientScript, first: date, networks: tuple[str, ...]) -> str:
    elsewhere = [
        (network, other)
        for network, others in (("bluesky", ON_BLUESKY), ("mastodon", ON_MASTODON))
        for other in others
        if network in networks and other.client_id == client.client_id
    ]
    text = _CLIENT.format(
        id=_quoted(client.client_id),
        name=_quoted(client.name),
        accounts=_handles(client.accounts, ((network, other.accounts) for network, other in elsewhere)),
        team=_handles(client.team, ((network, other.team) for network, other in elsewhere)),
        bots=_handles(client.bots),
    )
    text += _BUDGET.format(day=client.usd_per_day, month=client.usd_per_month)
    if client.hours:
        days, begin, closing = client.hours
        text += _HOURS.format(days=json.dumps(days), begin=_quoted(begin), end=_quoted(closing))
    for number, stakeholder in enumerate(client.stakeholders):
        text += _STAKEHOLDER.format(
            comment="somebody who matters; priority 1 is the highest" if number == 0 else stakeholder.topic,
            handle=_quoted(f"@{stakeholder.handle}"),
            why=_quoted(stakeholder.why),
            topic=_quoted(stakeholder.topic),
            priority=stakeholder.priority,
            tags=_listed(stakeholder.tags),
        )
    for topic in client.topics:
        text += _TOPIC.format(name=_quoted(topic.name), words=_listed(topic.words))
    for goal in client.goals:
        text += _GOAL.format(
            words=_quoted(goal.words),
            measure=_quoted(goal.measure),
            target=goal.target,
            by=first + timedelta(weeks=goal.week + 1, days=-1),
        )
    return text


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _named(network: str, handle: str) -> str:
    return f"@{handle}" if network == X else f"{network}:@{handle}"


def _handles(handles: tuple[str, ...], elsewhere: Iterable[tuple[str, tuple[str, ...]]] = ()) -> str:
    more = [_named(network, handle) for network, others in elsewhere for handle in others]
    return json.dumps([*(_named(X, handle) for handle in handles), *more])
