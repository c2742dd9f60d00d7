"""Errors as XRPC gives them: a name to tell them by, and a message for people."""

from __future__ import annotations


class XrpcError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message

    @property
    def body(self) -> dict[str, str]:
        """What is sent."""
        return {"error": self.error, "message": self.message}


def invalid(message: str, error: str = "InvalidRequest") -> XrpcError:
    """A request that cannot be answered."""
    return XrpcError(400, error, message)
