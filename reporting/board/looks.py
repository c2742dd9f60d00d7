"""How a client's board page looks: its logo, and charts in its colour."""

import base64
import re
from io import BytesIO
from pathlib import Path

from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from rapport.colours import mixed
from rapport.config import Settings
from rapport.config_clients import Client
from reporting.board.faults import Fault

LARGEST_BYTES = 2_000_000
LARGEST_SIDE = 6_000  # pixels; a picture may unpack to far more than its file says
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_DRAWN = (600, 200)  # pixels, at most: three times what the page gives it
_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")


def palette(colour: str) -> dict[str, str]:
    """Colours of charts by the names that these have for them, all shades of the client's own."""
    shades = {
        "connected": colour,
        "conversing": mixed(colour, "#ffffff", 0.4),
        "acquainted": mixed(colour, "#ffffff", 0.68),
        "noticed": "#cfc9bb",
        "dormant": "#d9d5ca",
        "within-day": colour,
        "later": mixed(colour, "#ffffff", 0.5),
        "unanswered": "#d98a3d",
    }
    return shades | {"muted": "#4d565a", "rule": "#dedbd3"}


def coloured(svg: str, colours: dict[str, str]) -> Markup:
    """A chart with colours in the place of the names of colours: on this page they are the same on screen and paper."""
    return Markup(_VARIABLE.sub(lambda found: colours[found[1]], svg))  # noqa: S704 - a chart of ours, see charts.py


def logo(settings: Settings, client: Client) -> str:
    """The client's logo as a data: URI of a small PNG; '' for none. Raises Fault where it is no picture to be shown.

    It is drawn anew: whatever else the file holds (a place, a comment, a script) stays behind. SVG is refused, because
    it is a program as much as a picture.
    """
    if not client.logo:
        return ""
    path = logo_path(settings, client)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Fault(
                f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB",
                "save the logo smaller, as PNG or JPEG",
            )
        with Image.open(path, formats=FORMATS) as image:
            if max(image.size) > LARGEST_SIDE:
                raise Fault(
                    f"{path} is {image.width} by {image.height} pixels",
                    f"save the logo with at most {LARGEST_SIDE} pixels a side",
                )
            small = image.convert("RGBA")
            small.thumbnail(_DRAWN)
    except (UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError) as problem:
        raise Fault(
            f"{path} is no picture that can be shown",
            f"save the logo as one of {', '.join(FORMATS)}; SVG is not taken",
            detail=problem,
        ) from problem
    except OSError as problem:
        raise Fault(
            f"{path} cannot be read: {problem.strerror or 'the picture is cut off'}",
            f"see logo of client {client.id} in {settings.config_path}: its path begins where that file lies",
            detail=problem,
        ) from problem
    drawn = BytesIO()
    small.save(drawn, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"


def logo_path(settings: Settings, client: Client) -> Path:
    """Where the logo lies: a path that is not absolute begins where rapport.toml lies."""
    return settings.config_path.parent / client.logo
