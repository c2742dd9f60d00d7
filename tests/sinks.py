"""A mail server and an HTTP server on loopback that keep what they are sent: where alerts go in tests."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from operations.stack.process import LOCALHOST, free_port

# As of Slack and its like: whoever knows the path may post.
SECRET_PATH = "/services/T0S3CR3T/B0S3CR3T/x9s3cr3tx9s3cr3t"
FROM = "rapport@example.org"


@dataclass
class Sinks:
    """What arrived so far, in order. `status` is what the webhook answers from now on."""

    mails: list[Message] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    environment: dict[str, str] = field(default_factory=dict)  # Airflow's connections to both
    secrets: dict[str, str] = field(default_factory=dict)  # the same as Rapport's own variables
    refused: str = ""  # how the mail server answers from now on: an answer of SMTP, or "drop" to hang up

    def mailed(self) -> list[tuple[str, str]]:
        """(subject, body) of every mail."""
        return [(str(mail["Subject"]), _body(mail)) for mail in self.mails]


@contextmanager
def sinks() -> Iterator[Sinks]:
    found = Sinks()

    class Keep:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            if found.refused == "drop":
                server.transport.close()
                return "421 gone"
            if found.refused:
                return found.refused
            found.mails.append(message_from_bytes(envelope.content, policy=default))
            return "250 kept"

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_right = self.path == SECRET_PATH
            if is_right and found.status == 200:
                found.posts.append(json.loads(body))
            self.send_response(found.status if is_right else 404)
            self.send_header("Content-Length", "0")
            if found.status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    web = ThreadingHTTPServer((LOCALHOST, 0), Hook)
    # one of the many that take no addresses beyond ASCII
    mail = Controller(Keep(), hostname=LOCALHOST, port=free_port(), enable_SMTPUTF8=False)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    mail.start()
    found.environment = connections(mail.port, web.server_port)
    found.secrets = {
        "RAPPORT_SMTP_URL": f"smtp+plain://{LOCALHOST}:{mail.port}",
        "RAPPORT_CHAT_WEBHOOKS": f"team=http://{LOCALHOST}:{web.server_port}{SECRET_PATH}",
    }
    try:
        yield found
    finally:
        mail.stop()
        web.shutdown()
        web.server_close()


def connections(mail_port: int, web_port: int) -> dict[str, str]:
    """Airflow's two connections, as the environment gives them."""
    plain = {"disable_ssl": True, "disable_tls": True, "from_email": FROM, "timeout": 5}
    mail = {"conn_type": "smtp", "host": LOCALHOST, "port": mail_port, "extra": plain}
    hook = {"conn_type": "http", "host": f"http://{LOCALHOST}:{web_port}{SECRET_PATH}"}
    return {
        "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(mail),
        "AIRFLOW_CONN_RAPPORT_WEBHOOK": json.dumps(hook),
    }


def _body(mail: Message) -> str:
    return "".join(
        part.get_payload(decode=True).decode()
        for part in mail.walk()
        if part.get_content_maintype() == "text"
    )
