"""Draw the icons of social networks: simple shapes of our own, in white and in ink.

Run it from the repository's root: `.venv/bin/python tools/draw_icons.py`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = 48  # twice the size at which mails show an icon
SCALE = 8  # drawn larger, then reduced: smooth edges
SHADES = 16  # from nothing to full: four bits a pixel, 600 bytes an icon
COLOURS = {"light": (0xFF, 0xFF, 0xFF), "dark": (0x1F, 0x1B, 0x2E)}

Draw = ImageDraw.ImageDraw
Point = tuple[float, float]
ON, OFF = 255, 0


def _scaled(*points: Point) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _box(draw: Draw, start: Point, end: Point, r: float = 0, fill: int = ON) -> None:
    draw.rounded_rectangle(_scaled(start, end), r * SCALE, fill=fill)


def _oval(draw: Draw, centre: Point, rx: float, ry: float, fill: int = ON) -> None:
    x, y = centre
    draw.ellipse(_scaled((x - rx, y - ry), (x + rx, y + ry)), fill=fill)


def _line(draw: Draw, *points: Point, width: float, fill: int = ON) -> None:
    draw.line(_scaled(*points), fill=fill, width=round(width * SCALE), joint="curve")


def _arch(draw: Draw, centre: Point, r: float, width: float, *, end: int = 360) -> None:
    """Cut the upper half of a ring out, from its left to `end`, in degrees."""
    x, y = centre
    bounds = _scaled((x - r, y - r), (x + r, y + r))
    draw.arc(bounds, 180, end, fill=OFF, width=round(width * SCALE))


def _curve(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    """Return points of the curve from a to d that b and c pull (Bézier)."""
    return [
        (
            (1 - t) ** 3 * a[0]
            + 3 * t * (1 - t) ** 2 * b[0]
            + 3 * t**2 * (1 - t) * c[0]
            + t**3 * d[0],
            (1 - t) ** 3 * a[1]
            + 3 * t * (1 - t) ** 2 * b[1]
            + 3 * t**2 * (1 - t) * c[1]
            + t**3 * d[1],
        )
        for t in (step / 24 for step in range(25))
    ]


def _linkedin(draw: Draw) -> None:
    _box(draw, (4, 4), (44, 44), 7)
    _oval(draw, (14.2, 13.8), 3.3, 3.3, OFF)
    _box(draw, (11.5, 19.5), (16.9, 37), fill=OFF)
    _box(draw, (20.5, 19.5), (25.9, 37), fill=OFF)
    _arch(draw, (29.1, 27.6), 8.2, 5.4)
    _box(draw, (31.9, 27.2), (37.3, 37), fill=OFF)


def _youtube(draw: Draw) -> None:
    _box(draw, (2, 9), (46, 39), 9)
    draw.polygon(_scaled((19.5, 16.3), (19.5, 31.7), (32.8, 24)), fill=OFF)


def _bluesky(draw: Draw) -> None:
    upper = _curve((24, 24), (28, 14), (36, 7), (42, 6)) + _curve(
        (43, 6), (48, 8), (46, 25), (38, 27)
    )
    lower = _curve((24, 24), (32, 26), (44, 24), (42, 33)) + _curve(
        (41, 36), (36, 46), (28, 44), (24, 32)
    )
    for wing in (upper, lower):
        draw.polygon(_scaled(*wing), fill=ON)
        draw.polygon(_scaled(*((48 - x, y) for x, y in wing)), fill=ON)


def _mastodon(draw: Draw) -> None:
    _box(draw, (4, 4), (44, 37), 11)
    draw.polygon(_scaled((12, 34), (32, 34), (17, 46)), fill=ON)
    for x in (17.3, 30.7):
        _arch(draw, (x, 20), 8.7, 4)
    for x in (8.6, 22, 35.4):
        _box(draw, (x, 19.6), (x + 4, 29), fill=OFF)


def _x(draw: Draw) -> None:
    _line(draw, (41, 4), (7, 44), width=4.6)
    draw.polygon(_scaled((3.5, 5), (17, 5), (44.5, 43), (31, 43)), fill=ON)
    draw.polygon(_scaled((10.8, 8.6), (15.2, 8.6), (37.2, 39.4), (32.8, 39.4)), fill=OFF)


def _instagram(draw: Draw) -> None:
    _box(draw, (4.5, 4.5), (43.5, 43.5), 11.5)
    _box(draw, (8.5, 8.5), (39.5, 39.5), 8, OFF)
    _oval(draw, (24, 24), 9.8, 9.8)
    _oval(draw, (24, 24), 5.8, 5.8, OFF)
    _oval(draw, (34.2, 13.8), 2.4, 2.4)


def _facebook(draw: Draw) -> None:
    _oval(draw, (24, 24), 20.5, 20.5)
    _arch(draw, (29.6, 18.6), 8.6, 6, end=276)
    _box(draw, (21, 18.4), (27, 46), fill=OFF)
    _box(draw, (16.2, 23.6), (31.4, 29), fill=OFF)


def _site(draw: Draw) -> None:
    for rx in (20.5, 10):
        _oval(draw, (24, 24), rx, 20.5)
        _oval(draw, (24, 24), rx - 3.2, 17.3, OFF)
    _line(draw, (5, 24), (43, 24), width=3.2)


def _email(draw: Draw) -> None:
    _box(draw, (3, 9), (45, 39), 5)
    _line(draw, (6, 14), (24, 27.5), (42, 14), width=3.4, fill=OFF)


ICONS: Mapping[str, Callable[[Draw], None]] = {
    "linkedin": _linkedin,
    "youtube": _youtube,
    "bluesky": _bluesky,
    "mastodon": _mastodon,
    "x": _x,
    "instagram": _instagram,
    "facebook": _facebook,
    "site": _site,
    "email": _email,
}


def icon(name: str, colour: tuple[int, int, int]) -> Image.Image:
    """Return an icon in one colour; how opaque each pixel is draws it."""
    large = Image.new("L", (SIZE * SCALE, SIZE * SCALE), OFF)
    ICONS[name](ImageDraw.Draw(large))
    small = large.reduce(SCALE).point(lambda value: round(value * (SHADES - 1) / 255))
    paletted = Image.frombytes("P", small.size, small.tobytes())
    shades = [round(shade * 255 / (SHADES - 1)) for shade in range(SHADES)]
    paletted.putpalette(bytes(byte for shade in shades for byte in (*colour, shade)), "RGBA")
    return paletted


if __name__ == "__main__":
    folder = Path("assets/icons")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ICONS:
        for shade, colour in COLOURS.items():
            icon(name, colour).save(folder / f"{name}-{shade}.png", optimize=True)
