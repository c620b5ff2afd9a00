"""Comparing pictures: up to the rendering of letters by different versions of matplotlib, the pixels are the same."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# The stubs of numpy and matplotlib leave pictures untyped.

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.image import imread

ALIKE = 0.02
"""Pictures of one trace, drawn by the oldest and the newest matplotlib, are 0.013 apart."""


def difference(one: Path, other: Path) -> float:
    """How far two pictures are apart, from 0 to 1, on the average over pixels and colours."""
    a, b = (np.asarray(imread(str(path)))[..., :3] for path in (one, other))
    assert max(abs(m - n) for m, n in zip(a.shape, b.shape, strict=True)) <= 4, (a.shape, b.shape)
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    return float(np.mean(np.abs(a[:height, :width] - b[:height, :width])))


def is_kept(picture: Path, drawn: Path, *, updating: bool) -> bool:
    """Whether a picture of the documentation is as one that is drawn now; with `updating` it becomes that one."""
    if updating and (not picture.exists() or difference_or_more(picture, drawn) > 0):
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(drawn.read_bytes())
    return difference(picture, drawn) < ALIKE


def difference_or_more(one: Path, other: Path) -> float:
    """The difference; 1 for pictures of different sizes."""
    try:
        return difference(one, other)
    except AssertionError:
        return 1.0
