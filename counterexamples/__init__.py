"""What a search found, shown: the trace as text, graph, figure and data."""
