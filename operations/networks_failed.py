"""The error of a command that asked several networks, some of them in vain."""

from collections.abc import Mapping
from typing import Any

from extractors.errors import ExtractionError
from rapport.networks import label_of
from reporting.words import listing


class NetworksFailed(ExtractionError):
    """Some networks failed, each for a reason of its own. `came`: network → what the others brought."""

    def __init__(self, failures: Mapping[str, ExtractionError], came: Mapping[str, Any]) -> None:
        what = f"{listing([label_of(name) for name in failures])} could not be fetched"
        kept = f"; what {listing([label_of(name) for name in came])} showed is kept" if came else ""
        super().__init__(what + kept)
        self.failures = failures
        self.came = came

    @property
    def words(self) -> str:
        """Each network with what is wrong, and what to do."""
        lines = [self.message]
        for name, problem in self.failures.items():
            lines.append(f"{label_of(name)}: {problem.words}")
            lines += [f"  What to do: {problem.remedy}"] if problem.remedy else []
        return "\n".join(lines)
