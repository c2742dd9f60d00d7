"""What an alert says: which run, what is wrong, what to do, where to look.

Only words; who sends them is Airflow (dags/rapport_alerts.py). An alert leaves the house by mail or chat, so it names
runs, rules and remedies, and of an error only what Rapport itself has worded: another library's message may quote the
row it stumbled over.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from rapport.errors import RapportError

Kind = Literal["failed", "late", "blocked", "test"]
# Longer ones are read in the log; where many streams fail, they mostly fail of one thing.
MESSAGE_LENGTH = 1500
NOTES_SHOWN = 5


@dataclass(frozen=True)
class Run:
    """One run of a DAG; `url` is its page in Airflow."""

    dag_id: str
    run_id: str
    url: str


@dataclass(frozen=True)
class Rule:
    """A rule of the gate that blocks, and what to do about it: no rows, no keys."""

    table_name: str
    rule: str
    remedy: str


@dataclass(frozen=True)
class Note:
    """What a failed task leaves for the alert of its run."""

    task: str
    error: str
    message: str = ""
    remedy: str = ""
    rules: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, task: str, error: object) -> "Note":
        """The error's own message and remedy, never its detail, if it is one of Rapport's; else its kind alone."""
        if not isinstance(error, RapportError):
            kind = type(error).__name__ if isinstance(error, BaseException) else "error"
            return cls(task, kind, "an unexpected error", "read the task's log")
        rules = tuple(
            Rule(one.table_name, one.rule, one.remedy)
            for one in getattr(error, "failures", ())
            if one.is_blocking
        )
        # The first line of a failed check counts the rules; the lines below hold keys of rows.
        message = error.message.splitlines()[0] if rules else _short(error.message)
        return cls(task, type(error).__name__, message, "" if rules else _short(error.remedy), rules)

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Note":
        """The other way of `dump`."""
        return cls(**{**stored, "rules": tuple(Rule(**one) for one in stored["rules"])})

    def dump(self) -> dict[str, Any]:
        """As JSON has it: what an XCom can carry."""
        return asdict(self) | {"rules": [asdict(one) for one in self.rules]}


@dataclass(frozen=True)
class Alert:
    """One message to whoever operates this: a line, the facts in order, and the rules that block, if any."""

    kind: Kind
    subject: str
    facts: tuple[tuple[str, str], ...]
    run: Run | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def text(self) -> str:
        """All of it as plain text."""
        width = max(len(name) for name, _ in self.facts)
        return "\n".join([self.subject, "", *(f"{name:{width}}  {said}" for name, said in self.facts)])

    @property
    def mail(self) -> str:
        """All of it as HTML, escaped."""
        rows = "".join(
            f'<tr><th align="left" valign="top">{html.escape(name)}</th>'
            f'<td style="white-space: pre-wrap">{html.escape(said)}</td></tr>'
            for name, said in self.facts
        )
        return f'<p>{html.escape(self.subject)}</p><table cellpadding="4">{rows}</table>'

    @property
    def payload(self) -> dict[str, Any]:
        """All of it as JSON; `text` is what Slack, Mattermost and others of their kind show."""
        return {
            "text": self.text,
            "kind": self.kind,
            "subject": self.subject,
            "run": asdict(self.run) if self.run else None,
            "rules": [asdict(one) for one in self.rules],
        }


def failed(run: Run, tasks: Sequence[str], notes: Sequence[Note], docs_path: str) -> Alert:
    """Of a run that failed; of a blocked publication if the gate is why.

    `tasks` are those that failed, also such as had no time to leave a note (a killed process).
    """
    rules = tuple(rule for note in notes for rule in note.rules)
    facts = [
        ("DAG", run.dag_id),
        ("run", run.run_id),
        ("failed", _listed(tasks) or "no task: the run as a whole"),
    ]
    by_words: dict[tuple[str, str, str], list[str]] = {}
    for note in notes:
        by_words.setdefault((note.error, note.message, note.remedy), []).append(note.task)
    for (error, message, remedy), names in list(by_words.items())[:NOTES_SHOWN]:
        facts.append((_listed(names), f"{error}: {message}"))
        facts += [("what to do", remedy)] if remedy else []
    if len(by_words) > NOTES_SHOWN:
        facts.append(("and", f"{len(by_words) - NOTES_SHOWN} more errors; see the run's page"))
    if not notes:
        facts.append(
            ("what to do", "no task could say why (a killed process, or ended by hand): see the run's page")
        )
    facts += [(f"{rule.table_name}, rule {rule.rule}", rule.remedy) for rule in rules]
    facts.append(("look at", run.url))
    if rules:
        facts.append(("Data Docs", docs_path))
        what = "1 rule blocks" if len(rules) == 1 else f"{len(rules)} rules block"
        subject = f"[Rapport] {run.dag_id}: nothing was published, {what}; readers keep the last publication"
        return Alert("blocked", subject, tuple(facts), run, rules)
    return Alert("failed", f"[Rapport] {run.dag_id} failed", tuple(facts), run)


def late(run: Run, state: str, queued_at: datetime | None, after: timedelta) -> Alert:
    """Of a run that is not done `after` so long since it was queued."""
    minutes = int(after.total_seconds() // 60)
    facts = (
        ("DAG", run.dag_id),
        ("run", run.run_id),
        ("state", f"{state}, queued {queued_at:%Y-%m-%d %H:%M} UTC" if queued_at else state),
        (
            "what to do",
            "see which task waits or is tried again; its log, and the notes on the DAG's page, say for what",
        ),
        ("look at", run.url),
    )
    return Alert("late", f"[Rapport] {run.dag_id} is late: not done after {minutes} minutes", facts, run)


def test(run: Run) -> Alert:
    """Of nothing: shows whoever gets it that alerts arrive."""
    facts = (
        ("what to do", "nothing: alerts of failed, late and blocked runs arrive here"),
        ("look at", run.url),
    )
    return Alert("test", "[Rapport] a test of the alerts", facts, run)


def _short(text: str) -> str:
    return (
        text if len(text) <= MESSAGE_LENGTH else f"{text[:MESSAGE_LENGTH]} … (the task's log has all of it)"
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NOTES_SHOWN} more" if len(names) > NOTES_SHOWN else ""
    return ", ".join(names[:NOTES_SHOWN]) + more
