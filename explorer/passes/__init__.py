"""Rewrites of a machine that keep its meaning, one per file."""
