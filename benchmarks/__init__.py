"""How fast the checker is, measured on rows of the count table and only where their counts come out right."""
