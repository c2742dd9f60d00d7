"""One request as the endpoints see it, and what is declared of an endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.api.meter import Meter
from emulator.api.params import Params, is_id
from emulator.api.problems import invalid
from emulator.api.render import Renderer, View
from emulator.model import Account

Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One request: the world as it looks now, path and query parameters, who asks.

    `caller` is the account in whose name a user token speaks, None for the app's own token.
    """

    view: View
    path: dict[str, str]
    params: Params
    caller: Account | None = None
    meter: Meter = field(default_factory=Meter)

    @property
    def render(self) -> Renderer:
        """A renderer for the fields asked."""
        return Renderer(self.view, self.params.ask)

    @property
    def dialect(self) -> str:
        """The dialect of the request."""
        return self.params.ask.dialect

    def path_id(self, name: str = "id") -> str:
        """The id in the path."""
        value = self.path[name]
        if not is_id(value):
            raise invalid(
                f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$",
                **{name: value},
            )
        return value


@dataclass(frozen=True)
class Endpoint:
    """One route: its path, the parameters it knows, what answers, how often it may be asked.

    `limits`: requests per 15 minutes of the app, and of a user; None: not for that kind of token.
    """

    path: str
    allowed: tuple[str, ...]
    answer: Callable[[Request], Body]
    limits: tuple[int | None, int | None]

    @property
    def name(self) -> str:
        """As the vendor's pages write the path, and under which it is counted."""
        return re.sub(r"\{(\w+)\}", r":\1", self.path)

    def is_for(self, *, is_user: bool) -> bool:
        """Whether a token of that kind is answered."""
        return self.limits[is_user] is not None
