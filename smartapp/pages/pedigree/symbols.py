"""The shapes of a pedigree symbol and of its filled parts, as SVG path data.

Source: Bennett 2022, J Genet Couns, doi:10.1002/jgc4.1621 (NSGC symbols): square man, circle
woman, diamond where the sex is not known; parts filled by condition, explained in a legend.
"""

from __future__ import annotations

from itertools import pairwise

RADIUS = 17
# As many conditions as a symbol has quadrants.
MOST_PARTS = 4


def outline(sex: str | None, x: float, y: float) -> str:
    """The symbol itself."""
    return {"male": _square, "female": _circle}.get(sex or "", _diamond)(x, y, RADIUS)


def part(sex: str | None, x: float, y: float, place: tuple[int, int]) -> str:
    """One filled part: number `place[0]` of `place[1]` (1 the whole, 2 halves, 4 quadrants)."""
    number, of = place
    if of == 1:
        return outline(sex, x, y)
    corners = _corners(number, of)
    if sex == "male":
        return _sector_of_square(x, y, corners)
    return _sector_of_circle(x, y, corners) if sex == "female" else _of_diamond(x, y, corners)


def brackets(x: float, y: float) -> str:
    """Square brackets around a symbol: adopted."""
    far, top, lip = RADIUS + 7, RADIUS + 5, 6
    left = f"M{x - far + lip:g} {y - top:g}h{-lip:g}v{2 * top:g}h{lip:g}"
    return f"{left}M{x + far - lip:g} {y - top:g}h{lip:g}v{2 * top:g}h{-lip:g}"


# The four ends of the axes, clockwise from the top.
_AXES = ((0, -1), (1, 0), (0, 1), (-1, 0))


def _corners(number: int, of: int) -> tuple[int, int]:
    """From which axis to which a part runs, clockwise: left half, right half; or quadrants."""
    if of == 2:
        return (2, 4) if number == 0 else (0, 2)
    # Upper left, upper right, lower right, lower left.
    start = (3, 0, 1, 2)[number]
    return (start, start + 1)


def _square(x: float, y: float, r: float) -> str:
    return f"M{x - r:g} {y - r:g}h{2 * r:g}v{2 * r:g}h{-2 * r:g}z"


def _circle(x: float, y: float, r: float) -> str:
    return f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 1 {2 * r:g} 0a{r:g} {r:g} 0 1 1 {-2 * r:g} 0z"


def _diamond(x: float, y: float, r: float) -> str:
    r = r * 1.15
    return f"M{x:g} {y - r:g}l{r:g} {r:g}l{-r:g} {r:g}l{-r:g} {-r:g}z"


def _points(x: float, y: float, r: float, corners: tuple[int, int]) -> list[tuple[float, float]]:
    each = range(corners[0], corners[1] + 1)
    return [(x + r * _AXES[step % 4][0], y + r * _AXES[step % 4][1]) for step in each]


def _sector_of_circle(x: float, y: float, corners: tuple[int, int]) -> str:
    first, *_, last = _points(x, y, RADIUS, corners)
    return (
        f"M{x:g} {y:g}L{first[0]:g} {first[1]:g}A{RADIUS} {RADIUS} 0 0 1 {last[0]:g} {last[1]:g}z"
    )


def _of_diamond(x: float, y: float, corners: tuple[int, int]) -> str:
    ends = "".join(f"L{px:g} {py:g}" for px, py in _points(x, y, RADIUS * 1.15, corners))
    return f"M{x:g} {y:g}{ends}z"


def _sector_of_square(x: float, y: float, corners: tuple[int, int]) -> str:
    points = _points(x, y, RADIUS, corners)
    ends = f"L{points[0][0]:g} {points[0][1]:g}"
    for (ax, ay), (bx, by) in pairwise(points):
        # Through the corner of the square between two axes.
        ends += f"L{ax + bx - x:g} {ay + by - y:g}L{bx:g} {by:g}"
    return f"M{x:g} {y:g}{ends}z"
