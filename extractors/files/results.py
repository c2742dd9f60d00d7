"""What became of the values of a file: how many were taken, and which were refused and why."""

import itertools
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

IMPORTED, REFUSED = "imported", "refused"
# So many refused lines go into one landing file.
_PAGE_SIZE = 2000
_HELD_BYTES = 8 * 1024 * 1024
_REASONS_SHOWN = 3


class Rejects:
    """The refused lines of a file, until it is known whether anything of it goes in; on disk, if there are many."""

    def __init__(self) -> None:
        self.count = 0
        self.reasons: Counter[str] = Counter()
        self.first: dict[str, Any] = {}
        self._held: IO[str] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (it goes with this object)
            _HELD_BYTES, "w+", encoding="utf-8"
        )

    def add(self, reject: dict[str, Any]) -> None:
        """One line. Reasons are counted without what is particular to the line."""
        self.count += 1
        self.reasons[reject["reason"].partition(":")[0]] += 1
        self.first = self.first or reject
        self._held.write(json.dumps(reject) + "\n")

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        """All of them, some at a time."""
        self._held.seek(0)
        while page := [json.loads(line) for line in itertools.islice(self._held, _PAGE_SIZE)]:
            yield page


def refused(name: str, reason: str) -> dict[str, Any]:
    """The summary of a file of which no value was read."""
    names = ("read", "taken", "notices", "empty", "refused", "pages", "posts", "users", "rejects")
    return {
        "file": name,
        "status": REFUSED,
        "reason": reason,
        "refused_because": {},
        **dict.fromkeys(names, 0),
    }


def message(result: dict[str, Any]) -> str:
    """What is said about one file while the import runs."""
    if result["status"] != IMPORTED:
        return f"{result['file']}: refused: {result['reason']}"
    return (
        f"{result['file']}: {result['posts']} posts, {result['users']} users on {result['pages']} pages; "
        f"{sum_of(result)}"
    )


def sum_of(result: dict[str, Any]) -> str:
    """How many values a file holds, and what became of them."""
    parts = [f"{result['taken']:,} taken"]
    parts += [f"{result['notices']:,} notices"] if result["notices"] else []
    parts += [f"{result['empty']:,} empty answers"] if result["empty"] else []
    reasons = list(result["refused_because"].items())
    shown = [f"{count:,} × {reason}" for reason, count in reasons[:_REASONS_SHOWN]]
    if len(reasons) > _REASONS_SHOWN:
        shown.append(f"{sum(count for _, count in reasons[_REASONS_SHOWN:]):,} × other reasons")
    because = f" ({'; '.join(shown)})" if shown else ""
    parts.append(f"{result['refused']:,} refused{because}")
    return f"{result['read']:,} read = {' + '.join(parts)}"
