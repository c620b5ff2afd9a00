"""The model checkers that are compared, each with the way to run it at its best."""
