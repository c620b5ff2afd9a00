"""Failure detectors in the translation: what a handler that asks one reads, and the steps by which that changes."""
