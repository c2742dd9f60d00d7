"""Links from a task's page in Airflow to Rapport's own pages, which plugins/rapport_pages.py serves.

Not a DAG file itself (see .airflowignore).
"""

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf


class Lineage(BaseOperatorLink):
    """What tables and columns mean, and what they are made of."""

    name = "Lineage"

    def get_link(self, operator: object, *, ti_key: object) -> str:
        return _page("lineage")


class Checks(BaseOperatorLink):
    """How each rule of the checks fared."""

    name = "Checks"

    def get_link(self, operator: object, *, ti_key: object) -> str:
        return _page("checks")


def _page(name: str) -> str:
    return f"{conf.get('api', 'base_url', fallback='').rstrip('/')}/rapport/{name}"
