"""A message to an incoming webhook of Slack or Teams. Who knows its address may post there: nothing shows it."""

import http.client
import json
import urllib.error
import urllib.request

from operations.delivery.errors import NotDelivered, NotKnown
from rapport.config import Settings
from rapport.config_delivery import SLACK, chat_of
from rapport.errors import ConfigError
from reporting.messages.forms import for_slack, for_teams
from reporting.messages.message import Message

LIMIT_SECONDS = 15.0
_REMEDY = "check the webhook: its address in RAPPORT_CHAT_WEBHOOKS, or in Airflow's connection `rapport_chat`"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected message would arrive as an empty request."""

    def redirect_request(self, *_: object) -> None:
        return None


def send(message: Message, chat: str, address: str) -> None:
    """Posts the message to that address. Raises NotDelivered where it was not taken, NotKnown where nobody can know."""
    payload = for_slack(message) if chat_of(chat)[0] == SLACK else for_teams(message)
    # The standard library logs no address; httpx and urllib3 do.
    request = urllib.request.Request(  # noqa: S310 - config lets http(s) in
        address,
        data=json.dumps(payload).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=LIMIT_SECONDS) as answer:
            answer.read(1)
    except urllib.error.HTTPError as problem:
        problem.close()
        raise NotDelivered(f"the webhook {chat} answers {problem.code}", _REMEDY) from None
    except urllib.error.URLError as problem:
        reason = problem.reason
        if isinstance(reason, ConnectionRefusedError | OSError) and not isinstance(reason, TimeoutError):
            raise NotDelivered(
                f"the webhook {chat} can't be reached", _REMEDY, detail=type(reason).__name__
            ) from None
        raise NotKnown(f"the webhook {chat} did not answer in time", "") from None
    except (OSError, http.client.HTTPException) as problem:
        raise NotKnown(
            f"the webhook {chat} ended without an answer", "", detail=type(problem).__name__
        ) from None


def address_of(settings: Settings, chat: str) -> str:
    """The webhook's secret address. Raises ConfigError if there is none of that name."""
    _, name = chat_of(chat)
    address = settings.chat_webhooks.get(name)
    if address is None:
        raise ConfigError(
            f"no webhook is called '{name}'",
            f"add {name}=https://… to RAPPORT_CHAT_WEBHOOKS, or to the password of Airflow's connection `rapport_chat`",
        )
    return address.get_secret_value()
