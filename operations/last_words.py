"""How the log of a failed task ends: with what is wrong and what to do, as the command line would say it."""

from rapport.errors import RapportError, explained

# An unexpected message may be a whole query; the traceback above has all of it.
UNEXPECTED_LENGTH = 500
_UNEXPECTED = (
    "Rapport did not expect this. Run the task again; if it comes back, report it with its traceback"
)
_TOOK_TOO_LONG = RapportError(
    "the task took longer than it may",
    "run it again: what it has done is kept. If it happens again, see above what it waited for",
)


def last_words(error: object, is_tried_again: bool) -> str:
    """The last lines of the log. `error` is what Airflow hands to a callback: an exception, a text, or nothing."""
    if known := _known(error):
        words, remedy = known.words, known.remedy
    else:
        kind = type(error).__name__ if isinstance(error, BaseException) else "unexpected"
        words, remedy = f"{kind}: {_first_line(error)}", _UNEXPECTED
    # Loaded late: it takes long, and every DAG file reads this module.
    from operations.cli.terminal import printable

    # An error may quote a file's name or a post, and Airflow's page draws what escape sequences say.
    if is_tried_again:
        return printable(f"Not done yet, and tried again by itself: {words}")
    return printable(f"Failed: {words}" + (f"\nWhat to do: {remedy}" if remedy else ""))


def _known(error: object) -> RapportError | None:
    # Known by its name: only the DAGs import Airflow.
    if type(error).__name__ == "AirflowTaskTimeout":
        return _TOOK_TOO_LONG
    return explained(error) if isinstance(error, BaseException) else None


def _first_line(error: object) -> str:
    first = next(iter(str(error or "").strip().splitlines()), "no message")
    return first if len(first) <= UNEXPECTED_LENGTH else f"{first[:UNEXPECTED_LENGTH]} …"
