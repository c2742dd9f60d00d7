"""Airflow's REST API, as far as Rapport uses it: what people do in Airflow's pages."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from operations.stack.errors import StackError

Json = dict[str, Any]
PAGE = 100
FINISHED = frozenset({"success", "failed"})


class AirflowApi:
    """A client of one Airflow, which logs in by itself. Every method raises StackError with Airflow's message."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address
        self._login = {"username": user, "password": password}
        # trust_env off: a proxy must not be used for loopback.
        self._client = httpx.Client(base_url=address, timeout=30.0, trust_env=False)
        self._token = ""

    def close(self) -> None:
        self._client.close()

    def health(self) -> dict[str, str] | None:
        """Status by component ("healthy", "unhealthy", ...); None if the server does not answer."""
        try:
            answer = self._client.get("/api/v2/monitor/health", timeout=5.0)
        except httpx.TransportError:
            return None
        if answer.status_code != httpx.codes.OK:
            return None
        return {name: part.get("status") or "unknown" for name, part in answer.json().items()}

    def ensure_pool(self, name: str, slots: int, description: str) -> None:
        """Creates the pool, or sets its number of slots."""
        body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        if self._call("POST", "/pools", body, allow=(409,)).status_code == httpx.codes.CONFLICT:
            self._call("PATCH", f"/pools/{name}", body)

    def dag(self, dag_id: str) -> Json | None:
        """The DAG as Airflow knows it; None if it does not."""
        answer = self._call("GET", f"/dags/{dag_id}", allow=(404,))
        return None if answer.status_code == httpx.codes.NOT_FOUND else answer.json()

    def dags(self) -> list[Json]:
        """The DAGs that Airflow knows, at most a hundred."""
        found: list[Json] = self._get("/dags", {"limit": PAGE, "order_by": "dag_id"})["dags"]
        return found

    def import_errors(self) -> list[Json]:
        """DAG files that could not be read: filename, stack_trace."""
        found: list[Json] = self._get("/importErrors")["import_errors"]
        return found

    def unpause(self, dag_id: str) -> None:
        self._call("PATCH", f"/dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, conf: Mapping[str, Any], due: datetime | None = None) -> str:
        """Starts a run with these parameters, as the trigger form does; returns its id. `due` defaults to now."""
        body = {"logical_date": None, "conf": dict(conf)} | ({"run_after": due.isoformat()} if due else {})
        answer = self._call("POST", f"/dags/{dag_id}/dagRuns", body)
        return str(answer.json()["dag_run_id"])

    def clear(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Runs a task of a finished run again, and all tasks downstream of it."""
        body = {
            "dag_run_id": run_id,
            "task_ids": [task_id],
            "include_downstream": True,
            "only_failed": False,
            "dry_run": False,
        }
        self._call("POST", f"/dags/{dag_id}/clearTaskInstances", body)

    def run(self, dag_id: str, run_id: str) -> Json:
        return self._get(f"/dags/{dag_id}/dagRuns/{run_id}")

    def runs(
        self, dag_id: str, states: tuple[str, ...] = (), since: datetime | None = None, limit: int = PAGE
    ) -> list[Json]:
        """The newest runs first, at most `limit`; `since` is compared with the time they were due."""
        query: dict[str, Any] = {"order_by": "-run_after", "limit": limit}
        if states:
            query["state"] = list(states)
        if since:
            query["run_after_gte"] = since.isoformat()
        found: list[Json] = self._get(f"/dags/{dag_id}/dagRuns", query)["dag_runs"]
        return found

    def runs_of_days(self, dag_id: str, first: datetime, last: datetime) -> list[Json]:
        """The runs whose intervals start in [first, last], oldest first."""
        query = {
            "logical_date_gte": first.isoformat(),
            "logical_date_lte": last.isoformat(),
            "order_by": "logical_date",
        }
        found: list[Json] = self._get(f"/dags/{dag_id}/dagRuns", query)["dag_runs"]
        return found

    def end_run(self, dag_id: str, run_id: str, state: str, note: str) -> None:
        """Sets a run's state by hand ("success" or "failed"), with a note that says why."""
        self._call("PATCH", f"/dags/{dag_id}/dagRuns/{run_id}", {"state": state, "note": note})

    def tasks(self, dag_id: str, run_id: str) -> list[Json]:
        """All task instances of a run, including mapped ones."""
        found: list[Json] = []
        while True:
            query = {"limit": PAGE, "offset": len(found)}
            page = self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", query)
            found += page["task_instances"]
            if not page["task_instances"] or len(found) >= (page["total_entries"] or 0):
                return found

    def log(self, task: Json) -> list[Json]:
        """The log of a task instance's last try, one object per event."""
        path = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}/logs"
        query = {"map_index": task["map_index"], "full_content": "true"}
        answer = self._get(f"{path}/{max(1, task['try_number'])}", query)
        content = answer.get("content") or []
        return [event if isinstance(event, dict) else {"event": str(event)} for event in content]

    def backfill(self, dag_id: str, start: datetime, end: datetime, max_active_runs: int) -> int:
        """Runs every interval that starts in [start, end] again; returns the id of the backfill."""
        body = {
            "dag_id": dag_id,
            "from_date": start.isoformat(),
            "to_date": end.isoformat(),
            "reprocess_behavior": "completed",
            "max_active_runs": max_active_runs,
        }
        return int(self._call("POST", "/backfills", body).json()["id"])

    def backfills(self, dag_id: str) -> list[Json]:
        query = {"dag_id": dag_id, "limit": PAGE, "order_by": "-id"}
        found: list[Json] = self._get("/backfills", query)["backfills"]
        return found

    def count_backfilled(self, dag_id: str, first: datetime, last: datetime) -> dict[str, int]:
        """How many backfilled runs of these days are "success", "failed" or (all others) "waiting"."""
        query: dict[str, Any] = {
            "logical_date_gte": first.isoformat(),
            "logical_date_lte": last.isoformat(),
            "run_type": "backfill",
            "limit": 1,
        }

        def count(**more: str) -> int:
            return int(self._get(f"/dags/{dag_id}/dagRuns", query | more)["total_entries"])

        done = {state: count(state=state) for state in sorted(FINISHED)}
        return done | {"waiting": count() - sum(done.values())}

    def cancel_backfill(self, backfill_id: int) -> None:
        self._call("PUT", f"/backfills/{backfill_id}/cancel", allow=(409,))

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Json:
        found: Json = self._call("GET", path, query=query).json()
        return found

    def _call(
        self, method: str, path: str, body: Json | None = None, allow: tuple[int, ...] = (),
        query: Mapping[str, Any] | None = None,
    ) -> httpx.Response:  # fmt: skip
        """One request, repeated for a while if the server is busy; an expired login is renewed."""
        problem = ""
        for attempt in range(5):
            if not self._token:
                self._log_in()
            headers = {"Authorization": f"Bearer {self._token}"}
            try:
                answer = self._client.request(
                    method, f"/api/v2{path}", json=body, params=query, headers=headers
                )
            except httpx.TransportError as error:
                # A request that changes something is not sent twice: the first may have succeeded.
                if method != "GET":
                    raise StackError(
                        f"Airflow did not answer {method} {path}: {error}", "see its logs"
                    ) from error
                problem = str(error)
            else:
                if answer.is_success or answer.status_code in allow:
                    return answer
                problem = f"{answer.status_code}: {answer.text[:500]}"
                if answer.status_code == httpx.codes.UNAUTHORIZED:
                    self._token = ""
                elif answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    break
            time.sleep(0.5 * (attempt + 1))
        raise StackError(f"Airflow refused {method} {path} ({problem})", "see the api-server's log")

    def _log_in(self) -> None:
        answer = self._client.post("/auth/token", json=self._login)
        if not answer.is_success:
            raise StackError(
                f"Airflow at {self.address} refused the login of {self._login['username']} ({answer.status_code})",
                "check RAPPORT_AIRFLOW_USER and RAPPORT_AIRFLOW_PASSWORD; where `rapport up` has started it, stop it, "
                "remove passwords.json and secrets.json from its folder, and start again",
            )
        self._token = str(answer.json()["access_token"])
