"""Property templates, and quorum theorems with their proofs."""
