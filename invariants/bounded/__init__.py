"""Bounded questions about a machine at fixed sizes, as propositional logic: model checking to a depth, k-induction."""
