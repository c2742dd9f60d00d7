"""Whether the Airflow of this home is well, for `rapport doctor`."""

import httpx

from operations.health import Finding
from operations.stack.background import asking_airflow, ended_parts, sudden_end
from operations.stack.errors import StackError
from operations.stack.runner import airflow_home
from rapport.config import Settings


def examine(settings: Settings) -> Finding:
    """Asks it, if one runs; and looks why one that ran has ended."""
    if end := sudden_end(settings):
        return Finding(
            "Airflow", "error", f"it {end}",
            f"read {airflow_home(settings) / 'logs' / 'stack' / 'stack.log'}; `rapport up` starts it again",
        )  # fmt: skip
    ended, logs = ended_parts(settings), airflow_home(settings) / "logs" / "stack"
    words = "; ".join(part.words for part in ended)
    if any(part.state == "given up" for part in ended):
        return Finding(
            "Airflow", "error", words, f"read their logs in {logs}; then `rapport down`, `rapport up`"
        )
    restarted = Finding("Airflow", "warning", words, f"if it happens again, read their logs in {logs}")
    try:
        with asking_airflow(settings) as api:
            if api is None and ended:
                return restarted
            if api is None:
                return Finding(
                    "Airflow", "warning", "not started by `rapport up`",
                    "if another Airflow runs this home, ask that one: RAPPORT_AIRFLOW_URL names it",
                )  # fmt: skip
            unhealthy = [
                f"{name} is {state}" for name, state in (api.health() or {}).items() if state != "healthy"
            ]
            if unhealthy:
                seen = f"at {api.address} {', '.join(unhealthy)}"
                return Finding("Airflow", "error", seen, "see the logs of what is not healthy")
            unreadable = [error["filename"] for error in api.import_errors()]
            known = [dag["dag_id"] for dag in api.dags()]
    except StackError as problem:
        return Finding("Airflow", "error", problem.message, problem.remedy)
    except httpx.HTTPError as problem:
        return Finding(
            "Airflow", "error", f"it stopped answering: {problem}", "see the log of its api-server"
        )
    if unreadable:
        return Finding(
            "Airflow", "error", f"at {api.address} can't read {', '.join(unreadable)}",
            "its first page shows why, under import errors",
        )  # fmt: skip
    healthy = f"at {api.address} all of it is healthy, and has read {len(known)} DAGs"
    return restarted if ended else Finding("Airflow", "ok", healthy)
