"""Erasing messages that nobody can receive any more, so that states which differ in nothing else are one."""
