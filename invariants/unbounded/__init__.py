"""Proofs for every number of members: a machine whose sorts are uninterpreted, in first-order logic."""
