"""What is told of a result, as text for people and as data for programs."""
