"""One file on its way in: what was found in it so far, and how its pages and its refused values are landed."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from extractors.errors import LandingUnreadable
from extractors.files import shapes
from extractors.files.lines import Line
from extractors.files.results import IMPORTED, REFUSED, Rejects
from extractors.files.sources import Opened, Source
from extractors.landing import landing_files, pages
from extractors.state.store import State
from extractors.x.fields import objects

STREAM = "import"
# Of a refused line this much is kept beside its hash: enough to recognise it, whatever its size.
_KEPT_CHARACTERS = 4000


@dataclass
class Incoming:
    """One file on its way in. `network`: whose posts it holds. `posts` and `users` are the ids that were landed.

    An archive says in files beside it whose it is (`owner`), and its long texts (`notes`). `flat` and `gathered` are
    objects that wait to be landed together; `private_count`: how many private posts nothing was kept of.
    """

    source: Source
    opened: Opened
    landing_dir: Path
    state: State
    network: str
    owner: dict[str, Any] | None = None
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    matched_notes: int = 0
    posts: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    deleted: dict[str, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    one_value_pages: dict[str, tuple[str, int]] = field(default_factory=dict)
    value_count: int = 0
    last_line: int = 0
    rejects: Rejects = field(default_factory=Rejects)
    flat: list[Line] = field(default_factory=list)
    gathered: dict[str, Any] = field(default_factory=dict)
    private_count: int = 0

    def count(self, line: Line) -> None:
        """Takes a value into the sum."""
        self.value_count += 1
        self.kinds[line.kind] += 1
        self.last_line = max(self.last_line, line.number)

    def summary(self, status: str, reason: str = "") -> dict[str, Any]:
        """What the caller hears about this file, before its objects come to the door; posts and users are distinct ids.

        read = taken + passed over + notices + empty + refused: every value that stands in the file is one of these.
        """
        notice_count, empty_count = self.kinds[shapes.NOTICE], self.kinds[shapes.NOTHING]
        rest = self.value_count - notice_count - empty_count - self.passed_over.total()
        refused_count = rest if status == REFUSED else self.rejects.count
        return {
            "file": self.source.name,
            "network": self.network,
            "status": status,
            "reason": reason,
            "read": self.value_count,
            "taken": rest - refused_count,
            "passed_over": self.passed_over.total(),
            "passed_over_because": dict(self.passed_over.most_common()),
            "private_posts": self.private_count,
            "notices": notice_count,
            "empty": empty_count,
            "refused": refused_count,
            "refused_because": dict(self.rejects.reasons.most_common()),
            "left_out": 0,
            "left_out_because": {},
            "pages": self.pages,
            "posts": len(self.posts),
            "users": len(self.users),
            "rejects": self.rejects.count if status == IMPORTED else 0,
        }

    @property
    def run(self) -> str:
        """How the keys of its pages begin."""
        return landing_files.page_key(self.network, STREAM, self._run_id, "page").removesuffix("/page")

    def land(
        self,
        details: dict[str, Any],
        raw: bytes,
        body: dict[str, Any],
        line_numbers: list[int],
        one_value: tuple[str, int] | None = None,
    ) -> None:
        """Lands the next page. `details` go into its envelope.

        `line_numbers`: the line that all of it stood in, or one for each object of `data`. `one_value`: the page is one
        value of the file, which stands for the objects of this section, of which there are so many.
        """
        self.pages += 1
        envelope = {
            **self._origin(self.pages),
            "fetched_at": self.opened.modified_at.isoformat(),
            **details,
            # what the door refuses is named by these (extractors/raw/refusals.py)
            "source_path": self.source.name,
            "line_numbers": line_numbers,
        }
        name = f"page-{self.pages:09d}"
        if one_value:
            self.one_value_pages[name] = one_value
        self._write(name, envelope, raw, body)

    def reject(self, number: int, raw: bytes, reason: str) -> None:
        """Keeps a value that can't be taken in, until it is known whether anything of the file goes in."""
        self.rejects.add(
            {
                "source_path": self.source.name,
                "line_number": number,
                "reason": reason,
                "content_sha256": hashlib.sha256(raw).hexdigest(),
                "content": raw[:_KEPT_CHARACTERS].decode("utf-8", "replace"),
            }
        )

    def land_rejects(self) -> None:
        """The refused values travel by landing too, so that raw can be made anew from landing alone."""
        for number, rejects in enumerate(self.rejects.pages(), start=1):
            value = {"rejects": rejects}
            body = json.dumps(value, ensure_ascii=True).encode()
            envelope = {
                **self._origin(0),
                "data_kind": "other",
                "fetched_at": self.opened.modified_at.isoformat(),
                "object_count": len(rejects),
            }
            self._write(landing_files.REJECTS, envelope, body, value, f"-{number}" if number > 1 else "")

    def _write(
        self, name: str, envelope: dict[str, Any], body: bytes, value: dict[str, Any], part: str = ""
    ) -> None:
        """Lands it, if it is not there. A version that read less of the same file has left a smaller page of that name.

        `part` is added to the name of the run.
        """
        count = envelope["object_count"]
        keys = [
            landing_files.page_key(self.network, STREAM, f"{self._run_id}{part}{more}", name)
            for more in ("", f"-of-{count}")
        ]
        if not any(_is_landed(self.landing_dir, key, count) for key in keys):
            key = keys[1] if landing_files.is_readable(self.landing_dir, keys[0]) else keys[0]
            pages.land(self.state, self.landing_dir, key, envelope, body, value)

    def _origin(self, number: int) -> dict[str, Any]:
        return {
            "network": self.network,
            "client_id": "",
            "stream": STREAM,
            "run_id": self._run_id,
            "target": self.source.base_name,
            "page_number": number,
            "source": "file",
            "parameters": {"file": self.source.base_name},
        }

    @property
    def _run_id(self) -> str:
        return f"file-{self.opened.digest[:24]}"


def seen_at(noted: datetime | None, incoming: Incoming) -> str:
    """When what a page says was seen: as a program noted it, else when the file was written."""
    return (noted or incoming.opened.modified_at).isoformat()


def _is_landed(landing_dir: Path, key: str, object_count: int) -> bool:
    """Whether the page is there, with as many objects: those that were erased since leave a mark in their place."""
    try:
        page = landing_files.read(landing_dir, key)
    except LandingUnreadable:
        return False
    landed = page.envelope.get("object_count", len(objects(page.body.get("rejects"))))
    return bool(landed == object_count)
