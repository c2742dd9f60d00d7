"""A plugin of Airflow: shows Rapport's own pages beside Airflow's, to whoever is logged in there.

A page that Airflow serves can't link to a file on the disk: browsers refuse. So its api-server serves two files of
RAPPORT_HOME: what tables and columns mean, with their lineage, and how the checks fared. Neither holds a post's text.

Every process of Airflow reads this file, every task as well. So what serves the pages is loaded by the first request.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

Message = MutableMapping[str, Any]

PREFIX = "/rapport"
DOCS = "quality/docs"
# The pages bring all they need with them, and may ask nothing of Airflow in the name of the user.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:;"
        " font-src data:"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """As ASGI wants it."""
    await _app()(scope, receive, send)


@cache
def _app() -> Any:
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends, FastAPI
    from fastapi.responses import FileResponse, PlainTextResponse, Response

    from rapport.config import home_of

    def page(name: str, remedy: str) -> Response:
        path = home_of() / DOCS / name
        if not path.exists():
            return PlainTextResponse(f"This page is not there yet. {remedy}", status_code=404)
        return FileResponse(path, media_type="text/html", headers=HEADERS)

    pages = FastAPI(title="Rapport", docs_url=None, redoc_url=None, openapi_url=None)

    @pages.get("/lineage", dependencies=[Depends(get_user)])
    def lineage() -> Response:
        return page("lineage.html", "It is written after the next build; or run `rapport docs`.")

    @pages.get("/checks", dependencies=[Depends(get_user)])
    def checks() -> Response:
        return page("index.html", "It is written by the next check.")

    return pages


class RapportPages(AirflowPlugin):
    """Airflow finds it in its folder of plugins."""

    name = "rapport_pages"
    fastapi_apps: ClassVar[list[Any]] = [{"app": app, "url_prefix": PREFIX, "name": "Rapport"}]
    external_views: ClassVar[list[Any]] = [
        {
            "name": title,
            "href": f"{PREFIX}/{page}",
            "url_route": f"rapport-{page}",
            "destination": "nav",
            "category": "browse",
        }
        for page, title in (("lineage", "Lineage of tables"), ("checks", "Checks"))
    ]
