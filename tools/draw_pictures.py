"""Draw the logo and the pictures of the sample issues: flat shapes, few colours, small files.

Run it from the repository's root: `.venv/bin/python tools/draw_pictures.py`.
"""

import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (1120, 560)  # twice the width at which mails show a picture
PORTRAIT_SIZE = (400, 400)
SCALE = 3  # drawn larger, then reduced: smooth edges
COLOURS = 48  # of the palette

NIGHT, VIOLET, LILAC, MIST = "#2a1a55", "#5b2bb5", "#c3a6ff", "#ece6fa"
CORAL, SUN, PAPER, MINT = "#ff7a66", "#ffc857", "#fdfbf7", "#8fd6c2"

Draw = ImageDraw.ImageDraw


def picture(
    name: str,
    ground: str,
    paint: Callable[[Draw], None],
    *,
    size: tuple[int, int] = SIZE,
) -> None:
    """Write `assets/images/<name>.png` as `paint` draws it on `ground`."""
    large = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE), ground)
    paint(ImageDraw.Draw(large))
    small = large.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(Path("assets/images") / f"{name}.png", optimize=True)


def disc(draw: Draw, x: float, y: float, radius: float, fill: str) -> None:
    """Draw a disc; x, y and radius in the finished picture's pixels."""
    draw.ellipse(
        [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE],
        fill=fill,
    )


def box(
    draw: Draw, x: float, y: float, width: float, height: float, fill: str, *, r: float = 0
) -> None:
    """Draw a rectangle with corners rounded by `r` pixels."""
    draw.rounded_rectangle(
        [x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE], r * SCALE, fill=fill
    )


def line(draw: Draw, points: list[tuple[float, float]], fill: str, width: float) -> None:
    """Draw a line through `points`."""
    scaled = [(x * SCALE, y * SCALE) for x, y in points]
    draw.line(scaled, fill=fill, width=round(width * SCALE), joint="curve")


def person(draw: Draw, x: float, y: float, size: float, fill: str) -> None:
    """Draw a head above shoulders; `size` is the head's radius."""
    disc(draw, x, y, size, fill)
    draw.pieslice(
        [
            (x - size * 1.9) * SCALE,
            (y + size * 1.3) * SCALE,
            (x + size * 1.9) * SCALE,
            (y + size * 5.1) * SCALE,
        ],
        180,
        360,
        fill=fill,
    )


def hemicycle(draw: Draw) -> None:
    """An assembly seen from its rostrum."""
    for row in range(7):
        radius = 150 + row * 58
        seats = 9 + row * 4
        for seat in range(seats):
            angle = math.pi * (seat + 0.5) / seats
            fill = (LILAC, VIOLET, CORAL, MIST)[(seat * 3 + row) % 4 if (seat + row) % 5 else 2]
            disc(draw, 560 - radius * math.cos(angle), 545 - radius * math.sin(angle), 15, fill)
    box(draw, 500, 470, 120, 100, SUN, r=8)


def river_front(draw: Draw) -> None:
    """A long ministry over a river."""
    disc(draw, 900, 130, 62, SUN)
    box(draw, 90, 170, 940, 190, PAPER, r=6)
    for column in range(22):
        for row in range(3):
            fill = VIOLET if (column + row) % 4 else CORAL
            box(draw, 118 + column * 41, 196 + row * 50, 22, 30, fill)
    for arch in range(6):
        x = 110 + arch * 155
        draw.pieslice(
            [x * SCALE, 352 * SCALE, (x + 125) * SCALE, 520 * SCALE], 180, 360, fill=NIGHT
        )
    box(draw, 0, 430, 1120, 130, VIOLET)
    for wave in range(9):
        box(draw, 40 + wave * 125 + (wave % 2) * 20, 460 + (wave % 3) * 28, 70, 6, LILAC, r=3)


def classroom(draw: Draw) -> None:
    """Pupils in front of a board with a tree of boxes."""
    box(draw, 250, 50, 620, 280, NIGHT, r=14)
    line(draw, [(560, 112), (560, 190)], LILAC, 5)
    line(draw, [(400, 250), (400, 190), (720, 190), (720, 250)], LILAC, 5)
    for x, y, fill in ((510, 80, SUN), (350, 240, MINT), (670, 240, CORAL), (510, 240, LILAC)):
        box(draw, x, y, 100, 52, fill, r=8)
    for number in range(6):
        person(draw, 130 + number * 172, 420, 38, (VIOLET, CORAL, NIGHT)[number % 3])


def ring_of_stars(draw: Draw) -> None:
    """Twelve discs in a ring, joined by the lines of a network."""
    centre_x, centre_y, radius = 560, 280, 200
    spots = [
        (
            centre_x + radius * math.cos(math.tau * step / 12),
            centre_y + radius * math.sin(math.tau * step / 12),
        )
        for step in range(12)
    ]
    for step, spot in enumerate(spots):
        for other in (step + 5, step + 3):
            line(draw, [spot, spots[other % 12]], VIOLET, 3)
    for step, (x, y) in enumerate(spots):
        disc(draw, x, y, 26, SUN)
        disc(draw, x, y, 10, CORAL if step % 3 == 0 else NIGHT)
    disc(draw, centre_x, centre_y, 46, LILAC)


def evening(draw: Draw) -> None:
    """People who meet under lamps."""
    for lamp in range(5):
        x = 140 + lamp * 210
        line(draw, [(x, 0), (x, 90)], LILAC, 4)
        disc(draw, x, 108, 24, SUN)
    for number in range(9):
        fill = (CORAL, LILAC, MINT, VIOLET)[number % 4]
        person(draw, 90 + number * 118, 350 + (number % 2) * 40, 40, fill)


