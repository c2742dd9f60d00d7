"""What a look at one part of Rapport has found, for `rapport doctor`."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, its state, what was seen, and what to do where the state is not ok."""

    subject: str
    state: State
    seen: str
    remedy: str = ""
