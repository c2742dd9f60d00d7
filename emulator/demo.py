"""The rapport.toml that follows the world's two clients."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

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

_STAKEHOLDER = """
[[clients.stakeholders]]   # {comment}
handle = {handle}
why = {why}
topic = {topic}
priority = {priority}
"""

_GOAL = """
[[clients.goals]]          # what the client wants, in their own words
words = {words}
measure = {measure}
target = {target}
by = {by}
"""


def demo_config(until: date | None = None) -> str:
    """Text of a complete, commented rapport.toml for the world that ends at `until` (default: latest Monday)."""
    end = datetime.combine(until or latest_monday(), time(), tzinfo=UTC)
    first = (end - timedelta(weeks=WEEKS)).date()
    text = _HEAD.format(first=first, last=end.date() - timedelta(days=1))
    return text + "".join(_client(client, first) for client in (LICHTUNG, KUPFERHOF))


def _client(client: ClientScript, first: date) -> str:
    text = _CLIENT.format(
        id=_quoted(client.client_id),
        name=_quoted(client.name),
        accounts=_handles(client.accounts),
        team=_handles(client.team),
        bots=_handles(client.bots),
    )
    text += _BUDGET.format(day=client.usd_per_day, month=client.usd_per_month)
    for number, stakeholder in enumerate(client.stakeholders):
        text += _STAKEHOLDER.format(
            comment="somebody who matters; priority 1 is the highest" if number == 0 else stakeholder.topic,
            handle=_quoted(f"@{stakeholder.handle}"),
            why=_quoted(stakeholder.why),
            topic=_quoted(stakeholder.topic),
            priority=stakeholder.priority,
        )
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


def _handles(handles: tuple[str, ...]) -> str:
    return json.dumps([f"@{handle}" for handle in handles])