def rising_bars(draw: Draw) -> None:
    """Bars that rise, and a line above them."""
    for number in range(9):
        height = 70 + number * 34 + (number % 3) * 14
        fill = CORAL if number == 8 else VIOLET
        box(draw, 120 + number * 100, 500 - height, 62, height, fill, r=6)
    line(draw, [(150, 400), (350, 340), (550, 300), (750, 200), (950, 110)], NIGHT, 8)
    disc(draw, 950, 110, 20, SUN)
    box(draw, 80, 500, 960, 6, NIGHT)


def two_voices(draw: Draw) -> None:
    """Two people at a table; above each, what they say."""
    for x, fill, left, bubble, side in ((300, CORAL, 310, MINT, 60), (820, SUN, 590, LILAC, 160)):
        person(draw, x, 310, 62, fill)
        box(draw, left, 60, 220, 130, bubble, r=18)
        tip = left + side
        corners = [(tip - 20, 188), (tip + 20, 188), (tip + (side - 110) / 2, 232)]
        draw.polygon([(a * SCALE, b * SCALE) for a, b in corners], fill=bubble)
        for number, width in enumerate((160, 160, 96)):
            box(draw, left + 30, 88 + number * 30, width, 12, NIGHT, r=6)
    box(draw, 180, 500, 760, 60, PAPER, r=8)


def woman_in_violet(draw: Draw) -> None:
    """A face framed by hair, drawn without features: nobody in particular."""
    disc(draw, 200, 165, 108, NIGHT)
    box(draw, 92, 165, 216, 120, NIGHT, r=20)
    person(draw, 200, 170, 74, "#e9b99a")
    _shoulders(draw, VIOLET)


def man_in_coral(draw: Draw) -> None:
    """A face with short hair and glasses: nobody in particular."""
    disc(draw, 200, 148, 84, NIGHT)
    person(draw, 200, 170, 74, "#c98d68")
    for x in (172, 228):
        disc(draw, x, 165, 24, PAPER)
        disc(draw, x, 165, 17, "#c98d68")
    line(draw, [(190, 163), (210, 163)], PAPER, 6)
    _shoulders(draw, CORAL)


def _shoulders(draw: Draw, fill: str) -> None:
    draw.pieslice([40 * SCALE, 262 * SCALE, 360 * SCALE, 582 * SCALE], 180, 360, fill=fill)


def logo() -> None:
    """Write `assets/logo.png`: its own opaque ground, legible wherever a client inverts colours."""
    width, height = 352, 96  # shown at half that size
    large = Image.new("RGBA", (width * SCALE, height * SCALE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(large)
    box(draw, 0, 0, width, height, VIOLET, r=14)
    # "numeum" in strokes: n, u, m, e, u, m; a letter is 24 wide and 32 high.
    x = 34.0
    for letter in "numeum":
        x += _letter(draw, letter, x, 32) + 14
    small = large.resize((width, height), Image.Resampling.LANCZOS).quantize(32)
    small.save("assets/logo.png", optimize=True)


def starter_logo() -> None:
    """Write the logo that a new workspace begins with: a tile with three discs, nobody's name."""
    width, height = 192, 96
    large = Image.new("RGBA", (width * SCALE, height * SCALE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(large)
    box(draw, 0, 0, width, height, VIOLET, r=14)
    for number, fill in enumerate((SUN, CORAL, LILAC)):
        disc(draw, 48 + number * 48, 48, 20, fill)
    small = large.resize((width, height), Image.Resampling.LANCZOS).quantize(32)
    small.save("newsletter/starter/logo.png", optimize=True)


def _letter(draw: Draw, letter: str, x: float, y: float) -> float:
    """Draw one letter of the logo with its left top corner at x, y; return its width."""
    stroke, height, hoop = 8, 34, 24

    def arc(left: float, top: float, start: int, end: int) -> None:
        draw.arc(
            [left * SCALE, top * SCALE, (left + hoop) * SCALE, (top + hoop) * SCALE],
            start,
            end,
            fill=PAPER,
            width=stroke * SCALE,
        )

    def stem(left: float, top: float, bottom: float) -> None:
        box(draw, left, top, stroke, bottom - top, PAPER)

    if letter == "u":
        stem(x, y, y + height - hoop / 2)
        stem(x + hoop - stroke, y, y + height)
        arc(x, y + height - hoop, 0, 180)
        return hoop
    if letter == "e":
        draw.arc(
            [x * SCALE, y * SCALE, (x + 32) * SCALE, (y + height) * SCALE],
            30,
            360,
            fill=PAPER,
            width=stroke * SCALE,
        )
        box(draw, x + 4, y + height / 2 - 3, 27, 7, PAPER)
        return 32
    humps = 2 if letter == "m" else 1
    for hump in range(humps):
        left = x + hump * (hoop - stroke)
        stem(left, y, y + height)
        arc(left, y, 180, 360)
        stem(left + hoop - stroke, y + hoop / 2, y + height)
    return hoop + (humps - 1) * (hoop - stroke)


if __name__ == "__main__":
    Path("assets/images").mkdir(parents=True, exist_ok=True)
    picture("assemblee", NIGHT, hemicycle)
    picture("ministere", LILAC, river_front)
    picture("lycee", MIST, classroom)
    picture("bruxelles", MIST, ring_of_stars)
    picture("rencontre", NIGHT, evening)
    picture("croissance", PAPER, rising_bars)
    picture("entretien", NIGHT, two_voices)
    picture("portrait-ines", MIST, woman_in_violet, size=PORTRAIT_SIZE)
    picture("portrait-malo", MINT, man_in_coral, size=PORTRAIT_SIZE)
    logo()
    starter_logo()
