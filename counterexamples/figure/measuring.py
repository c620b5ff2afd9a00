"""How wide a text is when it is drawn, in inches, and how much of it fits."""

from __future__ import annotations

from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath


@lru_cache(maxsize=4096)
def extent(text: str, size: float, *, bold: bool = False) -> tuple[float, float]:
    """The width and height of a line of text in inches."""
    if not text:
        return 0.0, 0.0
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    box = TextPath((0, 0), text, size=size, prop=font, usetex=False).get_extents()  # pyright: ignore[reportUnknownMemberType]  # as in `diagram`
    return float(box.width) / 72, 1.15 * size / 72


def fitted(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as `width` has room for, with an ellipsis."""
    if extent(text, size, bold=bold)[0] <= width:
        return text
    low, high = 0, len(text)  # the first `low` characters fit, the first `high` do not
    while high - low > 1:
        middle = (low + high) // 2
        fits = extent(f"{text[:middle].rstrip()}…", size, bold=bold)[0] <= width
        low, high = (middle, high) if fits else (low, middle)
    return f"{text[:low].rstrip()}…"
