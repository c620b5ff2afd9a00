"""Where labels go, so that none covers another: each takes the first of its places that costs least.

Coordinates are inches from the upper left corner, y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from itertools import pairwise

from indoubt.specs.language.frozen import dataclass

Point = tuple[float, float]

EDGE = 0.08  # of the page, kept free


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, centre: Point, width: float, height: float) -> Box:
        """The rectangle of a size around a point."""
        x, y = centre
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def centre(self) -> Point:
        """The middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlap(self, other: Box) -> float:
        """The area that two rectangles share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def within(self, start: Point, end: Point) -> float:
        """The length of the part of a segment that lies inside (Liang and Barsky's clipping, 1984)."""
        (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
        low, high = 0.0, 1.0
        for step, distance in ((-dx, x - self.left), (dx, self.right - x), (-dy, y - self.top), (dy, self.bottom - y)):
            if step == 0:
                if distance < 0:
                    return 0.0
            elif step < 0:
                low = max(low, distance / step)
            else:
                high = min(high, distance / step)
        return max(0.0, high - low) * float((dx * dx + dy * dy) ** 0.5)


@dataclass
class Page:
    """What is on the page so far: `boxes` are covered least of all, then `lines`, then `soft` boxes."""

    width: float
    boxes: list[Box] = field(default_factory=list[Box])
    soft: list[Box] = field(default_factory=list[Box])
    lines: list[tuple[Point, Point]] = field(default_factory=list[tuple[Point, Point]])

    def place(self, places: Sequence[Box], over: Iterable[tuple[Point, Point]] = ()) -> int:
        """Take one of the places and return its position in the list; lines in `over` may be covered for nothing."""
        free = set(over)
        costs = [self._cost(box, free) + 0.004 * position for position, box in enumerate(places)]
        best = costs.index(min(costs))
        self.boxes.append(places[best])
        return best

    def _cost(self, box: Box, free: set[tuple[Point, Point]]) -> float:
        off_page = max(0.0, EDGE - box.left) + max(0.0, box.right + EDGE - self.width)
        return (
            50 * off_page
            + 40 * sum(map(box.overlap, self.boxes))
            + 6 * sum(map(box.overlap, self.soft))
            + 1.5 * sum(box.within(*line) for line in self.lines if line not in free)
        )


@dataclass(frozen=True, slots=True)
class Curve:
    """A quadratic Bezier curve: straight, or bent so that its middle lies `bend` off the straight line."""

    start: Point
    end: Point
    bend: float

    @property
    def length(self) -> float:
        """The distance of the ends."""
        return float(((self.end[0] - self.start[0]) ** 2 + (self.end[1] - self.start[1]) ** 2) ** 0.5)

    def point(self, t: float) -> Point:
        """The point at `t`, from 0 at the start to 1 at the end."""
        (x, y), (dx, dy) = self.start, (self.end[0] - self.start[0], self.end[1] - self.start[1])
        # The control point lies twice as far off as the middle of the curve; its weight is 2t(1 - t).
        off = 4 * t * (1 - t) * self.bend / (self.length or 1)
        return x + t * dx - off * dy, y + t * dy + off * dx

    def points(self, count: int = 40) -> list[Point]:
        """Points along the curve, the ends included."""
        return [self.point(i / count) for i in range(count + 1)]

    def segments(self, count: int = 10) -> list[tuple[Point, Point]]:
        """The curve as straight pieces."""
        points = self.points(count)
        return list(pairwise(points))


BENDS = (0.0, 0.2, -0.2, 0.3, -0.3, 0.42, -0.42, 0.55, -0.55)
CLEARANCE = 0.19


def bent_around(start: Point, end: Point, obstacles: Iterable[Point], others: Iterable[Curve]) -> Curve:
    """The straightest curve from `start` to `end` that keeps clear of marks that are none of its ends.

    Three steps on neighbouring lanes often stand in one line; an arrow from the first to the third would seem to come
    from the second.
    """
    marks = [mark for mark in obstacles if mark not in (start, end)]
    drawn = [point for other in others if other.start != start for point in other.points(20)[1:-2]]

    def cost(curve: Curve) -> float:
        points = curve.points()
        inner = points[2:-2]
        near = sum(max(0.0, CLEARANCE - min(_distance(mark, point) for point in inner)) for mark in marks)
        along = sum(max(0.0, 0.05 - min((_distance(point, other) for other in drawn), default=1.0)) for point in inner)
        # Time runs downwards, and no message runs backwards. Above the line is better: it was sent early.
        back = sum(max(0.0, y - below) for (_, y), (_, below) in pairwise(points))
        is_late = points[20][1] > (start[1] + end[1]) / 2 + 0.01
        return 100 * near + 60 * back + 8 * along + abs(curve.bend) + 0.3 * is_late

    return min((Curve(start, end, bend) for bend in BENDS), key=cost)


def _distance(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)
