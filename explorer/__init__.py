"""From a Python class to a verdict: frontend, typed machine, backends and search."""
