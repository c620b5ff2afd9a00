"""Faults in the translation, each in a file of its own: the steps that the environment may take."""
