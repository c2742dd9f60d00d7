"""The errors of a command that asked several networks, or for several clients, some of it in vain."""

from collections.abc import Mapping
from typing import Any, ClassVar

from extractors.errors import ExtractionError
from rapport.networks import label_of
from reporting.words import listing


class _SomeFailed(ExtractionError):
    """`failures`: what failed, in words, each for a reason of its own. `came`: what the others brought."""

    failed: ClassVar[str] = "could not be fetched"

    def __init__(self, failures: Mapping[str, ExtractionError], came: Any, kept: str) -> None:
        super().__init__(f"{listing([*failures])} {self.failed}{kept}")
        self.failures = failures
        self.came = came

    @property
    def words(self) -> str:
        """Each with what is wrong, and what to do; what fails for the same reason together."""
        reasons: dict[tuple[str, str], list[str]] = {}
        for whose, problem in self.failures.items():
            reasons.setdefault((problem.words, problem.remedy), []).append(whose)
        lines = [self.message]
        for (words, remedy), of in reasons.items():
            lines.append(f"{listing(of, len(of))}: {words}")
            lines += [f"  What to do: {remedy}"] if remedy else []
        return "\n".join(lines)


class ClientsFailed(_SomeFailed):
    """On one network something failed of some clients. `failures`: "mentions of lichtung" → why."""

    def __init__(self, failures: Mapping[str, ExtractionError], came: Any) -> None:
        super().__init__(failures, came, "; the rest is kept")


class NetworksFailed(_SomeFailed):
    """Some networks failed, or something of some clients there. `came`: network → what it brought."""

    kept: ClassVar[str] = "; what {networks} showed is kept"

    def __init__(self, failures: Mapping[str, ExtractionError], came: Mapping[str, Any]) -> None:
        kept = self.kept.format(networks=listing([label_of(name) for name in came])) if came else ""
        super().__init__(failures, came, kept)


class LookUpsFailed(NetworksFailed):
    """Some networks could not be asked what they still show. `came`: network → what was done about the others."""

    failed = "could not be asked what was deleted"
    kept = "; what was looked up on {networks} is followed"
