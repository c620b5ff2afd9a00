"""Atomic commit."""
