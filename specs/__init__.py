"""Specs of the protocols, and the language that they are written in."""
