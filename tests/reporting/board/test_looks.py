"""A client's colour and logo: what is taken, and what is refused and why."""

import base64
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rapport import colours
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from reporting.board import looks
from reporting.board.faults import Fault
from reporting.charts import stacked
from tests.reporting.published import week

TOML = '[[clients]]\nid = "harbour"\nname = "Harbour Museum"\naccounts = ["@HarbourMuseum"]\n'


def home(path: Path, lines: str = "") -> Settings:
    path.mkdir(exist_ok=True)
    (path / "rapport.toml").write_text(TOML + lines, encoding="utf-8")
    return load_settings(home=path, config_path=path / "rapport.toml")


def picture(
    mode: str = "RGB", size: tuple[int, int] = (30, 20), kind: str = "PNG", **options: object
) -> bytes:
    content = BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "P") else None).save(content, kind, **options)
    return content.getvalue()


def logo_of(settings: Settings) -> Image.Image:
    [client] = settings.config.clients
    kind, _, content = looks.logo(settings, client).partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(BytesIO(base64.b64decode(content)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_taken_and_made_small(tmp_path: Path, kind: str) -> None:
    settings = home(tmp_path, 'logo = "our logo.img"\n')
    (tmp_path / "our logo.img").write_bytes(picture(size=(3000, 500), kind=kind))
    assert logo_of(settings).size == (600, 100)


def test_nothing_but_the_picture_is_kept_of_it(tmp_path: Path) -> None:
    settings = home(tmp_path, 'logo = "logo.jpg"\n')
    exif = Image.Exif()
    exif[0x010E] = "taken at the director's house"
    (tmp_path / "logo.jpg").write_bytes(picture(kind="JPEG", exif=exif, comment=b"<script>alert(1)</script>"))
    [client] = settings.config.clients
    content = base64.b64decode(looks.logo(settings, client).partition(",")[2])
    assert b"director" not in content and b"script" not in content


def test_without_a_logo_there_is_none(tmp_path: Path) -> None:
    settings = home(tmp_path)
    assert looks.logo(settings, settings.config.clients[0]) == ""


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is forty thousand pixels a side."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "is no picture that can be shown",
        ),
        (b"", "is no picture that can be shown"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture that can be shown"),
        (bomb(), "is no picture that can be shown|40000 by 40000 pixels"),
        (picture("1", (6001, 1)), "is 6001 by 1 pixels"),
        (picture() + b"\0" * 2_000_000, "is larger than 2 MB"),
        (picture(kind="TIFF"), "is no picture that can be shown"),
        (picture(kind="BMP"), "is no picture that can be shown"),
    ],
    ids=["svg", "empty", "eps", "bomb", "wide", "large", "tiff", "bmp"],
)
def test_what_is_no_picture_to_be_shown_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    settings = home(tmp_path, 'logo = "logo.png"\n')
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(Fault, match=said) as caught:
        looks.logo(settings, settings.config.clients[0])
    assert "logo.png" in caught.value.message and caught.value.remedy


@pytest.mark.parametrize("name", ["missing.png", ".", "../nowhere/logo.png"])
def test_a_logo_that_is_not_there_is_a_fault_that_names_its_place(tmp_path: Path, name: str) -> None:
    settings = home(tmp_path / "home", f'logo = "{name}"\n')
    with pytest.raises(Fault, match="cannot be read") as caught:
        looks.logo(settings, settings.config.clients[0])
    assert "rapport.toml" in caught.value.remedy


@pytest.mark.parametrize("colour", ["red", "#0b5f6", "#0b5f66ff", "#zzzzzz", "url(x)", "#0b5f66; }", ""])
def test_what_is_no_colour_is_refused(tmp_path: Path, colour: str) -> None:
    with pytest.raises(ConfigError, match="is no colour; write it as #0b5f66"):
        home(tmp_path, f'colour = "{colour}"\n')


def test_a_colour_that_is_hard_to_read_is_refused_with_one_that_is_not(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"contrast is 1\.\d to 1, and 4\.5 is needed; #[0-9a-f]{6} is"
    ) as caught:
        home(tmp_path, 'colour = "#FFEE00"\n')
    better = caught.value.message.split("; ")[1][:7]
    assert home(tmp_path, f'colour = "{better}"\n').config.clients[0].colour == better


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54), ("#ff0000", 4.0), ("#0000ff", 8.59)],
)
def test_contrast_is_that_of_the_standard(colour: str, contrast: float) -> None:
    assert colours.contrast_with_white(colour) == pytest.approx(contrast, abs=0.01)


@given(st.integers(0, 0xFFFFFF))
def test_the_shade_that_is_named_instead_can_be_read(number: int) -> None:
    shade = colours.readable(f"#{number:06x}")
    assert colours.is_colour(shade)
    assert colours.contrast_with_white(shade) >= colours.LEAST_CONTRAST


def test_a_chart_is_drawn_in_shades_of_it_and_asks_the_page_for_none() -> None:
    chart = stacked(
        "k", "T", [week()], {"connected": [3], "dormant": [2]}, ["--connected", "--dormant"], 80, "x", "y"
    )
    svg = looks.coloured(chart.narrow_svg, looks.palette("#7a1f3d"))
    assert "var(" in chart.narrow_svg and "var(" not in svg
    assert "#7a1f3d" in svg
