"""What the environment says: secrets and addresses, checked. Errors don't quote a secret, nor what may hold one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from rapport.errors import ConfigError
from rapport.networks import BLUESKY, MASTODON, Network, X

Environment = Mapping[str, str]

# Secrets by network: the variable, and the connection of Airflow whose password may stand in its place.
SECRETS: dict[str, dict[str, str]] = {
    X.name: {"X_BEARER_TOKEN": "x_api", "X_USER_TOKEN": "x_user"},
    BLUESKY.name: {"BLUESKY_APP_PASSWORDS": "bluesky_api"},
    MASTODON.name: {"MASTODON_TOKENS": "mastodon_api"},
}


@dataclass(frozen=True)
class AirflowLogin:
    """The login of an Airflow that runs this home but was not started by `rapport up`, as in containers."""

    url: str
    user: str
    password: SecretStr = field(repr=False)


@dataclass(frozen=True)
class MailServer:
    """A mail server that takes our mails. `encryption`: from the first byte, by STARTTLS, or none at all."""

    host: str
    port: int
    encryption: Literal["tls", "starttls", "none"]
    user: str = ""
    password: SecretStr | None = field(default=None, repr=False)


# Scheme of RAPPORT_SMTP_URL → how the connection is encrypted, and the usual port.
_MAIL: dict[str, tuple[Literal["tls", "starttls", "none"], int]] = {
    "smtps": ("tls", 465), "smtp": ("starttls", 587), "smtp+plain": ("none", 25),
}  # fmt: skip


def secret(env: Environment, name: str) -> SecretStr | None:
    """The variable's value; None if it is not set or empty."""
    value = env.get(name, "").strip()
    return SecretStr(value) if value else None


def address(env: Environment, name: str, default: str) -> str:
    """The address in the variable, without a slash at its end."""
    url = (env.get(name) or default).rstrip("/")
    if not _is_web_address(url):
        raise ConfigError(f"{name} is no address of a web page", f"write it as {default}, or unset it")
    return url


def mastodon_base_url(env: Environment) -> str:
    """Where a server of Mastodon is asked: an address with `{host}` in it, which stands for the server's name."""
    name, default = "RAPPORT_MASTODON_BASE_URL", "https://{host}"
    url = (env.get(name) or default).rstrip("/")
    if "{host}" not in url or not _is_web_address(url.replace("{host}", "example.org")):
        raise ConfigError(f"{name} is no address with {{host}} in it", f"write it as {default}, or unset it")
    return url


def bluesky_app_passwords(env: Environment) -> dict[str, SecretStr]:
    """Handle in lower case → app password, of BLUESKY_APP_PASSWORDS."""
    return _by_handle(env, "BLUESKY_APP_PASSWORDS", BLUESKY, "alice.example=password")


def mastodon_tokens(env: Environment) -> dict[str, SecretStr]:
    """`name@host` in lower case → access token, of MASTODON_TOKENS."""
    return _by_handle(env, "MASTODON_TOKENS", MASTODON, "name@host=token")


def _by_handle(env: Environment, name: str, network: Network, form: str) -> dict[str, SecretStr]:
    found: dict[str, SecretStr] = {}
    for number, entry in enumerate(env.get(name, "").split(), start=1):
        handle, sign, value = entry.partition("=")
        handle = handle.removeprefix("@").lower()
        if not (sign and value and network.is_handle(handle)):
            raise ConfigError(
                f"{name}: entry {number} is not as it should be",
                f"write {form}, with spaces between entries; so in Airflow's connection "
                f"`{SECRETS[network.name][name]}`, if it stands there",
            )
        found[handle] = SecretStr(value)
    return found


def heartbeat_url(env: Environment) -> SecretStr | None:
    """None without RAPPORT_HEARTBEAT_URL."""
    url = secret(env, "RAPPORT_HEARTBEAT_URL")
    if url is None or _is_web_address(url.get_secret_value()):
        return url
    raise ConfigError(
        "RAPPORT_HEARTBEAT_URL is no address of a web page", "write it as your monitor gives it: https://…"
    )


def mail_server(env: Environment) -> MailServer | None:
    """None without RAPPORT_SMTP_URL. Errors don't quote it: it holds a password."""
    url = env.get("RAPPORT_SMTP_URL", "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # a port that is no number
        host = port = None
    if not host or parts.scheme not in _MAIL or parts.path.strip("/") or parts.query:
        raise ConfigError(
            "RAPPORT_SMTP_URL is no address of a mail server",
            "write smtps://user:password@host (encrypted from the start, port 465), smtp://user:password@host:587 "
            "(STARTTLS), or smtp+plain://host:25 (not encrypted); what is no letter or digit in user or password is "
            "written as %40 for @, and so on",
        )
    encryption, usual_port = _MAIL[parts.scheme]
    password = unquote(parts.password or "")
    return MailServer(
        host,
        port or usual_port,
        encryption,
        unquote(parts.username or ""),
        SecretStr(password) if password else None,
    )


def chat_webhooks(env: Environment) -> dict[str, SecretStr]:
    """Name → address, of RAPPORT_CHAT_WEBHOOKS."""
    found: dict[str, SecretStr] = {}
    for number, entry in enumerate(env.get("RAPPORT_CHAT_WEBHOOKS", "").split(), start=1):
        name, sign, url = entry.partition("=")
        if not (sign and name and _is_web_address(url)):
            raise ConfigError(
                f"RAPPORT_CHAT_WEBHOOKS: entry {number} is not as it should be",
                "write name=https://…, with spaces between entries; the name is that in `chat` of rapport.toml. "
                "So in Airflow's connection `rapport_chat`, if it stands there",
            )
        found[name] = SecretStr(url)
    return found


def airflow_login(env: Environment) -> AirflowLogin | None:
    """None without RAPPORT_AIRFLOW_URL. Errors don't quote it: somebody may have put a password there."""
    url = env.get("RAPPORT_AIRFLOW_URL", "")
    if not url:
        return None
    if not _is_web_address(url) or "@" in urlsplit(url).netloc:
        raise ConfigError(
            "RAPPORT_AIRFLOW_URL is no address of an Airflow",
            "write it as http://api-server:8080; user and password stand in variables of their own",
        )
    if not env.get("RAPPORT_AIRFLOW_PASSWORD"):
        raise ConfigError(
            "RAPPORT_AIRFLOW_PASSWORD is not set", "set it beside RAPPORT_AIRFLOW_URL, or unset that one"
        )
    return AirflowLogin(
        url.rstrip("/"),
        env.get("RAPPORT_AIRFLOW_USER") or "admin",
        SecretStr(env["RAPPORT_AIRFLOW_PASSWORD"]),
    )


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False
    return is_address and url.isascii() and url.isprintable() and " " not in url
