"""How X speaks: what its requests carry, and what its pages say. Its pages are in raw's vocabulary already."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from extractors import errors
from extractors.fetching import dialect
from extractors.fetching.dialect import Answer, Instead, Objects, Reading
from extractors.fetching.streams import Stream, Target
from extractors.fetching.vocabulary import objects
from extractors.x import fields, references, streams
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.config_clients import Budget
from rapport.networks import X
from rapport.window import Window


class Dialect(dialect.Dialect):
    """X's."""

    network = X
    settle_time = streams.SETTLE_TIME
    search_reach = streams.RECENT_REACH
    streams = streams.BY_NAME

    def may_fetch(self, settings: Settings, config: ClientConfig, stream: Stream) -> bool:
        is_message = stream.name == streams.DIRECT_MESSAGES.name
        has_token = bool(settings.x_user_token) or not stream.needs_user
        return has_token and (config.direct_messages is not None or not is_message)

    def request(
        self, stream: Stream, target: Target, window: Window, token: str | None, below: str | None
    ) -> dict[str, Any]:
        parameters = super().request(stream, target, window, token, below)
        if stream.is_windowed:
            # Of each pair X takes one: a time or an id.
            if "since_id" not in parameters:
                parameters["start_time"] = window.start - stream.overlap
            if below is not None:
                parameters["until_id"] = below
            else:
                parameters["end_time"] = window.end
        return parameters

    def below(self, parameters: Mapping[str, Any]) -> str | None:
        return parameters.get("until_id")

    def result_bounds(self, stream: Stream, parameters: Mapping[str, Any]) -> tuple[int, int]:
        wanted = parameters.get("max_results")
        if wanted is None:
            count = len(parameters.get("ids") or parameters.get("usernames") or [1])
            return count, count
        return min(wanted, (stream.page_sizes or (1, 1))[0]), wanted

    def sized(self, parameters: dict[str, Any], size: int) -> dict[str, Any]:
        return {**parameters, "max_results": size} if "max_results" in parameters else parameters

    def instead(
        self, problem: errors.RequestRefused, stream: Stream, target: Target, window: Window, now: datetime
    ) -> Instead | None:
        """Of a since_id beyond the endpoint's reach: by time, from where the endpoint begins to reach."""
        if not isinstance(problem, errors.SinceIdStale):
            return None
        # With margin: the reach moves on while the walk takes its time.
        begins = (problem.reach_at or now - streams.RECENT_REACH) + timedelta(minutes=1)
        lost_from = references.moment_of(dict(target.parameters)["since_id"])
        parameters = tuple(pair for pair in target.parameters if pair[0] != "since_id")
        return Instead(
            replace(stream, overlap=timedelta(0)),  # nothing further back is shown
            replace(target, parameters=parameters),
            Window(begins, window.end) if begins < window.end else None,
            Window(lost_from, min(begins, window.end)) if lost_from < begins else None,
            f"older than what {stream.endpoint} reaches by since_id",
        )

    def profile_targets(
        self, handles: list[str], account_ids: list[str], budget: Budget | None
    ) -> list[Target]:
        size = streams.lookup_size(streams.PROFILES, budget)
        return streams.lookup_targets(handles, "usernames", size) + streams.lookup_targets(
            account_ids, "ids", size
        )

    def post_targets(self, post_ids: list[str], budget: Budget | None) -> list[Target]:
        return streams.lookup_targets(post_ids, size=streams.lookup_size(streams.MISSING, budget))

    def read(self, envelope: Mapping[str, Any], body: dict[str, Any]) -> Reading:
        meta = body.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        token, count = meta.get("next_token"), meta.get("result_count")
        return Reading(
            own=objects(body.get("data")),
            posts=fields.included(body, "tweets", "posts"),
            users=fields.included(body, "users"),
            errors=objects(body.get("errors")),
            next_token=str(token) if token else None,
            newest_id=_text(meta.get("newest_id")),
            oldest_id=_text(meta.get("oldest_id")),
            result_count=count if isinstance(count, int) else None,
        )

    def check(self, stream: Stream, body: dict[str, Any]) -> None:
        missing = fields.missing_fields(body, stream.kind, stream.has_includes)
        if missing:
            raise errors.FieldsMissing(
                f"{stream.endpoint} left out fields that everything downstream depends on: {', '.join(missing)}",
                "X drops unknown field names silently: compare extractors/x/fields.py with X's documentation",
            )

    def version(self, answer: Answer) -> str | None:
        return answer.headers.get("api-version")

    def rate_limit(self, answer: Answer) -> dict[str, str | None]:
        return {name: answer.headers.get(f"x-rate-limit-{name}") for name in ("limit", "remaining", "reset")}

    def is_about_asked(self, error: Mapping[str, Any]) -> bool:
        return error.get("parameter") == "ids"

    def in_order(self, ids: Iterable[str]) -> list[str]:
        return references.in_order(set(ids))

    def newest_first(self, posts: Iterable[dict[str, Any]]) -> Objects:
        by_id = {str(post.get("id")): post for post in posts}
        return [by_id[post_id] for post_id in reversed(references.in_order(set(by_id)))]

    def moment_of(self, post: Mapping[str, Any]) -> datetime | None:
        return references.moment_of(str(post["id"]))


DIALECT = Dialect()


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None
