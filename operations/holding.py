"""All that is held about one person, and what of it their page shows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from extractors.files import notes, outcomes
from extractors.files.hand_kept import HandKept
from extractors.files.telling import ABOUT, NAMING
from extractors.state.tombstones import Tombstone
from rapport import networks
from rapport.config import Settings
from rapport.forgotten import Pair
from rapport.held import Held, Subject
from reporting.held import Said, Standing
from reporting.telling import FOREWORD

# Of the published tables, what tells how somebody stands to a client.
_FACTS = {
    "rpt_people": ("tags", "owner_name", "owner_basis"),
    "rpt_relationships": (
        "stage", "stage_since_date", "first_contact_at", "last_contact_at", "exchange_count", "real_conversation_count",
    ),
}  # fmt: skip
# What is published of the files that are kept by hand.
_COPIES = {notes.FILE.name: "rpt_notes", outcomes.FILE.name: "rpt_outcomes"}
_PROFILE = ("name", "description", "location")


@dataclass(frozen=True)
class Holding:
    """All that is held about one person, by room. `tombstones`: of those of their accounts that were erased;
    `authors`: the handles of others whose posts are among it."""

    settings: Settings
    subject: Subject
    by_room: dict[str, list[Held]]
    tombstones: dict[Pair, Tombstone] = field(default_factory=dict)
    authors: dict[Pair, str] = field(default_factory=dict)

    @property
    def accounts(self) -> list[str]:
        return sorted(self.subject.keys)

    @property
    def known_as(self) -> list[str]:
        """Their handles, without @."""
        return sorted({handle for _, handle in self.subject.about.handles})

    @property
    def handles(self) -> list[str]:
        """Their handles, with the network of each."""
        return sorted(f"@{handle} ({network})" for network, handle in self.subject.about.handles)

    @property
    def networks(self) -> list[str]:
        return sorted({network for network, _ in self.subject.about.accounts | self.subject.about.handles})

    @property
    def erased_at(self) -> datetime | None:
        """When the last of their accounts was erased; None where one was not, or not everywhere."""
        done = {account: one.erased_at for account, one in self.tombstones.items() if one.finished_at}
        return None if self.subject.about.accounts - done.keys() else max(done.values(), default=None)

    @property
    def everything(self) -> list[Held]:
        return [held for found in self.by_room.values() for held in found]

    @property
    def profiles(self) -> list[dict[str, Any]]:
        """What they say of themselves, by account, in its newest form."""
        newest: dict[Pair, dict[str, Any]] = {}
        for row in sorted(self._raw("users"), key=lambda row: _time(row["observed_at"])):
            account = row["network"], row["account_id"]
            if account in self.subject.about.accounts:
                newest[account] = {"account": networks.qualified(*account)} | {
                    name: row[name] for name in _PROFILE
                }
        return [newest[account] for account in sorted(newest)]

    @cached_property
    def posts(self) -> list[Said]:
        """What they wrote, each post once, in its newest form; the newest post first."""
        return [
            post for post in self._said() if (post.network, post.author_id) in self.subject.about.accounts
        ]

    @cached_property
    def posts_of_others(self) -> list[Said]:
        """What others wrote that names them, answers, quotes or reposts them, in the same way."""
        return [
            post for post in self._said() if (post.network, post.author_id) not in self.subject.about.accounts
        ]

    @property
    def message_count(self) -> int:
        return len({(row["network"], row["message_id"]) for row in self._raw("messages")})

    @property
    def notes(self) -> list[dict[str, Any]]:
        return self._of_clients(notes.FILE)

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        return self._of_clients(outcomes.FILE)

    @property
    def naming(self) -> list[dict[str, Any]]:
        """What was written by hand about others, or as a foreword, and names them."""
        files = self._of_clients(notes.FILE, NAMING) + self._of_clients(outcomes.FILE, NAMING)
        forewords = [
            row for held in self.by_room["reporting"] if held.what == FOREWORD for row in held.records
        ]
        return files + forewords

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The entries of rapport.toml that name them."""
        return self._rows("files", self.settings.config_path.name)

    @property
    def standings(self) -> list[Standing]:
        """How near they stand to each client, as it was published last, else as it was built."""
        names = self._client_names
        published = self.settings.published_path.relative_to(self.settings.home)
        facts: dict[str, dict[str, Any]] = {}
        for table, columns in _FACTS.items():
            rows = self._rows("quality", f"{published} reports.{table}")
            for row in rows or self._rows("raw", f"{self.settings.warehouse_path.name} reports.{table}"):
                if row["person_id"] in self.subject.person_ids:
                    facts.setdefault(row["client_id"], {}).update({name: row[name] for name in columns})
        return [
            Standing(names.get(client_id, client_id), str(found.get("stage") or "stranger"), found)
            for client_id, found in sorted(facts.items())
        ]

    @property
    def _client_names(self) -> dict[str, str]:
        return {client.id: client.name for client in self.settings.config.clients}

    def _of_clients(self, file: HandKept[Any], what: str = ABOUT) -> list[dict[str, Any]]:
        """What is kept for a client, with the client's name: an id says nothing to whom it is about. What was taken out
        of the file stays in frozen editions, and until the next build in what is published: it is among it."""
        names = self._client_names
        in_file = [held for held in self.by_room["files"] if held.place == file.name]
        known = {row[file.key] for held in in_file for row in held.records}
        table = _COPIES[file.name]
        copies = {
            row[file.key]: {name: row[name] for name in file.columns if name in row}
            for held in self.everything
            if held.place.endswith((f" reports.{table}", f"/{table}.parquet"))
            for row in held.records
            if row[file.key] not in known and (what == ABOUT) == (row["person_id"] in self.subject.person_ids)
        }
        kept = [row for held in in_file if held.what == what for row in held.records]
        return [
            row | {"client_id": names.get(row["client_id"], row["client_id"])}
            for row in (*kept, *copies.values())
        ]

    def _said(self) -> list[Said]:
        """Posts, each once, in its newest form; the newest first."""
        versions: dict[Pair, dict[str, dict[str, Any]]] = {}
        for row in sorted(self._raw("posts"), key=lambda row: _time(row["observed_at"])):
            history = row["edit_history_tweet_ids"] or row["edit_history_post_ids"] or [row["post_id"]]
            versions.setdefault((row["network"], history[0]), {})[row["post_id"]] = row
        found = [self._newest(list(rows.values())) for rows in versions.values()]
        return sorted(found, key=lambda post: (_time(post.created_at), post.post_id), reverse=True)

    def _newest(self, rows: list[dict[str, Any]]) -> Said:
        *earlier, row = sorted(rows, key=lambda row: _time(row["created_at"]))
        referenced = row["referenced_tweets"] or row["referenced_posts"] or []
        text = str(row["note_tweet_text"] or row["note_post_text"] or row["text"] or "")
        return Said(
            row["network"], row["post_id"], row["created_at"], text, row["author_id"] or "",
            self.authors.get((row["network"], row["author_id"]), ""),
            is_repost=any(one["type"] == "retweeted" for one in referenced) or text.startswith("RT @"),
            earlier_count=max(len(earlier), (row["edit_count"] or 0)),
        )  # fmt: skip

    def _raw(self, table: str) -> list[dict[str, Any]]:
        return self._rows("raw", f"{self.settings.warehouse_path.name} raw.{table}")

    def _rows(self, room: str, place: str) -> list[dict[str, Any]]:
        return [row for held in self.by_room[room] if held.place == place for row in held.records]


def _time(moment: datetime | None) -> datetime:
    return moment or datetime.min.replace(tzinfo=UTC)
