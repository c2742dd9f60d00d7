"""A failing task's own words, from logs in the form that Airflow 3.3 gives them."""

from operations.stack.watch import own_error


def _raised(kind: str, value: str) -> dict[str, object]:
    return {
        "event": "Task failed with exception",
        "level": "error",
        "error_detail": [{"exc_type": kind, "exc_value": value}],
    }


def test_an_error_of_rapport_keeps_its_message_and_remedy_apart() -> None:
    events = [
        {"event": "fetching", "level": "info"},
        _raised("ConfigError", "no such client\n  What to do: name one"),
    ]
    assert own_error(events) == ("no such client", "name one")


def test_any_other_error_is_named_with_its_type() -> None:
    events = [
        _raised("ValueError", "first"),
        _raised("KeyError", "'id'"),
        {"event": "ended", "level": "info"},
    ]
    assert own_error(events) == ("KeyError: 'id'", "read the task's log in Airflow's pages")


def test_without_an_exception_the_last_complaint_stands_in() -> None:
    events = [
        {"event": "Process terminated by signal 9", "level": "critical"},
        {"event": "bye", "level": "info"},
    ]
    assert own_error(events)[0] == "Process terminated by signal 9"
    assert own_error([])[0] == "the log holds no error"
