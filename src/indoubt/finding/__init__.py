"""Finding specs and theorems by the names that users give."""
