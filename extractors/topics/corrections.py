"""What people have corrected by hand: `RAPPORT_HOME/topics.csv`, which outlives every rebuild of the warehouse.

A line says of one post that it is about a topic of a client, or that it is not. It stands above what was found.
"""

import csv
import io
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from rapport import networks
from rapport.config import Settings
from rapport.config_clients import Client
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from rapport.networks import NETWORKS
from rapport.on_disk import make_home, write_bytes

NAME = "topics.csv"
# What a killed process leaves beside the file.
_DRAFTS = ".topics.*.tmp"
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True)
class Correction:
    """Of one post (`network:id`, of its first version): whether it is about a topic of a client."""

    client_id: str
    topic: str
    post: str
    is_about: bool

    @property
    def about(self) -> tuple[str, str, str]:
        """What the answer is given to: a later one takes its place."""
        return self.client_id, self.topic.lower(), self.post


COLUMNS = tuple(column.name for column in fields(Correction))


def path_of(settings: Settings) -> Path:
    """The file that corrections stand in."""
    return settings.home / NAME


def read(settings: Settings) -> list[Correction]:
    """All corrections, of those about the same the last. ConfigError names file, line and what is wrong with it."""
    path = path_of(settings)
    return list({one.about: one for one in _rows(path)}.values()) if path.exists() else []


def topic_of(client: Client, name: str) -> str:
    """The client's topic of this name, in any case, as rapport.toml writes it. ConfigError if there is none."""
    for topic in client.topics:
        if topic.name.lower() == name.strip().lower():
            return topic.name
    known = ", ".join(topic.name for topic in client.topics)
    raise ConfigError(
        f"{client.id} has no topic '{name}'",
        f"the topics there are: {known}"
        if known
        else "describe it in rapport.toml, under [[clients.topics]]",
    )


def put(settings: Settings, client_id: str, topic: str, post: str, *, is_about: bool) -> Correction:
    """Notes an answer in the place of an earlier one. ConfigError for a client, a topic or a post that is none."""
    name = topic_of(settings.config.client(client_id), topic)
    correction = _checked(Correction(client_id, name, post, is_about))
    with _locked(settings):
        others = [one for one in read(settings) if one.about != correction.about]
        _write(settings, [*others, correction])
    return correction


def remove(settings: Settings, client_id: str, topic: str, post: str) -> Correction:
    """Takes an answer back, so that what was found counts again. ConfigError if there is none."""
    wanted = _checked(Correction(client_id, topic, post, True)).about
    with _locked(settings):
        before = read(settings)
        for one in before:
            if one.about == wanted:
                _write(settings, [other for other in before if other is not one])
                return one
    raise ConfigError(
        f"nothing was corrected about {post} and '{topic}'", "`rapport topic corrections` shows what was"
    )


def rows(settings: Settings) -> list[dict[str, Any]]:
    """The corrections as rows of raw.topic_corrections; of topics that rapport.toml no longer names there are none."""
    names = {
        (client.id, topic.name.lower()): topic.name
        for client in settings.config.clients
        for topic in client.topics
    }
    found = []
    for one in read(settings):
        network, post_id = networks.parts(one.post)
        if name := names.get((one.client_id, one.topic.lower())):
            found.append(
                {
                    "client_id": one.client_id,
                    "topic": name,
                    "network": network,
                    "post_id": post_id,
                    "is_about": one.is_about,
                }
            )
    return found


def remove_forgotten(settings: Settings, forgotten: Forgotten) -> int:
    """Removes what is said of forgotten posts, and what a killed process has left. Returns how many lines went."""
    path = path_of(settings)
    if not path.exists() and not any(settings.home.glob(_DRAFTS)):
        return 0
    with _locked(settings):
        for leftover in settings.home.glob(_DRAFTS):  # nobody writes while we hold the lock
            leftover.unlink()
        before = read(settings)
        kept = [one for one in before if networks.parts(one.post) not in forgotten.posts]
        if len(kept) < len(before):
            _write(settings, kept)
    return len(before) - len(kept)


def _rows(path: Path) -> list[Correction]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := sorted(set(COLUMNS) - set(reader.fieldnames or ())):
                raise ConfigError(
                    f"{path} has no column {', '.join(missing)}",
                    f"its first line names the columns: {','.join(COLUMNS)}",
                )
            return [_row(path, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ConfigError(f"{path} cannot be read", "give a CSV file in UTF-8", detail=problem) from problem


def _row(path: Path, line: int, row: dict[str, str | None]) -> Correction:
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    answer = _ANSWERS.get(values["is_about"].lower())
    if answer is None:
        raise ConfigError(f"{path}:{line}: '{values['is_about']}' is no answer", "write yes or no")
    try:
        return _checked(Correction(values["client_id"], values["topic"], values["post"], answer))
    except ConfigError as problem:
        raise ConfigError(f"{path}:{line}: {problem.message}", problem.remedy) from problem


def _checked(correction: Correction) -> Correction:
    network, post_id = networks.parts(correction.post)
    known = NETWORKS.get(network)
    if known is None or not known.is_post_id(post_id):
        raise ConfigError(
            f"'{correction.post}' names no post",
            "write it as a table or `rapport topic posts` shows it, network:id; or copy its address from a browser",
        )
    return replace(correction, post=networks.qualified(network, post_id))


def _locked(settings: Settings) -> FileLock:
    make_home(settings)
    return FileLock(settings.home / f"{NAME}.lock", timeout=30)


def _write(settings: Settings, corrections: list[Correction]) -> None:
    """Replaces the file in one step; only its owner may read it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for one in sorted(corrections, key=lambda one: one.about):
        writer.writerow(asdict(one) | {"is_about": "yes" if one.is_about else "no"})
    write_bytes(path_of(settings), text.getvalue().encode(), mode=0o600)
