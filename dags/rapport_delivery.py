"""What the DAG `delivery` sends with: Airflow's connections to the mail server and to chats, as Rapport's settings.

Not a DAG file itself (see .airflowignore). The connection `smtp_default` is the one that alerts use.
"""

from typing import Any
from urllib.parse import quote

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSkipException
from airflow.sdk.log import mask_secret

from rapport.config import Settings, load_settings

MAIL, CHAT = "smtp_default", "rapport_chat"


def send() -> dict[str, int]:
    """Sends what is due. A run without anybody to send to is skipped."""
    from operations.delivery.deliver import deliver

    if not any(client.deliveries for client in load_settings().config.clients):
        raise AirflowSkipException(
            "nobody is named to get anything: rapport.toml has no [[clients.deliveries]]"
        )
    done = deliver(_settings())
    return {"sent": done.sent_count, "sent before": done.earlier_count, "not due": len(done.not_due)}


def _settings() -> Settings:
    """A connection wins over the variable that stands for it. No log of the task shows a secret of either."""
    secrets = {}
    if mail := _connection(MAIL):
        secrets["RAPPORT_SMTP_URL"] = mail_url(mail)
    if (chat := _connection(CHAT)) and chat.password:
        secrets["RAPPORT_CHAT_WEBHOOKS"] = chat.password
    for secret in secrets.values():
        mask_secret(secret)
    found = load_settings(secrets=secrets)
    for webhook in found.chat_webhooks.values():
        mask_secret(webhook.get_secret_value())
    if found.mail_server and found.mail_server.password:
        mask_secret(found.mail_server.password.get_secret_value())
    return found


def mail_url(connection: Any) -> str:
    """The connection as RAPPORT_SMTP_URL has it. Its own defaults are TLS from the first byte, port 465."""
    extra = connection.extra_dejson
    is_tls = not extra.get("disable_ssl", False)
    is_starttls = not is_tls and not extra.get("disable_tls", False)
    scheme = "smtps" if is_tls else "smtp" if is_starttls else "smtp+plain"
    user, password = (quote(part or "", safe="") for part in (connection.login, connection.password))
    login = f"{user}:{password}@" if user else ""
    port = f":{connection.port}" if connection.port else ""
    return f"{scheme}://{login}{connection.host}{port}"


def _connection(name: str) -> Any:
    try:
        return Connection.get(name)
    except AirflowNotFoundException:
        return None
