"""Errors of the emulator. It imports nothing else of the project, so it has its own."""


class EmulatorError(RuntimeError):
    """Something the person who started the emulator can put right.

    `message` says what happened, `remedy` what to do; `str()` gives both.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class ScriptError(EmulatorError):
    """The script of the world contradicts itself: a fault of the script, never of its user."""
