"""How a page is drawn from its template, and written: it is whole or not there."""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rapport import networks
from rapport.on_disk import make_folder, write_bytes
from reporting import language, words
from reporting.published import ReportError
from reporting.redaction import with_accounts, without_ids

_TEMPLATES = ("templates", "sections", "overview", "ties")


@cache
def environment() -> Environment:
    """Templates with everything escaped, whatever their file is called, and no silent gaps.

    One for the process: to compile them takes longer than to draw a page.
    """
    made = Environment(
        loader=ChoiceLoader([PackageLoader("reporting", folder) for folder in _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    language.install(made)
    made.globals["words"] = words
    made.globals["networks"] = networks
    made.filters["plain"] = words.plain
    made.filters["css_string"] = css_string
    return made


def css_string(text: str) -> str:
    """What stands for the text between the quotes of a CSS string: nothing in it can end the string or the sheet."""
    return "".join(
        char if (char.isascii() and char.isalnum()) or char == " " else f"\\{ord(char):x} " for char in text
    )


@cache
def script(*names: str) -> tuple[Markup, str]:
    """The script of a page, of these files one after another, and its digest as a Content-Security-Policy writes it: no
    other script runs."""
    folder = Path(__file__).parent / "templates"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in names).strip()
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"sha256-{digest}"  # noqa: S704 - our own files


def draw(templates: Environment, template: str, joint_people: dict[str, list[str]], **content: Any) -> bytes:
    """The page that the template makes of that content.

    `joint_people` is person id -> their accounts, of those whom the list of people names. A page of a client shows
    nothing of posts that were erased, so it does not bear their ids, which on Mastodon name their authors.
    """
    html = with_accounts(templates.get_template(template).render(**content), joint_people)
    if client := content.get("client"):
        html = without_ids(html, client.erased_posts)
    return html.encode(errors="replace")


def write_page(path: Path, page: bytes, *, is_shared: bool = True) -> Path:
    """Puts the page in its place in one step; returns the path. Raises ReportError when it can't be written.

    It is as open as its folder, or for its owner alone.
    """
    try:
        make_folder(path.parent)
        write_bytes(path, page, is_shared=is_shared)
    except OSError as problem:
        raise ReportError(
            f"{path} cannot be written: {problem.strerror or problem}",
            "make the folder writable, or free space on the disk, and report again",
        ) from problem
    return path
