"""The space-time diagram of a trace as a picture; everything that knows matplotlib is in this folder."""

from indoubt.counterexamples.figure.diagram import LARGEST_PIXELS, draw, save

__all__ = ["LARGEST_PIXELS", "draw", "save"]
