"""A run from end to end: what is asked, what explores it, and what it answers."""
