"""Faults on order: what the network has been seen to do wrong, done by the emulator over real HTTP.

A plan is a list of faults. Each names its kind (`emulator.fault_kinds.KINDS`), the endpoint it befalls, how many
requests go well before, and how many it spoils. Plans come through `create_app(faults=...)`, from a TOML file
(`[[faults]]`), or over HTTP while the emulator runs: PUT /emulator/faults with a JSON list, DELETE to end them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from threading import Lock
from typing import Any

from emulator.errors import EmulatorError
from emulator.fault import Fault
from emulator.fault_kinds import KINDS

_KEYS = "kind, endpoint, after, times, pages, and what the kind needs"


class FaultPlan:
    """The faults in force. Requests come from many threads; which of them is spoiled is decided one at a time."""

    def __init__(self, faults: Iterable[Fault | Mapping[str, Any]] = ()) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []
        self.order(faults)

    def order(self, faults: Iterable[Fault | Mapping[str, Any]]) -> None:
        """Takes the place of the faults there were. EmulatorError names what is no fault."""
        made = [fault if isinstance(fault, Fault) else fault_of(fault) for fault in faults]
        with self._lock:
            self._faults = made

    @property
    def remembers_pages(self) -> bool:
        """Whether a fault may need the page before: then every page is looked at."""
        return bool(self._faults)

    def due(self, path: str, has_token: bool) -> list[Fault]:
        """The faults that befall this request, in the plan's order; counts the request."""
        with self._lock:
            found = []
            for fault in self._faults:
                if fault.befalls(path, has_token):
                    fault.met += 1
                    if fault.met > fault.after and (
                        fault.times is None or fault.met <= fault.after + fault.times
                    ):
                        found.append(fault)
            return found


def fault_of(entry: Mapping[str, Any]) -> Fault:
    """A fault from a table of a plan."""
    known = {field.name for field in fields(Fault)} - {"met"}
    unknown = sorted(set(entry) - known)
    if unknown or entry.get("kind") not in KINDS:
        what = f"the key {', '.join(unknown)}" if unknown else f"the kind {entry.get('kind')!r}"
        raise EmulatorError(
            f"A fault cannot have {what}.", f"Keys: {_KEYS}. Kinds: {', '.join(sorted(KINDS))}."
        )
    return Fault(**{**entry, "times": entry.get("times", 1) or None})


def read_plan(path: Path) -> FaultPlan:
    """The plan in a TOML file with one `[[faults]]` table each; `times = 0` means for ever."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("faults", [])
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise EmulatorError(f"{path}: {problem}", "A plan holds [[faults]] tables.") from problem
    return FaultPlan(entries)
