"""A message as a mail, and the mail server that takes it."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from mimetypes import guess_type

from operations.delivery.errors import NotDelivered, NotKnown
from rapport.config import Settings
from rapport.config_environment import MailServer
from rapport.errors import ConfigError
from reporting.messages.forms import as_html, as_text
from reporting.messages.message import Message

LIMIT_SECONDS = 30.0
_ADDRESS = "check the address under [[clients.deliveries]] in rapport.toml"


def compose(
    message: Message, sender: str, recipient: str, message_id: str, sent_at: datetime
) -> EmailMessage:
    """The mail: plain text, HTML, and the files. The same message to the same recipient has the same id.

    Raises NotDelivered if nothing can be addressed like that, or if a file is gone.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(message.subject.split())
    mail["From"] = formataddr(("Rapport", sender))
    _address(mail, recipient)
    mail["Date"] = format_datetime(sent_at)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # nobody's absence note answers it
    mail["Content-Language"] = message.language
    mail.set_content(as_text(message))
    mail.add_alternative(as_html(message), subtype="html")
    for file in message.files:
        kind, _, subtype = (guess_type(file.name)[0] or "application/octet-stream").partition("/")
        try:
            content = file.path.read_bytes()
        except OSError as problem:
            raise NotDelivered(
                f"{file.path.name} can't be read", "`rapport report` writes it", detail=type(problem).__name__
            ) from None
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=file.name)
    return mail


def _address(mail: EmailMessage, recipient: str) -> None:
    try:
        # a group ("press:a@b.example") is read otherwise by different versions of Python, and may go to somebody else
        if ":" in recipient:
            raise ValueError
        mail["To"] = recipient
    # what Python's own reader of addresses raises, by how one is broken
    except (ValueError, LookupError, AttributeError, MessageError):
        raise NotDelivered(f"'{recipient}' is no mail address", _ADDRESS) from None


def send(server: MailServer, mail: EmailMessage, recipient: str) -> None:
    """Hands the mail to the server. Raises NotDelivered where it was not taken, NotKnown where nobody can know."""
    with _connected(server) as smtp:
        try:
            smtp.send_message(mail, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as problem:
            code = next(iter(problem.recipients.values()))[0]
            raise NotDelivered(
                f"the mail server {server.host} refuses the recipient (code {code})", _ADDRESS
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise NotDelivered(
                f"the mail server {server.host} takes no addresses with letters beyond ASCII", _ADDRESS
            ) from None
        except smtplib.SMTPResponseException as problem:
            raise NotDelivered(
                f"the mail server {server.host} refuses the mail (code {problem.smtp_code})",
                "check `sender` under [delivery], and whether the server takes mails of this size",
                detail=problem.smtp_error.decode("utf-8", "replace")
                if isinstance(problem.smtp_error, bytes)
                else problem.smtp_error,
            ) from None
        except (smtplib.SMTPException, OSError) as problem:
            raise NotKnown(
                f"the connection to the mail server {server.host} ended before it said whether it takes the mail",
                "",
                detail=type(problem).__name__,
            ) from None


def reach(server: MailServer) -> None:
    """Connects and logs in, and sends nothing. Raises NotDelivered where that fails."""
    with _connected(server):
        pass


def server_of(settings: Settings) -> MailServer:
    """The mail server. Raises ConfigError if none is named, or if a password would go over the network in the clear."""
    server = settings.mail_server
    if server is None:
        raise ConfigError(
            "there is no mail server",
            "set RAPPORT_SMTP_URL, or Airflow's connection `smtp_default` (docs/delivery.md)",
        )
    if server.password and server.encryption == "none":
        raise ConfigError(
            f"the password for the mail server {server.host} would be sent without encryption",
            "use smtps:// or smtp:// in RAPPORT_SMTP_URL; of the connection `smtp_default`, leave TLS or SSL on",
        )
    return server


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    try:
        smtp = _open(server)
    except smtplib.SMTPAuthenticationError as problem:
        raise NotDelivered(
            f"the mail server {server.host} refuses the login (code {problem.smtp_code})",
            "check user and password in RAPPORT_SMTP_URL, or in Airflow's connection `smtp_default`",
        ) from None
    except (smtplib.SMTPException, OSError) as problem:
        raise NotDelivered(
            f"the mail server {server.host}:{server.port} can't be reached",
            "check RAPPORT_SMTP_URL, or Airflow's connection `smtp_default`, and the server",
            detail=problem,
        ) from None
    try:
        yield smtp
    finally:
        smtp.close()


def _open(server: MailServer) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if server.encryption == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=LIMIT_SECONDS, context=trusted
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=LIMIT_SECONDS)
    try:
        if server.encryption == "starttls":
            smtp.starttls(context=trusted)
        if server.user and server.password:
            smtp.login(server.user, server.password.get_secret_value())
    except BaseException:
        smtp.close()
        raise
    return smtp
