"""Problem documents (RFC 9457), whole answers and partial errors alike."""

from __future__ import annotations

from typing import Any

HOSTS = {"old": "https://api.twitter.com", "new": "https://api.x.com"}
INVALID = "One or more parameters to your request was invalid."


class Problem(Exception):
    """An answer that is an error. `body` is the problem document."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body.get("detail", body["title"]))
        self.status = status
        self.body = body


def kind(name: str, dialect: str = "old") -> str:
    """The address that names a kind of problem; its host differs between the dialects."""
    return f"{HOSTS[dialect]}/2/problems/{name}"


def invalid(message: str, **parameters: object) -> Problem:
    """400: one parameter is wrong. `parameters` are those at fault with the values sent."""
    sent = {name: [str(value)] for name, value in parameters.items()}
    body = {
        "errors": [{"parameters": sent, "message": message}],
        "title": "Invalid Request",
        "detail": INVALID,
        "type": kind("invalid-request"),
        "status": 400,
    }
    return Problem(400, body)


def in_dialect(body: dict[str, Any], dialect: str) -> dict[str, Any]:
    """The same problem as the dialect names it: only the host in `type` differs."""
    return {**body, "type": body["type"].replace(HOSTS["old"], HOSTS[dialect])}


def plain(status: int, title: str, detail: str | None = None) -> Problem:
    """A problem that says no more than its status."""
    return Problem(
        status, {"title": title, "detail": detail or title, "type": "about:blank", "status": status}
    )


def unsupported_authentication(*, is_app: bool) -> Problem:
    """403: the endpoint is not for this kind of token."""
    given = "OAuth 2.0 Application-Only" if is_app else "OAuth 2.0 User Context"
    wanted = "OAuth 1.0a User Context, OAuth 2.0 User Context" if is_app else "OAuth 2.0 Application-Only"
    detail = (
        f"Authenticating with {given} is forbidden for this endpoint.  Supported authentication types are"
    )
    body = {
        "title": "Unsupported Authentication",
        "detail": f"{detail} [{wanted}].",
        "type": kind("unsupported-authentication"),
        "status": 403,
    }
    return Problem(403, body)


def not_found(
    resource: str, parameter: str, value: str, dialect: str, identifier: str = ""
) -> dict[str, Any]:
    """Partial error: no such post or user, or deleted."""
    return {
        "value": value,
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": identifier or value,
        "type": kind("resource-not-found", dialect),
    }


def not_authorized(resource: str, parameter: str, value: str, section: str, dialect: str) -> dict[str, Any]:
    """Partial error: it exists, but its author is protected or suspended."""
    shown = "Tweet" if resource == "tweet" and dialect == "old" else "Post" if resource == "tweet" else "user"
    return {
        "resource_id": value,
        "parameter": parameter,
        "resource_type": resource,
        "section": section,
        "title": "Authorization Error",
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {shown} with {parameter}: [{value}].",
        "type": kind("not-authorized-for-resource", dialect),
    }


def suspended(parameter: str, value: str, dialect: str) -> dict[str, Any]:
    """Partial error: the user has been suspended."""
    return {
        "parameter": parameter,
        "resource_id": value,
        "value": value,
        "detail": f"User has been suspended: [{value}].",
        "title": "Forbidden",
        "resource_type": "user",
        "type": kind("resource-not-found", dialect),
    }
