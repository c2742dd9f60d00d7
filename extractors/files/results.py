"""What became of the values of a file: how many were taken, and which were refused and why.

First the importer reads a file, and refuses what it can't read. Then the door of raw refuses objects. A value is
refused if the door lets in none of its objects; else it is taken, without those that were refused.
"""

import itertools
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from extractors.raw import refusals
from rapport.config import Settings
from rapport.networks import label_of

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


@dataclass
class Landed:
    """A file of which something was landed. `run`: how the keys of its pages begin.

    `pages`: the pages that were one value each → the section that this value stands for, and how many objects stand
    there. On any other page each object of `data` was a value of its own.
    """

    run: str
    result: dict[str, Any]
    pages: dict[str, tuple[str, int]] = field(default_factory=dict)


def at_the_door(settings: Settings, files: list[Landed]) -> tuple[int, int] | None:
    """Corrects the results of files of which the door has refused something, now or before.

    Returns how many distinct posts and users of all files were taken; None if nothing was refused.
    """
    # runs are told apart by the beginnings of keys, which are of one length on one network
    networks = sorted({file.result["network"] for file in files})
    runs = {name: {file.run for file in files if file.result["network"] == name} for name in networks}
    found = {
        run: refused for name in networks for run, refused in refusals.of_runs(settings, runs[name]).items()
    }
    if not found:
        return None
    counts: dict[str, tuple[int, int]] = {}
    posts, users = 0, 0
    for name in networks:
        of_network = refusals.let_in(settings, runs[name])
        posts, users = posts + of_network[None][0], users + of_network[None][1]
        counts |= {run: count for run, count in of_network.items() if run is not None}
    for file in files:
        if file.run in found:
            values, objects = _split(file.pages, found[file.run])
            because = Counter(file.result["refused_because"]) + values
            file.result["refused_because"] = dict(because.most_common())
            file.result["refused"] += values.total()
            file.result["taken"] -= values.total()
            file.result["left_out"] = objects.total()
            file.result["left_out_because"] = dict(objects.most_common())
            file.result["posts"], file.result["users"] = counts[file.run]
    return posts, users


def _split(
    pages: dict[str, tuple[str, int]], found: list[refusals.Refusal]
) -> tuple[Counter[str], Counter[str]]:
    """The reasons of the values that were refused, and those of the objects that values taken are without."""
    values: Counter[str] = Counter()
    objects: Counter[str] = Counter()
    for page, on_page in itertools.groupby(found, lambda refusal: refusal.page):
        refused_here = list(on_page)
        if page in pages:
            section, count = pages[page]
            reasons = [one.reason for one in refused_here if one.section == section]
            if reasons and len(reasons) >= count:
                values[reasons[0]] += 1
            else:
                objects.update(one.reason for one in refused_here)
        else:
            values.update(one.reason for one in refused_here if one.section == "data")
            objects.update(one.reason for one in refused_here if one.section != "data")
    return values, objects


def refused(name: str, reason: str) -> dict[str, Any]:
    """The summary of a file of which no value was read."""
    names = (
        "read", "taken", "passed_over", "private_posts", "notices", "empty", "refused", "pages", "posts", "users",
        "rejects", "left_out",
    )  # fmt: skip
    return {
        "file": name,
        "network": "",
        "status": REFUSED,
        "reason": reason,
        "refused_because": {},
        "passed_over_because": {},
        "left_out_because": {},
        **dict.fromkeys(names, 0),
    }


def message(result: dict[str, Any]) -> str:
    """What is said about one file when it was read."""
    if result["status"] != IMPORTED:
        return f"{result['file']}: refused: {result['reason']}"
    return (
        f"{result['file']}: of {label_of(result['network'])}: {result['posts']} posts, {result['users']} users "
        f"on {result['pages']} pages"
    )


def sum_of(result: dict[str, Any]) -> str:
    """How many values a file holds, and what became of them."""
    without = f" (without {_because(result['left_out_because'])})" if result["left_out"] else ""
    parts = [f"{result['taken']:,} taken{without}"]
    if result["passed_over"]:
        parts.append(f"{result['passed_over']:,} passed over ({_because(result['passed_over_because'])})")
    parts += [f"{result['notices']:,} notices"] if result["notices"] else []
    parts += [f"{result['empty']:,} empty answers"] if result["empty"] else []
    because = f" ({_because(result['refused_because'])})" if result["refused_because"] else ""
    parts.append(f"{result['refused']:,} refused{because}")
    return f"{result['read']:,} read = {' + '.join(parts)}"


def _because(counts: dict[str, int]) -> str:
    reasons = list(counts.items())
    shown = [f"{count:,} × {reason}" for reason, count in reasons[:_REASONS_SHOWN]]
    if len(reasons) > _REASONS_SHOWN:
        shown.append(f"{sum(count for _, count in reasons[_REASONS_SHOWN:]):,} × other reasons")
    return "; ".join(shown)
