"""The text of an alert: which run, what is wrong, what to do, where to look.

Airflow sends it (dags/rapport_alerts.py). An alert leaves this machine by mail or chat, so it names runs, rules and
remedies only. Of an error it says what Rapport itself has worded: another library's message may quote a row.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from rapport.errors import RapportError

Kind = Literal["failed", "late", "blocked", "test"]
# Longer messages are cut, and read in the log. Where many streams fail, they mostly fail for the same reason.
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
    """A rule of the gate that blocks, and what to do about it; without rows and keys."""

    table_name: str
    rule: str
    remedy: str


@dataclass(frozen=True)
class Note:
    """What a failed task leaves behind, for the alert of its run."""

    task: str
    error: str
    message: str = ""
    remedy: str = ""
    rules: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, task: str, error: object) -> "Note":
        """Of a RapportError its message and remedy, never its detail; of any other error only its type."""
        if not isinstance(error, RapportError):
            kind = type(error).__name__ if isinstance(error, BaseException) else "error"
            return cls(task, kind, "an unexpected error", "read the task's log")
        rules = tuple(
            Rule(failure.table_name, failure.rule, failure.remedy)
            for failure in getattr(error, "failures", ())
            if failure.is_blocking
        )
        # The first line of a failed check counts the rules; the lines below it hold keys of rows.
        message = error.message.splitlines()[0] if rules else _short(error.message)
        return cls(task, type(error).__name__, message, "" if rules else _short(error.remedy), rules)

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Note":
        """The note that `dump` has stored."""
        return cls(**{**stored, "rules": tuple(Rule(**rule) for rule in stored["rules"])})

    def dump(self) -> dict[str, Any]:
        """As JSON, which an XCom can hold."""
        return asdict(self) | {"rules": [asdict(rule) for rule in self.rules]}


@dataclass(frozen=True)
class Alert:
    """One message to the operators: its subject, the facts in order as (name, text), and the rules that block."""

    kind: Kind
    subject: str
    facts: tuple[tuple[str, str], ...]
    run: Run | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def text(self) -> str:
        """As plain text."""
        width = max(len(name) for name, _ in self.facts)
        return "\n".join([self.subject, "", *(f"{name:{width}}  {text}" for name, text in self.facts)])

    @property
    def mail(self) -> str:
        """As HTML, escaped."""
        rows = "".join(
            f'<tr><th align="left" valign="top">{html.escape(name)}</th>'
            f'<td style="white-space: pre-wrap">{html.escape(text)}</td></tr>'
            for name, text in self.facts
        )
        return f'<p>{html.escape(self.subject)}</p><table cellpadding="4">{rows}</table>'

    @property
    def payload(self) -> dict[str, Any]:
        """As JSON; `text` is what Slack, Mattermost and the like show."""
        return {
            "text": self.text,
            "kind": self.kind,
            "subject": self.subject,
            "run": asdict(self.run) if self.run else None,
            "rules": [asdict(rule) for rule in self.rules],
        }


def failed(run: Run, tasks: Sequence[str], notes: Sequence[Note], docs_path: str) -> Alert:
    """The alert of a failed run. If the gate is why, it is of the kind `blocked`.

    `tasks` are all that failed, with or without a note: a killed process leaves none.
    """
    rules = tuple(rule for note in notes for rule in note.rules)
    facts = [
        ("DAG", run.dag_id),
        ("run", run.run_id),
        ("failed", _listed(tasks) or "no task: the run as a whole"),
    ]
    tasks_by_error: dict[tuple[str, str, str], list[str]] = {}
    for note in notes:
        tasks_by_error.setdefault((note.error, note.message, note.remedy), []).append(note.task)
    for (error, message, remedy), names in list(tasks_by_error.items())[:NOTES_SHOWN]:
        facts.append((_listed(names), f"{error}: {message}"))
        facts += [("what to do", remedy)] if remedy else []
    if len(tasks_by_error) > NOTES_SHOWN:
        facts.append(("and", f"{len(tasks_by_error) - NOTES_SHOWN} more errors; see the run's page"))
    if not notes:
        facts.append(
            ("what to do", "see the run's page: no task left a reason (it was killed, or ended by hand)")
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
    """The alert of a run that is still not done `after` this time since it was queued."""
    minutes = int(after.total_seconds() // 60)
    facts = (
        ("DAG", run.dag_id),
        ("run", run.run_id),
        ("state", f"{state}, queued {queued_at:%Y-%m-%d %H:%M} UTC" if queued_at else state),
        (
            "what to do",
            "see which task waits or is being retried; its log and the notes on the DAG's page say why",
        ),
        ("look at", run.url),
    )
    return Alert("late", f"[Rapport] {run.dag_id} is late: not done after {minutes} minutes", facts, run)


def test(run: Run) -> Alert:
    """A test, which shows that alerts arrive."""
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
