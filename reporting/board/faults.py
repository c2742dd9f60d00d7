"""What is wrong with a file that somebody wrote for the board page."""

from reporting.published import ReportError


class Fault(ReportError):
    """A logo or foreword that cannot be used. The page is made without it, and the report ends with this error."""
