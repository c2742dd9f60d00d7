"""Colours as rapport.toml has them (#0b5f66), and how well they are read on white. Pure."""

import re

# WCAG 2.2, 1.4.3: of text in its usual size.
LEAST_CONTRAST = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """Whether it is a colour as a number of six hex digits."""
    return bool(_HEX.fullmatch(text))


def contrast_with_white(colour: str) -> float:
    """From 1 (white) to 21 (black), as WCAG counts it."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with that share (0 to 1) of another one in it."""
    both = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in both)


def readable(colour: str) -> str:
    """The nearest darker shade that is read well on white; the colour itself where it is."""
    for percent in range(101):
        shade = mixed(colour, "#000000", percent / 100)
        if contrast_with_white(shade) >= LEAST_CONTRAST:
            return shade
    return "#000000"


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
